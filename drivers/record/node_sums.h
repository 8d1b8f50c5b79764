/*
 * What the many workers of a launch did, node by node: a hundred thousand objects are more than
 * anybody reads, and would have to be kept, of every launch of every round.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

/* Whether these are so many: more than a node has, or than several nodes have in a run that is
 * small enough to be looked at worker by worker. */
bool node_sums_are_due(const json_t *workers);

/*
 * A new table of the nodes, in the order in which the workers name them: an object of columns, each
 * an array with an item for each node. The workers are as cells say them, and results/README.md
 * names the keys of both. instrumented_sum() has the same sums of it as of the workers.
 */
json_t *node_sums(const json_t *workers);
