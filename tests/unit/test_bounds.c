/*
 * What no way to arrange work can be faster than, on cases that were worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bounds.h"

#include <math.h>
#include <stdbool.h>

static bool is_about(double value, double expected)
{
    return fabs(value - expected) < 0.005;
}

/* Trial divisions of all numbers up to 100000, 200000 and 300000. */
static const double divisions[] = {447594, 1174865, 2067868};

static void test_the_largest_task_bounds_all(void **state)
{
    (void)state;
    assert_true(is_about(bounds_of_tasks(divisions, 3, 3), 1.785));
    assert_true(is_about(bounds_of_tasks(divisions, 3, 2), 1.785));
    assert_true(bounds_of_tasks(divisions, 3, 1) == 1);
    assert_true(bounds_of_tasks((const double[]){1, 1, 1, 1}, 4, 2) == 2);
    assert_true(bounds_of_tasks((const double[]){3}, 1, 8) == 1);
}

/* The free worker takes the largest last. */
static void test_the_order_bounds_them_further(void **state)
{
    (void)state;
    assert_true(is_about(bounds_of_tasks_in_order(divisions, 3, 2), 1.47));
    assert_true(is_about(bounds_of_tasks_in_order(divisions, 3, 3), 1.785));
    assert_true(bounds_of_tasks_in_order(divisions, 3, 1) == 1);
    const double largest_first[] = {2067868, 1174865, 447594};
    assert_true(is_about(bounds_of_tasks_in_order(largest_first, 3, 2), 1.785));
}

/* Graham's worst order, of 2 - 1/workers: m (m - 1) tasks of 1 before one of m. */
static void test_the_worst_order(void **state)
{
    const double tasks[] = {1, 1, 1, 1, 1, 1, 3};
    (void)state;
    assert_true(bounds_of_tasks(tasks, 7, 3) == 3);
    assert_true(is_about(bounds_of_tasks_in_order(tasks, 7, 3), 3 / (2 - 1 / 3.0)));
}

static void test_what_a_lock_lets_through(void **state)
{
    (void)state;
    assert_true(bounds_of_lock(0, 8) == 1 && bounds_of_lock(1, 8) == 8);
    assert_true(bounds_of_lock(0.5, 2) == 2 && bounds_of_lock(0.5, 8) == 2);
    assert_true(is_about(bounds_of_lock(0.25, 2), 1.33));
    assert_true(bounds_of_serial_part(0, 8) == 1 && bounds_of_serial_part(1, 8) == 8);
    assert_true(is_about(bounds_of_serial_part(0.5, 2), 1.33));
    assert_true(is_about(bounds_of_serial_part(0.9, 4), 3.08));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_largest_task_bounds_all),
        cmocka_unit_test(test_the_order_bounds_them_further),
        cmocka_unit_test(test_the_worst_order),
        cmocka_unit_test(test_what_a_lock_lets_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
