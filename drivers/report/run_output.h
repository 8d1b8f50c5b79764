/*
 * What a run's end and `parbench report` have in common: draw, write, print.
 */
#pragma once

#include "analysed_run.h"
#include "status.h"

#include <stdbool.h>

/*
 * Writes summary.csv, fits.csv, report.html and, where it draws, figures. STATUS_FAILED when a cell
 * failed or did not verify, or the run did not come to its end.
 */
MUST_USE enum status run_output_write(const struct analysed_run *run, bool draws);

/* Prints the table and the FOM lines, or one JSON object in their place. `drawn`: there are figures
 * to name. */
void run_output_print(const struct analysed_run *run, bool drawn, bool json);
