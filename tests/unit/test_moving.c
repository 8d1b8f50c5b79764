/*
 * Unit tests of drivers/analysis/moving.h and of what the experiment strong says of it, on times
 * that were made up: what ranks pay for moving data that others share, and when that is not told.
 */
#include "moving.h"

#include "analysed_run.h"
#include "made_up_experiments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

enum { ROUNDS = 8 };
enum { RANKS, THREADS, POOL, PIPES, GIL, CELLS };

static struct made_up {
    struct cell planned[CELLS];
    struct cell_state states[CELLS];
    double times[CELLS][ROUNDS];
    struct instrumented executions[CELLS][ROUNDS];
    const struct instrumented *pointers[CELLS][ROUNDS];
    struct analysis_of_cell cells[CELLS];
    const struct analysis_of_cell *all[CELLS];
    struct analysed_run run;
    struct analysed_kernel kernel;
} made;

/* A cell that takes so long in all rounds, but for 0.1 % from one to the next. */
static void set(int cell, const char *model, unsigned traits, double time)
{
    struct cell *planned = &made.planned[cell];
    *planned = (struct cell){.workers = 4,
                             .ranks = 1,
                             .threads = 1,
                             .nodes = 1,
                             .size = 1000000,
                             .base_size = 1000000,
                             .traits = traits};
    (void)snprintf(planned->kernel, PLAN_NAME_MAX, "squares");
    (void)snprintf(planned->model, PLAN_NAME_MAX, "%s", model);
    (void)snprintf(planned->label, MODEL_SPEC_LABEL_MAX, "%s", model);
    made.states[cell] = (struct cell_state){.executions = 1};
    for (int round = 0; round < ROUNDS; round++) {
        made.times[cell][round] = time * (1 + 0.001 * round);
        made.pointers[cell][round] = &made.executions[cell][round];
    }
    made.cells[cell] = (struct analysis_of_cell){.cell = planned,
                                                 .state = &made.states[cell],
                                                 .times = made.times[cell],
                                                 .executions = made.pointers[cell],
                                                 .time = stats_summary(made.times[cell], ROUNDS),
                                                 .speedup = {ROUNDS, 1, true, {1, 1}},
                                                 .series = (size_t)cell,
                                                 .verified = true};
    made.all[cell] = &made.cells[cell];
}

/* Ranks take 100 ms, of which 80 are for 12 MB; threads take 10 ms and a pool 20. */
static int make(void **state)
{
    (void)state;
    made =
        (struct made_up){.run = {.rounds = ROUNDS}, .kernel = {.name = "squares", .count = CELLS}};
    made.kernel.run = &made.run;
    made.kernel.cells = made.all;
    set(RANKS, "mpi", 0, 0.1);
    set(THREADS, "threads", TRAIT_SHARED_MEMORY, 0.01);
    set(POOL, "pool", TRAIT_SHARED_MEMORY, 0.02);
    set(PIPES, "pool:transport=pipe", 0, 0.001);
    set(GIL, "gil", TRAIT_SHARED_MEMORY | TRAIT_LOCKED, 0.001);
    made.planned[RANKS].ranks = 4;
    made.states[RANKS].message_bytes = 12e6;
    for (int round = 0; round < ROUNDS; round++) {
        const double drift = 1 + 0.001 * round;
        made.executions[RANKS][round] = (struct instrumented){
            .wall_s = 0.1 * drift, .handed_out_s = 0.03 * drift, .collected_s = 0.05 * drift};
    }
    return 0;
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value / expected - 1) <= 0.005))
        fail_msg("%.17g is not %.17g", value, expected);
}

static void is_held_against_the_fastest_that_shares(void **state)
{
    struct moving moving;
    (void)state;
    assert_ptr_equal(moving_beside(&made.kernel, &made.cells[RANKS]), &made.cells[THREADS]);
    moving_find(&made.cells[RANKS], &made.cells[THREADS], ROUNDS, &moving);
    assert_near(moving.ratio.median, 10);
    assert_near(moving.share.median, 0.8);
    assert_near(moving.bandwidth.median, 150e6);
    assert_true(moving.ratio.has_interval && moving.share.has_interval);
    assert_true(moving.bandwidth.has_interval);
    made.planned[THREADS].workers = 2;
    assert_ptr_equal(moving_beside(&made.kernel, &made.cells[RANKS]), &made.cells[POOL]);
    made.planned[POOL].size++;
    assert_null(moving_beside(&made.kernel, &made.cells[RANKS]));
}

static void nothing_is_held_against_anything_else(void **state)
{
    (void)state;
    assert_null(moving_beside(&made.kernel, &made.cells[PIPES])); /* no ranks */
    made.planned[RANKS].nodes = 2;
    assert_null(moving_beside(&made.kernel, &made.cells[RANKS]));
    made.planned[RANKS].nodes = 1;
    made.planned[RANKS].traits = TRAIT_SHARED_MEMORY; /* ranks that see the same pages */
    assert_null(moving_beside(&made.kernel, &made.cells[RANKS]));
    made.planned[RANKS].traits = 0;
    made.planned[RANKS].oversubscribed = true;
    assert_null(moving_beside(&made.kernel, &made.cells[RANKS]));
    made.planned[RANKS].oversubscribed = false;
    made.cells[RANKS].verified = false;
    assert_null(moving_beside(&made.kernel, &made.cells[RANKS]));
    made.cells[RANKS].verified = true;
    made.states[RANKS].message_bytes = NAN; /* nobody counted */
    assert_null(moving_beside(&made.kernel, &made.cells[RANKS]));
    made.states[RANKS].message_bytes = 12e6;
    for (int cell = 0; cell < CELLS; cell++) /* has no inputs */
        (void)snprintf(made.planned[cell].kernel, PLAN_NAME_MAX, "pi");
    assert_null(moving_beside(&made.kernel, &made.cells[RANKS]));
}

/* ---- in words ---- */

/* What is said of moving; NULL: nothing. Until the next call. */
static const char *said(void)
{
    static char text[400];
    struct findings findings = {.all = NULL};
    *text = '\0';
    experiment_table[EXPERIMENT_STRONG]->find(&made.kernel, 4, &findings);
    for (size_t i = 0; i < findings.count; i++)
        if (strstr(findings.all[i].text, "Handing out"))
            (void)snprintf(text, sizeof text, "%s", findings.all[i].text);
    findings_free(&findings);
    return *text ? text : NULL;
}

static void says_what_moves_and_who_moves_nothing(void **state)
{
    (void)state;
    assert_string_equal(said(), "squares: 4 workers of mpi take 10.0 times as long as "
                                "those of threads, on one node. Handing out and collecting 11.4 "
                                "MiB, at 0.15 GB/s, is 80 % of that; threads moves no "
                                "inputs and outputs.");
}

static void says_nothing_where_that_is_not_it(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) /* less than half of the time */
        made.executions[RANKS][round].collected_s = 0;
    assert_null(said());
    (void)make(NULL);
    for (int round = 0; round < ROUNDS; round++) /* an older run */
        made.executions[RANKS][round].collected_s = NAN;
    assert_null(said());
    (void)make(NULL);
    for (int cell = THREADS; cell <= POOL; cell++) /* these are not faster */
        for (int round = 0; round < ROUNDS; round++)
            made.times[cell][round] = 0.1;
    assert_null(said());
    (void)make(NULL);
    for (int round = 0; round < ROUNDS - 5; round++) /* too few */
        made.times[RANKS][round] = NAN;
    assert_null(said());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(is_held_against_the_fastest_that_shares, make),
        cmocka_unit_test_setup(nothing_is_held_against_anything_else, make),
        cmocka_unit_test_setup(says_what_moves_and_who_moves_nothing, make),
        cmocka_unit_test_setup(says_nothing_where_that_is_not_it, make),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
