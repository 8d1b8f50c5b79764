/*
 * Tables of report.html.
 */
#pragma once

#include "analysed_run.h"
#include "cell_table.h"
#include "experiment.h"

#include <stdbool.h>
#include <stdio.h>

/* The table of the kernel's cells. False, and nothing written, where there is none. */
bool report_cells(FILE *page, const struct analysed_kernel *kernel, const struct cell_table *table);

/* The table of what follows of the experiment's series; nothing where nothing does. */
void report_results(FILE *page, const struct analysed_kernel *kernel,
                    const struct experiment *experiment);

/* Tables of what the system counted while the kernel's workers computed, and the processor, where
 * it counted anything; nothing where no execution was looked at. */
void report_counters(FILE *page, const struct analysed_kernel *kernel);
