/*
 * What a figure shows: the points that a run's cells give it, in the order of drawing.
 */
#ifndef FIGURE_POINTS_H
#define FIGURE_POINTS_H

#include "analysed_run.h"
#include "sweep.h"

#include <stddef.h>
#include <stdio.h>

enum quantity { QUANTITY_SPEEDUP, QUANTITY_TIME, QUANTITY_EFFICIENCY };

/* Points of the same panel and series are a line. */
struct point {
    size_t panel, series; /* places of its kernel and of its model among those of the run */
    const struct analysis_of_cell *cell;
};

struct figure {
    const struct figures *where;
    unsigned experiment;
    enum quantity quantity;
    const struct analysed_kernel *kernel; /* NULL: all of them, a panel each */
    size_t count;
    struct point *points;
};

/* Finds the figure's points, for which there is room for one a cell of the run. */
void figure_select(struct figure *figure);

/* Whether a panel, or a series, begins with the point of this index. */
bool figure_starts_panel(const struct figure *figure, size_t index);
bool figure_starts_series(const struct figure *figure, size_t index);

/* The line type in plots/style.gp: the same model has the same one in all figures of a run. */
unsigned figure_style(const struct point *point);

const struct summary *figure_value(const struct figure *figure, const struct point *point);

/* Serial's time, which speedups and efficiencies of the panel of this point are relative to; 0:
 * none. */
double figure_base(const struct figure *figure, size_t index);

/* The law that is drawn with the series that begins with this point, or NULL. */
const struct fit *figure_law(const struct figure *figure, size_t index);

/* Whether all of its parameters have one. */
bool figure_law_has_interval(const struct fit *fit);

/* Least and greatest value that must be seen, those of the ideal line among them. */
void figure_limits(const struct figure *figure, unsigned cores, double *low, double *high);

/* The numbers as TSV: an index block per series, whose first line is the label, then one per law
 * that is drawn: workers, value, low and high end of the interval, 1 beyond what the law was fitted
 * on. `what` is a figure, as struct drawing wants it. */
void figure_write(FILE *stream, const void *what);

#endif
