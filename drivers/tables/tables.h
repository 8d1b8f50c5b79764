/*
 * A run's cells, and the laws fitted to them (fits.h), as text: tables for people, FOM lines for
 * tools, CSV for spreadsheets, JSON.
 */
#pragma once

#include "analysed_run.h"
#include "experiment.h"

#include <jansson.h>
#include <stdio.h>

/* A table per kernel, at most 80 columns wide, and its fits below it. Times whose interval is too
 * wide have a mark. */
void tables_print(FILE *stream, const struct analysed_run *run);

/*
 * One FOM line a cell, plain decimals, and the verdict. Figures that do not exist are left out: an
 * interval of fewer than 6 rounds, a speedup without a base, everything of a cell that failed. A
 * cell whose base is of another size has no speedup but a scaled one, and says the base's size.
 */
void tables_write_fom(FILE *stream, const void *run);
void tables_print_fom_of(FILE *stream, const struct analysis_of_cell *cell); /* one of them */

/* Which cells lost updates, as they are there to show, and how; nothing where none did. */
void tables_print_losses(FILE *stream, const struct analysed_run *run);

/* The last line: "VALIDATION: PASS", and which cells lost updates as expected. None where something
 * before it could not be written. */
void tables_print_verdict(FILE *stream, const struct analysed_run *run);

/* Header and one line a cell of the run, figures that do not exist being empty; for
 * run_folder_write(). */
void tables_write_csv(FILE *stream, const void *run);

/* The cell with its figures, null where one does not exist. */
json_t *tables_json(const struct analysis_of_cell *cell);

/* Karp and Flatt's fraction of each point of the run, then its fits; for run_folder_write(). */
void tables_write_fits(FILE *stream, const void *run);

/* An array with an object for each law of each model that took part in its experiment: the fit, or
 * null with the reason why there is none. */
json_t *tables_fits_json(const struct analysed_run *run);

/* The kernel's fits as a table of at most 80 columns, nothing where there are none. */
void tables_print_fits(FILE *stream, const struct fits *fits, const char *kernel);

/* What follows of experiments' series: whether there is anything, as CSV for run_folder_write(), as
 * an array of objects, and of one experiment and kernel as a table of at most 80 columns, nothing
 * where there is none. */
bool tables_has_results(const struct analysed_run *run);
void tables_write_results(FILE *stream, const void *run);
json_t *tables_results_json(const struct analysed_run *run);
void tables_print_results(FILE *stream, const struct analysed_kernel *kernel,
                          const struct experiment *experiment);
