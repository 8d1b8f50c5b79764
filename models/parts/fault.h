/*
 * What is to go wrong: a piece of work that fails as often as it was told to, to show what a model
 * makes of it. Kernels know nothing of it, and models only that computing a piece has a status.
 */
#pragma once

#include "range.h"

#include <stdbool.h>

/*
 * The piece with that item fails the first `times` times that it is computed, whoever computes it:
 * this process, its threads, and the processes that it forks later. The plan before is forgotten.
 */
void fault_plan(uint64_t item, uint64_t times);

/* Whether this attempt at the items of a piece fails. */
bool fault_due(struct range piece);

/*
 * How many attempts are yet to fail, and to set that: for processes that have not forked each
 * other, of which one keeps the count and tells it whoever attempts something. 0, and nothing is
 * set, where there is no plan.
 */
uint64_t fault_left(void);
void fault_leave(uint64_t times);

/* Says which item failed, and with which others; nothing where none did. */
void fault_say(void);
