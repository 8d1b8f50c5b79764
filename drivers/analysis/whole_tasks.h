/*
 * What whole tasks could gain at most, by what each of them takes by itself under the base. Paired
 * by round; pure functions.
 */
#pragma once

#include "analysis.h"

struct whole_tasks {
    size_t count;            /* of the cell's tasks; 0: it has none, */
    struct summary most;     /* its speedup in whatever order they are taken, */
    struct summary in_order; /* and in the order given: see bounds.h */
};

/* With the cell's workers. Both bounds are without values where one of the tasks was not measured
 * by itself. */
void whole_tasks_find(const struct analysis_of_cell *cell, struct whole_tasks *found);

/* The cell's task of that place by itself, where it was measured and verified; else NULL. */
const struct analysis_of_cell *whole_tasks_alone(const struct analysis_of_cell *cell, size_t place);
