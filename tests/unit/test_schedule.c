/*
 * Unit tests of drivers/rounds/schedule.h: what a round launches, and in which order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = 64 };

static struct cell cells[CELLS_MAX];
static struct plan plan;
static bool due[CELLS_MAX];
static struct schedule schedule;

/* Serial and so many other cells of a kernel. */
static void add_kernel(const char *kernel, size_t others)
{
    for (size_t i = 0; i <= others; i++) {
        struct cell *cell = &cells[plan.count];
        *cell = (struct cell){.size = 10, .base_size = 10, .traits = i == 0 ? TRAIT_BASE : 0};
        (void)snprintf(cell->kernel, sizeof cell->kernel, "%s", kernel);
        due[plan.count++] = true;
    }
}

static int begin(void **state)
{
    (void)state;
    plan = (struct plan){.cells = cells};
    return 0;
}

static int end(void **state)
{
    (void)state;
    schedule_free(&schedule);
    return 0;
}

static size_t launches_of(size_t cell)
{
    size_t count = 0;
    for (size_t i = 0; i < schedule.count; i++) {
        if (schedule.launches[i].cell != cell)
            continue;
        assert_int_equal(schedule.launches[i].turn, count);
        count++;
    }
    return count;
}

/* The most launches between one of the cells from 1 to `others` and one of the base, 0. */
static size_t farthest_from_base(size_t others)
{
    size_t farthest = 0;
    for (size_t i = 0; i < schedule.count; i++) {
        size_t nearest = SIZE_MAX;
        const size_t cell = schedule.launches[i].cell;
        for (size_t j = 0; cell > 0 && cell <= others && j < schedule.count; j++)
            if (schedule.launches[j].cell == 0 && (i > j ? i - j : j - i) < nearest)
                nearest = i > j ? i - j : j - i;
        if (cell > 0 && cell <= others && nearest > farthest)
            farthest = nearest;
    }
    return farthest;
}

/* Once, and twice more for every twelve others, none of which is far from it. */
static void a_base_is_launched_among_its_cells(void **state)
{
    static const struct {
        size_t others, launches, farthest;
    } cases[] = {{0, 1, 0},  {1, 1, 1},  {2, 1, 1},  {11, 1, 6},
                 {12, 3, 2}, {18, 3, 3}, {24, 5, 3}, {60, 11, 4}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (unsigned round = 0; round < 50; round++) {
            plan.count = 0;
            add_kernel("pi", cases[i].others);
            schedule_new(&plan, 7, &schedule);
            schedule_make(&schedule, round, due);
            assert_int_equal(schedule.count, cases[i].others + cases[i].launches);
            assert_int_equal(launches_of(0), cases[i].launches);
            for (size_t cell = 1; cell < plan.count; cell++)
                assert_int_equal(launches_of(cell), 1);
            assert_in_range(farthest_from_base(cases[i].others), 0, cases[i].farthest);
            schedule_free(&schedule);
        }
}

/* Of two cells neither is always the first, nor in the same place of its kernel. */
static void order_is_left_to_chance(void **state)
{
    unsigned base_first = 0, places[4] = {0};
    (void)state;
    add_kernel("pi", 1);
    schedule_new(&plan, 7, &schedule);
    for (unsigned round = 0; round < 100; round++) {
        schedule_make(&schedule, round, due);
        base_first += schedule.launches[0].cell == 0;
    }
    assert_in_range(base_first, 30, 70);
    schedule_free(&schedule);
    plan.count = 0;
    add_kernel("pi", 3);
    schedule_new(&plan, 7, &schedule);
    for (unsigned round = 0; round < 100; round++) {
        schedule_make(&schedule, round, due);
        for (size_t i = 0; i < schedule.count; i++)
            places[i] += schedule.launches[i].cell == 1;
    }
    for (size_t i = 0; i < 4; i++)
        assert_in_range(places[i], 5, 60);
}

static void cells_that_share_a_base_follow_each_other(void **state)
{
    (void)state;
    add_kernel("pi", 13);
    add_kernel("primes", 5);
    add_kernel("squares", 2);
    unsigned first[CELLS_MAX] = {0};
    schedule_new(&plan, 7, &schedule);
    for (unsigned round = 0; round < 100; round++) {
        unsigned changes = 0;
        schedule_make(&schedule, round, due);
        for (size_t i = 1; i < schedule.count; i++)
            changes += strcmp(cells[schedule.launches[i].cell].kernel,
                              cells[schedule.launches[i - 1].cell].kernel) != 0;
        assert_int_equal(changes, 2);
        first[schedule.bases[schedule.launches[0].cell]]++;
    }
    assert_in_range(first[0], 10, 70); /* whichever comes first */
    assert_in_range(first[14], 10, 70);
    assert_in_range(first[20], 10, 70);
}

/* Each with a base of its own. */
static void algorithms_of_a_kernel_follow_each_other(void **state)
{
    (void)state;
    add_kernel("pi", 2);
    add_kernel("primes", 4);
    add_kernel("primes:algorithm=sieve", 4);
    schedule_new(&plan, 7, &schedule);
    for (unsigned round = 0; round < 50; round++) {
        unsigned changes = 0, bases = 0;
        schedule_make(&schedule, round, due);
        for (size_t i = 1; i < schedule.count; i++) {
            const size_t cell = schedule.launches[i].cell, before = schedule.launches[i - 1].cell;
            changes += schedule.kernels[cell] != schedule.kernels[before];
            bases += schedule.bases[cell] != schedule.bases[before];
        }
        assert_int_equal(changes, 1);
        assert_int_equal(bases, 2);
    }
}

/* Cells without a base are groups of their own. */
static void a_base_need_not_be_there(void **state)
{
    (void)state;
    add_kernel("pi", 14);
    cells[0].traits = 0;
    schedule_new(&plan, 7, &schedule);
    schedule_make(&schedule, 0, due);
    assert_int_equal(schedule.count, 15);
    for (size_t cell = 0; cell < plan.count; cell++)
        assert_int_equal(launches_of(cell), 1);
}

static void only_what_is_due_is_launched(void **state)
{
    (void)state;
    add_kernel("pi", 18);
    schedule_new(&plan, 7, &schedule);
    for (size_t cell = 1; cell <= 10; cell++)
        due[cell] = false;
    schedule_make(&schedule, 3, due);
    assert_int_equal(schedule.count, 9);
    assert_int_equal(launches_of(0), 1); /* for the eight that are left */
    assert_int_equal(launches_of(10), 0);
    assert_int_equal(launches_of(11), 1);
    due[0] = false;
    schedule_make(&schedule, 3, due);
    assert_int_equal(schedule.count, 8);
}

/* Of the seed and the number of the round alone: so a run that goes on has the same rounds. */
static void order_comes_of_seed_and_round(void **state)
{
    struct schedule other;
    (void)state;
    add_kernel("pi", 18);
    schedule_new(&plan, 7, &schedule);
    for (unsigned round = 0; round < 5; round++)
        schedule_make(&schedule, round, due);
    schedule_new(&plan, 7, &other);
    schedule_make(&other, 4, due);
    assert_int_equal(schedule.count, other.count);
    for (size_t i = 0; i < other.count; i++) {
        assert_int_equal(schedule.launches[i].cell, other.launches[i].cell);
        assert_int_equal(schedule.launches[i].turn, other.launches[i].turn);
        assert_true(schedule.launches[i].random == other.launches[i].random);
    }
    schedule_make(&other, 3, due);
    assert_memory_not_equal(schedule.order, other.order, other.cells * sizeof *other.order);
    schedule_free(&other);
    schedule_new(&plan, 8, &other);
    schedule_make(&other, 4, due);
    assert_memory_not_equal(schedule.order, other.order, other.cells * sizeof *other.order);
    schedule_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_base_is_launched_among_its_cells, begin, end),
        cmocka_unit_test_setup_teardown(order_is_left_to_chance, begin, end),
        cmocka_unit_test_setup_teardown(cells_that_share_a_base_follow_each_other, begin, end),
        cmocka_unit_test_setup_teardown(algorithms_of_a_kernel_follow_each_other, begin, end),
        cmocka_unit_test_setup_teardown(a_base_need_not_be_there, begin, end),
        cmocka_unit_test_setup_teardown(only_what_is_due_is_launched, begin, end),
        cmocka_unit_test_setup_teardown(order_comes_of_seed_and_round, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
