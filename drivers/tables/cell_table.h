/*
 * Tables of a kernel's cells whose columns are those of columns.h: what is shown is said once, and
 * laid out on a terminal here and on the page by report_table.h.
 */
#pragma once

#include "analysed_run.h"
#include "own_quantity.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct shown {
    const char *column;         /* its name; NULL: how many workers, and how they are arranged */
    const char *heading;        /* on the page; NULL: it is not there */
    const char *brief, *format; /* on a terminal, and the format of its text; NULL: likewise */
    double per;                 /* its unit; 0: the column's */
    int digits;                 /* of a number behind the point; with an interval at most */
    bool interval;              /* of a summary's median: with its interval, */
    bool is_judged;             /* and a mark where that is too wide; */
    bool is_brief;              /* on a terminal without its interval */
    const struct own_quantity *own; /* of no column: what an experiment makes of the cell */
};

enum { CELL_TABLE_COLUMNS_MAX = 16 };

struct cell_table {
    /* Which cells; NULL: those that have a table for themselves because of the experiment `own`,
     * which is NULL for the others. */
    bool (*shows)(const struct analysis_of_cell *cell);
    const struct experiment *own;
    const char *title; /* on a terminal; as wide as the models below, and what is beside them */
    bool is_marked;    /* where the execution was perturbed */
    size_t count;
    struct shown columns[CELL_TABLE_COLUMNS_MAX];
};

/* speedup = workers x load balance x communication efficiency x computation scaling, and what the
 * last one is made of. */
extern const struct cell_table cell_table_factors, cell_table_scaling;

/* Times and speedups. */
struct cell_table cell_table_of(const struct analysed_kernel *kernel, const struct experiment *own);

/* Names those of the kernel's cells that were perturbed although there is nothing to say: "serial
 * with 1 worker, threads with 2 workers in weak scaling". The caller frees the text, which is empty
 * where there are none. */
char *cell_table_unexplained(const struct analysed_kernel *kernel);

/* Writes a sentence without its end on what the table's speedups are over, with times, and what
 * limits the kernel; empty without a base for all of it. */
enum { CELL_TABLE_BASES_MAX = 512 };
void cell_table_bases(const struct analysed_kernel *kernel, const struct experiment *own,
                      char text[CELL_TABLE_BASES_MAX]);

bool cell_table_has(const struct cell_table *table, const struct analysis_of_cell *cell);

/* The first cell of the kernel that it has, or NULL. */
const struct analysis_of_cell *cell_table_first(const struct cell_table *table,
                                                const struct analysed_kernel *kernel);

/* The column's value as people read it, and the ends of its interval; empty where there is none. */
struct short_text cell_table_text(const struct shown *shown, const struct analysis_of_cell *cell);
struct short_text cell_table_interval(const struct shown *shown,
                                      const struct analysis_of_cell *cell, const char *between);

/* Whether the column shows how many workers. */
static inline bool cell_table_is_of_workers(const struct shown *shown)
{
    return !shown->column && !shown->own;
}

/* On a terminal, where there is no room for more: both ends in the unit of the median before them,
 * if they have units. */
struct short_text cell_table_brief_interval(const struct shown *shown,
                                            const struct analysis_of_cell *cell);

/* How many workers, how they are arranged where that is not plain, and a mark if they are more than
 * the cores. */
struct short_text cell_table_workers(const struct cell *cell);

/* What a cell's row is called: its label, with the algorithm behind it, "threads (sieve)", where it
 * is another than the table's. */
struct cell_table_name {
    char text[MODEL_SPEC_LABEL_MAX + PLAN_NAME_MAX];
} cell_table_name(const struct cell *cell);

/* Prints a model's label in a column of that width. One that is longer has a line of its own,
 * unless it is the one of the row above, if that is not NULL. */
void cell_table_label(FILE *stream, const char *label, const char *above, int width);

/* On a terminal. */
void cell_table_print(FILE *stream, const struct cell_table *table,
                      const struct analysed_kernel *kernel);
