/*
 * Tables of a kernel's cells whose columns are those of columns.h: what is shown is said once, and
 * laid out on a terminal here and on the page by report_table.h.
 */
#ifndef CELL_TABLE_H
#define CELL_TABLE_H

#include "analysed_run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct shown {
    const char *column;  /* its name; NULL: how many workers, and how they are arranged */
    int digits;          /* of a number, behind the point */
    const char *heading; /* on the page; NULL: it is not there */
    /* On a terminal; NULL: the title is above it, too, and it is not there. */
    const char *brief, *format; /* of this and of the text */
    double per;                 /* its unit there; 0: 1 */
};

enum { CELL_TABLE_COLUMNS_MAX = 9, CELL_TABLE_TEXT_MAX = 64 };

struct cell_table {
    const char *title; /* on a terminal, above the models, and the widths of it and them */
    int title_width, label_width;
    bool marked; /* there: where the execution was perturbed */
    size_t count;
    struct shown columns[CELL_TABLE_COLUMNS_MAX];
};

/* speedup = workers x load balance x communication efficiency x computation scaling, and what the
 * last one is made of. */
extern const struct cell_table cell_table_factors, cell_table_scaling;

typedef bool cell_table_shows(const struct analysis_of_cell *cell);

/* Whether there is something to say of where the cell's time went, and of what computing cost. */
bool cell_table_is_explained(const struct analysis_of_cell *cell);
bool cell_table_is_counted(const struct analysis_of_cell *cell);

/* A value of the named column as people read it; `absent` where there is none. */
void cell_table_text(const struct shown *shown, const struct analysis_of_cell *cell, double per,
                     const char *absent, char text[CELL_TABLE_TEXT_MAX]);

/* How many workers, how they are arranged where that is not plain, and a mark if they are more than
 * the cores. */
void cell_table_workers(const struct cell *cell, char text[CELL_TABLE_TEXT_MAX]);

/* On a terminal; nothing where no cell of the kernel is shown. */
void cell_table_print(FILE *stream, const struct cell_table *table,
                      const struct analysed_kernel *kernel, cell_table_shows *shows);

#endif
