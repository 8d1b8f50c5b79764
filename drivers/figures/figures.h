/*
 * Figures of a run, drawn by gnuplot with the scripts in plots/: SVG and PNG, an SVG
 * for narrow screens in a folder below, and the numbers that each shows as TSV beside it.
 */
#pragma once

#include "analysed_run.h"
#include "status.h"

/* Whose figures, what stands in their subtitles, and where the scripts are. */
struct figures {
    const struct analysed_run *run; /* figures go to figures/ below its folder */
    const char *plots;              /* the folder of the gnuplot scripts */
    const char *machine;            /* one line */
};

/*
 * Draws the figures of the experiments that the cells belong to, and where the time went. An error
 * when gnuplot is missing or fails; nothing half written stays.
 */
MUST_USE enum status figures_draw(const struct figures *figures);
