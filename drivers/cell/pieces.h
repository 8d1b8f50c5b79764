/*
 * A cell's line of time: the pieces that its workers noted in an execution that is no sample, told
 * worker by worker.
 */
#pragma once

#include "instrumentation.h"
#include "model.h"

/* So that workers of this job note up to `most` of their pieces; before they are made. */
void pieces_ask(struct instrumentation *instrumentation, const struct job *job, unsigned most);

/*
 * What the workers noted in that execution, whose `outcome` this is: a line `timeline` of it, and
 * for each of the first workers one `pieces` or several, lest a line is longer than launchers pass
 * on at once. All processes call it; the one that owns the result tells. Each of them has `each`
 * workers, and the first `helpers` of the processes none.
 */
MUST_USE enum status pieces_tell(struct team *team, const struct job *job,
                                 const struct instrumentation *instrumentation, unsigned each,
                                 unsigned helpers, const struct outcome *outcome);
