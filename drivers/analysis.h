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

#include "flags.h"
#include "record.h"
#include "stats.h"

struct analysis_of_cell {
    const struct cell *cell;
    const struct standing *standing;
    size_t samples, rounds;
    struct summary time;    /* seconds */
    double startup_s;       /* median over rounds */
    struct summary speedup; /* relative to the serial model of the same kernel */
    double base_s;          /* serial's time */
    struct factors factors; /* where the time went */
    struct flags flags;     /* what is odd about its samples */
    bool verified;          /* every sample, and no launch failed */
    bool has_speedup;       /* there is a base, and both verified */
    /* After analysis_judge() only: why there are no more samples, as ending_name[] or "failed",
     * and whether the interval of the time is wider than asked for, or there is none. */
    const char *stopped;
    bool too_wide;
    double precision; /* the relative half width asked for; 0: none was */
};

/* One element a cell of the plan, in its order, which the caller frees. */
MUST_USE enum status analysis_make(const struct record *record, struct analysis_of_cell **cells);

/*
 * The medians of the samples of each round of a cell, in the order of rounds, and how many: the
 * cell's independent values. `medians` must have room for record_rounds().
 */
MUST_USE enum status analysis_round_medians(const struct record *record, size_t cell,
                                            double *medians, size_t *count);

/*
 * Fills in why each cell has no more samples. One whose own interval is as narrow as asked for was
 * stopped by that, whatever ended the run for the others. `precision` is a share, 0 when none was
 * asked for.
 */
void analysis_judge(struct analysis_of_cell *cells, size_t count, enum ending ending,
                    double precision);

/* Speedup over workers. */
double analysis_efficiency(const struct analysis_of_cell *cell);

/* Whether the cell is the first one of its kernel. */
bool analysis_starts_kernel(const struct analysis_of_cell *cells, size_t index);

/* Whether all cells were measured and verified. */
bool analysis_passes(const struct analysis_of_cell *cells, size_t count);

#endif
