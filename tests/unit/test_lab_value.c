/*
 * Values of labs, looked up in made-up runs whose answers are known.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lab_runs.h"
#include "made_up_run.h"
#include "stats.h"

#include <stdlib.h>
#include <string.h>

/* Of a comment as a lab has it. */
static struct measured look_up(const struct made_up_run *run, const char *value)
{
    char comment[256];
    struct lab lab = {.number = 1};
    (void)snprintf(comment, sizeof comment, "values\nv: %s\n", value);
    const char *wrong = lab_take_comment(&lab, comment, "");
    if (wrong)
        fail_msg("%s: %s", value, wrong);
    const struct measured measured = lab_value_in(&run->analysed, &lab.values[0]);
    lab_free(&lab);
    return measured;
}

/* The value is the median of what it is in each round. */
static void check_rounds(const struct measured *measured)
{
    double *values = calloc(measured->rounds.count, sizeof *values);
    for (size_t i = 0; i < measured->rounds.count; i++)
        values[i] = measured_in_round(&measured->rounds, i);
    const struct summary summary = stats_summary(values, measured->rounds.count);
    free(values);
    assert_true(fabs(summary.median - measured->median) <= 1e-9 * measured->median);
    assert_true(fabs(summary.interval.low - measured->low) <= 1e-9 * measured->low);
}

static void check(const struct made_up_run *run, const char *value, double expected)
{
    const struct measured measured = look_up(run, value);
    if (!measured.is_known || fabs(measured.median - expected) > 1e-9 * fabs(expected))
        fail_msg("%s is %g, and not %g: %s", value, measured.median, expected, measured.why);
    assert_true(measured.low <= measured.median && measured.median <= measured.high);
    if (measured.rounds.run)
        check_rounds(&measured);
}

static void check_unknown(const struct made_up_run *run, const char *value, const char *why)
{
    const struct measured measured = look_up(run, value);
    assert_false(measured.is_known);
    if (!strstr(measured.why, why))
        fail_msg("%s is not known: %s", value, measured.why);
}

/* What each worker of a cell did in a round. */
static void add_execution(struct made_up_run *run, size_t cell, unsigned round, double wall_s,
                          double busiest_s, double faults)
{
    const struct cell *planned = &run->planned[cell];
    struct instrumented execution = {.cell = cell,
                                     .round = round,
                                     .workers = planned->workers,
                                     .wall_s = wall_s,
                                     .busy_sum_s = 0.75 * busiest_s * planned->workers,
                                     .busy_max_s = busiest_s,
                                     .cpu_s = busiest_s,
                                     .minor_faults = faults,
                                     .peak_memory_bytes = 1e6};
    record_instrumented(&run->record, &execution);
}

static void make_run(struct made_up_run *run, unsigned rounds)
{
    made_up_begin(run);
    made_up_kernel(run, "pi");
    made_up_measure(run, rounds);
    for (size_t i = 0; i < run->plan.count; i++)
        for (unsigned round = 0; round < rounds; round++)
            add_execution(run, i, round, 1.0, 0.5, 100 + round);
    made_up_analyse(run);
}

static void cells_are_found_by_what_they_are(void **state)
{
    struct made_up_run run;
    (void)state;
    make_run(&run, 7);
    check(&run, "speedup in r of pi threads workers=2", 2);
    assert_non_null(look_up(&run, "speedup in r of pi threads workers=2").rounds.run);
    assert_non_null(look_up(&run, "median_s in r of pi threads workers=2").rounds.run);
    check(&run, "speedup in r of pi threads workers=most", 2); /* 4 are more than there are cores */
    check(&run, "speedup in r of pi threads workers=4", 4);
    check(&run, "speedup in r of pi threads workers=least", 1);
    check(&run, "speedup in r of pi gil workers=most", 1);
    check(&run, "efficiency in r of pi gil workers=most", 0.5);
    check(&run, "median_s in r of pi serial", 1);
    check(&run, "workers in r of pi threads", 2);
    check_unknown(&run, "speedup in r of primes threads", "no cell of primes under threads");
    check_unknown(&run, "speedup in r of pi mpi", "no cell of pi under mpi");
    check_unknown(&run, "speedup in r of pi threads workers=3", "no cell");
    check_unknown(&run, "speedup in r of pi threads nodes=2", "no cell");
    check_unknown(&run, "beauty in r of pi threads", "does not tell");
    check_unknown(&run, "serial fraction in r of pi threads", "4 numbers of workers");
    made_up_end(&run);
}

static void what_each_launch_has_is_over_rounds(void **state)
{
    struct made_up_run run;
    (void)state;
    make_run(&run, 7);
    check(&run, "startup_s in r of pi threads", 0.25);
    check(&run, "load_balance in r of pi threads", 0.75);
    check(&run, "communication_efficiency in r of pi threads", 0.5);
    check(&run, "minor_faults in r of pi threads", 103);
    const struct measured faults = look_up(&run, "minor_faults in r of pi threads");
    assert_true(faults.low >= 100 && faults.low < 103 && faults.high > 103 && faults.high <= 106);
    made_up_end(&run);
}

static void few_rounds_tell_nothing_for_certain(void **state)
{
    struct made_up_run run;
    (void)state;
    make_run(&run, 5);
    check_unknown(&run, "speedup in r of pi threads workers=2",
                  "5 rounds, and an interval takes 6");
    check_unknown(&run, "load_balance in r of pi threads", "5 rounds");
    check_unknown(&run, "startup_s in r of pi threads", "5 rounds");
    made_up_end(&run);
}

static void one_core_tells_nothing_of_several_workers(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "pi", "threads", 1, 1u << EXPERIMENT_STRONG);
    made_up_measure(&run, 7);
    made_up_analyse(&run);
    check_unknown(&run, "speedup in r of pi threads workers=most", "there is one core");
    check(&run, "speedup in r of pi threads workers=1", 1);
    made_up_end(&run);
}

static void others_that_take_the_cores_leave_it_open(void **state)
{
    struct made_up_run run;
    (void)state;
    make_run(&run, 7);
    run.analysed.noise.spans = 3;
    run.analysed.noise.taken.median = 0.02;
    check(&run, "speedup in r of pi threads workers=2", 2);
    run.analysed.noise.taken.median = 0.42;
    check_unknown(&run, "speedup in r of pi threads workers=2",
                  "too noisy: others took 42 % of the cores' time");
    made_up_end(&run);
}

static void wrong_results_have_no_speedup(void **state)
{
    struct made_up_run run;
    (void)state;
    make_run(&run, 7);
    made_up_fail(&run, 7, "it broke"); /* threads with one worker: see made_up_kernel() */
    made_up_analyse(&run);
    check_unknown(&run, "speedup in r of pi threads workers=1", "its result was wrong");
    made_up_end(&run);
}

/* Four numbers of workers, as a law takes; sizes, of which the greatest is meant. */
static void fits_and_sizes_are_found(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_STRONG);
    for (unsigned workers = 1; workers <= 8; workers *= 2) {
        made_up_cell(&run, "pi", "threads", workers, 1u << EXPERIMENT_STRONG);
        run.planned[run.plan.count - 1].oversubscribed = false;
    }
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_STRONG);
    run.planned[5].size = 10;
    (void)snprintf(run.planned[5].id, sizeof run.planned[5].id, "pi/serial/small");
    made_up_measure(&run, 7);
    made_up_analyse(&run);
    const struct measured fraction = look_up(&run, "serial fraction in r of pi threads");
    assert_true(fraction.is_known);
    assert_true(fabs(fraction.median - (0)) < 1e-9);
    check(&run, "size in r of pi serial", 1000000);
    check(&run, "size in r of pi serial size=least", 10);
    check(&run, "size in r of pi serial size=10", 10);
    check(&run, "speedup in r of pi threads workers=most", 8);
    check_unknown(&run, "contention in r of pi gil", "4 numbers of workers");
    made_up_end(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_found_by_what_they_are),
        cmocka_unit_test(what_each_launch_has_is_over_rounds),
        cmocka_unit_test(few_rounds_tell_nothing_for_certain),
        cmocka_unit_test(one_core_tells_nothing_of_several_workers),
        cmocka_unit_test(others_that_take_the_cores_leave_it_open),
        cmocka_unit_test(wrong_results_have_no_speedup),
        cmocka_unit_test(fits_and_sizes_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
