/*
 * What the workers of a cell note in an execution: who computed which piece when.
 */
#pragma once

#include "instrumentation.h"
#include "model.h"

/* Before the workers are made. */
void noted_ask(struct instrumentation *instrumentation, const struct job *job);

/* What is wrong with what they noted in the execution with that outcome, or NULL; NULL in processes
 * that do not own the result. All processes call it; each has its `own` workers. */
const char *noted_is_wrong(const struct job *job, struct team *team, unsigned own,
                           const struct instrumentation *instrumentation,
                           const struct outcome *outcome);
