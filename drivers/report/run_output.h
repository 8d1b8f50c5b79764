/*
 * What a run's end and `parbench report` have in common: draw, write, print.
 */
#pragma once

#include "analysed_run.h"
#include "export_format.h"
#include "status.h"

#include <stdbool.h>

/* What is there of a run's output, and so can be named. */
struct run_output {
    enum status status; /* of all of it */
    bool page, figures, fom;
};

/* As what it is shown. */
struct run_output_asked {
    const struct export_format *format; /* that alone in place of text; NULL: text, or */
    bool json;                          /* one JSON object in place of it */
    bool tables;                        /* on a terminal, too: the table of each kernel, */
    bool fom;                           /* and a FOM line for each cell */
};

/* Writes the numbers: summary.csv, fits.csv and fom.txt. What could not be written has been told
 * then, here and below. */
struct run_output run_output_begin(const struct analysed_run *run);

/*
 * Prints the answer at a glance and the findings: numbers come before anything is drawn, which may
 * take its time. What is no terminal gets the tables, too. Nothing for JSON and other formats.
 */
void run_output_print(const struct analysed_run *run, const struct run_output_asked *asked);

/* Writes report.html and, where it `draws`, the figures before. STATUS_FAILED, too, where the run
 * does not pass. */
MUST_USE enum status run_output_draw(const struct analysed_run *run, bool draws,
                                     struct run_output *written);

/* Prints the paths of what there is, and last, for tools, the FOM lines and the verdict; on a
 * terminal the verdict and the page's path. Of a run that passes the text has no verdict where not
 * all of the output could be written: the status is another. Or prints the one JSON object, or the
 * format, which fails where it has no place for the run. */
MUST_USE enum status run_output_end(const struct analysed_run *run,
                                    const struct run_output *written,
                                    const struct run_output_asked *asked);

/* Makes all of it anew from the run's samples, its figures where gnuplot is there and it `draws`.
 * STATUS_FAILED, too, where the run does not pass. */
MUST_USE enum status run_output_anew(const char *folder, bool draws,
                                     const struct run_output_asked *asked);
