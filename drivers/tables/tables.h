/*
 * A run's cells as text: a table for people, FOM lines for tools, summary.csv for spreadsheets.
 */
#pragma once

#include "analysed_run.h"

#include <jansson.h>
#include <stdio.h>

/* A table per kernel, at most 80 columns wide, and its fits below it. Times whose interval is too
 * wide have a mark. */
void tables_print(FILE *stream, const struct analysed_run *run);

/*
 * One FOM line a cell, plain decimals, and the last line, VALIDATION: PASS or FAIL. Figures that do
 * not exist are left out: an interval of fewer than 6 rounds, a speedup without a base, everything
 * of a cell that failed. A cell whose base is of another size has no speedup but a scaled one, and
 * says the base's size.
 */
void tables_print_fom(FILE *stream, const struct analysed_run *run);

/* Header and one line a cell of the run, figures that do not exist being empty; for
 * run_folder_write(). */
void tables_write_csv(FILE *stream, const void *run);

/* The cell with its figures, null where one does not exist. */
json_t *tables_json(const struct analysis_of_cell *cell);
