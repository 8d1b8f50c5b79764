/*
 * The executions of a cell that are measured and not timed: what each worker did with its time, and
 * what the system counted meanwhile.
 */
#ifndef PASSES_H
#define PASSES_H

#include "meter.h"
#include "model.h"

/*
 * One sample for each pass of the meter, after those that are timed. The process that owns the
 * result checks it, and says what came of them; `right` becomes false when a result was wrong.
 * `job` has the meter's kernel.
 */
MUST_USE enum status passes_run(struct job *job, struct team *team, struct meter *meter,
                                bool *right);

/* How many of the cell's workers are in each process. */
unsigned passes_workers(const struct job *job);

#endif
