/*
 * What the tables of report.html have in common.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "analysis.h"

#include <stdio.h>

/* How many workers, and how they are arranged where that is not plain. */
void report_workers(FILE *page, const struct cell *cell);

/* Begins a row: the model, with what its figures are to be taken with. */
void report_name(FILE *page, const struct analysis_of_cell *cell);

#endif
