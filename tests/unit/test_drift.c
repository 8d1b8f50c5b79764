/*
 * Unit tests of measure/drift.h: what all cells have in common is found in made-up times, whatever
 * each of them does for itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drift.h"

#include <math.h>

enum { CELLS = 12, MANY_CELLS = 24, ROUNDS = 5 };

/* Each cell takes a time of its own, each round is slow in its own way. */
static const double slow[ROUNDS] = {1.0, 1.1, 0.9, 1.0, 1.08};

static void make(double times[CELLS][ROUNDS])
{
    for (int cell = 0; cell < CELLS; cell++)
        for (int round = 0; round < ROUNDS; round++)
            times[cell][round] = (1 + cell) * slow[round];
}

static void finds_how_far_rounds_are_apart(void **state)
{
    double times[CELLS][ROUNDS];
    (void)state;
    make(times);
    const struct drift drift = drift_within(times[0], CELLS, ROUNDS);
    assert_true(fabs(drift.ratio - 1.1 / 0.9) < 1e-12);
    assert_true(drift.slowest == 1 && drift.fastest == 2);
}

static void is_not_led_by_fewer_than_half_of_the_cells(void **state)
{
    double times[CELLS][ROUNDS];
    (void)state;
    make(times);
    for (int cell = 0; cell < CELLS / 2 - 1; cell++)
        times[cell][2] *= 50;
    assert_true(fabs(drift_within(times[0], CELLS, ROUNDS).ratio - 1.1 / 0.9) < 1e-12);
}

/* Such a round has those cells that differ most from round to round. */
static void leaves_out_rounds_of_few_of_many_cells(void **state)
{
    double times[MANY_CELLS][ROUNDS];
    (void)state;
    make(times);
    make(times + CELLS);
    times[0][1] = NAN;
    assert_true(fabs(drift_within(times[0], MANY_CELLS, ROUNDS).ratio - 1.1 / 0.9) < 1e-12);
    for (int cell = 0; cell < CELLS; cell++)
        times[cell][1] = NAN;
    assert_true(fabs(drift_within(times[0], MANY_CELLS, ROUNDS).ratio - 1.08 / 0.9) < 1e-12);
}

static void leaves_out_what_was_not_measured(void **state)
{
    double times[CELLS][ROUNDS];
    (void)state;
    make(times);
    for (int round = 0; round < ROUNDS; round++)
        times[0][round] = NAN; /* a cell that failed */
    times[5][3] = NAN;
    assert_true(fabs(drift_within(times[0], CELLS, ROUNDS).ratio - 1.1 / 0.9) < 1e-12);
    for (int cell = 0; cell <= CELLS - DRIFT_CELLS_MIN; cell++)
        times[cell][2] = NAN; /* too few are left of the fastest round */
    assert_true(fabs(drift_within(times[0], CELLS, ROUNDS).ratio - 1.1) < 1e-12);
}

static void knows_nothing_of_few(void **state)
{
    double times[CELLS][ROUNDS];
    const double ratios[DRIFT_CELLS_MIN] = {0};
    (void)state;
    make(times);
    assert_true(isnan(drift_within(times[0], DRIFT_CELLS_MIN - 1, ROUNDS).ratio));
    assert_true(isnan(drift_within(times[0], CELLS, 1).ratio));
    assert_true(isnan(drift_within(times[0], 0, 0).ratio));
    assert_true(isnan(drift_between(ratios, DRIFT_CELLS_MIN - 1)));
}

static void allows_for_no_more_than_a_run_has_seen(void **state)
{
    const double ratios[] = {1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 0.1, 9, 9, 9};
    (void)state;
    assert_true(fabs(drift_between(ratios, sizeof ratios / sizeof *ratios) - 1.2) < 1e-12);
    assert_true(drift_allowed(1.2, 1.1) == 1.1);
    assert_true(drift_allowed(1.05, 1.1) == 1.05);
    assert_true(drift_allowed(1 / 1.2, 1.1) == 1 / 1.1);
    assert_true(drift_allowed(1 / 1.05, 1.1) == 1 / 1.05);
    assert_true(drift_allowed(1, 1) == 1);
    assert_true(drift_allowed(NAN, 1.1) == 1);
    assert_true(drift_allowed(1.2, NAN) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_how_far_rounds_are_apart),
        cmocka_unit_test(is_not_led_by_fewer_than_half_of_the_cells),
        cmocka_unit_test(leaves_out_rounds_of_few_of_many_cells),
        cmocka_unit_test(leaves_out_what_was_not_measured),
        cmocka_unit_test(knows_nothing_of_few),
        cmocka_unit_test(allows_for_no_more_than_a_run_has_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
