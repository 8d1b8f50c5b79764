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
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Fewest samples for which a 95 % interval of the median exists. */
enum { STATS_MIN_FOR_INTERVAL = 6 };

struct interval {
    double low, high;
};

/*
 * Everywhere below, and in what else takes times: a value that is NAN is none, and left out.
 *
 * A copy of the others in order, which the caller frees. `count` becomes how many they are.
 */
double *stats_sorted(const double *values, size_t *count);

struct summary {
    size_t count; /* of values that are there */
    double median;
    bool has_interval; /* false below STATS_MIN_FOR_INTERVAL samples; `interval` is then NAN */
    struct interval interval;
};

/* Median of the values, which keep their order. NAN for none. */
double stats_median(const double *values, size_t count);

/* P(B <= most) for B ~ binomial(count, 1/2): how probable it is that so few of `count` independent
 * samples are below the median. */
double stats_binomial(size_t count, size_t most);

/* Median and its 95 % interval. */
struct summary stats_summary(const double *values, size_t count);

/* Whether two summaries that have intervals may be of the same median: these overlap. */
bool stats_overlap(const struct summary *a, const struct summary *b);

/* Half the interval's width relative to the median: the precision reached. INFINITY without one. */
double stats_relative_width(const struct summary *summary);

/*
 * How many values lie beyond Tukey's fences, which are so many times the distance of the hinges
 * away from these: beyond 1.5 times they are outlying, beyond 3 far out. The hinges are the medians
 * of the lower and of the upper half of the values, each with the middle one when their number is
 * odd. NAN below STATS_MIN_FOR_FENCES values, none of which can be outlying, whatever they are.
 * Source: J. W. Tukey, Exploratory Data Analysis (1977), chapter 2.
 */
enum { STATS_MIN_FOR_FENCES = 5 };
double stats_outliers(const double *values, size_t count, double distances);
