/*
 * The part of report.html that a kernel has: its figures and the table of its cells.
 */
#ifndef REPORT_KERNEL_H
#define REPORT_KERNEL_H

#include "report.h"

#include <stdio.h>

/* A section for each kernel of the run, in the order of its cells. */
void report_kernels(FILE *page, const struct analysed_run *run);

#endif
