/*
 * The sections of report.html: one file each, which ends in its `struct report_section`. Each has a
 * heading, which the page's contents name, and can be folded away.
 *
 * To add a section: write drivers/report/NAME.c with `section_NAME` at its end, and test it in
 * tests/unit/test_report.c. CMake finds it.
 */
#pragma once

#include "analysed_run.h"

#include <stdbool.h>
#include <stdio.h>

struct report_section {
    unsigned place; /* more than 0, another for each: sections come in its order */
    bool is_folded; /* until a reader unfolds it */
    /* One section, which has this heading, */
    const char *heading;
    bool (*exists)(const struct analysed_run *run); /* NULL: always */
    void (*write)(FILE *page, const struct analysed_run *run);
    /* or, where that is NULL, several: the heading of each by its index from 0 on, then NULL. */
    const char *(*heading_of)(const struct analysed_run *run, size_t index);
    void (*write_one)(FILE *page, const struct analysed_run *run, size_t index);
};

extern const struct report_section *const section_table[]; /* by file name; behind them NULL */
