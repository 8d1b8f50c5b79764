/*
 * Figures of a run, drawn by gnuplot with the scripts in plots/: SVG and PNG, an SVG for narrow
 * screens in a folder below, and the numbers that each shows as TSV beside it.
 *
 * A figure shows the points that the run's cells give it. What it has, and what it is called, is
 * here for those who draw it and for those who look for its file.
 */
#pragma once

#include "analysed_run.h"
#include "experiment.h"
#include "gnuplot.h"
#include "status.h"

#include <stddef.h>
#include <stdio.h>

/* Points of the same panel and series are a line. */
struct point {
    size_t panel, series;   /* places of its kernel and of its model among those of the run */
    size_t one_node_series; /* that of its model on one node */
    double x;
    double axis; /* of bars, which are in order of `x`: where their panel is on the axis; else 0 */
    const struct analysis_of_cell *cell;
};

struct figure {
    const struct analysed_run *run;
    const struct analysed_kernel *kernel; /* NULL: all of them, a panel each */
    const struct experiment *experiment;
    const struct experiment_figure *what;
    unsigned next;               /* for figure_next() */
    char name[GNUPLOT_NAME_MAX]; /* of its files, without .svg and the like */
    size_t count;
    struct point *points;
};

/* Beside the experiments' own: where the time went, a bar for each of the kernel's cells that have
 * more than one worker and all factors, in their order; those of weak scaling have none. */
extern const struct experiment figure_where;

/* Finds its name and its points; where there are none, there is no figure. The caller frees them
 * with figure_free(). */
void figure_make(struct figure *figure);
void figure_free(struct figure *figure);

/* Makes the next figure with points that there is for its kernel, at first from one whose `run` and
 * `kernel` alone are set. False at the end; it is freed then. */
bool figure_next(struct figure *figure);

/* What a reader who cannot see the figure should know: where it ends. */
enum { FIGURE_ALTERNATIVE_MAX = 1024 };
void figure_describe(const struct figure *figure, char text[FIGURE_ALTERNATIVE_MAX]);

/* Whether a panel, or a series, begins with the point of this index. */
bool figure_starts_panel(const struct figure *figure, size_t index);
bool figure_starts_series(const struct figure *figure, size_t index);

/* The line type in plots/style.gp: the same model has the same one in all figures of a run, and the
 * same colour on one node and on several. */
unsigned figure_style(const struct figure *figure, const struct point *point);

/* What stands behind the name of its line: " (updates lost)" for one whose result is wrong, which
 * is drawn apart from the others; or nothing. */
const char *figure_mark(const struct point *point);

/* "speedup", and its value for the cell. */
const char *figure_quantity(const struct figure *figure);
struct summary figure_value(const struct figure *figure, const struct analysis_of_cell *cell);

/* What the cell's line, or its bar, is called. */
struct axis_series figure_series(const struct figure *figure, const struct analysis_of_cell *cell);

/* The script in plots/ that draws it, and what its numbers are. */
const char *figure_script(const struct figure *figure);
const char *figure_numbers(const struct figure *figure);

/* What stands beside the bar of figure_where behind the model: the workers, and marks. */
struct short_text figure_bar_text(const struct point *point);

/* The law that is drawn with the series that begins with this point, or NULL. */
const struct fit *figure_law(const struct figure *figure, size_t index);

/* The limit that is drawn in the panel of the point with this index is told by the cells of its
 * points: the first one's from there on that has one, or NULL. */
const struct analysis_of_cell *figure_limited(const struct figure *figure, size_t index);

/* The next place on the axis beyond `x`, in the panel of the point with this index, where there is
 * a limit: a point there whose cell has it; NULL: there is none. */
const struct point *figure_limit_beyond(const struct figure *figure, size_t index, double x);

/* The numbers as TSV: an index block per series, whose first line is the label, then one per law
 * that is drawn: workers, value, low and high end of the interval, 1 beyond what the law was fitted
 * on; then one per panel with a limit: workers and what it leaves; then the experiment's own lines.
 * Of bars, a line each, and a block per panel. `what` is a figure, as struct drawing wants it. */
void figure_write(FILE *stream, const void *what);

/*
 * Draws the figures of the experiments that the cells belong to, and where the time went, into
 * figures/ in the run's folder, by the scripts in the folder `plots`. An error when gnuplot is
 * missing or fails; nothing half written stays.
 */
MUST_USE enum status figures_draw(const struct analysed_run *run, const char *plots);

/* Makes the folders of figures, where they are not there. */
MUST_USE enum status figures_make_folders(const struct analysed_run *run);
