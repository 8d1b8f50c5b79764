/*
 * Cells whose execution with instrumented workers was perturbed by that, see efficiency.h, and that
 * no table of where the time went shows.
 */
#ifndef PERTURBED_H
#define PERTURBED_H

#include "analysed_run.h"

#include <stdbool.h>

/* Whether a table of the cell's kernel has it. */
typedef bool perturbed_shows(const struct analysis_of_cell *cell);

/*
 * Names those of the kernel's cells that `shows` leaves out: "serial with 1 worker, threads with 2
 * workers in weak scaling". The caller frees the text; NULL where there are none, or no memory.
 */
char *perturbed_elsewhere(const struct analysed_kernel *kernel, perturbed_shows *shows);

#endif
