/*
 * How near cells come to what limits them, with made-up samples whose answers were worked out by
 * hand; and that a run's folder has it as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysed_run.h"
#include "cell_json.h"
#include "limit_share.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SERIAL, ONE, TWO, MANY, SCALED, OTHERS, LIMIT_ONE, LIMIT_TWO, CELLS };

/* A kernel's cells, and two of what limits it. */
static const struct cell made_up[CELLS] = {
    [SERIAL] = {"serial", "k", "serial", "serial", .workers = 1, .traits = TRAIT_BASE},
    [ONE] = {"one", "k", "threads", "threads", .workers = 1},
    [TWO] = {"two", "k", "threads", "threads", .workers = 2},
    [MANY] = {"many", "k", "threads", "threads", .workers = 4, .oversubscribed = true},
    [SCALED] = {"scaled", "k", "threads", "threads", .workers = 2, .size = 20},
    [OTHERS] = {"others", "k", "mpi", "mpi", .workers = 2},
    [LIMIT_ONE] = {"limit/1", "l", "threads", "threads", .workers = 1},
    [LIMIT_TWO] = {"limit/2", "l", "threads", "threads", .workers = 2},
};

struct fixture {
    struct plan plan;
    struct record record;
    struct analysed_run run;
};

static void set_limit(struct fixture *f, unsigned cell, enum limit_kind kind, const char *by)
{
    struct cell_limit *limit = &f->plan.cells[cell].limit;
    *limit = (struct cell_limit){.kind = kind, .what = "memory"};
    (void)snprintf(limit->cell, sizeof limit->cell, "%s", by);
}

/* All of the kernel's cells are limited so: by the limit's first cell, or where it is the machine's
 * by that with as many workers. */
static void plan_it(struct fixture *f, enum limit_kind kind)
{
    *f = (struct fixture){.plan = {.count = 0}};
    for (unsigned i = 0; i < CELLS; i++) {
        struct cell cell = made_up[i];
        cell.size = cell.size ? cell.size : 10;
        cell.base_size = 10;
        plan_append(&f->plan, &cell);
        if (i < LIMIT_ONE)
            set_limit(f, i, kind,
                      kind == LIMIT_OF_MACHINE && cell.workers == 2 ? "limit/2" : "limit/1");
    }
    record_new(&f->plan, &f->record);
}

/* A round in which everything takes that many times as long. */
static void add_round(struct fixture *f, unsigned round, const double seconds[CELLS], double slow)
{
    for (unsigned i = 0; i < CELLS; i++)
        if (seconds[i] > 0)
            record_add(&f->record, &(struct row){.cell = i,
                                                 .round = round,
                                                 .seconds = slow * seconds[i],
                                                 .startup_s = 1,
                                                 .skew_s = NAN,
                                                 .verified = true});
}

static const struct analysis_of_cell *analyse(struct fixture *f)
{
    analysed_run_free(&f->run);
    analysed_run_make(NULL, NULL, &f->record, &f->run);
    return f->run.cells;
}

static void discard(struct fixture *f)
{
    analysed_run_free(&f->run);
    record_free(&f->record);
    plan_free(&f->plan);
}

/* Serial takes 8, two threads 5, mpi 10; the limit 4 with one worker, and 4 with two: of a machine
 * that is at its end with one. */
static const double seconds[CELLS] = {8, 8, 5, 3, 9, 10, 4, 4};

static void test_least_times(void **state)
{
    (void)state;
    assert_true(limit_share_least(LIMIT_OF_MACHINE, 4, NAN, 2) == 4);
    assert_true(limit_share_least(LIMIT_OF_CORES, 4, NAN, 2) == 2);
    assert_true(limit_share_least(LIMIT_OF_SERIAL_PART, 4, 8, 1) == 8);
    assert_true(limit_share_least(LIMIT_OF_SERIAL_PART, 4, 8, 2) == 6);
    assert_true(limit_share_least(LIMIT_OF_SERIAL_PART, 4, 8, 4) == 5);
    /* What takes longer than all of it is no part of it, and all there is to do. */
    assert_true(limit_share_least(LIMIT_OF_SERIAL_PART, 4, 3, 4) == 4);
    assert_true(isnan(limit_share_least(LIMIT_OF_MACHINE, NAN, 8, 2)));
    assert_true(isnan(limit_share_least(LIMIT_OF_SERIAL_PART, NAN, 8, 2)));
    assert_true(isnan(limit_share_least(LIMIT_OF_SERIAL_PART, 4, NAN, 2)));
    assert_true(isnan(limit_share_least(LIMIT_NONE, 4, 8, 2)));
}

/* The machine slows down from round to round, all cells alike, and the shares do not. */
static void test_shares_are_paired_by_round(void **state)
{
    struct fixture f;
    (void)state;
    plan_it(&f, LIMIT_OF_MACHINE);
    for (unsigned round = 0; round < 6; round++)
        add_round(&f, round, seconds, round + 1);
    const struct analysis_of_cell *made = analyse(&f);
    assert_ptr_equal(made[TWO].limit, &made[LIMIT_TWO]);
    assert_true(made[TWO].limit_s == 14 && made[TWO].limit_speedup == 2);
    assert_true(made[TWO].of_limit.median == 0.8 && made[TWO].of_limit.has_interval);
    assert_true(made[TWO].of_limit.interval.low == 0.8 && made[TWO].of_limit.interval.high == 0.8);
    assert_true(made[OTHERS].of_limit.median == 0.4);
    assert_ptr_equal(made[ONE].limit, &made[LIMIT_ONE]);
    assert_true(made[SERIAL].of_limit.median == 0.5);
    assert_true(f.run.totals.limited);
    assert_null(made[LIMIT_TWO].limit);
    assert_true(isnan(made[LIMIT_TWO].limit_s) && made[LIMIT_TWO].of_limit.count == 0);
    discard(&f);
}

static void test_each_kind(void **state)
{
    struct fixture f;
    (void)state;
    plan_it(&f, LIMIT_OF_CORES);
    add_round(&f, 0, seconds, 1);
    const struct analysis_of_cell *made = analyse(&f);
    assert_true(made[SERIAL].of_limit.median == 0.5 && made[TWO].of_limit.median == 0.4);
    assert_true(made[TWO].limit_speedup == 4);
    discard(&f);
    plan_it(&f, LIMIT_OF_SERIAL_PART);
    add_round(&f, 0, seconds, 1);
    made = analyse(&f);
    assert_true(made[SERIAL].of_limit.median == 1 && made[OTHERS].of_limit.median == 0.6);
    assert_true(made[TWO].of_limit.median == 1.2); /* which tells that it is none */
    discard(&f);
}

/* With more workers than cores, with other work, or where the limit is not known. */
static void test_there_is_none(void **state)
{
    struct fixture f;
    (void)state;
    plan_it(&f, LIMIT_OF_MACHINE);
    add_round(&f, 0, seconds, 1);
    set_limit(&f, ONE, LIMIT_OF_MACHINE, "nothing");
    f.record.states[LIMIT_TWO].failed = true;
    const struct analysis_of_cell *made = analyse(&f);
    static const unsigned none[] = {ONE, TWO, MANY, SCALED, OTHERS};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_true(!made[none[i]].limit && made[none[i]].of_limit.count == 0 &&
                    isnan(made[none[i]].limit_s) && isnan(made[none[i]].limit_speedup));
    assert_true(made[SERIAL].of_limit.median == 0.5);
    discard(&f);
}

/* As a manifest has them. */
static void test_limits_are_written_and_read(void **state)
{
    static const enum limit_kind kinds[] = {LIMIT_NONE, LIMIT_OF_MACHINE, LIMIT_OF_CORES,
                                            LIMIT_OF_SERIAL_PART};
    struct fixture f;
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        plan_it(&f, kinds[i]);
        struct cell *cell = &f.plan.cells[TWO], read = {.options = 0};
        cell->ranks = cell->threads = cell->nodes = 1;
        if (kinds[i] == LIMIT_NONE)
            cell->limit = (struct cell_limit){.kind = LIMIT_NONE};
        json_t *object = cell_json_planned(cell);
        assert_null(cell_json_read(object, &read));
        assert_int_equal(read.limit.kind, kinds[i]);
        assert_string_equal(read.limit.cell, cell->limit.cell);
        assert_string_equal(read.limit.what, cell->limit.what);
        json_decref(object);
        discard(&f);
    }
}

static void test_other_limits_are_refused(void **state)
{
    static const char *const wrong[][2] = {
        {"{\"kind\":\"cores\",\"what\":\"memory\"}", "the cell that limits it has no identity"},
        {"{\"cell\":\"a\\\"\",\"kind\":\"cores\",\"what\":\"memory\"}",
         "the cell that limits it has no identity"},
        {"{\"cell\":\"a\",\"kind\":\"tides\",\"what\":\"memory\"}",
         "how it is limited is not known"},
        {"{\"cell\":\"a\",\"what\":\"memory\"}", "how it is limited is not known"},
        {"{\"cell\":\"a\",\"kind\":\"cores\"}", "what limits it is not named"},
        {"{\"cell\":\"a\",\"kind\":\"cores\",\"what\":\"\"}", "what limits it is not named"},
        {"{\"cell\":\"a\",\"kind\":\"cores\",\"what\":\"a \\\" and a '\"}",
         "what limits it is not named"},
        {"{\"cell\":\"a\",\"kind\":\"cores\",\"what\":\"what has more letters than there is "
         "room\"}",
         "what limits it is not named"},
        {"7", "the cell that limits it has no identity"}};
    struct fixture f;
    (void)state;
    plan_it(&f, LIMIT_OF_CORES);
    struct cell *cell = &f.plan.cells[TWO];
    cell->ranks = cell->threads = cell->nodes = 1;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct cell read = {.options = 0};
        json_t *object = cell_json_planned(cell);
        json_t *limit = json_loads(wrong[i][0], JSON_DECODE_ANY, NULL);
        assert_non_null(limit);
        assert_int_equal(json_object_set_new(object, "limit", limit), 0);
        const char *why = cell_json_read(object, &read);
        assert_non_null(why);
        assert_string_equal(why, wrong[i][1]);
        json_decref(object);
    }
    discard(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_least_times),
        cmocka_unit_test(test_shares_are_paired_by_round),
        cmocka_unit_test(test_each_kind),
        cmocka_unit_test(test_there_is_none),
        cmocka_unit_test(test_limits_are_written_and_read),
        cmocka_unit_test(test_other_limits_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
