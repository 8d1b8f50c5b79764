/*
 * A sample: executions of a model that are timed together, from when all workers are ready to when
 * the last whole result is with its owner. The only place that times a model.
 */
#pragma once

#include "instrumentation.h"
#include "model.h"

/*
 * Takes one, of so many executions: 1, unless one takes too little time for the clock. `outcome` is
 * overwritten. With a group all its processes call it, and `seconds` is the longest of their
 * durations after a common start. A process without one must have a result: an error if not.
 */
MUST_USE enum status sample_take(const struct model *model, struct team *team, unsigned executions,
                                 struct outcome *outcome);

/* The same in a pass of the instrumentation, which is told when each execution begins. */
MUST_USE enum status sample_watch(const struct model *model, struct team *team, unsigned executions,
                                  struct instrumentation *instrumentation, struct outcome *outcome);

/* An execution before all samples, which is no sample: what is met for the first time, such as
 * pages, caches and a library's buffers, is in none of them. `seconds` is how long
 * this process took, in the result's owner until it had it. */
MUST_USE enum status sample_warm_up(const struct model *model, struct team *team,
                                    struct outcome *outcome);

/* What became of a result. */
enum sample_verdict {
    SAMPLE_WRONG,
    SAMPLE_RIGHT,
    SAMPLE_LOST /* updates were lost where they may be (TRAIT_MAY_LOSE): it is wrong as expected */
};

/*
 * Whether the result is right; where it is wrong it says why, and `verdict` does in any case. Right
 * in a process that does not own it. The outputs are wiped, so that the next execution cannot pass
 * on them.
 */
enum sample_verdict sample_verify(const struct job *job, const struct outcome *outcome,
                                  struct verdict *verdict);

/* The same without a map's outputs, which stay as they are: of what is the last to execute, and no
 * sample. */
enum sample_verdict sample_verify_partial(const struct job *job, const struct outcome *outcome,
                                          struct verdict *verdict);
