/*
 * The common beginning of ranks, started by what its MPI has for that, which this program calls for
 * itself. Also run with preload/far_clock.c, where ranks are on nodes whose clocks are hours apart:
 * it must not show.
 */
#define _GNU_SOURCE
#include "child.h"
#include "clock.h"
#include "launcher.h"
#include "memory.h"
#include "rank_timer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <mpi.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

enum { RANKS = 3, SAMPLES = 50 };

static int own_rank;

static void do_sleep(long milliseconds)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

/* As if clocks had been compared without an error, which cannot be had between nodes. */
static void be_certain(struct rank_timer *timer)
{
    timer->uncertain_ns = 0;
    timer->sync_due = false;
}

/* As after a sample that took so long. */
static struct rank_timer timer_after(int64_t latest_ns)
{
    struct rank_timer timer;
    rank_timer_start(&timer, false);
    timer.latest_ns = latest_ns;
    be_certain(&timer);
    return timer;
}

static struct outcome end_sample(struct rank_timer *timer, uint64_t duration_ns,
                                 unsigned executions)
{
    struct outcome outcome = {.seconds = 0};
    rank_timer_end(timer, duration_ns, executions, &outcome);
    return outcome;
}

/* A sample of one execution, of 1 µs. */
static struct rank_start take_sample(struct rank_timer *timer)
{
    (void)rank_timer_begin(timer);
    return end_sample(timer, 1000, 1).start;
}

static void the_first_sample_and_long_ones_begin_with_a_barrier(void **state)
{
    (void)state;
    const int64_t latest_ns[] = {0, RANK_TIMER_SHORT_NS, 5000000000};
    for (size_t i = 0; i < sizeof latest_ns / sizeof *latest_ns; i++) {
        struct rank_timer timer = timer_after(latest_ns[i]);
        const struct rank_start start = take_sample(&timer);
        assert_int_equal(start.kind, START_BARRIER);
        assert_false(start.late);
        assert_true(start.skew_s >= 0 && start.skew_s < 60); /* not hours */
        rank_timer_stop(&timer);
    }
}

static void ranks_that_share_cores_begin_with_a_barrier(void **state)
{
    (void)state;
    struct rank_timer timer;
    rank_timer_start(&timer, true);
    timer.latest_ns = 1000;
    be_certain(&timer);
    assert_int_equal(take_sample(&timer).kind, START_BARRIER);
    rank_timer_stop(&timer);
}

static void work_that_is_not_long_beside_the_clocks_error_begins_with_a_barrier(void **state)
{
    (void)state;
    struct rank_timer timer = timer_after(1000);
    timer.uncertain_ns = 50;
    assert_int_equal(take_sample(&timer).kind, START_CLOCK);
    be_certain(&timer);
    timer.uncertain_ns = 51;
    assert_int_equal(take_sample(&timer).kind, START_BARRIER);
    rank_timer_stop(&timer);
}

/* On rank 0's node there is nothing to find out; others know that they may be wrong. */
static void ranks_of_a_node_read_one_clock(void **state)
{
    (void)state;
    struct rank_timer timer;
    int64_t ahead_ns[RANKS];
    int first = own_rank, last_first = 0;
    rank_timer_start(&timer, false);
    MPI_Allgather(&timer.ahead_ns, 1, MPI_INT64_T, ahead_ns, 1, MPI_INT64_T, MPI_COMM_WORLD);
    MPI_Bcast(&first, 1, MPI_INT, 0, timer.node);
    MPI_Allreduce(&first, &last_first, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    assert_int_equal(ahead_ns[0], 0);
    assert_int_equal(timer.ahead_ns, ahead_ns[first]);
    assert_int_equal(timer.askers != MPI_COMM_NULL, first == own_rank);
    assert_int_equal(timer.uncertain_ns > 0, last_first > 0);
    rank_timer_stop(&timer);
}

/* Of those that are not late: the moment is the same for all, by rank 0's clock. */
static void short_samples_begin_at_one_moment(void **state)
{
    (void)state;
    struct rank_timer timer = timer_after(1000);
    for (int sample = 0; sample < SAMPLES; sample++) {
        const uint64_t begin = rank_timer_begin(&timer);
        const int64_t own = (int64_t)begin - timer.ahead_ns;
        const struct outcome outcome = end_sample(&timer, 1000, 1);
        int64_t of_root = own;
        be_certain(&timer);
        MPI_Bcast(&of_root, 1, MPI_INT64_T, 0, MPI_COMM_WORLD);
        assert_int_equal(outcome.start.kind, START_CLOCK);
        assert_true(outcome.start.skew_s >= 0 && outcome.start.skew_s < 60);
        if (!outcome.start.late) {
            assert_int_equal(own, of_root);
            assert_true(outcome.start.skew_s < 2e-6);
        }
    }
    rank_timer_stop(&timer);
}

static void a_rank_that_comes_late_makes_the_sample_invalid_on_all(void **state)
{
    (void)state;
    struct rank_timer timer = timer_after(1000);
    const int64_t notice_ns = timer.notice_ns;
    if (own_rank == RANKS - 1)
        do_sleep(200);
    const struct rank_start start = take_sample(&timer);
    assert_true(start.late);
    assert_true(start.skew_s > 0.1);
    assert_int_equal(timer.notice_ns, 2 * notice_ns);
    rank_timer_stop(&timer);
}

/* ---- a rank that loses its core while it waits ---- */

static void lose_the_core_again(void)
{
    (void)setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {.tv_usec = 3000}}, NULL);
}

static void lose_the_core(int number)
{
    (void)number;
    do_sleep(100);
    lose_the_core_again();
}

/* Rank 0 names a moment in 10 ms, and after no more than 3 ms is away until that is long past. */
static void a_rank_that_waits_past_the_moment_makes_the_sample_invalid_on_all(void **state)
{
    (void)state;
    struct rank_timer timer = timer_after(1000);
    const int64_t notice_ns = timer.notice_ns = 10000000;
    if (own_rank == 0) {
        (void)sigaction(SIGALRM, &(struct sigaction){.sa_handler = lose_the_core}, NULL);
        lose_the_core_again();
    }
    (void)rank_timer_begin(&timer);
    if (own_rank == 0) {
        (void)setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {.tv_usec = 0}}, NULL);
        (void)signal(SIGALRM, SIG_IGN);
    }
    const struct rank_start start = end_sample(&timer, 1000, 1).start;
    int came_late = timer.came_late, any = 0;
    MPI_Allreduce(&came_late, &any, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    assert_true(start.late);
    assert_int_equal(timer.notice_ns, any ? 2 * notice_ns : notice_ns); /* it would not help */
    rank_timer_stop(&timer);
}

static void the_longest_duration_counts(void **state)
{
    (void)state;
    struct rank_timer timer = timer_after(0);
    (void)rank_timer_begin(&timer);
    const struct outcome outcome = end_sample(&timer, 1000 * (uint64_t)(1 + own_rank), 1);
    assert_true(outcome.seconds > 2.9e-6 && outcome.seconds < 3.1e-6);
    assert_int_equal(timer.latest_ns, 3000);
    rank_timer_stop(&timer);
}

/* However many of them a sample has. */
static void one_execution_tells_how_the_next_sample_begins(void **state)
{
    (void)state;
    static const unsigned executions[] = {1, 7, 1000};
    struct rank_timer timer = timer_after(0);
    for (size_t i = 0; i < sizeof executions / sizeof *executions; i++) {
        be_certain(&timer);
        (void)rank_timer_begin(&timer);
        const struct outcome outcome =
            end_sample(&timer, executions[i] * (uint64_t)20000, executions[i]);
        assert_int_equal(outcome.start.kind, i == 0 ? START_BARRIER : START_CLOCK);
        assert_true(outcome.seconds > executions[i] * 1.99e-5);
        assert_int_equal(timer.latest_ns, 20000);
    }
    rank_timer_stop(&timer);
}

static void clocks_are_compared_anew_when_that_is_long_ago(void **state)
{
    (void)state;
    struct rank_timer timer = timer_after(0);
    (void)take_sample(&timer);
    be_certain(&timer); /* also where the sample took as long */
    timer.synced_ns -= 2000000000;
    (void)take_sample(&timer);
    assert_true(timer.sync_due);
    const uint64_t before = timer.synced_ns;
    (void)take_sample(&timer);
    assert_true(timer.synced_ns > before + 1900000000);
    rank_timer_stop(&timer);
}

static int start_ranks(const char *self)
{
    char library[MPI_MAX_LIBRARY_VERSION_STRING];
    int library_length;
    MPI_Get_library_version(library, &library_length);
    const struct launcher *launcher =
        strstr(library, "MPICH Version") ? &launcher_hydra : &launcher_mpirun;
    char *text;
    size_t length;
    FILE *command = memory_open(&text, &length);
    const struct cell cell = {.ranks = RANKS, .oversubscribed = true};
    const struct allocation here = {.machine = &(struct machine){.host = ""}};
    launcher->print_words(command, &cell, &(struct model){.helpers = 0}, &here);
    (void)fprintf(command, "%s\nrank\n", self);
    memory_close(command, &text);
    char **words = child_words(text);
    (void)execvp(words[0], words);
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_sample_and_long_ones_begin_with_a_barrier),
        cmocka_unit_test(ranks_that_share_cores_begin_with_a_barrier),
        cmocka_unit_test(work_that_is_not_long_beside_the_clocks_error_begins_with_a_barrier),
        cmocka_unit_test(ranks_of_a_node_read_one_clock),
        cmocka_unit_test(short_samples_begin_at_one_moment),
        cmocka_unit_test(a_rank_that_comes_late_makes_the_sample_invalid_on_all),
        cmocka_unit_test(a_rank_that_waits_past_the_moment_makes_the_sample_invalid_on_all),
        cmocka_unit_test(the_longest_duration_counts),
        cmocka_unit_test(one_execution_tells_how_the_next_sample_begins),
        cmocka_unit_test(clocks_are_compared_anew_when_that_is_long_ago),
    };
    if (argc == 1)
        return start_ranks(argv[0]);
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &own_rank);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (failed > 0)
        MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE); /* the others may wait for this rank */
    MPI_Finalize();
    return EXIT_SUCCESS;
}
