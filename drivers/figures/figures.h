/*
 * Figures of a run, drawn by gnuplot with the scripts in plots/: SVG and PNG, an SVG
 * for narrow screens in a folder below, and the numbers that each shows as TSV beside it.
 */
#pragma once

#include "analysed_run.h"
#include "status.h"

/*
 * Draws the figures of the experiments that the cells belong to, and where the time went, into
 * figures/ in the run's folder, by the scripts in the folder `plots`. An error when gnuplot is
 * missing or fails; nothing half written stays.
 */
MUST_USE enum status figures_draw(const struct analysed_run *run, const char *plots);
