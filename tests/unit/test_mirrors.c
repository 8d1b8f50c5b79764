/*
 * Unit tests of drivers/analysis/mirrors.h on times that were made up: what a peer is held against,
 * and what is said of both.
 */
#include "mirrors.h"

#include "analysed_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 8 };
enum { SERIAL, HERD, OTHER_HERD, PEER, CELLS };

static struct made_up {
    struct cell planned[CELLS];
    double times[CELLS][ROUNDS];
    struct analysis_of_cell cells[CELLS];
    struct analysed_run run;
} made;

/* Takes so long in the first round, and in each that follows twice as long as before: what both of
 * a pair have is in no ratio. */
static void set(int index, const char *model, const char *mirrors, const char *chunk, double time)
{
    struct cell *cell = &made.planned[index];
    *cell = (struct cell){.workers = 2, .nodes = 1, .size = 1000, .traits = TRAIT_CHUNKS};
    (void)snprintf(cell->kernel, PLAN_NAME_MAX, "pi");
    (void)snprintf(cell->model, PLAN_NAME_MAX, "%s", model);
    (void)snprintf(cell->mirrors, PLAN_NAME_MAX, "%s", mirrors);
    (void)snprintf(cell->option_names[0], PLAN_NAME_MAX, "chunk");
    (void)snprintf(cell->option_values[0], MODEL_SPEC_VALUE_MAX, "%s", chunk);
    cell->options = 1;
    for (int round = 0; round < ROUNDS; round++)
        made.times[index][round] = time * (1 << round);
    made.cells[index] = (struct analysis_of_cell){.run = &made.run,
                                                  .cell = cell,
                                                  .times = made.times[index],
                                                  .time = stats_summary(made.times[index], ROUNDS),
                                                  .verified = true};
}

/* The peer takes 50 times as long; of two models with its options but for the chunk one is its. */
static int make(void **state)
{
    (void)state;
    made = (struct made_up){.run = {.rounds = ROUNDS, .count = CELLS, .cells = made.cells}};
    set(SERIAL, "serial", "", "auto", 1);
    set(HERD, "herd", "", "auto", 0.001);
    set(OTHER_HERD, "herd", "", "10", 0.002);
    set(PEER, "peer-herd", "herd", "10", 0.1);
    return 0;
}

static const struct analysis_of_cell *beside(void)
{
    return mirrors_beside(&made.cells[PEER]);
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value / expected - 1) <= 1e-9))
        fail_msg("%.17g is not %.17g", value, expected);
}

static void is_held_against_the_same_options(void **state)
{
    (void)state;
    assert_ptr_equal(beside(), &made.cells[OTHER_HERD]);
    (void)snprintf(made.planned[PEER].option_values[0], MODEL_SPEC_VALUE_MAX, "auto");
    assert_ptr_equal(beside(), &made.cells[HERD]);
    (void)snprintf(made.planned[PEER].option_values[0], MODEL_SPEC_VALUE_MAX, "7");
    assert_null(beside());
    /* What one of them has no word for tells nothing. */
    (void)snprintf(made.planned[PEER].option_names[0], PLAN_NAME_MAX, "body");
    assert_ptr_equal(beside(), &made.cells[HERD]);
}

static void is_held_against_the_same_work_only(void **state)
{
    (void)state;
    assert_null(mirrors_beside(&made.cells[OTHER_HERD]));
    made.planned[OTHER_HERD].workers = 1;
    assert_null(beside());
    made.planned[OTHER_HERD].workers = 2;
    made.planned[OTHER_HERD].size++;
    assert_null(beside());
    made.planned[OTHER_HERD].size--;
    made.planned[OTHER_HERD].nodes = 2;
    assert_null(beside());
    made.planned[OTHER_HERD].nodes = 1;
    made.planned[OTHER_HERD].tasks = "10+20";
    assert_null(beside());
    made.planned[OTHER_HERD].tasks = NULL;
    (void)snprintf(made.planned[OTHER_HERD].kernel, PLAN_NAME_MAX, "primes");
    assert_null(beside());
    (void)snprintf(made.planned[OTHER_HERD].kernel, PLAN_NAME_MAX, "pi");
    assert_non_null(beside());
}

static void is_held_against_nothing_that_is_wrong(void **state)
{
    (void)state;
    made.cells[OTHER_HERD].verified = false;
    assert_null(beside());
    made.cells[OTHER_HERD].verified = true;
    made.cells[PEER].verified = false;
    assert_null(beside());
    assert_int_equal(mirrors_ratio(&made.cells[PEER]).count, 0);
}

/* Round by round: over all of them times differ 128 times. */
static void the_ratio_is_that_of_each_round(void **state)
{
    (void)state;
    made.times[PEER][0] *= 1.1;
    const struct summary ratio = mirrors_ratio(&made.cells[PEER]);
    assert_int_equal(ratio.count, ROUNDS);
    assert_near(ratio.median, 50);
    assert_true(ratio.has_interval);
    assert_near(ratio.interval.low, 50);
    assert_true(ratio.interval.high < 55.001);
    assert_int_equal(mirrors_ratio(&made.cells[HERD]).count, 0);
    made.times[PEER][1] = NAN; /* it failed then */
    assert_int_equal(mirrors_ratio(&made.cells[PEER]).count, ROUNDS - 1);
}

static void a_task_is_what_an_execution_is_cut_into(void **state)
{
    (void)state;
    assert_int_equal(mirrors_tasks(&made.planned[PEER]), 100);
    made.planned[PEER].size = 1001; /* one more, which is shorter */
    assert_int_equal(mirrors_tasks(&made.planned[PEER]), 101);
    made.planned[PEER].size = 1000;
    const struct summary task = mirrors_task(&made.cells[PEER]);
    assert_near(task.median, made.cells[PEER].time.median / 100);
    assert_near(task.interval.low, made.cells[PEER].time.interval.low / 100);
    assert_near(task.interval.high, made.cells[PEER].time.interval.high / 100);
    assert_int_equal(mirrors_tasks(&made.planned[HERD]), 0); /* as many as the model likes */
    assert_int_equal(mirrors_task(&made.cells[HERD]).count, 0);
    made.planned[PEER].traits = 0; /* its option means something else */
    assert_int_equal(mirrors_tasks(&made.planned[PEER]), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(is_held_against_the_same_options, make),
        cmocka_unit_test_setup(is_held_against_the_same_work_only, make),
        cmocka_unit_test_setup(is_held_against_nothing_that_is_wrong, make),
        cmocka_unit_test_setup(the_ratio_is_that_of_each_round, make),
        cmocka_unit_test_setup(a_task_is_what_an_execution_is_cut_into, make),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
