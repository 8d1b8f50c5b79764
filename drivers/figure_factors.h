/*
 * The figure of where the time went: for a kernel, a bar per cell, its workers' time in parts.
 */
#ifndef FIGURE_FACTORS_H
#define FIGURE_FACTORS_H

#include "figures.h"

/*
 * Draws where-KERNEL of the kernel's cells with more than one worker and all factors; nothing when
 * there is none. Errors as of figures_draw().
 */
MUST_USE enum status figure_factors_draw(const struct figures *figures,
                                         const struct analysis_of_cell *cells, size_t count,
                                         const char *kernel);

/* Whether the cell has a bar. */
bool figure_factors_shows(const struct analysis_of_cell *cell, const char *kernel);

/* The workers' time in shares that add up to 1. */
struct time_shares {
    double useful; /* what serial takes for the same work */
    double extra;  /* computing that serial does not do, or does faster */
    double uneven; /* waiting for the slowest worker */
    double other;  /* communication, hand-over, waiting for locks */
};
struct time_shares figure_factors_shares(const struct factors *factors);

#endif
