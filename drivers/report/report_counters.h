/*
 * The part of report.html on what the system and the processor counted while workers computed.
 */
#ifndef REPORT_COUNTERS_H
#define REPORT_COUNTERS_H

#include "analysed_run.h"

#include <stdio.h>

/* Tables of the kernel's cells: what the system counted, and the processor, where it counted
 * anything; nothing where no execution was looked at. */
void report_counters(FILE *page, const struct analysed_kernel *kernel);

#endif
