/*
 * What a run was asked to do, as its manifest keeps it.
 */
#ifndef RUN_CONFIG_H
#define RUN_CONFIG_H

#include <stdint.h>

struct run_config {
    const char *command; /* the whole command line */
    const char *profile;
    unsigned samples;
    unsigned rounds_min, rounds; /* before precision may end the run; at most */
    double precision, timeout_s;
    double budget_s, budget_most_s; /* the latter for `rounds_min` rounds */
    uint64_t seed;
    /* Of a run that is interleaved with another one, see interleave.h, which has the same first: a
     * name of both, and the other one's front door and folder. NULL: it is measured alone. */
    const char *by_turns, *beside, *beside_folder;
};

#endif
