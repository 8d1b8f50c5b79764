/*
 * Centre and spread of samples without assuming a distribution. Pure functions.
 *
 * The interval for the median is the exact one from order statistics: with n independent samples,
 * the number of those below the true median is binomial(n, 1/2), so that the k-th smallest and the
 * k-th largest enclose the median with a probability that is known for every distribution.
 * Source: J.-Y. Le Boudec, Performance Evaluation of Computer and Communication Systems (2010),
 * section 2.2.1; recommended for parallel computing by T. Hoefler and R. Belli, Scientific
 * Benchmarking of Parallel Computing Systems, SC'15, rule 5.
 */
#ifndef STATS_H
#define STATS_H

#include <stdbool.h>
#include <stddef.h>

/* Fewest samples for which a 95 % interval of the median exists. */
enum { STATS_MIN_FOR_INTERVAL = 6 };

struct interval {
    double low, high;
};

struct summary {
    size_t count;
    double median;
    bool has_interval; /* false below STATS_MIN_FOR_INTERVAL samples; `interval` is then NAN */
    struct interval interval;
};

/* Median of `count` values, which keep their order. NAN for none. */
double stats_median(const double *values, size_t count);

/*
 * 1-based ranks of the smallest and the largest order statistic that enclose the median with at
 * least 95 %. False, and both 0, when no such pair exists.
 */
bool stats_median_ranks(size_t count, size_t *low, size_t *high);

/* Median and its 95 % interval. */
struct summary stats_summary(const double *values, size_t count);

/* Half the interval's width relative to the median: the precision reached. INFINITY without one. */
double stats_relative_width(const struct summary *summary);

#endif
