/*
 * The executions of a cell that are measured and not timed: what each worker did with its time, and
 * what the system counted meanwhile.
 */
#pragma once

#include "instrumentation.h"
#include "model.h"

/*
 * One sample for each pass of the instrumentation, after those that are timed, of as many
 * executions. The process that owns the result checks it, and says what came of them; `right`
 * becomes false when a result was wrong. `job` has the instrumentation's kernel.
 */
MUST_USE enum status instrument_run(const struct job *job, unsigned executions, struct team *team,
                                    struct instrumentation *instrumentation, bool *right);

/* How many of the cell's workers are in each process. */
unsigned instrument_workers(const struct job *job);
