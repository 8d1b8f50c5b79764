/*
 * What is told of a cell, a row a column: summary.csv, the cells of --json, FOM lines, tables for
 * people and results/README.md have it from here. To add a column: add its row to the table in
 * columns.c, at its end where it is one of summary.csv, and to results/README.md what the unit test
 * `columns` then asks for.
 */
#pragma once

#include "analysis.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* Where a column is, and what holds for it there. */
enum {
    COLUMN_CSV = 1u << 0,
    COLUMN_JSON = 1u << 1,    /* among the cell's keys, */
    COLUMN_FACTORS = 1u << 2, /* or those of where_the_time_went, and in CSV where that is known */
    COLUMN_FOM = 1u << 3,
    COLUMN_RIGHT = 1u << 4,  /* in CSV and FOM of a cell that verified, in JSON of any */
    COLUMN_SCALED = 1u << 5, /* of cells with more work than their base; others lack the key */
    COLUMN_IF_ANY = 1u << 6, /* its key lacks where it has no value, and is not null */
};

/* A value is a member of the analysed cell, the planned one, its state or the execution that tells
 * where the time went, by its kind, unless `make` makes it. NAN, NULL and "" stand for none. */
struct column {
    const char *name, *unit, *help;
    unsigned where;
    enum column_kind {
        COLUMN_CHARS,
        COLUMN_STRING,
        COLUMN_UNSIGNED,
        COLUMN_LONG,
        COLUMN_FLAG,
        COLUMN_NUMBER,
        COLUMN_COUNT /* a sum of what was counted, a whole number that may be a large one */
    } kind;
    enum column_place { COLUMN_ANALYSED, COLUMN_PLANNED, COLUMN_STATE, COLUMN_EXECUTION } place;
    size_t offset;
    json_t *(*make)(const struct analysis_of_cell *cell);
};

extern const struct column columns[];
extern const size_t columns_count;

/* The first row with that name, which must be there. */
const struct column *columns_find(const char *name);

/* A text, a number or a truth, which the caller owns; null where there is none. */
json_t *columns_value(const struct column *column, const struct analysis_of_cell *cell);

/* Writes values as a line of CSV, where null is empty, and frees their array. */
void columns_write_line(FILE *stream, json_t *values);

/* Of a column that is the median of a summary. */
const struct summary *columns_summary(const struct column *column,
                                      const struct analysis_of_cell *cell);
