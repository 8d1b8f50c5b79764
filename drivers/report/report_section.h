/*
 * The sections of report.html: one file each, which ends in its `struct report_section`.
 *
 * To add a section: write drivers/report/NAME.c with `section_NAME` at its end, and test it in
 * tests/unit/test_report.c. CMake finds it.
 */
#pragma once

#include "analysed_run.h"

#include <stdio.h>

struct report_section {
    unsigned place; /* more than 0, another for each: sections come in its order */
    /* Writes <section> with all that is in it, or nothing where the run has none of it. */
    void (*write)(FILE *page, const struct analysed_run *run);
};

extern const struct report_section *const section_table[]; /* by file name; behind them NULL */
