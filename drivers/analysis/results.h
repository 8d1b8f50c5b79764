/*
 * What follows of all cells of a series, by the `results` of experiments.
 */
#pragma once

#include "series.h"

/* The next series of which there is anything, by its first cell: the one behind that, of NULL the
 * first one. NULL: there is none. */
const struct analysis_of_cell *results_next(const struct experiment *experiment,
                                            const struct analysed_kernel *kernel,
                                            const struct analysis_of_cell *before);

struct summary results_value(const struct own_result *result, const struct analysed_kernel *kernel,
                             const struct analysis_of_cell *first);
