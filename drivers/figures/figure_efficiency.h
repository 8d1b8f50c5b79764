/*
 * The figure of where the time went: for a kernel, a bar per cell, its workers' time in parts.
 */
#pragma once

#include "figures.h"

/*
 * Draws the kernel's cells with more than one worker and all factors; nothing when there is none.
 * Errors as of figures_draw().
 */
MUST_USE enum status figure_efficiency_draw(const struct figures *figures,
                                            const struct analysed_kernel *kernel);

/* The name of its files. */
void figure_efficiency_name(const struct analysed_kernel *kernel, char name[GNUPLOT_NAME_MAX]);

/* How many of the kernel's cells have a bar: those of weak scaling have none. */
size_t figure_efficiency_count(const struct analysed_kernel *kernel);
