/*
 * How much slower one run is than another. Pure functions.
 *
 * Where no measurement of one belongs to one of the other, the estimate of the ratio is the median
 * of the ratios of all pairs, one value of each side, and its interval lies between two of those
 * ratios. On the logarithms these are the estimate of Hodges and Lehmann and the interval of Mann
 * and Whitney: the number of pairs below the true ratio is distributed like Mann and Whitney's U,
 * whatever the distribution of the times is, so that the interval is exact, at 6 values a side as
 * at 60. What it assumes is that the values of a side are independent and that both sides spread
 * alike on a logarithmic scale. Where the side with fewer values spreads three times as much, 6
 * against 15, it covers 88 % instead of 95 %; with as many values on both sides, 94 %. With
 * outliers, or where no time is below a floor, it is up to 30 % narrower than a bootstrap of the
 * ratio of medians, and covers as much.
 * Source: M. Hollander, D. A. Wolfe, E. Chicken, Nonparametric Statistical Methods, 3rd edition
 * (2014), sections 4.1 to 4.3; J. L. Hodges, E. L. Lehmann, Estimates of location based on rank
 * tests, Ann. Math. Statist. 34 (1963).
 */
#pragma once

#include "stats.h"

/* Other / base, of positive times in any order; `count` is the number of pairs. The median is NAN
 * when either has none, and the interval below STATS_MIN_FOR_INTERVAL values of either. */
struct summary ratio_of(const double *base, size_t bases, const double *other, size_t others);

/*
 * How probable it is that values of sides whose ratio is within those bounds look as different as
 * these, or more: the two-sided p-value of that hypothesis. It is at most 5 % exactly where the
 * interval lies wholly outside. 1 without values.
 */
double ratio_p_value(const double *base, size_t bases, const double *other, size_t others,
                     struct interval bounds);

/*
 * The same where each value of the other side was measured right beside one of the base's: `count`
 * ratios, one of each such pair. The estimate is their median, on the logarithms as well, with the
 * interval that stats.h has for it, and the p-value that of the sign test. What slows both of a
 * pair down alike is in neither.
 */
struct summary ratio_of_pairs(const double *ratios, size_t count);
double ratio_p_value_of_pairs(const double *ratios, size_t count, struct interval bounds);

/*
 * Which of many hypotheses to give up so that of those given up at most `share` are expected to be
 * true; where all are true, the probability to give up any is at most `share`. Returns the largest
 * p-value that is small enough, negative when none is.
 * Source: Y. Benjamini, Y. Hochberg, Controlling the false discovery rate, J. R. Statist. Soc. B 57
 * (1995). It holds for tests that depend on each other positively, too, as those of a run's cells
 * do, which share its disturbances: Y. Benjamini, D. Yekutieli, Ann. Statist. 29 (2001).
 */
double ratio_false_discovery(const double *p_values, size_t count, double share);

/*
 * The probability that Mann and Whitney's U, of samples of those sizes from one distribution, is at
 * most `u`. Exact up to 2,500 pairs, beyond that the normal approximation with continuity
 * correction, whose error is then below 0.001.
 */
double ratio_rank_sum(size_t bases, size_t others, size_t u);
