/*
 * From samples to figures, with made-up samples whose answers were worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysed_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SERIAL, THREADS, OTHER_SIZE, SCALED, CELLS };

static struct cell cells[CELLS] = {
    [SERIAL] = {"", "pi", "serial", "serial", .workers = 1, .size = 10, .base_size = 10,
                .traits = TRAIT_BASE},
    [THREADS] = {"", "pi", "threads", "threads", .workers = 2, .size = 10, .base_size = 10},
    [OTHER_SIZE] = {"", "pi", "pool", "pool", .workers = 2, .size = 20, .base_size = 20},
    [SCALED] = {"", "pi", "mpi", "mpi", .workers = 4, .size = 40, .base_size = 10},
};
static const struct plan plan = {.count = CELLS, .cells = cells};

static void add(struct record *record, size_t cell, unsigned round, const double *seconds,
                unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct row row = {.cell = cell,
                          .round = round,
                          .sample = i,
                          .seconds = seconds[i],
                          .startup_s = 0.5 + round,
                          .skew_s = NAN,
                          .verified = true};
        record_add(record, &row);
    }
}

static struct analysed_run run;

/* Until analysed_run_free(&run). */
static struct analysis_of_cell *analyse(const struct record *record)
{
    analysed_run_make(NULL, NULL, record, &run);
    return run.cells;
}

static void judge(struct record *record, enum ending ending, double precision)
{
    record->ending = ending;
    run.precision = precision;
    analysis_judge(&run);
}

/*
 * The machine slows down from round to round, both cells alike: the times spread by a factor of
 * six and the paired speedup not at all.
 */
static void test_speedup_is_paired_by_round(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    for (unsigned round = 0; round < 6; round++) {
        const double slow = round + 1;
        const double serial[] = {9 * slow, 8 * slow, 8 * slow}, threads[] = {4 * slow, 4 * slow};
        add(&record, SERIAL, round, serial, 3); /* its first sample is slow: the median is not */
        add(&record, THREADS, round, threads, 2);
    }
    struct analysis_of_cell *made = analyse(&record);
    assert_int_equal(made[SERIAL].samples, 18);
    assert_int_equal(made[SERIAL].rounds, 6);
    assert_true(made[SERIAL].time.median == 28 && made[THREADS].time.median == 14);
    assert_true(made[SERIAL].time.interval.low == 8 && made[SERIAL].time.interval.high == 48);
    assert_true(made[SERIAL].startup_s == 3);
    assert_true(made[THREADS].speedup.count > 0 && made[THREADS].speedup.median == 2);
    assert_true(made[THREADS].speedup.interval.low == 2 &&
                made[THREADS].speedup.interval.high == 2);
    assert_true(made[THREADS].base_s == 28);
    assert_true(made[THREADS].efficiency.median == 1);
    assert_true(made[SERIAL].speedup.count > 0 && made[SERIAL].speedup.median == 1);
    analysed_run_free(&run);
    record_free(&record);
}

/* With the time of each launch as its only sample. */
static void add_turns(struct record *record, unsigned round, const double *seconds, unsigned count)
{
    static struct instrumented execution = {.cell = SERIAL, .workers = 1};
    for (unsigned turn = 0; turn < count; turn++) {
        const struct row row = {.cell = SERIAL,
                                .round = round,
                                .turn = turn,
                                .seconds = seconds[turn],
                                .startup_s = seconds[turn] / 8,
                                .skew_s = NAN,
                                .verified = true};
        record_add(record, &row);
        execution.round = round;
        execution.turn = turn;
        execution.wall_s = execution.busy_sum_s = execution.busy_max_s = seconds[turn];
        record_instrumented(record, &execution);
    }
}

/* Of the launches of a base in a round the one with the median time is the round's. */
static void test_the_middle_launch_of_a_round(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    add_turns(&record, 0, (const double[]){16, 64, 8}, 3);
    add_turns(&record, 1, (const double[]){32, 16}, 2); /* the lower one of two */
    add_turns(&record, 2, (const double[]){8}, 1);
    for (unsigned round = 0; round < 3; round++)
        add(&record, THREADS, round, (const double[]){8}, 1);
    struct analysis_of_cell *made = analyse(&record);
    static const double middle[] = {16, 16, 8};
    for (unsigned round = 0; round < 3; round++) {
        assert_true(made[SERIAL].times[round] == middle[round]);
        assert_true(made[SERIAL].executions[round]->wall_s == middle[round]);
    }
    assert_int_equal(made[SERIAL].rounds, 3);
    assert_int_equal(made[SERIAL].samples, 6);
    assert_true(made[SERIAL].startup_s == 2);
    assert_true(made[THREADS].speedup.count == 3 && made[THREADS].speedup.median == 2);
    assert_true(made[THREADS].base_s == 16);
    analysed_run_free(&run);
    record_free(&record);
}

/* A cell of another size has no base, and one that was not measured nothing at all. */
static void test_no_base_and_no_samples(void **state)
{
    (void)state;
    struct record record;
    const double seconds[] = {1, 2, 3};
    record_new(&plan, &record);
    add(&record, OTHER_SIZE, 0, seconds, 3);
    struct analysis_of_cell *made = analyse(&record);
    assert_true(made[OTHER_SIZE].verified && made[OTHER_SIZE].speedup.count == 0);
    assert_true(made[OTHER_SIZE].time.median == 2); /* one round: over its samples */
    assert_int_equal(made[OTHER_SIZE].time.count, 3);
    assert_false(made[SERIAL].verified);
    assert_false(analysis_has_failed(&made[SERIAL]));
    assert_int_equal(run.verdict, RUN_FAIL); /* it came to its end without them */
    analysed_run_free(&run);
    record_free(&record);
}

/*
 * A cell with four times the work is compared with the base of a quarter of it: that is an
 * efficiency and a scaled speedup, and never a speedup. Paired by round, as all is.
 */
static void test_scaled_work_has_no_plain_speedup(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    for (unsigned round = 0; round < 6; round++) {
        const double slow = round + 1, serial[] = {8 * slow}, scaled[] = {10 * slow};
        add(&record, SERIAL, round, serial, 1);
        add(&record, SCALED, round, scaled, 1);
    }
    struct analysis_of_cell *made = analyse(&record);
    const struct analysis_of_cell *cell = &made[SCALED];
    assert_true(analysis_is_scaled(cell) && !analysis_is_scaled(&made[SERIAL]));
    assert_int_equal(cell->speedup.count, 0);
    assert_true(isnan(cell->speedup.median));
    assert_true(cell->efficiency.count > 0 && cell->base_s == 28);
    assert_true(cell->efficiency.median == 0.8);
    assert_true(cell->efficiency.interval.low == 0.8 && cell->efficiency.interval.high == 0.8);
    const struct summary speedup = cell->scaled;
    assert_true(speedup.median == 3.2 && speedup.has_interval && speedup.interval.low == 3.2);
    analysed_run_free(&run);
    record_free(&record);
}

/*
 * Over the fastest algorithm under serial, in a plan of its own, and paired by round as well: only
 * the ratio does not drift. Scaled work has none.
 */
static void test_absolute_speedup(void **state)
{
    enum { BEST = CELLS };
    struct cell more[CELLS + 1];
    const struct plan both = {.count = CELLS + 1, .cells = more};
    struct record record;
    (void)state;
    memcpy(more, cells, sizeof cells);
    more[BEST] = cells[SERIAL];
    (void)snprintf(more[BEST].told_with, sizeof more->told_with, "%s", more[BEST].kernel);
    text_append(more[BEST].kernel, sizeof more->kernel, "%s", KERNEL_ALGORITHM "other");
    record_new(&both, &record);
    for (unsigned round = 0; round < 6; round++) {
        const double slow = round + 1, serial[] = {8 * slow}, threads[] = {4 * slow},
                     best[] = {round == 5 ? slow : 2 * slow};
        add(&record, SERIAL, round, serial, 1);
        add(&record, THREADS, round, threads, 1);
        add(&record, SCALED, round, threads, 1);
        add(&record, BEST, round, best, 1);
    }
    struct analysis_of_cell *made = analyse(&record);
    assert_true(made[THREADS].speedup.count > 0 && made[THREADS].speedup.median == 2);
    assert_true(made[THREADS].absolute.count > 0 && made[THREADS].absolute.median == 0.5);
    assert_true(made[THREADS].absolute.interval.low == 0.25 &&
                made[THREADS].absolute.interval.high == 0.5);
    assert_ptr_equal(made[THREADS].absolute_base, &made[BEST]);
    assert_true(made[THREADS].absolute_base_s == 6);
    assert_true(made[THREADS].base_s == 28);
    assert_true(made[BEST].absolute.median == 1 && made[BEST].speedup.median == 1);
    assert_true(made[SERIAL].absolute.median == 0.25 && made[SERIAL].speedup.median == 1);
    assert_int_equal(made[SCALED].absolute.count, 0);
    assert_int_equal(made[OTHER_SIZE].absolute.count, 0);
    assert_true(run.totals.absolute);
    analysed_run_free(&run);

    record.rows[3].verified = false; /* of the base: then serial is the fastest that there is */
    made = analyse(&record);
    assert_ptr_equal(made[THREADS].absolute_base, &made[SERIAL]);
    assert_true(made[THREADS].absolute.median == 2 && made[THREADS].absolute_base_s == 28);
    analysed_run_free(&run);
    record.rows[3].verified = true;

    /* So it is where the other one takes longer. */
    for (size_t i = 3; i < record.count; i += 4)
        record.rows[i].seconds *= 100;
    made = analyse(&record);
    assert_ptr_equal(made[THREADS].absolute_base, &made[SERIAL]);
    assert_ptr_equal(made[BEST].absolute_base, &made[SERIAL]);
    assert_false(run.totals.absolute); /* no table has a column for it */
    analysed_run_free(&run);
    record_free(&record);
}

/* The efficiency of a plain cell has the speedup's interval, over workers. */
static void test_efficiency_has_an_interval(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    for (unsigned round = 0; round < 6; round++) {
        const double serial[] = {8 + round}, threads[] = {4};
        add(&record, SERIAL, round, serial, 1);
        add(&record, THREADS, round, threads, 1);
    }
    struct analysis_of_cell *made = analyse(&record);
    assert_true(made[THREADS].speedup.interval.low == 2 &&
                made[THREADS].speedup.interval.high == 3.25);
    assert_true(made[THREADS].efficiency.interval.low == 1 &&
                made[THREADS].efficiency.interval.high == 1.625);
    analysed_run_free(&run);
    record_free(&record);
}

static void test_wrong_samples_have_no_speedup(void **state)
{
    (void)state;
    struct record record;
    const double seconds[] = {1, 1};
    record_new(&plan, &record);
    for (unsigned round = 0; round < 7; round++) {
        add(&record, SERIAL, round, seconds, 2);
        add(&record, THREADS, round, seconds, 2);
        add(&record, OTHER_SIZE, round, seconds, 2);
        add(&record, SCALED, round, seconds, 2);
    }
    (void)analyse(&record);
    assert_int_equal(run.verdict, RUN_PASS);
    analysed_run_free(&run);

    record.rows[record.count - 5].verified = false; /* one of THREADS, in the last round */
    struct analysis_of_cell *made = analyse(&record);
    assert_false(made[THREADS].verified);
    assert_int_equal(made[THREADS].speedup.count, 0);
    assert_true(made[SERIAL].verified);
    assert_int_equal(run.verdict, RUN_FAIL);
    analysed_run_free(&run);
    record_free(&record);
}

/* Rounds that only one of the two has do not count for their speedup. */
static void test_rounds_without_a_partner(void **state)
{
    (void)state;
    struct record record;
    const double slow[] = {6}, fast[] = {3}, odd[] = {1000};
    record_new(&plan, &record);
    for (unsigned round = 0; round < 6; round++) {
        add(&record, SERIAL, round, slow, 1);
        add(&record, THREADS, round, fast, 1);
    }
    add(&record, THREADS, 6, odd, 1);
    struct analysis_of_cell *made = analyse(&record);
    assert_int_equal(made[THREADS].speedup.count, 6);
    assert_true(made[THREADS].speedup.median == 2 && made[THREADS].speedup.interval.low == 2);
    assert_int_equal(made[THREADS].rounds, 7);
    analysed_run_free(&run);
    record_free(&record);
}

/* In the order of rounds, however the samples lie in the file; each round counts once. */
static void test_round_medians(void **state)
{
    (void)state;
    struct record record;
    const double first[] = {4, 2}, more[] = {3}, other[] = {100}, late[] = {7, 9};
    record_new(&plan, &record);
    add(&record, THREADS, 1, late, 2);
    add(&record, THREADS, 0, first, 2);
    add(&record, SERIAL, 0, other, 1);
    add(&record, THREADS, 0, more, 1);
    struct analysis_of_cell *made = analyse(&record);
    assert_int_equal(run.rounds, 2);
    const double *threads = run.times + 2 * (size_t)THREADS,
                 *none = run.times + 2 * (size_t)OTHER_SIZE;
    assert_true(threads[0] == 3 && threads[1] == 8);
    assert_true(isnan(none[0]) && isnan(none[1]));
    assert_int_equal(made[THREADS].rounds, 2);
    assert_int_equal(made[THREADS].samples, 5);
    assert_true(made[THREADS].time.median == 5.5);
    assert_true(made[OTHER_SIZE].rounds == 0 && made[OTHER_SIZE].samples == 0);
    analysed_run_free(&run);
    record_free(&record);
}

/* Kept and counted, and in no median; what did not verify is wrong all the same. */
static void test_late_samples(void **state)
{
    (void)state;
    struct record record;
    struct row row = {.cell = THREADS, .seconds = 1, .startup_s = 1, .verified = true};
    record_new(&plan, &record);
    for (unsigned i = 0; i < 4; i++) {
        row.sample = i;
        row.is_late = i % 2 == 1;
        row.seconds = row.is_late ? 100 : 1;
        row.skew_s = 1e-6 * (1 + i);
        record_add(&record, &row);
    }
    row.round = 1; /* of which nothing is valid */
    record_add(&record, &row);
    struct analysis_of_cell *made = analyse(&record);
    assert_int_equal(made[THREADS].samples, 2);
    assert_int_equal(made[THREADS].late, 3);
    assert_int_equal(made[THREADS].rounds, 1);
    assert_true(made[THREADS].time.median == 1);
    assert_true(made[THREADS].skew_s == 3e-6);
    assert_true(made[THREADS].verified);
    analysed_run_free(&run);
    row.verified = false;
    record_add(&record, &row);
    made = analyse(&record);
    assert_false(made[THREADS].verified);
    assert_true(isnan(made[SERIAL].skew_s));
    analysed_run_free(&run);
    record_free(&record);
}

static void test_failed_launch(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    record_add(&record, &(struct row){.cell = THREADS, .seconds = 1, .verified = true});
    record.states[THREADS].failed = true;
    (void)snprintf(record.states[THREADS].failure, sizeof record.states->failure, "it broke");
    struct analysis_of_cell *made = analyse(&record);
    assert_false(made[THREADS].verified);
    assert_int_equal(made[THREADS].samples, 1); /* kept all the same */
    assert_string_equal(made[THREADS].state->failure, "it broke");
    analysed_run_free(&run);
    record_free(&record);
}

/* ---- flags ---- */

static void test_outliers_are_flagged_and_kept(void **state)
{
    (void)state;
    struct record record;
    /* Over all nine the hinges are 4 and 8: 15 is beyond 14, 30 beyond 20 as well. */
    const double first[] = {4, 2, 6}, second[] = {5, 4, 15}, third[] = {8, 7, 30};
    record_new(&plan, &record);
    add(&record, SERIAL, 0, first, 3);
    add(&record, THREADS, 0, first, 3);
    add(&record, SERIAL, 1, second, 3);
    add(&record, SERIAL, 2, third, 3);
    struct analysis_of_cell *made = analyse(&record);
    assert_true(made[SERIAL].flags.outliers == 2 && made[SERIAL].flags.far_outliers == 1);
    assert_int_equal(made[SERIAL].samples, 9);
    assert_true(made[SERIAL].time.median == 5); /* of 4, 5 and 8 */
    assert_true(isnan(made[THREADS].flags.outliers));
    analysed_run_free(&run);
    record_free(&record);
}

/* The first sample takes `slow` times as long as the median of the other two, in every round. */
static struct outliers outliers_with_first(double slow, unsigned rounds)
{
    struct record record;
    record_new(&plan, &record);
    for (unsigned round = 0; round < rounds; round++) {
        const double drift = 1 + round;
        const double seconds[] = {slow * drift, 0.9 * drift, 1.1 * drift};
        add(&record, SERIAL, round, seconds, 3);
        add(&record, THREADS, round, seconds, 1); /* has no others */
    }
    struct analysis_of_cell *made = analyse(&record);
    const struct outliers flags = made[SERIAL].flags;
    assert_int_equal(made[THREADS].flags.first.count, 0);
    assert_false(made[THREADS].flags.slow_first);
    analysed_run_free(&run);
    record_free(&record);
    return flags;
}

static void test_slow_first_samples_are_flagged(void **state)
{
    (void)state;
    struct outliers flags = outliers_with_first(1.5, 6);
    assert_true(flags.slow_first);
    assert_true(fabs(flags.first.median - 1.5) < 1e-12);
    assert_int_equal(flags.first.count, 6);
    assert_false(outliers_with_first(1.04, 6).slow_first);
    assert_true(outliers_with_first(1.06, 6).slow_first);
    assert_false(outliers_with_first(0.5, 6).slow_first);
    flags = outliers_with_first(1.5, 5); /* no interval: nothing is claimed */
    assert_false(flags.slow_first);
    assert_true(fabs(flags.first.median - 1.5) < 1e-12);
}

/* In one round of six it was as fast as the others: the interval reaches down to that. */
static void test_slow_in_most_rounds_is_not_enough(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    for (unsigned round = 0; round < 6; round++) {
        const double seconds[] = {round == 3 ? 1 : 2, 1, 1};
        add(&record, SERIAL, round, seconds, 3);
    }
    struct analysis_of_cell *made = analyse(&record);
    assert_true(made[SERIAL].flags.first.median == 2);
    assert_true(made[SERIAL].flags.first.interval.low == 1);
    assert_false(made[SERIAL].flags.slow_first);
    analysed_run_free(&run);
    record_free(&record);
}

/* ---- why there are no more samples ---- */

/* SERIAL within 10 %, THREADS within 50 %, OTHER_SIZE not measured. */
static void add_six_rounds(struct record *record)
{
    record_new(&plan, record);
    for (unsigned round = 0; round < 6; round++) {
        const double narrow = 1 + (round == 5 ? 0.2 : 0), wide = 1 + (round == 5 ? 1 : 0);
        add(record, SERIAL, round, &narrow, 1);
        add(record, THREADS, round, &wide, 1);
    }
}

static void test_why_cells_stopped(void **state)
{
    (void)state;
    struct record record;
    add_six_rounds(&record);
    struct analysis_of_cell *made = analyse(&record);
    assert_null(made[SERIAL].stopped);
    assert_false(made[THREADS].too_wide);
    for (enum ending ending = ENDING_NONE; ending < ENDING_COUNT; ending++) {
        judge(&record, ending, 0.11);
        assert_string_equal(made[SERIAL].stopped, "precision");
        assert_string_equal(made[THREADS].stopped, ending_name[ending]);
        assert_string_equal(made[OTHER_SIZE].stopped, ending_name[ending]);
    }
    assert_false(made[SERIAL].too_wide);
    assert_true(made[THREADS].too_wide && made[OTHER_SIZE].too_wide);
    judge(&record, ENDING_BUDGET, 0.5);
    assert_string_equal(made[THREADS].stopped, "precision");
    assert_false(made[THREADS].too_wide);
    judge(&record, ENDING_BUDGET, 0); /* none was asked for */
    assert_string_equal(made[SERIAL].stopped, "budget");
    assert_false(made[SERIAL].too_wide || made[THREADS].too_wide);
    analysed_run_free(&run);
    record_free(&record);
}

static bool is_about(double value, double expected)
{
    return fabs(value - expected) < 1e-12;
}

/* By the rounds before, whatever comes after them. */
static void test_how_narrow_intervals_are(void **state)
{
    (void)state;
    const double later = 7;
    struct record record;
    struct widths widths[CELLS];
    add_six_rounds(&record);
    add(&record, THREADS, 6, &later, 1);
    analysis_find_widths(&record, 6, widths);
    assert_true(is_about(widths[SERIAL].time, 0.1) && is_about(widths[SERIAL].speedup, 0));
    assert_true(is_about(widths[THREADS].time, 0.5) && is_about(widths[THREADS].speedup, 0.2));
    assert_true(isinf(widths[OTHER_SIZE].time));
    assert_true(is_about(widths[OTHER_SIZE].speedup, 0)); /* it is compared with nothing */
    assert_true(isinf(widths[SCALED].time) && isinf(widths[SCALED].speedup));
    analysis_find_widths(&record, 5, widths);
    assert_true(isinf(widths[SERIAL].time) && isinf(widths[THREADS].speedup));
    analysis_find_widths(&record, 0, widths);
    assert_true(isinf(widths[SERIAL].time));
    record_free(&record);
}

/* Of 10 updates each. */
static void lose(struct record *record, size_t cell, unsigned round, double lost)
{
    for (size_t i = 0; i < record->count; i++)
        if (record->rows[i].cell == cell && record->rows[i].round == round) {
            record->rows[i].verified = !(lost > 0);
            record->rows[i].updates = 10;
            record->rows[i].lost = lost;
        }
}

static void test_what_lost_updates_asks_for_no_precision(void **state)
{
    (void)state;
    struct record record;
    struct widths widths[CELLS];
    add_six_rounds(&record);
    lose(&record, THREADS, 5, 1);
    analysis_find_widths(&record, 6, widths);
    assert_true(widths[THREADS].time == 0 && widths[THREADS].speedup == 0);
    assert_true(is_about(widths[SERIAL].time, 0.1));
    record_free(&record);
}

/* What is made up for counts no more, neither what it lost nor what it did. */
static void test_losses_are_of_the_samples_that_are_kept(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    for (unsigned round = 0; round < 2; round++) {
        add(&record, THREADS, round, (const double[]){8, 8}, 2);
        lose(&record, THREADS, round, 3);
    }
    record.states[THREADS].failed = true; /* its latest launch, behind its samples */
    record.states[THREADS].failed_round = 1;
    assert_true(record_may_retry(&record, THREADS)); /* what lost updates did not fail */
    record_retry(&record);
    struct analysis_of_cell *made = analyse(&record);
    assert_true(made[THREADS].has_lost);
    assert_string_equal(analysis_failure(&made[THREADS]), "lost 6 of 20 updates, as expected");
    analysed_run_free(&run);
    lose(&record, THREADS, 0, 0);
    record.rows[0].verified = false; /* though nothing was lost */
    record.states[THREADS].failed = true;
    assert_false(record_may_retry(&record, THREADS));
    record_free(&record);
}

static void test_failed_cells_stopped_by_that(void **state)
{
    (void)state;
    struct record record;
    add_six_rounds(&record);
    record.states[OTHER_SIZE].failed = true;
    record.rows[0].verified = false; /* of SERIAL */
    struct analysis_of_cell *made = analyse(&record);
    judge(&record, ENDING_PRECISION, 0.5);
    assert_string_equal(made[SERIAL].stopped, "failed");
    assert_string_equal(made[THREADS].stopped, "precision");
    assert_string_equal(made[OTHER_SIZE].stopped, "failed");
    analysed_run_free(&run);
    record_free(&record);
}

/* ---- noise ---- */

static void add_noise(struct record *record, unsigned round, double seconds, double stolen,
                      double others)
{
    struct noise noise = noise_unknown;
    noise.seconds = seconds;
    noise.stolen = stolen;
    noise.others = others;
    record_noise(record, round, &noise);
}

static struct noise_verdict noisiness(struct record *record)
{
    (void)analyse(record);
    const struct noise_verdict made = run.noise;
    analysed_run_free(&run);
    record_free(record);
    return made;
}

static const char *of_notice(const json_t *notices, size_t index, const char *key)
{
    return json_string_value(json_object_get(json_array_get(notices, index), key));
}

static void test_noise_in_the_median(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    add_noise(&record, 0, 5, 0.01, 0.015);
    add_noise(&record, 1, 5, 0, 0.03);
    add_noise(&record, 3, 5, 0.02, 0.004); /* round 2 has none */
    const struct noise_verdict made = noisiness(&record);
    assert_int_equal(made.rounds, 3);
    assert_true(fabs(made.taken.median - 0.025) < 1e-12);
    assert_true(made.stolen == 0.01 && made.others == 0.015);
    assert_true(made.taken.worst == 0.03);
    assert_int_equal(made.taken.first, 1);
    assert_true(made.noisy);
    json_t *notices = noise_verdict_notices(&made);
    assert_string_equal(of_notice(notices, 0, "verdict"),
                        "NOISY: others took 2.5 % of the cores' time, and 3.0 % in round 2.");
    assert_non_null(strstr(of_notice(notices, 0, "details"),
                           "other processes took 1.5 % and the hypervisor 1.0 %"));
    assert_int_equal(json_array_size(notices), 1);
    json_decref(notices);
}

static void test_noise_in_one_round(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    for (unsigned round = 0; round < 5; round++)
        add_noise(&record, round, 5, 0, round == 4 ? 0.11 : 0.001);
    struct noise_verdict made = noisiness(&record);
    assert_true(made.noisy && made.taken.median == 0.001 && made.taken.worst == 0.11);
    assert_int_equal(made.taken.first, 4);
}

static void test_cells_that_a_quota_holds_back(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    for (unsigned round = 0; round < 3; round++) {
        struct noise noise = noise_unknown;
        noise.seconds = 5;
        noise.stolen = noise.others = 0;
        noise.throttled = round == 1 ? 0.625 : 0.25;
        record_noise(&record, round, &noise);
    }
    const struct noise_verdict made = noisiness(&record);
    assert_true(made.noisy && !made.taken.is_beyond && made.throttled.is_beyond);
    json_t *notices = noise_verdict_notices(&made);
    assert_int_equal(json_array_size(notices), 1);
    assert_string_equal(of_notice(notices, 0, "verdict"),
                        "NOISY: a control group's quota held cells back for 25.0 % of the time "
                        "that they asked for, 62.5 % in round 2.");
    json_decref(notices);
    json_t *object = noise_verdict_json(&made);
    assert_true(json_is_true(json_object_get(object, "noisy")));
    assert_true(json_real_value(json_object_get(object, "throttled_share")) == 0.25);
    assert_true(json_real_value(json_object_get(object, "throttled_worst_share")) == 0.625);
    json_decref(object);
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-12))
        fail_msg("%.17g is not %.17g", value, expected);
}

/* 0.6 + 0.6 s, 0.25 + 0.75 s, 5 s, and what is left, 0.5 s, with these. */
static void test_short_rounds_are_put_together(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    add_noise(&record, 0, 0.6, 0.1, 0.7);
    add_noise(&record, 1, 0.6, 0, 0.8);
    add_noise(&record, 2, 0.25, 0, 0.1);
    add_noise(&record, 4, 0.75, 0, 0.9); /* round 3 has none */
    add_noise(&record, 5, 5, 0, 0);
    add_noise(&record, 6, 0.5, 0, 0.11);
    const struct noise_verdict made = noisiness(&record);
    assert_int_equal(made.rounds, 6);
    assert_int_equal(made.spans, 3);
    assert_near(made.seconds, 7.7);
    assert_near(made.taken.worst, 0.8);
    assert_int_equal(made.taken.first, 0);
    assert_int_equal(made.taken.last, 1);
    assert_near(made.taken.median, 0.7);
    assert_near(made.others, 0.7);
    assert_near(made.stolen, 0);
    assert_true(made.noisy);
    json_t *notices = noise_verdict_notices(&made);
    assert_string_equal(of_notice(notices, 0, "verdict"),
                        "NOISY: others took 70.0 % of the cores' time, and 80.0 % in rounds 1 to "
                        "2.");
    assert_non_null(strstr(of_notice(notices, 0, "details"),
                           "Rounds shorter than 1 s count together with their "
                           "neighbours."));
    json_decref(notices);
    json_t *object = noise_verdict_json(&made);
    assert_int_equal(json_integer_value(json_object_get(object, "worst_round")), 0);
    assert_int_equal(json_integer_value(json_object_get(object, "worst_round_last")), 1);
    json_decref(object);
}

/* What is left at the end is too short by itself, and counts as much as it took. */
static void test_the_last_short_round_is_not_left_out(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    add_noise(&record, 0, 4.5, 0, 0.01);
    add_noise(&record, 1, 0.5, 0, 0.96);
    const struct noise_verdict made = noisiness(&record);
    assert_int_equal(made.spans, 1);
    assert_near(made.taken.worst, 0.105);
    assert_int_equal(made.taken.last, 1);
    assert_true(made.noisy);
}

/* Short rounds of two runs that were put together are not one span: 0.8 s of the first one count
 * with its 1.2 s, and 0.5 s, which is all that the second one has, nowhere. */
static void test_noise_of_two_runs_is_not_put_together(void **state)
{
    (void)state;
    struct record record;
    struct analysed_run together = {.folder = NULL};
    json_t *manifest =
        json_pack("{s:[{s:i}, {s:i}, {s:i}]}", "sources", "rounds", 2, "rounds", 1, "rounds", 1);
    record_new(&plan, &record);
    add_noise(&record, 0, 1.2, 0, 0);
    add_noise(&record, 1, 0.8, 0, 0.25);
    add_noise(&record, 2, 0.5, 0, 0.9);
    add_noise(&record, 3, 2, 0, 0.3);
    analysed_run_make(NULL, manifest, &record, &together);
    assert_int_equal(together.noise.spans, 2);
    assert_near(together.noise.taken.worst, 0.3);
    assert_int_equal(together.noise.taken.first, 3);
    assert_int_equal(together.noise.taken.last, 3);
    assert_near(together.noise.taken.median, 0.2);
    analysed_run_free(&together);
    record_free(&record);
    json_decref(manifest);
}

/* A cell has no more samples for what ended the last run that measured it. */
static void test_why_cells_of_several_runs_were_stopped(void **state)
{
    (void)state;
    struct record record;
    struct analysed_run together = {.folder = NULL};
    json_t *manifest = json_pack("{s:[{s:i, s:s}, {s:i, s:s}]}", "sources", "rounds", 2, "ended",
                                 "budget", "rounds", 1, "ended", "rounds");
    record_new(&plan, &record);
    record.ending = ENDING_BUDGET;
    add(&record, SERIAL, 0, (const double[]){1}, 1);
    add(&record, THREADS, 0, (const double[]){0.5}, 1);
    add(&record, THREADS, 1, (const double[]){0.5}, 1);
    add(&record, SERIAL, 2, (const double[]){1}, 1);
    analysed_run_make(NULL, manifest, &record, &together);
    assert_string_equal(together.cells[SERIAL].stopped, "rounds");
    assert_string_equal(together.cells[THREADS].stopped, "budget");
    assert_string_equal(together.cells[OTHER_SIZE].stopped, "budget");
    /* What is compared round by round is of one run. */
    assert_int_equal(together.cells[THREADS].speedup.count, 1);
    analysed_run_free(&together);
    record_free(&record);
    json_decref(manifest);
}

static void assert_unknown(const struct noise_verdict *made, const char *why)
{
    assert_int_equal(made->spans, 0);
    assert_false(made->noisy);
    json_t *notices = noise_verdict_notices(made);
    assert_string_equal(of_notice(notices, 0, "verdict"), why);
    assert_string_equal(of_notice(notices, 0, "details"), "");
    json_decref(notices);
    json_t *object = noise_verdict_json(made);
    assert_true(json_is_null(json_object_get(object, "noisy")));
    assert_true(json_is_null(json_object_get(object, "share")));
    assert_true(json_is_null(json_object_get(object, "worst_round")));
    json_decref(object);
}

static void test_noise_that_is_not_known(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    add_noise(&record, 0, 0.5, 0.5, 0.5);
    add_noise(&record, 1, 5, NAN, NAN);
    add_noise(&record, 2, 5, 1e300, 1e300); /* nobody's */
    add_noise(&record, 3, 0.25, 0.5, 0.5);
    struct noise_verdict made = noisiness(&record);
    assert_unknown(&made, "Noise unknown: all rounds took 750 ms together, too short to tell what "
                          "others took of the cores' time.");
    record_new(&plan, &record);
    add_noise(&record, 0, 0.004, NAN, NAN); /* no tick of the clock */
    made = noisiness(&record);
    assert_unknown(&made, "Noise unknown: all rounds took 4 ms together, too short to tell what "
                          "others took of the cores' time.");
    record_new(&plan, &record);
    made = noisiness(&record); /* a run without noise at all */
    assert_unknown(&made, "Noise unknown: what others took of the cores' time is not recorded.");
}

static void test_a_quiet_run(void **state)
{
    (void)state;
    struct record record;
    record_new(&plan, &record);
    add_noise(&record, 0, 5, 0.01, 0.005);
    add_noise(&record, 1, 5, 0.01, 0.08);
    add_noise(&record, 2, 5, 0.01, 0.005);
    struct noise_verdict made = noisiness(&record);
    assert_false(made.noisy);
    json_t *object = noise_verdict_json(&made);
    assert_true(json_is_false(json_object_get(object, "noisy")));
    assert_true(json_is_null(json_object_get(object, "throttled_share"))); /* not 0 */
    assert_int_equal(json_integer_value(json_object_get(object, "worst_round")), 1);
    json_decref(object);
}

/* Its counters show nobody else, and yet everything took longer in the third round. */
static void test_a_machine_that_drifts(void **state)
{
    enum { MANY = 12, ROUNDS = 4 };
    static struct cell many[MANY];
    static const struct plan wide = {.count = MANY, .cells = many};
    struct record record;
    (void)state;
    record_new(&wide, &record);
    for (unsigned round = 0; round < ROUNDS; round++) {
        add_noise(&record, round, 5, 0, 0.001);
        for (size_t cell = 0; cell < MANY; cell++)
            add(&record, cell, round,
                (double[]){(double)(1 + cell) * (round == 2   ? 1.08
                                                 : round == 1 ? 0.99
                                                              : 1)},
                1);
    }
    struct noise_verdict made = noisiness(&record);
    assert_true(made.noisy && made.drifted && !made.taken.is_beyond && !made.mixed);
    assert_near(made.drift.ratio, 1.08 / 0.99);
    json_t *notices = noise_verdict_notices(&made);
    assert_string_equal(of_notice(notices, 0, "verdict"),
                        "NOISY: the machine was 1.09 times as slow in round 3 as in round 2.");
    assert_non_null(
        strstr(of_notice(notices, 0, "details"), "Times in seconds are good to 9 % at best"));
    json_decref(notices);
    /* Where they are several, of which one may be the slower one. */
    made.mixed = true;
    notices = noise_verdict_notices(&made);
    assert_string_equal(of_notice(notices, 0, "verdict"),
                        "NOISY: mixed machines, 1.09 times as slow in round 3 as in round 2.");
    json_decref(notices);
    json_t *object = noise_verdict_json(&made);
    assert_true(json_is_true(json_object_get(object, "noisy")));
    assert_near(json_real_value(json_object_get(object, "drift")), 1.08 / 0.99);
    assert_int_equal(json_integer_value(json_object_get(object, "slowest_round")), 2);
    assert_int_equal(json_integer_value(json_object_get(object, "fastest_round")), 1);
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_speedup_is_paired_by_round),
        cmocka_unit_test(test_the_middle_launch_of_a_round),
        cmocka_unit_test(test_no_base_and_no_samples),
        cmocka_unit_test(test_scaled_work_has_no_plain_speedup),
        cmocka_unit_test(test_absolute_speedup),
        cmocka_unit_test(test_efficiency_has_an_interval),
        cmocka_unit_test(test_wrong_samples_have_no_speedup),
        cmocka_unit_test(test_rounds_without_a_partner),
        cmocka_unit_test(test_round_medians),
        cmocka_unit_test(test_late_samples),
        cmocka_unit_test(test_failed_launch),
        cmocka_unit_test(test_outliers_are_flagged_and_kept),
        cmocka_unit_test(test_slow_first_samples_are_flagged),
        cmocka_unit_test(test_slow_in_most_rounds_is_not_enough),
        cmocka_unit_test(test_why_cells_stopped),
        cmocka_unit_test(test_what_lost_updates_asks_for_no_precision),
        cmocka_unit_test(test_losses_are_of_the_samples_that_are_kept),
        cmocka_unit_test(test_failed_cells_stopped_by_that),
        cmocka_unit_test(test_how_narrow_intervals_are),
        cmocka_unit_test(test_noise_in_the_median),
        cmocka_unit_test(test_noise_in_one_round),
        cmocka_unit_test(test_cells_that_a_quota_holds_back),
        cmocka_unit_test(test_short_rounds_are_put_together),
        cmocka_unit_test(test_the_last_short_round_is_not_left_out),
        cmocka_unit_test(test_noise_of_two_runs_is_not_put_together),
        cmocka_unit_test(test_why_cells_of_several_runs_were_stopped),
        cmocka_unit_test(test_noise_that_is_not_known),
        cmocka_unit_test(test_a_quiet_run),
        cmocka_unit_test(test_a_machine_that_drifts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
