/*
 * The picture of what a kernel shows of its outputs: the third number of each point over the first
 * two.
 */
#pragma once

#include "analysed_run.h"
#include "gnuplot.h"
#include "outputs_table.h"

/* The name of its files, without .svg and the like. */
struct outputs_figure_name {
    char text[GNUPLOT_NAME_MAX];
} outputs_figure_name(const struct kernel *kernel);

struct outputs_picture {
    const struct outputs_table *table;
    char caption[640]; /* what stands below the heading */
};

/* What it says below the heading: the size, by whom it was computed, or an empty text, and how many
 * points there are. */
void outputs_caption(struct outputs_picture *picture, uint64_t size, const char *by);

/* How it is drawn, and the numbers that it shows. The picture stays the caller's. */
struct drawing outputs_drawing(const struct outputs_picture *picture, const char *plots,
                               const char *name);

/* What one who does not see it should know. */
enum { OUTPUTS_ALTERNATIVE_MAX = 640 };
void outputs_describe(const struct outputs_table *table, char text[OUTPUTS_ALTERNATIVE_MAX]);

/* The table of a kernel of the run; false, and nothing to free, where the run's folder has none. */
bool outputs_find(const struct analysed_run *run, const struct analysed_kernel *kernel,
                  struct outputs_table *table);

/* Draws that of each kernel that has one into figures/ of the run's folder. */
MUST_USE enum status outputs_draw(const struct analysed_run *run, const char *plots);
