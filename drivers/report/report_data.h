/*
 * The raw data in a run's page: all that its numbers can be computed from once more.
 */
#ifndef REPORT_DATA_H
#define REPORT_DATA_H

#include "report.h"
#include "status.h"

#include <stdint.h>
#include <stdio.h>

/* Samples beyond are not in the page but beside it: a browser reads a page as a whole. It is about
 * 170,000 samples. */
enum { REPORT_DATA_BYTES_MAX = 64 << 20 };

/*
 * Writes a section and, in it, <script type="application/json" id="data"> with the manifest and
 * every line of the folder's samples that can be used, line by line. Where these cannot be had, or
 * are too many, the section says so. Only memory can be missing.
 */
MUST_USE enum status report_data(FILE *page, const struct analysed_run *run);

#endif
