/*
 * From samples to what is reported of each cell.
 *
 * Samples of one launch share its pages and its placement and are not independent. So a cell's
 * time is the median over rounds of each round's median, and its speedup the median over rounds
 * of the ratio to serial in the same round; intervals are over rounds, too. With one round only,
 * they are over its samples, and describe that launch.
 *
 * Of several launches of a cell in a round, as bases have, the one with the median time is the
 * round's, the lower one of two: with its time, its start-up, and where its time went. So a base's
 * time has the median that a single launch's has, whatever its distribution, which their mean has
 * not: two cells that are alike have a speedup of 1.
 */
#pragma once

#include "efficiency.h"
#include "record.h"
#include "stats.h"

/* What is odd about a cell's samples. It is said and never acted on: no sample is left out. */
struct outliers {
    /*
     * Beyond Tukey's fences, which are over all samples of the cell as they are. They are not
     * centred by round first: then a launch that was slow as a whole would not be seen, and with
     * one sample a launch nothing would.
     */
    double outliers;     /* beyond 1.5 times the distance of the quartiles, */
    double far_outliers; /* of these, beyond 3 times; NAN below STATS_MIN_FOR_FENCES samples */

    /* Over rounds: a launch's first sample over the median of its others. */
    struct summary first;
    bool slow_first; /* never without an interval */
};

struct analysed_run;

/* Cells of one label are a series; the first ones are the base's, and that of a model under a lock
 * as it is by default. */
enum { SERIES_BASE, SERIES_LOCKED, SERIES_OTHERS };

/* Figures that do not exist are NAN, and intervals and summaries of those, whose count is 0. There
 * is no speedup without a base, nor unless both verified. */
struct analysis_of_cell {
    const struct analysed_run *run; /* that it is of */
    const struct cell *cell;
    const struct cell_state *state;
    struct rows_of_cell rows; /* its samples */
    /* Of each round of the run: the median of the samples of its launch, NAN: there are none, and
     * where the time went in it, NULL: it was not looked at. */
    double *times;
    const struct instrumented **executions;
    size_t samples, rounds;
    size_t late;            /* samples beside these that are not valid, since a rank began late */
    double skew_s;          /* median over samples: between the beginnings of ranks; or NAN */
    double uncertain_s;     /* by which that may be wrong at most, since clocks of nodes are */
    struct summary time;    /* seconds */
    double half_width;      /* of its interval, over its median; INFINITY without one */
    double startup_s;       /* median over rounds */
    struct summary speedup; /* relative to the serial model of the same kernel and size */
    /* Speedup over workers. Where the cell has as much work for each worker as the base has for its
     * one, it is the efficiency of weak scaling, base's time over the cell's. */
    struct summary efficiency;
    /* Workers times that: where the work is scaled, by how much more of it is done in the base's
     * time. J. L. Gustafson, Reevaluating Amdahl's Law, CACM 31(5), 1988. */
    struct summary scaled;
    struct summary karp_flatt; /* see fits.h */
    /* What the speedup is over, serial, and its time; NULL: it is not there. */
    const struct analysis_of_cell *base;
    double base_s;
    /* Speedup over the fastest of all algorithms of the kernel under serial, `absolute_base`, which
     * takes `absolute_base_s`; NULL where none was measured, and for scaled work. Paired by round
     * as `speedup` is. */
    struct summary absolute;
    const struct analysis_of_cell *absolute_base;
    double absolute_base_s;
    /* What limits the cell, `limit.what` of the plan's: the cell that tells it, NULL: none, or
     * nothing for certain. The least time that it leaves, median over rounds, and the speedup with
     * that; the share of the limit's speed that is reached, which above 1 means that it is none. */
    const struct analysis_of_cell *limit;
    double limit_s, limit_speedup;
    struct summary of_limit;
    size_t kernel, series;     /* their places among those of the run, in the order of the plan */
    size_t one_node_series;    /* the former, as if all nodes were one */
    struct efficiency factors; /* where the time went */
    struct outliers flags;     /* what is odd about its samples */
    /* After analysis_judge() only: why there are no more samples, as ending_name[] or "failed",
     * and whether the interval of the time is wider than asked for, or there is none. */
    const char *stopped;
    bool too_wide;
    bool verified;        /* every sample, and no launch failed */
    bool has_wrong;       /* a sample did not verify, and no update was lost in it */
    double updates, lost; /* of all its samples, where some may be lost */
    bool has_lost;        /* it is not verified, as expected: updates were lost, and nothing else */
    char loss[96];        /* says so, in words; empty: it has not */
    bool is_mixed;        /* its rounds may be of machines of several kinds */
    unsigned nodes_place; /* of its number of nodes among those of the run; 0: it is one */
};

/* Gathers the record's rows into a zeroed run, and analyses each cell; a part of
 * analysed_run_make(), which see. */
void analysis_make(const struct record *record, struct analysed_run *run);

/* How many times as fast the cell is as the base, paired by round; none unless both are there and
 * verified. */
struct summary analysis_ratio(const struct analysis_of_cell *cell,
                              const struct analysis_of_cell *base);

/*
 * Fills in why each cell has no more samples. One whose own interval is as narrow as asked for was
 * stopped by that, whatever ended the run for the others.
 */
void analysis_judge(struct analysed_run *run);

/* How narrow a cell's intervals are: half their widths over their medians, INFINITY where there is
 * none yet; 0 where updates were lost: no precision is asked of what is wrong. */
struct widths {
    double time;
    double speedup; /* or what it has in weak scaling; 0 where it is compared with nothing */
};

/* Writes those of each cell by the rounds before `rounds`, whatever was measured after. */
void analysis_find_widths(const struct record *record, unsigned rounds, struct widths *widths);

/* Whether a launch of it failed or a result is wrong. One that was not measured has not, nor has
 * one that lost updates as it was expected to. */
bool analysis_has_failed(const struct analysis_of_cell *cell);

/* Why the cell did not verify; NULL: it did. */
const char *analysis_failure(const struct analysis_of_cell *cell);

/* Whether the cell has as much work for each worker as its base, which is of another size, has. */
bool analysis_is_scaled(const struct analysis_of_cell *cell);

/*
 * What the cell loses most of its workers' time to. SHARE_USEFUL: its speedup may be 95 % of all
 * that they could give, or more; SHARE_COUNT: nobody looked, or it has no speedup. `is_certain`:
 * the intervals decide so, and instrumenting did not perturb what was seen.
 */
enum share analysis_loss(const struct analysis_of_cell *cell, bool *is_certain);

/* Whether there is something to say of where the cell's time went. */
bool analysis_is_explained(const struct analysis_of_cell *cell);

/* Writes "PAPI_TOT_INS, PAPI_TOT_CYC: no PMU; PAPI_BR_MSP: no such event" of the counters that the
 * cells' executions lack, those that share a reason together; nothing where there are none. */
enum { ANALYSIS_MISSING_MAX = 4096 };
void analysis_say_missing(const struct analysis_of_cell *cells, size_t count, char *text,
                          size_t length);
