/*
 * What is said of simulated points: made-up cells and predictions whose answers were worked out by
 * hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysed_run.h"
#include "simulation.h"

#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define assert_double_equal(a, b, most) assert_true(fabs((a) - (b)) <= (most))

enum { SERIAL, TWO, FOUR, MANY, SCALED, OTHER, CELLS };
enum { POINTS_MAX = 300 };

static const struct cell made_up[CELLS] = {
    [SERIAL] = {"serial", "k", "serial", "serial", .workers = 1, .ranks = 1, .nodes = 1,
                .traits = TRAIT_BASE},
    [TWO] = {"two", "k", "m", "m:nodes=2", .workers = 2, .ranks = 2, .nodes = 2},
    [FOUR] = {"four", "k", "m", "m:nodes=4", .workers = 4, .ranks = 4, .nodes = 4},
    [MANY] = {"many", "k", "m", "m", .workers = 8, .ranks = 8, .nodes = 1, .oversubscribed = true},
    [SCALED] = {"scaled", "k", "m", "m:nodes=2", .workers = 2, .ranks = 2, .nodes = 2, .size = 20},
    [OTHER] = {"other", "k", "m", "m:way=other:nodes=2", .workers = 2, .ranks = 2, .nodes = 2},
};

/* Seconds of each cell, in two rounds: that, and 2 % more. */
static const double seconds[CELLS] = {8, 4, 2, 1, 8, 1};

struct fixture {
    struct plan plan;
    struct record record;
    struct analysed_run run;
    struct simulated_point *points;
    size_t count;
};

static void begin(struct fixture *f)
{
    *f = (struct fixture){.plan = {.count = 0}};
    for (unsigned i = 0; i < CELLS; i++) {
        struct cell cell = made_up[i];
        cell.size = cell.size ? cell.size : 10;
        cell.base_size = 10;
        plan_append(&f->plan, &cell);
    }
    record_new(&f->plan, &f->record);
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < CELLS; i++)
            record_add(&f->record, &(struct row){.cell = i,
                                                 .round = round,
                                                 .seconds = seconds[i] * (round ? 1.02 : 1),
                                                 .startup_s = 1,
                                                 .skew_s = NAN,
                                                 .verified = true});
    analysed_run_make(NULL, NULL, &f->record, &f->run);
    f->points = calloc(POINTS_MAX, sizeof *f->points);
    assert_non_null(f->points);
}

static void end(struct fixture *f)
{
    analysed_run_free(&f->run);
    record_free(&f->record);
    plan_free(&f->plan);
}

/* So many times the measured median, where one was measured. */
static struct simulated_point *add(struct fixture *f, unsigned ranks, unsigned nodes, double s)
{
    struct simulated_point *point = &f->points[f->count++];
    *point = (struct simulated_point){.kernel = "k",
                                      .model = "m",
                                      .size = 10,
                                      .ranks = ranks,
                                      .nodes = nodes,
                                      .base = {8, {1e-5, 6e9, 1e-6, 8e9}, 0},
                                      .seconds = s,
                                      .wall_s = 1,
                                      .error = NAN};
    return point;
}

static void errors_are_those_at_points_that_were_measured(void **state)
{
    struct fixture f;
    (void)state;
    begin(&f);
    (void)add(&f, 16, 16, 0.5);
    (void)add(&f, 2, 2, 4.04 * 1.05); /* medians are in the middle of two rounds */
    (void)add(&f, 4, 4, 2.02 * 0.9);
    (void)add(&f, 8, 1, 1); /* more workers than cores: that says nothing */
    struct simulation made = simulation_make(&f.run, f.points, f.count);
    assert_int_equal(made.curve_count, 1);
    const struct simulated_curve *curve = made.curves;
    assert_int_equal(curve->count, 4);
    assert_int_equal(curve->checked, 2);
    assert_int_equal(curve->points[0].ranks, 2);
    assert_double_equal(curve->points[0].error, 0.05, 1e-9);
    assert_double_equal(curve->points[1].error, -0.1, 1e-9);
    assert_null(curve->points[2].measured);
    assert_true(isnan(curve->points[3].error));
    /* Rounds are 0.01/1.01 from their median. */
    assert_double_equal(curve->stated, 0.1 + 0.01 / 1.01, 1e-9);
    assert_double_equal(simulation_stated_without(curve, 1), 0.05 + 0.01 / 1.01, 1e-9);
    /* The point with 4 ranks is not within what that with 2 states; the other way round it is. */
    assert_int_equal(curve->within, 1);
    assert_double_equal(simulation_speedup(&curve->points[3], 0), 16, 1e-9);
    assert_double_equal(simulation_speedup(&curve->points[3], -0.25), 12, 1e-9);
    simulation_free(&made);
    end(&f);
}

static void nothing_is_stated_without_a_point(void **state)
{
    struct fixture f;
    (void)state;
    begin(&f);
    (void)add(&f, 16, 16, 0.5);
    struct simulation made = simulation_make(&f.run, f.points, f.count);
    assert_int_equal(made.curves[0].checked, 0);
    assert_true(isnan(made.curves[0].stated));
    simulation_free(&made);
    end(&f);
}

static void what_was_simulated_from_something_else_is_not_mixed_in(void **state)
{
    struct fixture f;
    (void)state;
    begin(&f);
    add(&f, 2, 2, 1)->base.costs.latency_s = 1;
    (void)add(&f, 2, 2, 3);
    (void)add(&f, 2, 2, 4);
    add(&f, 4, 4, 2)->size = 11;
    (void)add(&f, 4, 4, 2);
    struct simulation made = simulation_make(&f.run, f.points, f.count);
    assert_int_equal(made.curve_count, 2); /* of each size */
    const struct simulated_curve *curve = &made.curves[1];
    assert_int_equal(curve->count, 2);
    assert_double_equal(curve->points[0].seconds, 4, 0); /* the latest */
    struct simulated_point point = f.points[1];
    assert_non_null(simulation_find(&made, &point));
    point.base.shared_cores = 2;
    assert_null(simulation_find(&made, &point));
    simulation_free(&made);
    end(&f);
}

/* Of many curves each has room for its own points, and not for all. */
static void curves_take_what_they_have(void **state)
{
    enum { CURVES = POINTS_MAX };
    struct fixture f;
    size_t room = 0;
    (void)state;
    begin(&f);
    for (unsigned i = 0; i < CURVES; i++)
        add(&f, 2, 2, 1)->size = 100 + i;
    struct simulation made = simulation_make(&f.run, f.points, f.count);
    assert_int_equal(made.curve_count, CURVES);
    for (size_t i = 0; i < made.curve_count; i++)
        room += malloc_usable_size(made.curves[i].points);
    assert_true(room < sizeof(struct simulated_point[2 * CURVES]));
    simulation_free(&made);
    end(&f);
}

static void lines_are_read_back(void **state)
{
    struct fixture f;
    struct simulated_point back;
    (void)state;
    begin(&f);
    add(&f, 4, 2, 0.1)->base.shared_cores = 3;
    json_t *line = simulation_line(f.points);
    assert_true(simulation_take(line, &back));
    assert_string_equal(back.kernel, "k");
    assert_int_equal(back.ranks, 4);
    assert_int_equal(back.nodes, 2);
    assert_int_equal(back.base.shared_cores, 3);
    assert_double_equal(back.seconds, 0.1, 0);
    static const struct {
        const char *key, *value;
    } wrong[] = {{"ranks", "0"},        {"ranks", "-1"},     {"nodes", "5"},
                 {"seconds", "0"},      {"seconds", "\"\""}, {"latency_s", "-1.0"},
                 {"kernel", "\"a b\""}, {"model", "7"},      {"simulated", "false"},
                 {"size", "null"},      {"ranks", "1e300"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        json_t *bad = json_copy(line);
        assert_int_equal(json_object_set_new(bad, wrong[i].key,
                                             json_loads(wrong[i].value, JSON_DECODE_ANY, NULL)),
                         0);
        assert_false(simulation_take(bad, &back));
        json_decref(bad);
    }
    assert_false(simulation_take(NULL, &back));
    json_decref(line);
    free(f.points);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_those_at_points_that_were_measured),
        cmocka_unit_test(nothing_is_stated_without_a_point),
        cmocka_unit_test(what_was_simulated_from_something_else_is_not_mixed_in),
        cmocka_unit_test(curves_take_what_they_have),
        cmocka_unit_test(lines_are_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
