/*
 * Unit tests of measure/metg.h, with tasks whose cost is known.
 */
#include "metg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

enum { POINTS = 8, ROUNDS = 9 };

/* Tasks of so much work and twice as much from point to point, each of which costs as much more. */
static void make(double shortest, double cost, double *duration, double *efficiency)
{
    for (unsigned i = 0; i < POINTS; i++) {
        const double work = ldexp(shortest, (int)i);
        duration[i] = work + cost;
        efficiency[i] = work / (work + cost);
    }
}

static void assert_near(double value, double expected, double share)
{
    assert_true(fabs(value / expected - 1) <= share);
}

/* At 50 % a task is as much work as it costs, wherever the points lie. */
static void finds_twice_the_cost(void **state)
{
    double duration[POINTS], efficiency[POINTS];
    (void)state;
    double shortest = 1e-8;
    for (int i = 0; i < 17; i++, shortest *= 1.3) {
        make(shortest, 1.1e-6, duration, efficiency);
        assert_near(metg_of(POINTS, duration, efficiency), 2.2e-6, 0.06);
    }
}

static void is_exact_at_a_point(void **state)
{
    const double duration[] = {1, 3, 7}, efficiency[] = {0.1, 0.5, 0.9};
    (void)state;
    assert_near(metg_of(3, duration, efficiency), 3, 1e-12);
}

/* Halfway between 0.25 and 1, on logarithmic axes. */
static void interpolates_on_logarithmic_axes(void **state)
{
    const double duration[] = {1, 100}, efficiency[] = {0.25, 1};
    (void)state;
    assert_near(metg_of(2, duration, efficiency), 10, 1e-12);
}

static void one_side_is_no_figure(void **state)
{
    const double duration[] = {1, 2, 3}, above[] = {0.5, 0.6, 0.7}, below[] = {0.1, 0.2, 0.49},
                 falling[] = {0.9, 0.6, 0.2};
    (void)state;
    assert_true(isnan(metg_of(3, duration, above)));
    assert_true(isnan(metg_of(3, duration, below)));
    assert_true(isnan(metg_of(3, duration, falling))); /* nothing longer is worth it */
    assert_true(isnan(metg_of(0, NULL, NULL)));
}

/* A short task that seems worth it below one that is not is noise; a point that is missing is none.
 */
static void takes_the_longest_crossing(void **state)
{
    const double duration[] = {1, 2, 4, 8, 16}, odd[] = {0.6, 0.3, 0.4, NAN, 0.9};
    (void)state;
    const double found = metg_of(5, duration, odd);
    assert_true(found > 4 && found < 16);
    assert_near(found, 4 * pow(4, log(0.5 / 0.4) / log(0.9 / 0.4)), 1e-12);
}

/* Points lie together, and within each the rounds, in one of which everything takes longer. */
static void rounds_have_a_value_each(void **state)
{
    double duration[POINTS * ROUNDS], efficiency[POINTS * ROUNDS], one[POINTS], its[POINTS];
    struct summary found;
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        make(1e-7, 1e-6 * (1 + 0.01 * round), one, its);
        for (unsigned i = 0; i < POINTS; i++) {
            duration[i * ROUNDS + round] = one[i];
            efficiency[i * ROUNDS + round] = its[i];
        }
    }
    const struct metg_points points = {POINTS, ROUNDS, duration, efficiency};
    assert_int_equal(metg_find(&points, &found), METG_FOUND);
    assert_int_equal(found.count, ROUNDS);
    assert_true(found.has_interval && found.interval.low < found.median &&
                found.interval.high > found.median);
    assert_near(found.median, 2e-6 * 1.04, 0.06);
    for (unsigned i = 0; i < POINTS; i++)
        efficiency[i * ROUNDS + 3] = NAN; /* a round that was not measured */
    assert_int_equal(metg_find(&points, &found), METG_FOUND);
    assert_int_equal(found.count, ROUNDS - 1);
}

static void tells_which_side_is_missing(void **state)
{
    const double duration[] = {1, 2}, above[] = {0.5, 0.6}, below[] = {0.1, 0.4},
                 none[] = {NAN, NAN};
    struct summary found;
    struct metg_points points = {2, 1, duration, above};
    (void)state;
    assert_int_equal(metg_find(&points, &found), METG_ALL_ABOVE);
    assert_int_equal(found.count, 0);
    points.efficiency = below;
    assert_int_equal(metg_find(&points, &found), METG_ALL_BELOW);
    assert_int_equal(found.count, 0);
    points.efficiency = none;
    assert_int_equal(metg_find(&points, &found), METG_NO_POINTS);
    points.count = 0;
    assert_int_equal(metg_find(&points, &found), METG_NO_POINTS);
    assert_true(isnan(found.median));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_twice_the_cost),
        cmocka_unit_test(is_exact_at_a_point),
        cmocka_unit_test(interpolates_on_logarithmic_axes),
        cmocka_unit_test(one_side_is_no_figure),
        cmocka_unit_test(takes_the_longest_crossing),
        cmocka_unit_test(rounds_have_a_value_each),
        cmocka_unit_test(tells_which_side_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
