/*
 * What an experiment makes of its cells by itself, in place of speedup, time or efficiency: what it
 * draws and writes into its tables, lines beside it, and what follows of all cells of a series.
 *
 * A unit is that of the suite, in which a value is, and people read "3.10 µs", "1.5 MiB" or
 * "8.10 GB/s": "s", "B", "B/s"; "%", of which 12 are 12; "" of a plain number.
 */
#pragma once

#include "stats.h"
#include "text.h"

#include <stdbool.h>

struct analysis_of_cell;
struct analysed_kernel;

/* Of a cell. */
struct own_quantity {
    const char *name;  /* "time a task", as it stands at an axis and above a column */
    const char *brief; /* likewise on a terminal, of 10 letters at most; NULL: the name */
    const char *unit;
    bool
        is_linear; /* its axis begins at 0; else it is logarithmic, and what is not > 0 not on it */
    /* With its interval; a count of 0: this cell has none. */
    void (*value)(const struct analysis_of_cell *cell, struct summary *value);
};

/* Drawn beside the points, such as a bound or a fit, over the same axis: a thin line for each
 * series or one for all of a figure, which may have two of those. */
struct own_line {
    const char *title;
    bool is_of_all;
    double (*value)(const struct analysis_of_cell *cell); /* NAN: there is none at this cell */
};

/* What follows of all cells of a series, such as the parameter of a fit. `first` is its cell that
 * is first along the axis; series_next() in analysis/series.h has the others. */
struct own_result {
    const char *name;  /* "METG(50 %)", above a column */
    const char *brief; /* likewise on a terminal, of 10 letters at most; NULL: the name */
    const char *unit;
    /* With its interval; a count of 0: this series has none. */
    void (*value)(const struct analysed_kernel *kernel, const struct analysis_of_cell *first,
                  struct summary *value);
};

/* What a value function says of a cell or a series that has none. */
struct summary own_none(void);

/* Each value of the summary so many times as much. */
struct summary own_scaled(const struct summary *summary, double factor);

/* A value in that unit as tables have it: "3.10 us". */
struct short_text own_text(const char *unit, double value);

/* As figures and sentences have it: "3.10 µs". */
struct short_text own_prose(const char *unit, double value);

/* The ends of its interval, in the unit of the later one: "0.40 to 0.43 µs", or one where they are
 * the same. */
struct short_text own_range(const char *unit, const struct summary *summary);

/* Without its own unit's name, in that of another value: "0.85" beside 1.20 ms. */
struct short_text own_text_beside(const char *unit, double value, double other);
