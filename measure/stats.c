#include "stats.h"

#include "memory.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

double *stats_sorted(const double *values, size_t *count)
{
    double *sorted = memory_new(*count, sizeof *sorted);
    size_t known = 0;
    for (size_t i = 0; i < *count; i++)
        if (!isnan(values[i]))
            sorted[known++] = values[i];
    qsort(sorted, known, sizeof *sorted, ascending);
    *count = known;
    return sorted;
}

static double middle(const double *sorted, size_t count)
{
    return count % 2 ? sorted[count / 2] : 0.5 * (sorted[count / 2 - 1] + sorted[count / 2]);
}

double stats_median(const double *values, size_t count)
{
    return stats_summary(values, count).median;
}

/* Adds up the terms of P(B <= k) for B ~ binomial(count, 1/2), to k = `most` or until they are more
 * than `tail`. Returns that k. By their logarithms: 2^-count underflows from 1,075 samples on. */
static size_t add_terms(size_t count, size_t most, double tail, double *sum)
{
    double log_term = -(double)count * log(2.0);
    size_t k = 0;
    *sum = exp(log_term);
    while (k < most && *sum <= tail) {
        k++;
        log_term += log((double)(count - k + 1)) - log((double)k);
        *sum += exp(log_term);
    }
    return k;
}

double stats_binomial(size_t count, size_t most)
{
    double sum;
    (void)add_terms(count, most < count ? most : count, INFINITY, &sum);
    return fmin(1, sum);
}

struct summary stats_summary(const double *values, size_t count)
{
    double *sorted = stats_sorted(values, &count);
    struct summary summary = {count, NAN, false, {NAN, NAN}};
    /* The largest k with P(B <= k - 1) <= 2.5 %: the k-th from either end. */
    double sum;
    const size_t k = add_terms(count, count, 0.025, &sum);
    if (count > 0)
        summary.median = middle(sorted, count);
    summary.has_interval = k > 0;
    if (summary.has_interval)
        summary.interval = (struct interval){sorted[k - 1], sorted[count - k]};
    free(sorted);
    return summary;
}

bool stats_overlap(const struct summary *a, const struct summary *b)
{
    return a->interval.low <= b->interval.high && b->interval.low <= a->interval.high;
}

double stats_relative_width(const struct summary *summary)
{
    if (!summary->has_interval)
        return INFINITY;
    return 0.5 * (summary->interval.high - summary->interval.low) / summary->median;
}

double stats_outliers(const double *values, size_t count, double distances)
{
    double outliers = NAN, *sorted = stats_sorted(values, &count);
    if (count >= STATS_MIN_FOR_FENCES) {
        const size_t half = (count + 1) / 2;
        const double low = middle(sorted, half), high = middle(sorted + count - half, half);
        const double distance = distances * (high - low);
        outliers = 0;
        for (size_t i = 0; i < count; i++)
            outliers += sorted[i] < low - distance || sorted[i] > high + distance;
    }
    free(sorted);
    return outliers;
}
