/*
 * What of moving is hidden behind work, from made-up runs, and what is said of it.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_run.h"

extern const struct experiment experiment_overlap;

static const char *const labels[] = {"serial", "mpi-p2p", "mpi-p2p:call=nonblocking",
                                     "mpi-p2p:call=persistent"};
enum { CELLS = sizeof labels / sizeof *labels };

/* Serial takes 4 ms, so that the work of each rank is 2 ms; the others as given, in two halves of
 * the rounds. */
static void make_run(struct made_up_run *run, const double (*seconds)[2], unsigned rounds)
{
    made_up_begin(run);
    for (size_t i = 0; i < CELLS; i++) {
        made_up_cell(run, "squares", labels[i], i > 0 ? 2 : 1, 1u << EXPERIMENT_OVERLAP);
        run->planned[i].ranks = i > 0 ? 2 : 1;
        run->planned[i].threads = 1;
    }
    record_new(&run->plan, &run->record);
    run->record.ending = ENDING_ROUNDS;
    for (unsigned round = 0; round < rounds; round++)
        for (size_t i = 0; i < CELLS; i++)
            made_up_add(run, i, round, 0, i > 0 ? seconds[i - 1][round % 2] : 4e-3, 0.25);
    made_up_analyse(run);
}

static struct summary hidden_of(const struct made_up_run *run, size_t cell)
{
    struct summary hidden;
    experiment_overlap.columns[0]->value(&run->analysed.cells[cell], &hidden);
    return hidden;
}

static void what_is_hidden_is_a_share_of_moving(void **state)
{
    static const double seconds[][2] = {{10e-3, 10e-3}, {6e-3, 8e-3}, {10e-3, 10e-3}};
    struct made_up_run run;
    (void)state;
    make_run(&run, seconds, 6);
    /* Of 8 ms that moving takes where all wait for it, 4 ms and 2 ms are saved. */
    const struct summary hidden = hidden_of(&run, 2);
    assert_true(hidden.count == 6 && fabs(hidden.median - 37.5) < 1e-9);
    assert_true(fabs(hidden.interval.low - 25) < 1e-9 && fabs(hidden.interval.high - 50) < 1e-9);
    assert_true(fabs(hidden_of(&run, 3).median) < 1e-9);
    assert_int_equal(hidden_of(&run, 0).count, 0);
    assert_int_equal(hidden_of(&run, 1).count, 0);
    assert_non_null(made_up_said(&run, "mpi-p2p:call=nonblocking hides 25.0 to 50.0 %"));
    made_up_end(&run);
}

static void what_is_not_decided_is_not_said(void **state)
{
    static const double apart[][2] = {{10e-3, 10e-3}, {9e-3, 11e-3}, {12e-3, 12e-3}},
                        slower[][2] = {{10e-3, 10e-3}, {11e-3, 11e-3}, {12e-3, 12e-3}},
                        moves_nothing[][2] = {{1e-3, 1e-3}, {1e-3, 1e-3}, {1e-3, 1e-3}};
    struct made_up_run run;
    (void)state;
    make_run(&run, apart, 6);
    assert_non_null(made_up_said(&run, "the data do not decide whether messages that travel"));
    made_up_end(&run);
    make_run(&run, slower, 6);
    assert_non_null(
        made_up_said(&run, "no message is hidden behind the work: mpi-p2p:call=nonblocking, "));
    made_up_end(&run);
    make_run(&run, moves_nothing, 6);
    assert_int_equal(hidden_of(&run, 2).count, 0);
    assert_int_equal(run.analysed.findings.count, 0);
    made_up_end(&run);
    make_run(&run, slower, 5);
    assert_int_equal(run.analysed.findings.count, 0);
    made_up_end(&run);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_hidden_is_a_share_of_moving),
        cmocka_unit_test(what_is_not_decided_is_not_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
