/*
 * What a run's end and `parbench report` have in common: draw, write, print.
 */
#pragma once

#include "analysed_run.h"
#include "status.h"

#include <stdbool.h>

/* What is there of a run's output, and so can be named. */
struct run_output {
    bool page, figures;
};

/*
 * Writes summary.csv, fits.csv, report.html and, where it `draws`, figures. What could not be
 * written has been told then, and a run that passed does not pass: it is one that was interrupted.
 * STATUS_FAILED, too, where the run does not pass by itself.
 */
MUST_USE enum status run_output_write(struct analysed_run *run, bool draws,
                                      struct run_output *written);

/* Prints the table and the FOM lines, or one JSON object in their place. */
void run_output_print(const struct analysed_run *run, const struct run_output *written, bool json);
