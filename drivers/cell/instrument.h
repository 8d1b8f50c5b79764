/*
 * The executions of a cell that are measured and not timed: what each worker did with its time, and
 * what the system counted meanwhile.
 */
#pragma once

#include "instrumentation.h"
#include "model.h"

/* What this program is told to measure, and measures it with. */
struct cell {
    struct job job;               /* of the instrumentation's kernel */
    unsigned samples, executions; /* executions of each sample */
    struct team *team;
    struct instrumentation *instrumentation;
    bool right; /* all results so far */
};

/* One sample for each pass of the instrumentation, after those that are timed. The process that
 * owns the result checks it, and says what came of them. */
MUST_USE enum status instrument_run(struct cell *cell);

/* How many of the cell's workers are in each process. */
unsigned instrument_workers(const struct job *job);
