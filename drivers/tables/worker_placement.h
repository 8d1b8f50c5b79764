/*
 * Where the workers of launched cells were: on which node, with which mask, on which core. What
 * `affinity` shows, and what is wrong with it.
 */
#pragma once

#include "placement.h"
#include "plan.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Appends an object for each worker of the cell to the array that `affinity --json` shows.
 * `workers` are as cells say them, printable; results/README.md names their keys. Returns how many
 * share a core although there were enough. The hardware threads of `placement`, that of this node,
 * are known to belong to one core or to two; of others, and with NULL, each counts as a core.
 */
size_t worker_placement_add(json_t *placements, const struct cell *cell, const json_t *workers,
                            const struct placement *placement);

/* A table of at most 80 columns, one line a worker, and what its marks mean. */
void worker_placement_print(FILE *stream, const json_t *placements);
