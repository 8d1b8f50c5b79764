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

double *stats_sorted(const double *values, size_t count)
{
    double *sorted = memory_new(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = values[i];
    qsort(sorted, count, sizeof *sorted, ascending);
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

/* P(B <= most) for B ~ binomial(count, 1/2), built from the logarithms of its terms: 2^-count
 * underflows from 1,075 samples on. */
struct binomial {
    size_t count, most;
    double log_term, cumulative;
};

static struct binomial binomial_of_none(size_t count)
{
    const double log_term = -(double)count * log(2.0);
    return (struct binomial){count, 0, log_term, exp(log_term)};
}

static void add_next_term(struct binomial *binomial)
{
    const size_t next = ++binomial->most;
    binomial->log_term += log((double)(binomial->count - next + 1)) - log((double)next);
    binomial->cumulative += exp(binomial->log_term);
}

/* The low rank is the largest k with P(B <= k - 1) <= 2.5 %. */
bool stats_median_ranks(size_t count, size_t *low, size_t *high)
{
    const double tail = 0.025;
    struct binomial binomial = binomial_of_none(count);
    while (binomial.most < count && binomial.cumulative <= tail)
        add_next_term(&binomial);
    *low = binomial.most;
    *high = *low ? count + 1 - *low : 0;
    return *low > 0;
}

double stats_binomial(size_t count, size_t most)
{
    struct binomial binomial = binomial_of_none(count);
    while (binomial.most < count && binomial.most < most)
        add_next_term(&binomial);
    return fmin(1, binomial.cumulative);
}

struct summary stats_summary(const double *values, size_t count)
{
    struct summary summary = {count, NAN, false, {NAN, NAN}};
    double *sorted = count ? stats_sorted(values, count) : NULL;
    if (!sorted)
        return summary;
    summary.median = middle(sorted, count);
    size_t low, high;
    summary.has_interval = stats_median_ranks(count, &low, &high);
    if (summary.has_interval)
        summary.interval = (struct interval){sorted[low - 1], sorted[high - 1]};
    free(sorted);
    return summary;
}

double stats_relative_width(const struct summary *summary)
{
    if (!summary->has_interval)
        return INFINITY;
    return 0.5 * (summary->interval.high - summary->interval.low) / summary->median;
}

bool stats_fences(const double *values, size_t count, struct fences *fences)
{
    double *sorted = count >= STATS_MIN_FOR_FENCES ? stats_sorted(values, count) : NULL;
    if (!sorted)
        return false;
    const size_t half = (count + 1) / 2;
    const double low = middle(sorted, half), high = middle(sorted + count - half, half);
    const double step = high - low;
    fences->inner = (struct interval){low - 1.5 * step, high + 1.5 * step};
    fences->outer = (struct interval){low - 3 * step, high + 3 * step};
    free(sorted);
    return true;
}

size_t stats_outside(const double *values, size_t count, struct interval interval)
{
    size_t outside = 0;
    for (size_t i = 0; i < count; i++)
        outside += values[i] < interval.low || values[i] > interval.high;
    return outside;
}
