/*
 * What a run's end and `parbench report` have in common: draw, write, print.
 */
#pragma once

#include "analysed_run.h"
#include "status.h"

#include <stdbool.h>

/* What is there of a run's output, and so can be named. */
struct run_output {
    bool page, figures, fom;
};

/* As what it is shown. */
struct run_output_asked {
    bool json;   /* one JSON object in place of text */
    bool tables; /* on a terminal, too: the table of each kernel, */
    bool fom;    /* and a FOM line for each cell */
};

/*
 * Writes summary.csv, fits.csv, report.html, fom.txt and, where it `draws`, figures. What could not
 * be written has been told then, and a run that passed does not pass: it is one that was
 * interrupted. STATUS_FAILED, too, where the run does not pass by itself.
 */
MUST_USE enum status run_output_write(struct analysed_run *run, bool draws,
                                      struct run_output *written);

/*
 * Prints the answer at a glance and the findings. A terminal shows the verdict and the page's path
 * last; what is no terminal gets the tables, too, and last, for tools, the FOM lines and the
 * verdict.
 */
void run_output_print(const struct analysed_run *run, const struct run_output *written,
                      const struct run_output_asked *asked);
