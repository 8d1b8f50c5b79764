/*
 * Where the workers of launched cells were: on which node, with which mask, on which core. What
 * `affinity` shows, and what is wrong with it.
 */
#pragma once

#include "placement.h"
#include "plan.h"
#include "status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* One worker's. */
struct worker_place {
    const struct cell *cell;
    char node[65], mask[48]; /* empty: it did not tell, since it got no work */
    unsigned rank, thread;   /* of that rank's workers */
    int processor;           /* that it was last on, -1: it got no work */
    bool shares;             /* its core with another worker, although there were enough cores */
};

struct worker_placement {
    size_t count;
    struct worker_place *all;
};

/*
 * Appends those of a cell's workers, an array of objects as cells say them; results/README.md names
 * their keys. The hardware threads of `placement`, that of this node, are known to belong to one
 * core or to two; of others, and with NULL, each counts as a core. The caller frees `all`, and
 * keeps the cell as long as them.
 */
MUST_USE enum status worker_placement_add(struct worker_placement *placements,
                                          const struct cell *cell, const json_t *workers,
                                          const struct placement *placement);

/* How many workers of the cell share a core although there were enough. */
size_t worker_placement_sharing(const struct worker_placement *placements, const struct cell *cell);

/* A table of at most 80 columns, one line a worker, and what its marks mean. */
void worker_placement_print(FILE *stream, const struct worker_placement *placements);

/* The same as an array, with every text whole; NULL without memory. */
json_t *worker_placement_json(const struct worker_placement *placements);
