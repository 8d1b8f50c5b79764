/*
 * Launching one cell: its program, by mpirun where there are ranks, in a process group of its own
 * with the environment that it needs; and reading what it says until it ends.
 */
#ifndef LAUNCH_H
#define LAUNCH_H

#include "catalog.h"
#include "launch_result.h"
#include "plan.h"
#include "status.h"

#include <jansson.h>
#include <stdbool.h>

struct launch_options {
    unsigned samples;
    unsigned executions; /* of each sample, at first */
    double shortest_s;   /* samples that take less are not trusted; see launch_cell() */
    double timeout_s;
    int interrupts;  /* see signals.h */
    const char *log; /* file for all that is not the protocol; NULL: dropped */
};

/* Says, once for all cells, that mpirun will be told to run as root, if it will. */
void launch_say_as_root(const struct plan *plan, const struct catalog *catalog);

/*
 * Launches the cell and waits for its end; again, with more executions to a sample, while its
 * samples are too short for the clock. A failure of the cell is in `launched`; the status is
 * another one than STATUS_OK only when nothing could be launched, or a signal came, after which
 * all of the cell's processes have been ended. The caller frees with launch_result_free().
 */
MUST_USE enum status launch_cell(const struct cell *cell, const struct model_entry *entry,
                                 const struct launch_options *options,
                                 struct launch_result *launched);
/* Says why a launch that did not end well failed. */
void launch_say_failure(const struct cell *cell, const struct launch_result *launched);

#endif
