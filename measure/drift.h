/*
 * How far the speed of a machine itself moved, while a run measured and from one run to the next:
 * what all cells have in common. Pure functions.
 *
 * Neighbours, temperature and the clock's frequency slow everything down for minutes, and no
 * counter of the system need show it. Within a run each round's median over cells, of the cell's
 * time in the round over its median, tells how slow that round was; between two runs the median
 * over cells of the ratio does. Medians, so that cells that really changed, fewer than half, do not
 * count.
 */
#pragma once

#include <stddef.h>

/* With fewer cells what they have in common is not told from what each has. */
enum { DRIFT_CELLS_MIN = 10 };

/* A run is noisy that was more than so many times as slow in one round as in another. */
#define DRIFT_MAX 1.05

struct drift {
    double ratio;            /* how many times as slow the slowest round was as the fastest: >= 1 */
    size_t slowest, fastest; /* which ones, from 0 */
};

/*
 * `times`: `rounds` of each of `cells` cells, one cell after the other, NAN where there is none.
 * Rounds of fewer than DRIFT_CELLS_MIN cells are left out, and those that have no more than half as
 * many as the fullest one: such are the cells whose times differ most. The ratio is NAN with fewer
 * than two others.
 */
struct drift drift_within(const double *times, size_t cells, size_t rounds);

/* How many times as long all cells together took, given the ratio of each, NAN where there is none.
 * NAN for fewer than DRIFT_CELLS_MIN. */
double drift_between(const double *ratios, size_t count);

/*
 * So much of `between` the machine can have done, when it did `within` in a single run already: a
 * factor to leave out of each cell's ratio. 1 where either is NAN.
 */
double drift_allowed(double between, double within);
