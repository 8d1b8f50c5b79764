/*
 * Launching one cell: its program, by the launcher that suits it, and reading what it says until it
 * ends.
 */
#pragma once

#include "allocation.h"
#include "catalog.h"
#include "launch_result.h"
#include "plan.h"
#include "status.h"

#include <stdbool.h>
#include <stdio.h>

struct launch_options {
    const struct catalog *catalog; /* with the cell's model */
    const struct allocation *allocation;
    unsigned samples;
    bool cold;           /* the first execution is a sample already */
    bool uncounted;      /* workers are clocked, but nothing of what they do is counted */
    unsigned pieces;     /* of each worker that its time line has; 0: it has none */
    bool outputs;        /* are told, where the kernel shows them: see outputs_table.h */
    unsigned executions; /* of each sample, at first */
    double shortest_s;   /* samples that take less are not trusted; see launch_cell() */
    double timeout_s;
    uint64_t fail_item, fail_times; /* the piece with that item fails so often; 0 times: none */
    bool require_counters; /* it fails where a worker's instructions or cycles were not counted */
    const char *log;       /* file for all that is not the protocol; NULL: dropped */
};

/* From then on models are among those that cannot be used if nothing can start their cells here:
 * programs that start them are asked for their version, unless the catalog has their answer. */
void launch_limit(struct catalog *catalog, const struct allocation *allocation);

/*
 * Before the first cell: whether there is a launcher for each. Once they are about to start, `tell`
 * also says what one must know of the launchers and of the allocation.
 */
MUST_USE enum status launch_check(const struct plan *plan, const struct catalog *catalog,
                                  const struct allocation *allocation, bool tell);

/*
 * Launches the cell and waits for its end; again, with more executions to a sample, while its
 * samples are too short for the clock, and once more where none of its processes had started, see
 * struct launcher. A failure of the cell is in `launched`; the status is another one than STATUS_OK
 * only when nothing could be launched, or a signal came, after which all of the cell's processes
 * have been ended. The caller frees with launch_result_free().
 */
MUST_USE enum status launch_cell(const struct cell *cell, const struct launch_options *options,
                                 struct launch_result *launched);

/* Prints the command line of each cell's first launch, behind its identity, as a shell takes
 * them, and before those of a launcher what they have in their environment. Nothing is started. */
MUST_USE enum status launch_print(FILE *stream, const struct plan *plan,
                                  const struct launch_options *options);

/* Says that a launch before this one started no cell, where one did so. */
void launch_say_again(const struct cell *cell, const struct launch_result *launched);

/* Says why a launch that did not end well failed. */
void launch_say_failure(const struct cell *cell, const struct launch_result *launched);
