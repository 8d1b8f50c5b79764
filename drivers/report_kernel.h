/*
 * The part of report.html that a kernel has: its figures and the table of its cells.
 */
#ifndef REPORT_KERNEL_H
#define REPORT_KERNEL_H

#include "report.h"

#include <stdio.h>

/* A section for each kernel of the run, in the order of its cells. */
void report_kernels(FILE *page, const struct report *report);

/* How many workers, and how they are arranged where that is not plain. */
void report_workers(FILE *page, const struct cell *cell);

/* Begins a row: the model, with what its figures are to be taken with. */
void report_name(FILE *page, const struct analysis_of_cell *cell);

#endif
