/*
 * Peers, programs of another language, beside the models of this suite that they mirror: the same
 * kernel and size, the same options, as many workers.
 *
 * Both execute the same object code of the kernel, in the same rounds. So the ratio of their times,
 * paired by round, is that of the mechanisms; where a peer has a body of its own, as a loop in its
 * own language, it is that of the languages. Pure functions.
 */
#pragma once

#include "analysis.h"

/* The model's cell that a peer's is held against; NULL: it is no peer's, or not measured, or there
 * is none. */
const struct analysis_of_cell *mirrors_beside(const struct analysis_of_cell *peer);

/* The time of a peer's cell over that of the model's. Count 0: there is none. */
struct summary mirrors_ratio(const struct analysis_of_cell *peer);

/* How many tasks an execution of the cell is cut into, where somebody said how large each is to be;
 * 0: that was left to the model, or it takes no such number. */
uint64_t mirrors_tasks(const struct cell *cell);

/* The time of an execution over that number. Count 0: there is none. */
struct summary mirrors_task(const struct analysis_of_cell *cell);
