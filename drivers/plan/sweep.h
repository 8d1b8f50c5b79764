/*
 * The cells of a run: experiments, each a sweep along its axis, for kernels and models.
 */
#pragma once

#include "experiment.h"
#include "lists.h"
#include "plan.h"

/* What is being planned, as an experiment's scale() sees it. */
struct sweep {
    const struct request *request;
    const struct allocation *allocation;
    const struct experiment *experiment;
    struct lists lists;
    struct plan *plan;
};

/* The caller frees the plan's cells with plan_free(), whatever came of it. */
MUST_USE enum status sweep_plan(const struct request *request, const struct catalog *catalog,
                                const struct allocation *allocation, struct plan *plan);

/*
 * The worker counts of a sweep: powers of two up to `most` and `most` itself, thinned to
 * `widths_max`, the first and the last kept. Returns how many; `widths` has room for
 * LISTS_WIDTHS_MAX.
 */
unsigned sweep_widths(unsigned most, unsigned widths_max, unsigned *widths);
