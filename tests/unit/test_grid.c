/*
 * The map of steady states: each point fulfils what it has to, any other is refused, and both ways
 * to it, step by step and in closed form, agree.
 */
#include "kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* As in grid.c. */
struct pressures {
    double co, oxygen;
};

struct steady_state {
    double co, oxygen, turnovers;
};

struct map_sum {
    uint64_t points, turnovers;
};

/* All points of a size. */
struct map {
    uint64_t size;
    struct pressures *pressures;
    struct steady_state *states;
    struct map_sum sum;
};

static const struct kernel *grid;

static int find_grid(void **state)
{
    (void)state;
    grid = kernel_find("grid");
    return grid ? 0 : -1;
}

/* Computed in pieces of so many points. */
static struct map map_new(uint64_t size, uint64_t piece)
{
    struct map map = {.size = size};
    map.pressures = calloc(size, sizeof *map.pressures);
    map.states = calloc(size, sizeof *map.states);
    assert_true(map.pressures && map.states);
    for (uint64_t i = 0; i < size; i += piece) {
        const struct range range = {i, size - i < piece ? size : i + piece};
        struct map_sum sum;
        grid->fill(size, range, map.pressures + i);
        grid->compute(size, range, map.pressures + i, map.states + i, &sum);
        grid->combine(&map.sum, &sum);
    }
    return map;
}

static void map_free(struct map *map)
{
    free(map->pressures);
    free(map->states);
}

static uint64_t count_wrong(const struct map *map)
{
    struct verdict verdict = {""};
    const uint64_t wrong = grid->wrong(map->size, kernel_whole(map->size), map->states, &verdict);
    assert_int_equal(wrong > 0, verdict.reason[0] != '\0');
    return wrong;
}

static bool is_verified(const struct map *map, struct map_sum sum)
{
    struct verdict verdict = {""};
    const bool verified = grid->verify(map->size, &sum, &verdict);
    assert_int_equal(verified, verdict.reason[0] == '\0');
    return verified;
}

/* Rows as long as the root, rounded down, and the last one as long as what is left. */
static void test_pressures_go_evenly_from_end_to_end(void **state)
{
    static const struct {
        uint64_t size, columns, rows;
    } cases[] = {{1, 1, 1},         {2, 1, 2},         {3, 1, 3},        {4, 2, 2},
                 {7, 2, 4},         {8, 2, 4},         {9, 3, 3},        {97, 9, 11},
                 {10007, 100, 101}, {99856, 316, 316}, {99855, 315, 317}};
    (void)state;
    for (size_t c = 0; c < LENGTH(cases); c++) {
        struct map map = map_new(cases[c].size, cases[c].size);
        for (uint64_t i = 0; i < map.size; i++) {
            const uint64_t row_of_i = i / cases[c].columns;
            const double column = (double)(i % cases[c].columns), row = (double)row_of_i;
            const double last_column = (double)cases[c].columns - 1,
                         last_row = (double)cases[c].rows - 1;
            const double co = 1e-5 + (last_column > 0 ? 0.49999 * column / last_column : 0);
            const double oxygen = 1e-5 + (last_row > 0 ? 0.49999 * row / last_row : 0);
            assert_true(fabs(map.pressures[i].co - co) < 1e-15);
            assert_true(fabs(map.pressures[i].oxygen - oxygen) < 1e-15);
        }
        assert_int_equal(count_wrong(&map), 0);
        assert_true(is_verified(&map, map.sum));
        map_free(&map);
    }
}

/* Inputs, outputs and the partial, to the last bit. */
static void test_cuts_change_no_bit(void **state)
{
    static const uint64_t sizes[] = {1, 2, 3, 7, 97, 1009}, pieces[] = {1, 2, 3, 7, 64, 1000};
    (void)state;
    for (size_t s = 0; s < LENGTH(sizes); s++) {
        struct map whole = map_new(sizes[s], sizes[s]);
        for (size_t p = 0; p < LENGTH(pieces); p++) {
            struct map cut = map_new(sizes[s], pieces[p]);
            assert_memory_equal(cut.pressures, whole.pressures, cut.size * sizeof *cut.pressures);
            assert_memory_equal(cut.states, whole.states, cut.size * sizeof *cut.states);
            assert_memory_equal(&cut.sum, &whole.sum, sizeof cut.sum);
            map_free(&cut);
        }
        map_free(&whole);
    }
}

/* Both balances in the oxygen y alone: it falls, so that it is 0 once. The same constants. */
static double balance(struct pressures pressures, double y)
{
    const double a = 1e8 * pressures.co, b = 2e7 * pressures.oxygen, d = 2e7, k = 1e7;
    const double all = a + d + k * y;
    const double free_sites = (1 - y) * (d + k * y) / all;
    return b * free_sites * free_sites - k * y * a * (1 - y) / all;
}

/* By a method of its own: halves of what y may be in. */
static void test_states_are_those_that_halving_finds(void **state)
{
    struct map map = map_new(9973, 9973);
    (void)state;
    for (uint64_t i = 0; i < map.size; i++) {
        double low = 0, high = 1;
        while (low < high && (low + high) / 2 > low && (low + high) / 2 < high) {
            const double middle = (low + high) / 2;
            if (balance(map.pressures[i], middle) > 0)
                low = middle;
            else
                high = middle;
        }
        const double a = 1e8 * map.pressures[i].co;
        const double co = a * (1 - low) / (a + 2e7 + 1e7 * low);
        const double turnovers = 1e7 * low * co;
        if (!(fabs(map.states[i].oxygen - low) <= 1e-9 * low &&
              fabs(map.states[i].turnovers - turnovers) <= 1e-9 * turnovers))
            fail_msg("at %g and %g bar the coverage of oxygen is %.15g, not %.15g",
                     map.pressures[i].co, map.pressures[i].oxygen, map.states[i].oxygen, low);
    }
    map_free(&map);
}

/* More CO burns faster, until it takes the sites that oxygen needs. */
static void test_carbon_monoxide_helps_and_then_hinders(void **state)
{
    struct map map = map_new(10000, 1000);
    const struct steady_state *row = map.states + 9900;
    int most = 0;
    (void)state;
    for (int i = 1; i < 100; i++)
        most = row[i].turnovers > row[most].turnovers ? i : most;
    assert_in_range(most, 10, 60);
    for (int i = 1; i < 100; i++)
        assert_int_equal(row[i].turnovers > row[i - 1].turnovers, i <= most);
    map_free(&map);
}

/* One that is off in any of its numbers, or none. */
static void test_wrong_states_are_found(void **state)
{
    static const double garbage[] = {(double)NAN, -(double)NAN, INFINITY, -INFINITY, 0, -1,
                                     2,           DBL_MIN,      DBL_MAX};
    struct map map = map_new(1009, 1009);
    (void)state;
    for (uint64_t i = 0; i < map.size; i++)
        for (int field = 0; field < 3; field++) {
            double *number = &((double *)(void *)&map.states[i])[field];
            const double right = *number;
            const double off[] = {right * (1 + 1e-6), right * (1 - 1e-6), -right};
            for (size_t g = 0; g < LENGTH(garbage) + LENGTH(off); g++) {
                *number = g < LENGTH(off) ? off[g] : garbage[g - LENGTH(off)];
                if (count_wrong(&map) != 1)
                    fail_msg("%.17g in place of %.17g is not found", *number, right);
            }
            *number = right;
        }
    assert_int_equal(count_wrong(&map), 0);
    memset(map.states, 0, map.size * sizeof *map.states);
    assert_int_equal(count_wrong(&map), map.size);
    map_free(&map);
}

/* Neighbours that were exchanged are steady at other pressures. */
static void test_exchanged_states_are_found(void **state)
{
    struct map map = map_new(1009, 1009);
    (void)state;
    for (uint64_t i = 1; i < map.size; i++) {
        const struct steady_state one = map.states[i];
        map.states[i] = map.states[i - 1];
        assert_int_equal(count_wrong(&map), 1);
        map.states[i] = one;
    }
    map_free(&map);
}

/* A point too few or too many, and a sum that is off by one in a billion or more. */
static void test_wrong_sums_are_found(void **state)
{
    struct map map = map_new(10007, 10007);
    struct map_sum sum = map.sum;
    (void)state;
    assert_true(is_verified(&map, sum));
    sum.points++;
    assert_false(is_verified(&map, sum));
    sum.points -= 2;
    assert_false(is_verified(&map, sum));
    sum.points++;
    sum.turnovers += sum.turnovers / 100000000;
    assert_false(is_verified(&map, sum));
    sum.turnovers = map.sum.turnovers - map.sum.turnovers / 100000000;
    assert_false(is_verified(&map, sum));
    sum.turnovers = UINT64_MAX;
    assert_false(is_verified(&map, sum));
    map_free(&map);
}

/* Pressures that are none end, and are refused. */
static void test_garbage_is_no_endless_loop(void **state)
{
    static const double garbage[] = {(double)NAN, INFINITY, -INFINITY, -1, 0, DBL_MAX, DBL_MIN};
    (void)state;
    for (size_t i = 0; i < LENGTH(garbage); i++)
        for (size_t j = 0; j < LENGTH(garbage); j++) {
            const struct pressures pressures = {garbage[i], garbage[j]};
            struct steady_state one;
            struct map_sum sum;
            struct verdict verdict;
            grid->compute(100, (struct range){50, 51}, &pressures, &one, &sum);
            assert_int_equal(grid->wrong(100, (struct range){50, 51}, &one, &verdict), 1);
            assert_int_equal(sum.points, 1);
        }
}

/* Of any size the table is a grid that is not too large, of points as they were computed. */
static void test_rows_are_those_of_a_grid(void **state)
{
    static const uint64_t sizes[] = {1, 2, 3, 7, 97, 12099, 12100, 12432, 48400, 99999, 100000};
    (void)state;
    for (size_t s = 0; s < LENGTH(sizes); s++) {
        struct map map = map_new(sizes[s], 1000);
        const uint64_t columns = (uint64_t)sqrt((double)sizes[s]);
        uint64_t shown = 0, in_first = 0;
        for (uint64_t i = 0; i < map.size; i++) {
            char text[KERNEL_ROW_MAX];
            double numbers[5];
            if (!grid->row(map.size, i, &map.states[i], text, sizeof text))
                continue;
            assert_int_equal(sscanf(text, "%lf %lf %lf %lf %lf", &numbers[0], &numbers[1],
                                    &numbers[2], &numbers[3], &numbers[4]),
                             5);
            assert_true(fabs(numbers[0] - map.pressures[i].co) < 1e-6);
            assert_true(fabs(numbers[1] - map.pressures[i].oxygen) < 1e-6);
            assert_true(fabs(numbers[2] / map.states[i].turnovers - 1) < 1e-5);
            assert_true(fabs(numbers[3] / map.states[i].co - 1) < 1e-5);
            assert_true(fabs(numbers[4] / map.states[i].oxygen - 1) < 1e-5);
            shown++;
            in_first += i < columns;
        }
        assert_in_range(shown, 1, KERNEL_ROWS_MAX);
        assert_in_range(in_first, columns < 55 ? columns : 55, 110);
        assert_true(in_first > 0 && shown % in_first == 0);
        map_free(&map);
    }
}

/* Points of the largest size: the last of them is at both highest pressures or its row is short. */
static void test_the_largest_size(void **state)
{
    const uint64_t size = grid->max_size, places[] = {0, 1, 9999, 10000, size / 2, size - 1};
    (void)state;
    for (size_t i = 0; i < LENGTH(places); i++) {
        const struct range range = {places[i], places[i] + 1};
        struct pressures pressures;
        struct steady_state one;
        struct map_sum sum;
        struct verdict verdict;
        grid->fill(size, range, &pressures);
        assert_true(pressures.co >= 1e-5 && pressures.co <= 0.5);
        assert_true(pressures.oxygen >= 1e-5 && pressures.oxygen <= 0.5);
        grid->compute(size, range, &pressures, &one, &sum);
        assert_int_equal(grid->wrong(size, range, &one, &verdict), 0);
        assert_true(sum.turnovers < UINT64_MAX / size); /* the sum of all fits */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pressures_go_evenly_from_end_to_end),
        cmocka_unit_test(test_cuts_change_no_bit),
        cmocka_unit_test(test_states_are_those_that_halving_finds),
        cmocka_unit_test(test_carbon_monoxide_helps_and_then_hinders),
        cmocka_unit_test(test_wrong_states_are_found),
        cmocka_unit_test(test_exchanged_states_are_found),
        cmocka_unit_test(test_wrong_sums_are_found),
        cmocka_unit_test(test_garbage_is_no_endless_loop),
        cmocka_unit_test(test_rows_are_those_of_a_grid),
        cmocka_unit_test(test_the_largest_size),
    };
    return cmocka_run_group_tests(tests, find_grid, NULL);
}
