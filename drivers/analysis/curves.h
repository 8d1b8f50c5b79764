/*
 * A model's speedup over the number of its workers: where it peaks, and from where on more workers
 * gain next to nothing. Of cells of one kernel that have an interval, a core for each worker, and
 * no lock to hold all but one of them back. Figures whose intervals overlap are not told apart.
 */
#pragma once

#include "analysis.h"

struct analysed_kernel;

struct curve {
    const struct analysis_of_cell *best;   /* the greatest speedup */
    const struct analysis_of_cell *widest; /* that with the most workers */
    /* The fewest and the most workers of cells that the data cannot tell from the best one. */
    unsigned peak_from, peak_to;
    /* The one with the fewest workers that all those with more gain at most CURVES_LITTLE over, and
     * how much that is, as a share, at most; 0: nothing. */
    const struct analysis_of_cell *enough;
    double gain;
};
#define CURVES_LITTLE 0.1

/* Those of the kernel, in the order of its models, which the caller frees. `cores`: what they have
 * at most. */
struct curve *curves_make(const struct analysed_kernel *kernel, unsigned cores, size_t *count);
