/*
 * What the files of a sweep have in common: nobody else includes it.
 *
 * sweep_lists.c reads what was asked for, sweep_part.c tells who takes part in what, sweep_axis.c
 * adds the cells of a model along an axis, sweep_aside.c what is measured beside a kernel, and
 * sweep.c goes through all of them.
 */
#pragma once

#include "sweep.h"

/* ---- what was asked for ---- */

void sweep_add_kernel(struct sweep *sweep, const struct kernel *kernel);

/* Reads the lists of the request, all but sizes, into the sweep. */
MUST_USE enum status sweep_read(struct sweep *sweep, const struct catalog *catalog);

/* Reads the sizes, of the kernels that are there by then. */
MUST_USE enum status sweep_read_sizes(struct sweep *sweep);

bool sweep_has_ranks(const struct model_spec *choice);

/* Of the numbers of nodes that are there. */
unsigned sweep_most_of_nodes(const struct sweep *sweep);

/* ---- who takes part ---- */

/* Notes what is measured, the kernels of experiments that have some among it, and checks what was
 * asked for against it. */
MUST_USE enum status sweep_take_part(struct sweep *sweep);

/* Whether the experiment is measured under the model, and with the kernel. */
bool sweep_takes_model(const struct sweep *sweep, const struct experiment *experiment,
                       const struct model_spec *choice);
bool sweep_takes_kernel(const struct sweep *sweep, const struct experiment *experiment,
                        const struct sweep_kernel *own);

/* Whether all that is measured has numbers of workers of its own. */
bool sweep_has_own_workers(const struct sweep *sweep);

/* ---- along the axis ---- */

/* The most nodes that the experiment's cells may have: one with workers of its own takes those that
 * there are, unless nodes were asked for. */
unsigned sweep_nodes_for(const struct sweep *sweep);

/* Adds the experiment's cells on as many nodes as `like` has. */
MUST_USE enum status sweep_add_points(struct sweep *sweep, const struct cell_request *like);

/* Says which numbers of workers that somebody asked for a model with so many ranks cannot have; an
 * error where those are all that there are. */
MUST_USE enum status sweep_check_ranks(struct sweep *sweep, const struct model_spec *choice);

/* ---- beside it ---- */

/* What other algorithms of the kernel give, and what limits its cells, those from `first` on. */
MUST_USE enum status sweep_add_aside(const struct sweep *sweep, const struct sweep_kernel *own,
                                     size_t first);
