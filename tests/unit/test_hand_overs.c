/*
 * What handing a lock on costs, with made-up samples whose answers were worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hand_overs.h"
#include "made_up_record.h"
#include "samples_lines.h"

#include <math.h>

enum { SERIAL, THREADS, CELLS };

static int begin(void **state)
{
    static const struct cell cells[CELLS] = {
        [SERIAL] = {"serial", "k", "serial", "serial", .workers = 1, .traits = TRAIT_BASE},
        [THREADS] = {"gil", "k", "gil", "gil", .workers = 2, .traits = TRAIT_LOCKED}};
    (void)state;
    made_up_begin();
    for (int i = 0; i < CELLS; i++)
        plan_append(&made.plan, &cells[i]);
    record_new(&made.plan, &made.record);
    return 0;
}

static void take(int cell, int round, double seconds, json_t *counts)
{
    json_t *line = json_pack("{s:s, s:i, s:i, s:f, s:f, s:b, s:o*}", "cell",
                             made.plan.cells[cell].id, "round", round, "sample", 0, "seconds",
                             seconds, "startup_s", 0.5, "verified", 1, "counts", counts);
    assert_null(lines_take(line, &made.record));
    json_decref(line);
}

/* Six rounds, the machine slower from one to the next, in which threads take so many times as long
 * as serial, which takes 1 s at first. */
static const struct analysis_of_cell *analyse(double times, int handoffs)
{
    for (int round = 0; round < 6; round++) {
        const double serial_s = 1 + round;
        take(SERIAL, round, serial_s, NULL);
        take(THREADS, round, times * serial_s, json_pack("{s:i}", "gil::handoffs", handoffs));
    }
    analysed_run_make(NULL, NULL, &made.record, &made.run);
    return &made.run.cells[THREADS];
}

static bool is_about(double value, double expected)
{
    return fabs(value - expected) < 1e-9;
}

static void test_hand_overs_that_cost(void **state)
{
    struct hand_overs found;
    (void)state;
    hand_overs_find(analyse(1.25, 100), 1, &found);
    assert_true(found.count.median == 100);
    assert_true(is_about(found.lost.median, 0.2) && is_about(found.lost.interval.high, 0.2));
    assert_true(is_about(found.each_s.interval.low, 0.0025));
    assert_true(is_about(found.each_s.interval.high, 0.015));
    assert_true(is_about(found.a_second.interval.high, 80));
}

/* Threads that could be twice as fast have lost more. */
static void test_beside_another_bound(void **state)
{
    struct hand_overs found;
    (void)state;
    hand_overs_find(analyse(1.25, 100), 2, &found);
    assert_true(is_about(found.lost.median, 0.6));
    assert_true(is_about(found.each_s.interval.low, 0.0075));
}

static void test_nothing_is_lost(void **state)
{
    struct hand_overs found;
    (void)state;
    hand_overs_find(analyse(1, 3), 1, &found);
    assert_true(is_about(found.lost.median, 0) && found.count.median == 3);
    assert_int_equal(found.each_s.count, 0);
}

/* Nor is the price known of what never happened. */
static void test_none_took_place(void **state)
{
    struct hand_overs found;
    (void)state;
    hand_overs_find(analyse(1.5, 0), 1, &found);
    assert_true(found.count.median == 0 && found.a_second.median == 0);
    assert_int_equal(found.each_s.count, 0);
}

static void test_without_a_base_or_counts(void **state)
{
    struct hand_overs found;
    (void)state;
    take(THREADS, 0, 1, json_pack("{s:i}", "pool::chunks", 1));
    analysed_run_make(NULL, NULL, &made.record, &made.run);
    hand_overs_find(&made.run.cells[THREADS], 1, &found);
    assert_true(found.count.count == 0 && found.a_second.count == 0);
    assert_true(found.lost.count == 0 && found.each_s.count == 0);
    hand_overs_find(&made.run.cells[SERIAL], 1, &found);
    assert_true(found.count.count == 0 && found.lost.count == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_hand_overs_that_cost, begin, made_up_end),
        cmocka_unit_test_setup_teardown(test_beside_another_bound, begin, made_up_end),
        cmocka_unit_test_setup_teardown(test_nothing_is_lost, begin, made_up_end),
        cmocka_unit_test_setup_teardown(test_none_took_place, begin, made_up_end),
        cmocka_unit_test_setup_teardown(test_without_a_base_or_counts, begin, made_up_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
