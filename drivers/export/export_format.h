/*
 * What a run can be exported to, and `run` and `measure` can print in place of all else: one file a
 * format, which ends in its `struct export_format`.
 *
 * To add a format: write drivers/export/NAME.c with its struct, export_NAME, which CMake finds, and
 * test it in tests/unit/test_export.c.
 */
#pragma once

#include "analysed_run.h"

#include <stdio.h>

struct export_format {
    const char *name, *help; /* one line: what reads it */
    /* Says what of the run the format has no place for, and fails when that is all, before anything
     * is written. NULL: it has a place for everything. */
    enum status (*check)(const struct analysed_run *run);
    /* Writes as it goes, of a run that was checked. Whether the stream took all is the caller's to
     * check. */
    void (*write)(const struct analysed_run *run, FILE *stream);
};

/* All of them, by name, ended by NULL; CMake writes the table. */
extern const struct export_format *const export_table[];

/* The format that --format names; NULL where nothing does. A usage error for what is no format, or
 * where --json was asked for as well. */
MUST_USE enum status export_choose(const char *name, bool json,
                                   const struct export_format **format);

/* Checks the run and writes it to standard output. The caller checks whether that took all. */
MUST_USE enum status export_print(const struct export_format *format,
                                  const struct analysed_run *run);

/* How a run is named where nothing of it can be exported: its folder, if it has one. */
const char *export_subject(const struct analysed_run *run);

/* In nanoseconds, to the picosecond: what a product with 1e9 adds takes 17 digits to write. */
double export_nanoseconds(double seconds);

/*
 * For formats that have no place for a cell that failed or did not verify: whether any other is
 * there, and says how many are left out. STATUS_FAILED when all are.
 */
MUST_USE enum status export_check_verified(const struct analysed_run *run);
