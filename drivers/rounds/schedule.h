/*
 * What a round launches, and in which order. Pure functions of the plan, the run's seed, and which
 * cells are due.
 *
 * The cells of a kernel, of its algorithms, and of what is told with it are launched one after the
 * other; among them those that share the base of their speedups. The order is shuffled in every
 * round, of kernels, of bases and of cells. A base comes among its cells, evenly: once, and twice
 * more for every twelve of them. A speedup's pair was then measured close together, and the median
 * of an odd number of the base's launches disturbs fewer pairs than a single one. Recorded on
 * several machines, the middle one of three launches makes intervals of speedups narrower, and the
 * nearest one of them no narrower than that: see docs/trust.md.
 */
#pragma once

#include "plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scheduled {
    size_t cell;     /* index in the plan */
    unsigned turn;   /* which of its launches in the round, from 0 */
    uint64_t random; /* drawn for whatever else of this launch is left to chance */
};

struct schedule {
    uint64_t seed;
    size_t cells;
    size_t *bases;   /* of each cell, or itself: it has none */
    size_t *kernels; /* of each cell the first one that is of the same kernel, or told with it */
    size_t *order;   /* of all cells in the round */
    size_t due;      /* cells of the round */
    size_t count;
    struct scheduled *launches; /* of the round */
};

/* Nothing is scheduled yet. The caller frees it. */
void schedule_new(const struct plan *plan, uint64_t seed, struct schedule *schedule);
void schedule_free(struct schedule *schedule);

/* Makes it that of a round, with those cells that are due, an element each. */
void schedule_make(struct schedule *schedule, unsigned round, const bool *is_due);
