/*
 * What a kernel showed of its outputs, as a table: told by a cell, see protocol.h, and kept in the
 * run's folder as outputs/KERNEL.tsv.
 */
#pragma once

#include "kernel.h"
#include "launch_result.h"
#include "status.h"

#include <stdio.h>

/* A grid: row by row, the same number of points in each, at places that they have in common. */
struct outputs_table {
    const struct kernel *kernel;
    size_t columns;         /* of the table: numbers of a point */
    size_t points, per_row; /* so many in all */
    double *values;         /* point by point */
};

/* What the launch told; false, and nothing to free, where that is no grid of numbers. */
bool outputs_table_take(const struct launch_result *launched, const struct kernel *kernel,
                        struct outputs_table *table);

/* What the run's folder has of it, whatever it holds; likewise. */
bool outputs_table_read(const char *folder, const struct kernel *kernel,
                        struct outputs_table *table);

void outputs_table_free(struct outputs_table *table);

/* Point `index`: its numbers. */
const double *outputs_table_point(const struct outputs_table *table, size_t index);

/* Writes it as TSV, behind a line of what stands above the columns. */
void outputs_table_write(FILE *stream, const struct outputs_table *table);

/* Whether the run's folder has that of the kernel. */
bool outputs_table_is_kept(const char *folder, const struct kernel *kernel);

/* Writes it there. */
MUST_USE enum status outputs_table_keep(const char *folder, const struct outputs_table *table);
