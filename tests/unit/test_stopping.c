/*
 * Unit tests of drivers/rounds/stopping.h: when a run ends, by made-up times.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stopping.h"

#include <math.h>
#include <string.h>

/* Like the profile `quick`, whose budget nobody asked for. */
static const struct run_config quick = {
    .rounds_min = 6, .rounds = 20, .budget_s = 225, .budget_most_s = 900};

/* So many rounds, each of which took as long. */
static struct so_far after(unsigned rounds, double round_s)
{
    return (struct so_far){
        .done = rounds, .begun = rounds, .elapsed_s = rounds * round_s, .next_s = round_s};
}

static void assert_ending(const struct run_config *config, struct so_far so_far,
                          enum ending expected)
{
    const enum ending ending = stopping_find(config, &so_far);
    if (ending != expected)
        fail_msg("%u rounds in %g s: \"%s\", not \"%s\"", so_far.done, so_far.elapsed_s,
                 ending_name[ending], ending_name[expected]);
}

/* How many rounds there are in the end when each takes as long, and why. */
static unsigned rounds_of(const struct run_config *config, double round_s, enum ending *ending)
{
    for (unsigned rounds = 1;; rounds++) {
        const struct so_far so_far = after(rounds, round_s);
        *ending = stopping_find(config, &so_far);
        if (*ending != ENDING_NONE)
            return rounds;
    }
}

static void assert_rounds(const struct run_config *config, double round_s, unsigned rounds,
                          enum ending why)
{
    enum ending ending;
    assert_int_equal(rounds_of(config, round_s, &ending), rounds);
    assert_int_equal(ending, why);
}

static void begins_no_round_that_would_overrun_the_budget(void **state)
{
    (void)state;
    assert_rounds(&quick, 1, 20, ENDING_ROUNDS);
    assert_rounds(&quick, 16, 14, ENDING_BUDGET); /* 224 s of 225 */
    assert_rounds(&quick, 30, 7, ENDING_BUDGET);
}

/* It is known what the next one has to launch. */
static void a_round_of_few_cells_may_still_fit(void **state)
{
    struct so_far so_far = after(20, 11);
    (void)state;
    struct run_config config = quick;
    config.rounds = 40;
    assert_ending(&config, so_far, ENDING_BUDGET);
    so_far.next_s = 4;
    assert_ending(&config, so_far, ENDING_NONE);
}

/* As on many cores, where a round takes long. */
static void the_fewest_rounds_may_take_longer(void **state)
{
    (void)state;
    assert_rounds(&quick, 54, 6, ENDING_BUDGET);
    assert_rounds(&quick, 150, 6, ENDING_BUDGET); /* 900 s */
    assert_rounds(&quick, 151, 5, ENDING_BUDGET);
    assert_rounds(&quick, 10000, 1, ENDING_BUDGET);
}

static void a_budget_that_was_asked_for_is_kept(void **state)
{
    struct run_config config = quick;
    (void)state;
    config.budget_most_s = config.budget_s;
    assert_rounds(&config, 16, 14, ENDING_BUDGET);
    assert_rounds(&config, 54, 4, ENDING_BUDGET);
    assert_rounds(&config, 226, 1, ENDING_BUDGET);
}

static void precision_ends_no_run_before_its_fewest_rounds(void **state)
{
    struct run_config full = quick;
    (void)state;
    full.rounds_min = 10;
    full.rounds = 30;
    for (unsigned rounds = 1; rounds <= 20; rounds++) {
        struct so_far so_far = after(rounds, 1);
        so_far.precise = true;
        assert_ending(&full, so_far, rounds < 10 ? ENDING_NONE : ENDING_PRECISION);
    }
    /* Unless fewer were asked for. */
    full.rounds = 7;
    struct so_far so_far = after(6, 1);
    so_far.precise = true;
    assert_ending(&full, so_far, ENDING_NONE);
    assert_ending(&full, after(7, 1), ENDING_ROUNDS);
}

static void nothing_is_left_where_every_cell_failed(void **state)
{
    struct so_far so_far = after(1, 1);
    (void)state;
    so_far.failed = true;
    assert_ending(&quick, so_far, ENDING_FAILED);
    assert_true(stopping_fewest_s(&quick, &so_far) == 0);
    so_far = after(20, 1);
    so_far.failed = true;
    assert_ending(&quick, so_far, ENDING_FAILED);
}

/* Rounds from before count as rounds, and not for the time. */
static void a_resumed_run_has_the_budget_anew(void **state)
{
    struct so_far so_far = {.done = 5};
    (void)state;
    assert_ending(&quick, so_far, ENDING_NONE); /* nobody knows yet how long a round takes */
    so_far = (struct so_far){.done = 7, .begun = 2, .elapsed_s = 140, .next_s = 70};
    assert_ending(&quick, so_far, ENDING_NONE);
    so_far = (struct so_far){.done = 8, .begun = 3, .elapsed_s = 210, .next_s = 70};
    assert_ending(&quick, so_far, ENDING_BUDGET);
    so_far = (struct so_far){.done = 4, .begun = 1, .elapsed_s = 100};
    assert_true(stopping_fewest_s(&quick, &so_far) == 300);
    so_far = (struct so_far){.done = 7, .elapsed_s = 1000};
    assert_ending(&quick, so_far, ENDING_NONE);
}

/* ---- which cells a round may leave out ---- */

static bool is_due(unsigned round, unsigned traits, double time, double speedup)
{
    const struct run_config config = {.rounds_min = 6, .rounds = 40, .precision = 0.02};
    return stopping_is_due(&config, round, &(struct cell){.traits = traits},
                           &(struct widths){time, speedup});
}

static void narrow_cells_rest_in_three_of_four_rounds(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 9; round++)
        assert_true(is_due(round, 0, 0.01, 0.01));
    for (unsigned round = 9; round < 40; round++) {
        assert_int_equal(is_due(round, 0, 0.01, 0.01), round % 4 == 3);
        assert_int_equal(is_due(round, 0, 0.02, 0.02), round % 4 == 3); /* as narrow as asked for */
        assert_int_equal(is_due(round, 0, 0.01, 0), round % 4 == 3);    /* without a base */
    }
}

static void wide_cells_bases_and_limits_never_rest(void **state)
{
    const struct run_config config = {.rounds_min = 6, .rounds = 40, .precision = 0.02};
    const struct cell limit = {.kernel = "copy", .told_with = "squares"};
    (void)state;
    for (unsigned round = 0; round < 40; round++) {
        assert_true(is_due(round, 0, 0.03, 0.01));
        assert_true(is_due(round, 0, 0.01, 0.03));
        assert_true(is_due(round, 0, INFINITY, INFINITY));
        assert_true(is_due(round, TRAIT_BASE, 0.01, 0));
        assert_true(stopping_is_due(&config, round, &limit, &(struct widths){0.01, 0}));
    }
}

/* So that a cell that rests is counted whenever it is launched. */
static void the_first_round_and_every_fourth_are_counted(void **state)
{
    const struct run_config config = {.rounds_min = 6}, insists = {.require_counters = true};
    (void)state;
    for (unsigned round = 0; round < 40; round++) {
        assert_int_equal(stopping_is_counted(&config, round), round == 0 || round % 4 == 3);
        assert_true(stopping_is_counted(&insists, round));
    }
}

static void no_cell_rests_in_the_rounds_that_are_promised(void **state)
{
    const struct run_config full = {.rounds_min = 10, .rounds = 30, .precision = 0.02};
    const struct cell cell = {.traits = 0};
    (void)state;
    assert_true(stopping_is_due(&full, 9, &cell, &(struct widths){0, 0}));
    assert_false(stopping_is_due(&full, 10, &cell, &(struct widths){0, 0}));
}

static void assert_warning(const struct run_config *config, struct so_far so_far,
                           const char *expected)
{
    char text[256] = "x";
    stopping_warn(config, &so_far, text, sizeof text);
    assert_string_equal(text, expected);
}

static void says_what_is_ahead(void **state)
{
    struct run_config config = quick;
    (void)state;
    assert_warning(&quick, after(1, 37), "");
    assert_warning(&quick, after(1, 54),
                   "a round takes 54 s: the 6 that an interval needs take 5.4 minutes; fewer "
                   "--workers or --kernels make that shorter");
    assert_warning(&quick, after(1, 200),
                   "a round takes 3.3 minutes: the 6 that an interval needs take 20.0 minutes, "
                   "more than the 15.0 minutes that they may: take fewer --workers or --kernels, "
                   "or --budget 22m");
    assert_warning(&quick, after(1, 8990),
                   "a round takes 2.5 hours: the 6 that an interval needs take 15.0 hours, more "
                   "than the 15.0 minutes that they may: take fewer --workers or --kernels, or "
                   "--budget 989m");
    assert_warning(&quick, after(6, 54), "");
    config.rounds_min = 10;
    config.budget_most_s = config.budget_s = 5;
    assert_warning(&config, after(1, 0.75),
                   "a round takes 0.8 s: the 10 that there should be take 7.5 s, more than the 5.0 "
                   "s that they may: take fewer --workers or --kernels, or --budget 1m");
    config.rounds = 1;
    assert_warning(&config, after(1, 0.75), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_no_round_that_would_overrun_the_budget),
        cmocka_unit_test(a_round_of_few_cells_may_still_fit),
        cmocka_unit_test(the_fewest_rounds_may_take_longer),
        cmocka_unit_test(a_budget_that_was_asked_for_is_kept),
        cmocka_unit_test(precision_ends_no_run_before_its_fewest_rounds),
        cmocka_unit_test(nothing_is_left_where_every_cell_failed),
        cmocka_unit_test(a_resumed_run_has_the_budget_anew),
        cmocka_unit_test(narrow_cells_rest_in_three_of_four_rounds),
        cmocka_unit_test(wide_cells_bases_and_limits_never_rest),
        cmocka_unit_test(the_first_round_and_every_fourth_are_counted),
        cmocka_unit_test(no_cell_rests_in_the_rounds_that_are_promised),
        cmocka_unit_test(says_what_is_ahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
