/*
 * What a run is asked to do: what the options of `run` fill, and what its manifest keeps of it.
 */
#pragma once

#include "arguments.h"
#include "sweep.h"

#include <stdint.h>

/* Nothing was asked for where it is zero. */
struct run_config {
    struct request request; /* the cells of a new run */
    struct allocation_asked allocation;
    const char *out, *resume;
    const char *format;  /* the name of what is printed in place of tables */
    const char *other;   /* the front door of another build, which is measured as well */
    const char *command; /* the whole command line */
    const char *profile; /* the name of request.profile */
    /* Of a run that is interleaved with another one, see interleave.h, which has the same first: a
     * name of both, and the other one's front door and folder. NULL: it is measured alone. */
    const char *by_turns, *beside, *beside_folder;
    double precision, timeout_s;
    double budget_s, budget_most_s; /* the latter for `rounds_min` rounds */
    uint64_t seed;
    unsigned samples;            /* of a launch */
    unsigned rounds_min, rounds; /* before precision may end the run; at most */
    bool continues;              /* a run that `out` has already goes on */
    bool cold;                   /* the first execution of a launch is a sample already */
    bool json, tables, fom, no_figures, require_counters;
    bool dry_run; /* nothing is started, and what would be is printed */
};

/* The rows of the options of `run`, and of what a manifest keeps beside them. */
extern const struct argument run_config_arguments[];

/* Whether something was asked for that only a new run can take. */
bool run_config_is_new(const struct run_config *config);

/* Changes what was asked for, of a run that goes on, to what is asked for now. */
void run_config_change(struct run_config *config, const struct run_config *now);

/* What is kept, and of it what a run that goes on can change, as keys of an object that the caller
 * owns. */
json_t *run_config_json(const struct run_config *config, bool only_resumable);

/* Reads it back; texts are the manifest's. False where it does not tell how to go on. */
bool run_config_read(const json_t *manifest, struct run_config *config);
