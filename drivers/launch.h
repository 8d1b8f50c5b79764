/*
 * Launching one cell: its program, by mpirun where there are ranks, in a process group of its own
 * with the environment that it needs; and reading what it says until it ends.
 */
#ifndef LAUNCH_H
#define LAUNCH_H

#include "catalog.h"
#include "plan.h"
#include "status.h"

#include <jansson.h>
#include <stdbool.h>

enum { LAUNCH_EXECUTIONS_MAX = 1000000 }; /* of a sample */

struct launch_options {
    unsigned samples;
    unsigned executions; /* of each sample, at first */
    double shortest_s;   /* samples that take less are not trusted; see launch_cell() */
    double timeout_s;
    int interrupts;  /* see interrupts.h */
    const char *log; /* file for all that is not the protocol; NULL: dropped */
};

struct sample {
    double seconds;
    bool verified;
    json_t *counts; /* the model's own figures, an object */
    json_t *start; /* how its ranks began, an object, see results/README.md; NULL for one process */
};

/* What one launch gave. Samples that came before a failure are there, too. */
struct launched {
    unsigned executions; /* of each sample */
    json_t *too_short;   /* launches before this one, whose samples had too few; NULL: none */
    unsigned count;
    struct sample *samples;
    double startup_s;
    json_t *libraries; /* that its model ran with, see facts.h: an object, or NULL */
    double wall_s;     /* the execution in which workers were busy for so long; 0: there was none */
    json_t *counters_absent; /* an object: why those have no value; NULL without passes */
    json_t *workers;         /* what each said of that execution, see instrumented.h; or NULL */
    bool ended;              /* normally, with all samples verified */
    char result[128];        /* as people write it */
    char failure[320];       /* why not, in one line */
    /* The last lines that its processes wrote beside the protocol, for a failure that they have
     * not explained themselves. */
    char last_words[2048];
    bool explained;
};

/* Says, once for all cells, that mpirun will be told to run as root, if it will. */
void launch_say_as_root(const struct plan *plan, const struct catalog *catalog);

/*
 * Launches the cell and waits for its end; again, with more executions to a sample, while its
 * samples are too short for the clock. A failure of the cell is in `launched`; the status is
 * another one than STATUS_OK only when nothing could be launched, or a signal came, after which
 * all of the cell's processes have been ended. The caller frees with launched_free().
 */
MUST_USE enum status launch_cell(const struct cell *cell, const struct entry *entry,
                                 const struct launch_options *options, struct launched *launched);
/* Says why a launch that did not end well failed. */
void launch_say_failure(const struct cell *cell, const struct launched *launched);

void launched_free(struct launched *launched);

#endif
