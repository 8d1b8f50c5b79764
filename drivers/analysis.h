/*
 * From samples to what is reported of each cell.
 *
 * Samples of one launch share its pages and its placement and are not independent. So a cell's
 * time is the median over rounds of each round's median, and its speedup the median over rounds
 * of the ratio to serial in the same round; intervals are over rounds, too. With one round only,
 * they are over its samples, and describe that launch.
 */
#ifndef ANALYSIS_H
#define ANALYSIS_H

#include "record.h"
#include "stats.h"

struct analysis_of_cell {
    const struct cell *cell;
    const struct standing *standing;
    size_t samples, rounds;
    bool verified;          /* every sample, and no launch failed */
    struct summary time;    /* seconds */
    double startup_s;       /* median over rounds */
    bool has_speedup;       /* there is a base, and both verified */
    struct summary speedup; /* relative to the serial model of the same kernel */
    double base_s;          /* serial's time */
    size_t first_of_kernel; /* index of the plan's first cell of the same kernel, */
    size_t first_of_label;  /* and of the same label */
};

/* One element a cell of the plan, in its order, which the caller frees. */
MUST_USE enum status analysis_make(const struct record *record, struct analysis_of_cell **cells);

/* Speedup over workers. */
double analysis_efficiency(const struct analysis_of_cell *cell);

/* Whether the cell is the first one of its kernel. */
bool analysis_starts_kernel(const struct analysis_of_cell *cells, size_t index);

/* Whether all cells were measured and verified. */
bool analysis_passes(const struct analysis_of_cell *cells, size_t count);

#endif
