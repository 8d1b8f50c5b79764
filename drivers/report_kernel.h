/*
 * The part of report.html that a kernel has: its figures and the table of its cells.
 */
#ifndef REPORT_KERNEL_H
#define REPORT_KERNEL_H

#include "analysis.h"
#include "fits.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* What a page is made from. */
struct report {
    const char *folder;
    const json_t *manifest;
    const struct analysis_of_cell *cells;
    size_t count;
    enum ending ending;
    const struct fits *fits; /* NULL: none */
};

/* A section for each kernel of the run, in the order of its cells. */
void report_kernels(FILE *page, const struct report *report);

#endif
