/*
 * The ratio of two runs' times: against values worked out by hand and published tables, and against
 * what an interval and a verdict over many cells promise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ratio.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

enum { ROUNDS_MAX = 15 };

static bool close_to(double value, double expected)
{
    return fabs(value - expected) <= 1e-12 * fabs(expected);
}

static struct interval bounds_of(double bound)
{
    return (struct interval){1 / bound, bound};
}

/* ---- the distribution ---- */

/*
 * The pairs the wrong way round when the values of one side lie where `order` has ones, and
 * those of the other where it has zeros; -1 when it has not `m` ones.
 */
static int wrong_pairs(unsigned order, unsigned m, unsigned n)
{
    unsigned ones = 0, wrong = 0;
    for (unsigned i = 0; i < m + n; i++)
        if (order & 1u << i)
            ones++;
        else
            wrong += ones;
    return ones == m ? (int)wrong : -1;
}

static void check_rank_sum(unsigned m, unsigned n)
{
    unsigned counts[37] = {0}, orders = 0;
    double sum = 0;
    for (unsigned order = 0; order < 1u << (m + n); order++) {
        const int wrong = wrong_pairs(order, m, n);
        if (wrong >= 0) {
            counts[wrong]++;
            orders++;
        }
    }
    for (unsigned u = 0; u <= m * n; u++) {
        sum += counts[u];
        assert_true(close_to(ratio_rank_sum(m, n, u), sum / orders));
    }
}

/* By trying all orders. */
static void test_rank_sum_by_enumeration(void **state)
{
    (void)state;
    for (unsigned m = 1; m <= 6; m++)
        for (unsigned n = 1; n <= 6; n++)
            check_rank_sum(m, n);
}

/* Critical values of Mann and Whitney's table: P(U <= c) <= 2.5 % < P(U <= c + 1). */
static void test_rank_sum_against_the_table(void **state)
{
    (void)state;
    static const struct {
        size_t bases, others, critical;
    } table[] = {{6, 6, 5},    {6, 10, 11}, {7, 7, 8},    {8, 8, 13},   {9, 9, 17},
                 {10, 10, 23}, {6, 15, 19}, {12, 12, 37}, {15, 15, 64}, {20, 20, 127}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_true(ratio_rank_sum(table[i].bases, table[i].others, table[i].critical) <= 0.025);
        assert_true(ratio_rank_sum(table[i].bases, table[i].others, table[i].critical + 1) > 0.025);
        assert_true(close_to(ratio_rank_sum(table[i].bases, table[i].others, table[i].critical),
                             ratio_rank_sum(table[i].others, table[i].bases, table[i].critical)));
    }
}

/* One order of all is the most extreme one; both halves are alike, up to the largest exact one. */
static void test_rank_sum_of_large_samples(void **state)
{
    (void)state;
    for (unsigned n = 10; n <= 50; n += 10) {
        const size_t pairs = (size_t)n * n;
        assert_true(fabs(ratio_rank_sum(n, n, 0) * gsl_sf_choose(2 * n, n) - 1) < 1e-9);
        for (size_t u = 1; u < pairs; u += 7)
            assert_true(fabs(ratio_rank_sum(n, n, u) + ratio_rank_sum(n, n, pairs - u - 1) - 1) <
                        1e-9);
    }
    /* Where the exact one ends, the normal approximation goes on, and is near it. */
    for (unsigned n = 50; n <= 51; n++)
        for (size_t u = 700; u < 1800; u += 50) {
            const double deviation = sqrt(50.0 * n * (50 + n + 1) / 12);
            const double normal = gsl_cdf_ugaussian_P(((double)u + 0.5 - 25.0 * n) / deviation);
            assert_true(fabs(ratio_rank_sum(50, n, u) - normal) < 0.001);
        }
    assert_true(ratio_rank_sum(200, 200, 40000) == 1);
}

/* ---- the ratio ---- */

static void test_ratio_by_hand(void **state)
{
    (void)state;
    const double base[] = {4, 1, 2}, other[] = {2, 4};
    struct summary ratio = ratio_of(base, 3, other, 2); /* 0.5 1 1 2 2 4 */
    assert_true(close_to(ratio.median, sqrt(2)));
    assert_false(ratio.has_interval);
    assert_true(isnan(ratio.interval.low) && isnan(ratio.interval.high));
    assert_true(isnan(ratio_of(base, 0, other, 2).median));
    assert_true(isnan(ratio_of(base, 3, other, 0).median));

    /* 6 against 6: the 6th smallest and the 6th largest of 36 ratios, which are 2^-5 … 2^5. */
    const double powers[] = {1, 2, 4, 8, 16, 32};
    ratio = ratio_of(powers, 6, powers, 6);
    assert_true(ratio.has_interval && close_to(ratio.median, 1));
    assert_true(ratio.interval.low == 0.125 && ratio.interval.high == 8);
    ratio = ratio_of(powers, 5, powers, 6);
    assert_false(ratio.has_interval);
}

static int ascending(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The ratios of all pairs, made and sorted. */
static struct summary ratio_by_sorting(const double *base, size_t bases, const double *other,
                                       size_t others)
{
    const size_t pairs = bases * others;
    struct summary ratio = {pairs, NAN, bases >= 6 && others >= 6, {NAN, NAN}};
    double *ratios = calloc(pairs + 1, sizeof *ratios);
    assert_non_null(ratios);
    for (size_t i = 0; i < pairs; i++)
        ratios[i] = other[i % others] / base[i / others];
    qsort(ratios, pairs, sizeof *ratios, ascending);
    ratio.median = sqrt(ratios[(pairs - 1) / 2]) * sqrt(ratios[pairs / 2]);
    if (ratio.has_interval) {
        size_t rank = 1;
        while (ratio_rank_sum(bases, others, rank) <= 0.025)
            rank++;
        ratio.interval = (struct interval){ratios[rank - 1], ratios[pairs - rank]};
    }
    free(ratios);
    return ratio;
}

static double chance_by_counting(const double *base, size_t bases, const double *other,
                                 size_t others, double bound)
{
    size_t not_above = 0, not_below = 0;
    for (size_t i = 0; i < bases * others; i++) {
        const double ratio = other[i % others] / base[i / others];
        not_above += ratio <= bound;
        not_below += ratio >= 1 / bound;
    }
    return fmin(1,
                2 * ratio_rank_sum(bases, others, not_above < not_below ? not_above : not_below));
}

/* Of times that were rounded many pairs have the same ratio, or one that differs in its last bit
 * only, and some are at the bound. */
static void test_selection_agrees_with_sorting(void **state)
{
    (void)state;
    enum { MOST = 80 };
    static const double steps[] = {0.001, 0.1, 1e-9};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (unsigned trial = 0; trial < 3000; trial++) {
        double base[MOST], other[MOST];
        const size_t bases = 1 + gsl_rng_uniform_int(random, trial % 100 ? 15 : MOST);
        const size_t others = 1 + gsl_rng_uniform_int(random, trial % 100 ? 15 : MOST);
        const double step = steps[trial % 3], bound = 1 + step * (trial % 4);
        for (size_t i = 0; i < bases; i++)
            base[i] = step * rint((1 + 0.05 * gsl_rng_uniform(random)) / step);
        for (size_t i = 0; i < others; i++)
            other[i] = step * rint((1 + 0.1 * gsl_rng_uniform(random)) / step);
        const struct summary ratio = ratio_of(base, bases, other, others);
        const struct summary sorted = ratio_by_sorting(base, bases, other, others);
        assert_true(ratio.median == sorted.median);
        assert_int_equal(ratio.has_interval, sorted.has_interval);
        assert_true(!ratio.has_interval || (ratio.interval.low == sorted.interval.low &&
                                            ratio.interval.high == sorted.interval.high));
        assert_true(ratio_p_value(base, bases, other, others, bounds_of(bound)) ==
                    chance_by_counting(base, bases, other, others, bound));
    }
    gsl_rng_free(random);
}

/* 9 × 10^8 pairs, whose ratios nobody could keep; of 3,000 times, ten of each. */
static void test_ratio_of_many_rounds(void **state)
{
    (void)state;
    enum { ROUNDS = 30000 };
    double *base = calloc(ROUNDS, sizeof *base), *other = calloc(ROUNDS, sizeof *other);
    assert_true(base && other);
    for (size_t i = 0; i < ROUNDS; i++) {
        base[i] = 1 + (double)(i * 7919 % 3000) / 30000;
        other[i] = 1.05 * base[i];
    }
    const struct summary ratio = ratio_of(base, ROUNDS, other, ROUNDS);
    assert_true(close_to(ratio.median, 1.05));
    assert_true(ratio.has_interval && ratio.interval.low < 1.05 && ratio.interval.low > 1.049);
    assert_true(ratio.interval.high > 1.05 && ratio.interval.high < 1.051);
    assert_true(ratio_p_value(base, ROUNDS, other, ROUNDS, bounds_of(1.049)) < 0.05);
    assert_true(ratio_p_value(base, ROUNDS, other, ROUNDS, bounds_of(1.05)) == 1);
    free(other);
    free(base);
}

static void draw(gsl_rng *random, double *values, unsigned count, unsigned kind, double factor)
{
    for (unsigned i = 0; i < count; i++) {
        double spread = kind == 0   ? gsl_ran_gaussian(random, 0.01)
                        : kind == 1 ? gsl_ran_exponential(random, 0.01)
                                    : 0.01 * gsl_ran_cauchy(random, 1);
        values[i] = factor * exp(spread);
    }
}

/* How probable the interval's rank makes it to miss the ratio. */
static double exact_coverage(unsigned bases, unsigned others)
{
    size_t below = 0;
    while (ratio_rank_sum(bases, others, below) <= 0.025)
        below++;
    return 1 - 2 * ratio_rank_sum(bases, others, below - 1);
}

/*
 * What is promised: at least 95 % of the intervals enclose the ratio, whatever the distribution is,
 * and the estimate lies within them. Of 4,000 trials the share is off by more than 1.5 % less than
 * once in 10^5.
 */
static void test_interval_covers_the_ratio(void **state)
{
    (void)state;
    enum { TRIALS = 4000 };
    static const unsigned rounds[][2] = {{6, 6}, {9, 9}, {6, 15}, {15, 8}, {15, 15}};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t r = 0; r < sizeof rounds / sizeof *rounds; r++)
        for (unsigned kind = 0; kind < 3; kind++) {
            unsigned covered = 0;
            const double exact = exact_coverage(rounds[r][0], rounds[r][1]);
            for (unsigned trial = 0; trial < TRIALS; trial++) {
                double base[ROUNDS_MAX], other[ROUNDS_MAX];
                draw(random, base, rounds[r][0], kind, 3);
                draw(random, other, rounds[r][1], kind, 3 * 1.05);
                struct summary ratio = ratio_of(base, rounds[r][0], other, rounds[r][1]);
                assert_true(ratio.has_interval && ratio.interval.low <= ratio.median &&
                            ratio.median <= ratio.interval.high);
                covered += ratio.interval.low <= 1.05 && 1.05 <= ratio.interval.high;
            }
            assert_true(exact >= 0.95);
            assert_true(fabs((double)covered / TRIALS - exact) < 0.015);
        }
    gsl_rng_free(random);
}

/* The p-value is at most 5 % exactly where the interval is beyond the bound. */
static void test_chance_agrees_with_the_interval(void **state)
{
    (void)state;
    unsigned beyond = 0, within = 0;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (unsigned trial = 0; trial < 2000; trial++) {
        double base[ROUNDS_MAX], other[ROUNDS_MAX];
        const unsigned bases = 6 + trial % 10, others = 6 + trial / 10 % 10;
        const double bound = 1 + 0.01 * (trial % 3);
        draw(random, base, bases, trial % 3, 1);
        draw(random, other, others, trial % 3, trial % 2 ? 1.02 : 0.98);
        struct summary ratio = ratio_of(base, bases, other, others);
        bool outside = ratio.interval.low > bound || ratio.interval.high < 1 / bound;
        assert_int_equal(ratio_p_value(base, bases, other, others, bounds_of(bound)) <= 0.05,
                         outside);
        beyond += outside;
        within += !outside;
    }
    assert_true(beyond > 200 && within > 200);
    assert_true(ratio_p_value(NULL, 0, NULL, 0, bounds_of(1)) == 1);
    gsl_rng_free(random);
}

/* ---- pairs ---- */

static void test_pairs_by_hand(void **state)
{
    (void)state;
    double ratios[] = {1.06, 1.01, 1.05, 1.03, 1.04, 1.02};
    struct summary ratio = ratio_of_pairs(ratios, 6);
    assert_true(close_to(ratio.median, sqrt(1.03 * 1.04)));
    assert_true(ratio.has_interval && ratio.interval.low == 1.01 && ratio.interval.high == 1.06);
    assert_true(close_to(ratio_p_value_of_pairs(ratios, 6, bounds_of(1)), 2 / 64.0));
    assert_true(close_to(ratio_p_value_of_pairs(ratios, 6, bounds_of(1.015)), 2 * 7 / 64.0));
    assert_true(ratio_p_value_of_pairs(ratios, 6, bounds_of(1.07)) == 1);
    ratio = ratio_of_pairs(ratios, 5);
    assert_false(ratio.has_interval);
    assert_true(close_to(ratio.median, 1.04));
    assert_true(isnan(ratio_of_pairs(NULL, 0).median) &&
                ratio_p_value_of_pairs(NULL, 0, bounds_of(1)) == 1);
}

/* The p-value is at most 5 % exactly where the interval is beyond the bound; and where the ratio is
 * at the bound, at most that share of trials is. */
static void test_chance_of_pairs_agrees_with_the_interval(void **state)
{
    (void)state;
    enum { TRIALS = 4000 };
    unsigned beyond = 0;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        double ratios[ROUNDS_MAX];
        const unsigned count = 6 + trial % 10;
        draw(random, ratios, count, trial % 2 ? 0 : 2, trial % 4 < 2 ? 1.02 : 1 / 1.02);
        const struct summary ratio = ratio_of_pairs(ratios, count);
        const bool outside = ratio.interval.low > 1.02 || ratio.interval.high < 1 / 1.02;
        assert_int_equal(ratio_p_value_of_pairs(ratios, count, bounds_of(1.02)) <= 0.05, outside);
        beyond += outside;
    }
    assert_true(beyond > 0.005 * TRIALS && beyond < 0.05 * TRIALS);
    gsl_rng_free(random);
}

/* A slow-down of 5 % stands out from noise of 1 % in 9 rounds, beyond 2 %, in most runs. */
static void test_slow_down_is_found(void **state)
{
    (void)state;
    enum { TRIALS = 1000 };
    unsigned found = 0, found_where_none_is = 0;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        double base[9], same[9], slower[9];
        draw(random, base, 9, 0, 1);
        draw(random, same, 9, 0, 1);
        draw(random, slower, 9, 0, 1.05);
        found += ratio_of(base, 9, slower, 9).interval.low > 1.02;
        found_where_none_is += ratio_of(base, 9, same, 9).interval.low > 1.02;
    }
    assert_true(found > 0.99 * TRIALS);
    assert_int_equal(found_where_none_is, 0);
    gsl_rng_free(random);
}

/* ---- many cells ---- */

static void test_discoveries_by_hand(void **state)
{
    (void)state;
    /* The example of Benjamini and Hochberg's paper: of 15 hypotheses 4 are given up at 5 %. */
    const double p_values[] = {0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
                               0.5719, 0.6528, 0.7590, 1.0000, 0.0001, 0.0004, 0.0019};
    assert_true(ratio_false_discovery(p_values, 15, 0.05) == 0.0095);
    assert_true(ratio_false_discovery(p_values, 12, 0.05) < 0);
    assert_true(ratio_false_discovery(p_values, 0, 0.05) < 0);
    const double one[] = {0.05};
    assert_true(ratio_false_discovery(one, 1, 0.05) == 0.05);
}

/*
 * Two runs of the same: of comparisons of 40 cells at most 5 % find any difference, even within
 * bounds of 0 %. Of 1,000 trials the share is off by more than 3 % less than once in 10^4.
 */
static void test_no_discoveries_where_nothing_differs(void **state)
{
    (void)state;
    enum { TRIALS = 1000, CELLS = 40 };
    unsigned with_any = 0;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        double p_values[CELLS];
        for (unsigned cell = 0; cell < CELLS; cell++) {
            double base[9], other[9];
            draw(random, base, 9, cell % 3, 1);
            draw(random, other, 9, cell % 3, 1);
            p_values[cell] = ratio_p_value(base, 9, other, 9, bounds_of(1));
        }
        with_any += ratio_false_discovery(p_values, CELLS, 0.05) >= 0;
    }
    assert_true(with_any < 0.08 * TRIALS);
    gsl_rng_free(random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rank_sum_by_enumeration),
        cmocka_unit_test(test_rank_sum_against_the_table),
        cmocka_unit_test(test_rank_sum_of_large_samples),
        cmocka_unit_test(test_ratio_by_hand),
        cmocka_unit_test(test_selection_agrees_with_sorting),
        cmocka_unit_test(test_ratio_of_many_rounds),
        cmocka_unit_test(test_interval_covers_the_ratio),
        cmocka_unit_test(test_chance_agrees_with_the_interval),
        cmocka_unit_test(test_pairs_by_hand),
        cmocka_unit_test(test_chance_of_pairs_agrees_with_the_interval),
        cmocka_unit_test(test_slow_down_is_found),
        cmocka_unit_test(test_discoveries_by_hand),
        cmocka_unit_test(test_no_discoveries_where_nothing_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
