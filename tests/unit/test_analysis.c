/*
 * From samples to figures, with made-up samples whose answers were worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SERIAL, THREADS, OTHER_SIZE, SCALED, CELLS };

static struct cell cells[CELLS] = {
    [SERIAL] = {"", "pi", "serial", "serial", .workers = 1, .size = 10, .base_size = 10},
    [THREADS] = {"", "pi", "threads", "threads", .workers = 2, .size = 10, .base_size = 10},
    [OTHER_SIZE] = {"", "pi", "pool", "pool", .workers = 2, .size = 20, .base_size = 20},
    [SCALED] = {"", "pi", "mpi", "mpi", .workers = 4, .size = 40, .base_size = 10},
};
static const struct plan plan = {CELLS, cells};

static void add(struct record *record, size_t cell, unsigned round, const double *seconds,
                unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct row row = {cell, round, i, seconds[i], 0.5 + round, true};
        assert_int_equal(record_add(record, &row), STATUS_OK);
    }
}

static struct analysis_of_cell *analyse(const struct record *record)
{
    struct analysis_of_cell *made;
    assert_int_equal(analysis_make(record, &made), STATUS_OK);
    return made;
}

/*
 * The machine slows down from round to round, both cells alike: the times spread by a factor of
 * six and the paired speedup not at all.
 */
static void test_speedup_is_paired_by_round(void **state)
{
    (void)state;
    struct record record;
    assert_int_equal(record_new(&plan, &record), STATUS_OK);
    for (unsigned round = 0; round < 6; round++) {
        const double slow = round + 1;
        const double serial[] = {9 * slow, 8 * slow, 8 * slow}, threads[] = {4 * slow, 4 * slow};
        add(&record, SERIAL, round, serial, 3); /* its first sample is slow: the median is not */
        add(&record, THREADS, round, threads, 2);
    }
    struct analysis_of_cell *made = analyse(&record);
    assert_int_equal(made[SERIAL].samples, 18);
    assert_int_equal(made[SERIAL].rounds, 6);
    assert_true(made[SERIAL].time.median == 28 && made[THREADS].time.median == 14);
    assert_true(made[SERIAL].time.interval.low == 8 && made[SERIAL].time.interval.high == 48);
    assert_true(made[SERIAL].startup_s == 3);
    assert_true(made[THREADS].has_speedup && made[THREADS].speedup.median == 2);
    assert_true(made[THREADS].speedup.interval.low == 2 &&
                made[THREADS].speedup.interval.high == 2);
    assert_true(made[THREADS].base_s == 28);
    assert_true(analysis_efficiency(&made[THREADS]) == 1);
    assert_true(made[SERIAL].has_speedup && made[SERIAL].speedup.median == 1);
    free(made);
    record_free(&record);
}

/* A cell of another size has no base, and one that was not measured nothing at all. */
static void test_no_base_and_no_samples(void **state)
{
    (void)state;
    struct record record;
    const double seconds[] = {1, 2, 3};
    assert_int_equal(record_new(&plan, &record), STATUS_OK);
    add(&record, OTHER_SIZE, 0, seconds, 3);
    struct analysis_of_cell *made = analyse(&record);
    assert_true(made[OTHER_SIZE].verified && !made[OTHER_SIZE].has_speedup);
    assert_true(made[OTHER_SIZE].time.median == 2); /* one round: over its samples */
    assert_int_equal(made[OTHER_SIZE].time.count, 3);
    assert_false(made[SERIAL].verified);
    assert_false(analysis_passes(made, CELLS));
    free(made);
    record_free(&record);
}

/*
 * A cell with four times the work is compared with the base of a quarter of it: that is an
 * efficiency and a scaled speedup, and never a speedup. Paired by round, as all is.
 */
static void test_scaled_work_has_no_plain_speedup(void **state)
{
    (void)state;
    struct record record;
    assert_int_equal(record_new(&plan, &record), STATUS_OK);
    for (unsigned round = 0; round < 6; round++) {
        const double slow = round + 1, serial[] = {8 * slow}, scaled[] = {10 * slow};
        add(&record, SERIAL, round, serial, 1);
        add(&record, SCALED, round, scaled, 1);
    }
    struct analysis_of_cell *made = analyse(&record);
    const struct analysis_of_cell *cell = &made[SCALED];
    assert_true(analysis_is_scaled(cell) && !analysis_is_scaled(&made[SERIAL]));
    assert_false(cell->has_speedup);
    assert_true(isnan(cell->speedup.median));
    assert_true(cell->has_efficiency && cell->base_s == 28);
    assert_true(analysis_efficiency(cell) == 0.8);
    assert_true(cell->efficiency.interval.low == 0.8 && cell->efficiency.interval.high == 0.8);
    const struct summary speedup = analysis_scaled_speedup(cell);
    assert_true(speedup.median == 3.2 && speedup.has_interval && speedup.interval.low == 3.2);
    free(made);
    record_free(&record);
}

/* The efficiency of a plain cell has the speedup's interval, over workers. */
static void test_efficiency_has_an_interval(void **state)
{
    (void)state;
    struct record record;
    assert_int_equal(record_new(&plan, &record), STATUS_OK);
    for (unsigned round = 0; round < 6; round++) {
        const double serial[] = {8 + round}, threads[] = {4};
        add(&record, SERIAL, round, serial, 1);
        add(&record, THREADS, round, threads, 1);
    }
    struct analysis_of_cell *made = analyse(&record);
    assert_true(made[THREADS].speedup.interval.low == 2 &&
                made[THREADS].speedup.interval.high == 3.25);
    assert_true(made[THREADS].efficiency.interval.low == 1 &&
                made[THREADS].efficiency.interval.high == 1.625);
    free(made);
    record_free(&record);
}

static void test_wrong_samples_have_no_speedup(void **state)
{
    (void)state;
    struct record record;
    const double seconds[] = {1, 1};
    assert_int_equal(record_new(&plan, &record), STATUS_OK);
    for (unsigned round = 0; round < 7; round++) {
        add(&record, SERIAL, round, seconds, 2);
        add(&record, THREADS, round, seconds, 2);
        add(&record, OTHER_SIZE, round, seconds, 2);
        add(&record, SCALED, round, seconds, 2);
    }
    struct analysis_of_cell *made = analyse(&record);
    assert_true(analysis_passes(made, CELLS));
    free(made);

    record.rows[record.count - 5].verified = false; /* one of THREADS, in the last round */
    made = analyse(&record);
    assert_false(made[THREADS].verified);
    assert_false(made[THREADS].has_speedup);
    assert_true(made[SERIAL].verified);
    assert_false(analysis_passes(made, CELLS));
    free(made);
    record_free(&record);
}

/* Rounds that only one of the two has do not count for their speedup. */
static void test_rounds_without_a_partner(void **state)
{
    (void)state;
    struct record record;
    const double slow[] = {6}, fast[] = {3}, odd[] = {1000};
    assert_int_equal(record_new(&plan, &record), STATUS_OK);
    for (unsigned round = 0; round < 6; round++) {
        add(&record, SERIAL, round, slow, 1);
        add(&record, THREADS, round, fast, 1);
    }
    add(&record, THREADS, 6, odd, 1);
    struct analysis_of_cell *made = analyse(&record);
    assert_int_equal(made[THREADS].speedup.count, 6);
    assert_true(made[THREADS].speedup.median == 2 && made[THREADS].speedup.interval.low == 2);
    assert_int_equal(made[THREADS].rounds, 7);
    free(made);
    record_free(&record);
}

static void test_failed_launch(void **state)
{
    (void)state;
    struct record record;
    struct sample samples[] = {{1, true, NULL}};
    struct launched launched = {.count = 1, .samples = samples, .failure = "it broke"};
    assert_int_equal(record_new(&plan, &record), STATUS_OK);
    assert_int_equal(record_launch(&record, THREADS, 0, &launched), STATUS_OK);
    struct analysis_of_cell *made = analyse(&record);
    assert_false(made[THREADS].verified);
    assert_int_equal(made[THREADS].samples, 1); /* kept all the same */
    assert_string_equal(made[THREADS].standing->failure, "it broke");
    free(made);
    record_free(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_speedup_is_paired_by_round),
        cmocka_unit_test(test_no_base_and_no_samples),
        cmocka_unit_test(test_scaled_work_has_no_plain_speedup),
        cmocka_unit_test(test_efficiency_has_an_interval),
        cmocka_unit_test(test_wrong_samples_have_no_speedup),
        cmocka_unit_test(test_rounds_without_a_partner),
        cmocka_unit_test(test_failed_launch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
