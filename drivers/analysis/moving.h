/*
 * What it costs ranks of one node to move the inputs and outputs of a map, which workers that share
 * memory do not move: the time of a cell with ranks beside that of the fastest model whose workers
 * see all of them, with as many workers and the same work. Paired by round:
 *
 *     ratio     = time of the ranks / time of the others
 *     share     = handing out and collecting / time of the ranks, by the instrumented executions
 *     bandwidth = all bytes that ranks sent / handing out and collecting
 *
 * The bandwidth is that of the model's own calls, with their copies and the first touch of fresh
 * memory, and no more than that of a message. Pure functions.
 */
#pragma once

#include "analysis.h"

struct analysed_kernel;

struct moving {
    const struct analysis_of_cell *ranks, *sharing;
    double bytes; /* that the ranks send in an execution */
    /* Without values where they are not known. */
    struct summary ratio, share, bandwidth;
};

/* What a cell whose ranks, all on one node, sent bytes of a map is held against; NULL: it is none
 * such, or there is nothing. */
const struct analysis_of_cell *moving_beside(const struct analysed_kernel *kernel,
                                             const struct analysis_of_cell *ranks);

/* Fills in `moving` from both cells, of a run with so many rounds. */
void moving_find(const struct analysis_of_cell *ranks, const struct analysis_of_cell *sharing,
                 size_t rounds, struct moving *moving);
