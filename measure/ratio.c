#include "ratio.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { EXACT_PAIRS_MAX = 2500 };

/* ---- Mann and Whitney's U ---- */

/*
 * How often each U comes about: the coefficients of the Gaussian binomial, by the product
 * (1 - q^(others + i)) / (1 - q^i). Rounding errors grow from small U to large ones and stay
 * negligible beside the counts up to the middle.
 */
static void count_orders(size_t bases, size_t others, double *orders)
{
    const size_t pairs = bases * others;
    for (size_t u = 0; u <= pairs; u++)
        orders[u] = u == 0;
    for (size_t i = 1; i <= bases; i++) {
        for (size_t u = pairs; u >= others + i; u--)
            orders[u] -= orders[u - others - i];
        for (size_t u = i; u <= pairs; u++)
            orders[u] += orders[u - i];
    }
}

static double all_orders(size_t bases, size_t others)
{
    double total = 1;
    for (size_t i = 1; i <= bases; i++)
        total *= (double)(others + i) / (double)i;
    return total;
}

static double normal_rank_sum(size_t bases, size_t others, size_t u)
{
    const double m = (double)bases, n = (double)others;
    const double deviation = sqrt(m * n * (m + n + 1) / 12);
    return 0.5 * erfc((0.5 * m * n - (double)u - 0.5) / (deviation * sqrt(2)));
}

double ratio_rank_sum(size_t bases, size_t others, size_t u)
{
    const size_t pairs = bases * others;
    if (u >= pairs)
        return 1;
    if (pairs > EXACT_PAIRS_MAX)
        return normal_rank_sum(bases, others, u);
    double orders[EXACT_PAIRS_MAX + 1], sum = 0;
    count_orders(bases, others, orders);
    const bool is_upper = u > (pairs - 1) / 2;
    const size_t end = is_upper ? pairs - u : u + 1;
    for (size_t i = 0; i < end; i++)
        sum += orders[i];
    sum /= all_orders(bases, others);
    return is_upper ? 1 - sum : sum;
}

/* The largest k with P(U <= k - 1) <= 2.5 %: the interval's ends are the k-th ratios. */
static size_t rank_of_end(size_t bases, size_t others)
{
    size_t low = 0, high = bases * others / 2 + 1;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (ratio_rank_sum(bases, others, middle - 1) <= 0.025)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* ---- the ratios of all pairs, of which there may be too many to keep ---- */

struct sides {
    double *base, *other; /* in order */
    size_t bases, others;
};

static struct sides sides_make(const double *base, size_t bases, const double *other, size_t others)
{
    struct sides sides = {.bases = bases, .others = others};
    sides.base = stats_sorted(base, &sides.bases);
    sides.other = stats_sorted(other, &sides.others);
    return sides;
}

static void sides_free(struct sides *sides)
{
    free(sides->other);
    free(sides->base);
}

/* A ratio falls as its base grows, rounded as it is, too: so what is below the limit with one base
 * is so with each larger one, and both sides are gone through once. */
static size_t count_up_to(const struct sides *sides, double limit)
{
    size_t count = 0, below = 0;
    for (size_t i = 0; i < sides->bases; i++) {
        while (below < sides->others && sides->other[below] / sides->base[i] <= limit)
            below++;
        count += below;
    }
    return count;
}

/* Positive numbers are in the order of their bits. */
union positive {
    double number;
    uint64_t bits;
};

/*
 * The ratio of that rank, from 1 on: the least number up to which there are so many. It is looked
 * for among all numbers between the least ratio and the greatest one, in at most 64 steps, and is a
 * ratio of the data to its last bit, since their number grows only at one.
 */
static double ratio_at(const struct sides *sides, size_t rank)
{
    union positive low = {sides->other[0] / sides->base[sides->bases - 1]};
    union positive high = {sides->other[sides->others - 1] / sides->base[0]};
    while (low.bits < high.bits) {
        const union positive middle = {.bits = low.bits + (high.bits - low.bits) / 2};
        if (count_up_to(sides, middle.number) >= rank)
            high = middle;
        else
            low.bits = middle.bits + 1;
    }
    return low.number;
}

/* ---- the ratio ---- */

/* On the logarithms the middle of two is their geometric mean: exchanged sides give 1 over it. */
static double geometric_mean(double left, double right)
{
    return sqrt(left) * sqrt(right);
}

struct summary ratio_of(const double *base, size_t bases, const double *other, size_t others)
{
    struct sides sides = sides_make(base, bases, other, others);
    const size_t pairs = sides.bases * sides.others;
    struct summary ratio = {pairs, NAN, false, {NAN, NAN}};
    if (pairs > 0)
        ratio.median =
            geometric_mean(ratio_at(&sides, (pairs + 1) / 2), ratio_at(&sides, pairs / 2 + 1));
    if (sides.bases >= STATS_MIN_FOR_INTERVAL && sides.others >= STATS_MIN_FOR_INTERVAL) {
        const size_t rank = rank_of_end(sides.bases, sides.others);
        ratio.has_interval = true;
        ratio.interval =
            (struct interval){ratio_at(&sides, rank), ratio_at(&sides, pairs - rank + 1)};
    }
    sides_free(&sides);
    return ratio;
}

static size_t lesser(size_t left, size_t right)
{
    return left < right ? left : right;
}

double ratio_p_value(const double *base, size_t bases, const double *other, size_t others,
                     struct interval bounds)
{
    struct sides sides = sides_make(base, bases, other, others);
    const size_t pairs = sides.bases * sides.others;
    const size_t not_above = count_up_to(&sides, bounds.high);
    const size_t not_below = pairs - count_up_to(&sides, nextafter(bounds.low, 0));
    sides_free(&sides);
    return fmin(1, 2 * ratio_rank_sum(sides.bases, sides.others, lesser(not_above, not_below)));
}

struct summary ratio_of_pairs(const double *ratios, size_t count)
{
    struct summary ratio = stats_summary(ratios, count);
    double *sorted = stats_sorted(ratios, &count);
    if (count > 0)
        ratio.median = geometric_mean(sorted[(count - 1) / 2], sorted[count / 2]);
    free(sorted);
    return ratio;
}

double ratio_p_value_of_pairs(const double *ratios, size_t count, struct interval bounds)
{
    size_t known = 0, not_above = 0, not_below = 0;
    for (size_t i = 0; i < count; i++) {
        known += ratios[i] > 0;
        not_above += ratios[i] <= bounds.high;
        not_below += ratios[i] >= bounds.low;
    }
    return fmin(1, 2 * stats_binomial(known, lesser(not_above, not_below)));
}

double ratio_false_discovery(const double *p_values, size_t count, double share)
{
    double largest = -1, *sorted = stats_sorted(p_values, &count);
    for (size_t i = 0; i < count; i++)
        if (sorted[i] <= share * (double)(i + 1) / (double)count)
            largest = sorted[i];
    free(sorted);
    return largest;
}
