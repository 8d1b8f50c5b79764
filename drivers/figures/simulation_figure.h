/*
 * The figure of a kernel's simulated speedups: dashed, with the band of their own error, beside
 * what was measured.
 */
#pragma once

#include "gnuplot.h"
#include "simulation.h"

/* The name of its files, without .svg and the like. */
struct simulation_figure_name {
    char text[GNUPLOT_NAME_MAX];
} simulation_figure_name(const struct analysed_kernel *kernel);

/* Draws that of each kernel with a curve into figures/ of the run's folder. */
MUST_USE enum status simulation_draw(const struct analysed_run *run,
                                     const struct simulation *simulation, const char *plots);
