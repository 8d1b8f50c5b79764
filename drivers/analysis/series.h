/*
 * Series of an experiment: its cells of one kernel that differ in nothing but the axis. Where the
 * axis is none of workers, they have as many workers.
 */
#pragma once

#include "analysed_run.h"
#include "experiment.h"

#include <stdbool.h>

/* Whether both are of one series, if their kernels are the same. */
bool series_is_one(const struct experiment *experiment, const struct cell *a, const struct cell *b);

/* What it is called: the label without the option that is the axis, and how many workers, where the
 * run has the same with fewer or more. */
struct axis_series series_name(const struct experiment *experiment, const struct analysed_run *run,
                               const struct cell *cell);

/* Whether the cell is one to look at in the experiment's series: measured, verified, on its axis,
 * and not there for the sake of another kernel. */
bool series_has(const struct experiment *experiment, const struct analysis_of_cell *cell);

/* The kernel's cell behind `before` along the axis, in the series of `of`; of a `before` of NULL
 * the first one. NULL: there is none. */
const struct analysis_of_cell *series_next(const struct experiment *experiment,
                                           const struct analysed_kernel *kernel,
                                           const struct analysis_of_cell *of,
                                           const struct analysis_of_cell *before);

/* The first cells of the kernel's series one after the other, in the order of the plan: of NULL the
 * first; NULL at the end. */
const struct analysis_of_cell *series_first(const struct experiment *experiment,
                                            const struct analysed_kernel *kernel,
                                            const struct analysis_of_cell *before);
