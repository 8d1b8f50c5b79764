/*
 * Asking nodes what they are before anything is measured on them: by one launch of the suite's own
 * program on each, by what starts the ranks of cells there.
 */
#pragma once

#include "allocation.h"
#include "catalog.h"
#include "plan.h"
#include "status.h"

#include <jansson.h>

/*
 * Asks the nodes that ranks of the plan's cells are on, unless that is this host alone: then
 * `nodes` becomes NULL, else an array of what they told, see node_report.h, which the caller owns.
 * A failure, which names the node, where one does not answer in time, has not the programs that the
 * cells need or has those of another build, or has fewer cores than its cells have workers; a usage
 * error where nodes differ that may not. `beside`: another build whose cells are measured as well,
 * or NULL.
 */
MUST_USE enum status probe_nodes(const struct plan *plan, const struct catalog *catalog,
                                 const struct catalog *beside, const struct allocation *allocation,
                                 double timeout_s, json_t **nodes);
