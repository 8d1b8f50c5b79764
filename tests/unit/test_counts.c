/*
 * What models count, from a run's lines to the figure of a cell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "counts.h"
#include "made_up_record.h"
#include "samples_lines.h"

#include <math.h>
#include <string.h>

static int begin(void **state)
{
    (void)state;
    const struct cell cell = {
        .id = "c", .kernel = "k", .model = "gil", .label = "gil", .workers = 2, .size = 10};
    made_up_begin();
    plan_append(&made.plan, &cell);
    record_new(&made.plan, &made.record);
    return 0;
}

/* A sample of two executions, which counted so much in both; NULL: it does not tell. */
static void take(int round, int sample, json_t *counts)
{
    json_t *line = json_pack("{s:s, s:i, s:i, s:f, s:i, s:f, s:b, s:o*}", "cell", "c", "round",
                             round, "sample", sample, "seconds", 1.0, "executions", 2, "startup_s",
                             0.5, "verified", 1, "counts", counts);
    assert_null(lines_take(line, &made.record));
    json_decref(line);
}

static const struct analysis_of_cell *analyse(void)
{
    analysed_run_make(NULL, NULL, &made.record, &made.run);
    return made.run.cells;
}

/* A round's median is what counts, and one execution's share. */
static void test_is_over_rounds(void **state)
{
    (void)state;
    for (int round = 0; round < 6; round++)
        for (int sample = 0; sample < 3; sample++)
            take(round, sample,
                 json_pack("{s:i, s:f}", "gil::handoffs", 10 * (round + 1) + 1000 * (sample == 2),
                           "gil::waited_s", 0.5));
    const struct analysis_of_cell *cell = analyse();
    const struct summary handoffs = counts_of(cell, "gil::handoffs");
    assert_int_equal(handoffs.count, 6);
    assert_true(handoffs.median == 17.5 && handoffs.has_interval);
    assert_true(handoffs.interval.low == 5 && handoffs.interval.high == 30);
    assert_true(counts_of(cell, "gil::waited_s").median == 0.25);
    double rounds[7];
    counts_by_round(cell, "gil::handoffs", rounds, 7);
    assert_true(rounds[0] == 5 && rounds[5] == 30 && isnan(rounds[6]));
}

static void test_of_one_round_is_over_samples(void **state)
{
    (void)state;
    for (int sample = 0; sample < 6; sample++)
        take(0, sample, json_pack("{s:i}", "gil::handoffs", 2 * sample));
    const struct summary handoffs = counts_of(analyse(), "gil::handoffs");
    assert_true(handoffs.count == 6 && handoffs.median == 2.5 && handoffs.has_interval);
}

/* What samples do not tell, or cannot have counted, is no figure. */
static void test_what_is_not_told(void **state)
{
    (void)state;
    take(0, 0, NULL);
    take(1, 0, json_pack("{s:i, s:i}", "gil::handoffs", 4, "gil::acquisitions", -1));
    take(2, 0, json_pack("{s:s}", "gil::handoffs", "many"));
    take(3, 0, json_pack("{s:i, s:i}", "gil::handoffs", 8, "gil::new", 3));
    take(4, 0, json_object());
    const struct analysis_of_cell *cell = analyse();
    const struct summary handoffs = counts_of(cell, "gil::handoffs");
    assert_true(handoffs.count == 2 && handoffs.median == 3 && !handoffs.has_interval);
    assert_int_equal(counts_of(cell, "gil::acquisitions").count, 0);
    assert_int_equal(counts_of(cell, "gil::new").count, 0);
    assert_int_equal(counts_of(cell, "pool::chunks").count, 0);
}

/* A model may have no more counts than there is room for, and names are as long as they may be. */
static void test_names_that_are_too_many_or_too_long(void **state)
{
    char longest[2 * PLAN_NAME_MAX] = "";
    (void)state;
    json_t *counts = json_object();
    memset(longest, 'x', sizeof longest - 1);
    (void)json_object_set_new(counts, longest, json_integer(1));
    for (int i = 0; i < 3 * MODEL_COUNTS_MAX; i++) {
        char name[PLAN_NAME_MAX];
        (void)snprintf(name, sizeof name, "m::%d", i);
        (void)json_object_set_new(counts, name, json_integer((json_int_t)2 * i));
    }
    take(0, 0, counts);
    const struct analysis_of_cell *cell = analyse();
    assert_int_equal(cell->state->counts.names, MODEL_COUNTS_MAX);
    assert_int_equal(counts_of(cell, longest).count, 0);
    assert_true(counts_of(cell, "m::7").median == 7);
}

/* Of a wrong result nothing is told. */
static void test_of_a_failed_cell_there_is_none(void **state)
{
    (void)state;
    take(0, 0, json_pack("{s:i}", "gil::handoffs", 4));
    made.record.states[0].failed = true;
    assert_int_equal(counts_of(analyse(), "gil::handoffs").count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_is_over_rounds, begin, made_up_end),
        cmocka_unit_test_setup_teardown(test_of_one_round_is_over_samples, begin, made_up_end),
        cmocka_unit_test_setup_teardown(test_what_is_not_told, begin, made_up_end),
        cmocka_unit_test_setup_teardown(test_names_that_are_too_many_or_too_long, begin,
                                        made_up_end),
        cmocka_unit_test_setup_teardown(test_of_a_failed_cell_there_is_none, begin, made_up_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
