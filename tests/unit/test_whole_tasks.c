/*
 * What whole tasks could gain, from made-up times whose answers were worked out by hand; and that a
 * plan keeps which tasks its cells have.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cell_json.h"
#include "made_up_record.h"
#include "whole_tasks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SERIAL, TWO, THREE, FIRST, SECOND, THIRD, CELLS };

static const struct cell cells[CELLS] = {
    [SERIAL] = {"s", "k", "serial", "serial", .workers = 1, .traits = TRAIT_BASE},
    [TWO] = {"p/2", "k", "pool", "pool", .workers = 2},
    [THREE] = {"p/3", "k", "pool", "pool", .workers = 3},
    [FIRST] = {"s/10", "k", "serial", "serial", .workers = 1, .size = 10, .traits = TRAIT_BASE},
    [SECOND] = {"s/20", "k", "serial", "serial", .workers = 1, .size = 20, .traits = TRAIT_BASE},
    [THIRD] = {"s/30", "k", "serial", "serial", .workers = 1, .size = 30, .traits = TRAIT_BASE},
};

static int begin(void **state)
{
    (void)state;
    made_up_begin();
    for (int i = 0; i < CELLS; i++) {
        char tasks[] = "10+20+30";
        struct cell cell = cells[i];
        if (cell.size == 0)
            cell.tasks = tasks;
        else
            (void)snprintf(cell.told_with, sizeof cell.told_with, "k");
        cell.size = cell.size ? cell.size : 3;
        cell.base_size = cell.size;
        cell.ranks = cell.threads = cell.nodes = 1;
        plan_append(&made.plan, &cell);
        memset(tasks, 'x', sizeof tasks); /* the plan has its own */
    }
    record_new(&made.plan, &made.record);
    return 0;
}

/* The machine slows down from round to round, all cells alike; a cell that takes 0 is not
 * measured. */
static const struct analysis_of_cell *analyse(const double seconds[CELLS])
{
    for (unsigned round = 0; round < 6; round++)
        for (size_t i = 0; i < CELLS; i++)
            if (seconds[i] > 0)
                record_add(&made.record, &(struct row){.cell = i,
                                                       .round = round,
                                                       .seconds = seconds[i] * (1 + round),
                                                       .startup_s = 1,
                                                       .skew_s = NAN,
                                                       .verified = true});
    analysed_run_make(NULL, NULL, &made.record, &made.run);
    return made.run.cells;
}

static bool is_about(double value, double expected)
{
    return fabs(value - expected) < 1e-9;
}

static void test_bounds_come_from_the_tasks_times(void **state)
{
    const struct analysis_of_cell *run = analyse((const double[CELLS]){6, 4, 3, 1, 2, 3});
    struct whole_tasks found;
    (void)state;
    whole_tasks_find(&run[TWO], &found);
    assert_int_equal(found.count, 3);
    assert_true(is_about(found.most.median, 2) && found.most.has_interval);
    assert_true(is_about(found.in_order.median, 1.5));
    assert_true(is_about(found.in_order.interval.high, 1.5));
    whole_tasks_find(&run[THREE], &found);
    assert_true(is_about(found.most.median, 2) && is_about(found.in_order.median, 2));
    assert_ptr_equal(whole_tasks_alone(&run[TWO], 1), &run[SECOND]);
    assert_null(whole_tasks_alone(&run[TWO], 3));
}

/* Speedups are over the same tasks, and what one of them takes is no other algorithm. */
static void test_what_they_are_compared_with(void **state)
{
    const struct analysis_of_cell *run = analyse((const double[CELLS]){6, 4, 3, 1, 2, 3});
    (void)state;
    assert_ptr_equal(run[TWO].base, &run[SERIAL]);
    assert_true(is_about(run[TWO].speedup.median, 1.5));
    assert_ptr_equal(run[TWO].absolute_base, &run[SERIAL]);
    assert_ptr_equal(run[THIRD].base, &run[THIRD]);
    assert_int_equal(made.run.kernel_count, 1);
    assert_ptr_equal(made.run.kernels[0].bases.relative, &run[SERIAL]);
    assert_int_equal(made.run.kernels[0].bases.others, 0);
}

static void test_a_task_was_not_measured(void **state)
{
    const struct analysis_of_cell *run = analyse((const double[CELLS]){6, 4, 3, 1, 0, 3});
    struct whole_tasks found;
    (void)state;
    whole_tasks_find(&run[TWO], &found);
    assert_true(found.count == 3 && found.most.count == 0 && found.in_order.count == 0);
    whole_tasks_find(&run[FIRST], &found);
    assert_true(found.count == 0 && found.most.count == 0);
}

/* As a run's folder has it. */
static void test_a_cell_is_read_as_it_was_written(void **state)
{
    struct cell read = {.size = 0};
    (void)state;
    json_t *object = cell_json_planned(&made.plan.cells[TWO]);
    assert_null(cell_json_read(object, &read));
    assert_string_equal(read.tasks, "10+20+30");
    assert_int_equal(json_object_set_new(object, "tasks", json_string("10+x/y")), 0);
    assert_string_equal(cell_json_read(object, &read), "its tasks are no sizes");
    assert_int_equal(json_object_set_new(object, "tasks", json_integer(7)), 0);
    assert_string_equal(cell_json_read(object, &read), "its tasks are no sizes");
    json_decref(object);
    read = (struct cell){.size = 0};
    object = cell_json_planned(&made.plan.cells[FIRST]);
    assert_null(json_object_get(object, "tasks"));
    assert_null(cell_json_read(object, &read));
    assert_null(read.tasks);
    assert_true(plan_is_one_task(&read));
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bounds_come_from_the_tasks_times, begin, made_up_end),
        cmocka_unit_test_setup_teardown(test_what_they_are_compared_with, begin, made_up_end),
        cmocka_unit_test_setup_teardown(test_a_task_was_not_measured, begin, made_up_end),
        cmocka_unit_test_setup_teardown(test_a_cell_is_read_as_it_was_written, begin, made_up_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
