/*
 * Figures of a run, drawn by gnuplot with the scripts in plots/: SVG and PNG, an SVG
 * for narrow screens in a folder below, and the numbers that each shows as TSV beside it.
 */
#ifndef FIGURES_H
#define FIGURES_H

#include "analysis.h"
#include "fits.h"
#include "status.h"

#include <stddef.h>

/* What stands in a figure's subtitle, and where its files go. */
struct figures {
    const char *folder;      /* the run's; figures go to figures/ below it */
    const char *plots;       /* the folder of the gnuplot scripts */
    const char *machine;     /* one line */
    unsigned allowed;        /* cores, for the ideal line and the mark of physical cores */
    const struct fits *fits; /* drawn with the speedups; NULL: none */
};

/*
 * Writes, per kernel, speedup, time and efficiency for the experiment strong, efficiency for weak,
 * and where the time went; and one figure for gil, of those that the cells belong to. An error when
 * gnuplot is missing or fails; nothing half written stays.
 */
MUST_USE enum status figures_draw(const struct figures *figures,
                                  const struct analysis_of_cell *cells, size_t count);

#endif
