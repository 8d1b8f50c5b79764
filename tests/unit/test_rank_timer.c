/*
 * The common beginning of ranks, started by what its MPI has for that, which this program calls for
 * itself. Also run with preload/far_clock.c, where ranks are on nodes whose clocks are hours apart:
 * it must not show. As `test_rank_timer apart RANKS`, each rank's clock is 1,000 s ahead of that
 * of the one before, by a time namespace: see unshare(1).
 */
#define _GNU_SOURCE
#include "child.h"
#include "clock.h"
#include "memory.h"
#include "own_ranks.h"
#include "placement.h"
#include "rank_timer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <mpi.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { RANKS = 3, SAMPLES = 50, COMPARISONS = 12, TRIES = 20, SKIPPED = 77 };

static int own_rank, ranks;

static void do_sleep(long milliseconds)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

/* ---- the truth: all ranks are on one machine, and nobody's CLOCK_REALTIME is moved ---- */

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* The clock that the timer reads, less that which all ranks share. `give` grows by how far that may
 * be wrong. */
static int64_t own_clock_ahead(int64_t *give)
{
    int64_t ahead = 0, shortest = INT64_MAX;
    for (int i = 0; i < 100; i++) {
        const int64_t before = (int64_t)clock_now_ns(), shared = clock_ns(CLOCK_REALTIME);
        const int64_t after = (int64_t)clock_now_ns();
        if (after - before < shortest) {
            shortest = after - before;
            ahead = before + shortest / 2 - shared;
        }
    }
    *give += shortest;
    return ahead;
}

/* How far this rank's clock is ahead of rank 0's. */
static int64_t true_ahead(int64_t *give)
{
    const int64_t ahead = own_clock_ahead(give);
    int64_t of_root[] = {ahead, *give};
    MPI_Bcast(of_root, 2, MPI_INT64_T, 0, MPI_COMM_WORLD);
    *give += of_root[1];
    return ahead - of_root[0];
}

/* ---- timers as after a sample ---- */

/* As if clocks had been compared without an error, which cannot be had between nodes. */
static void be_certain(struct rank_timer *timer)
{
    timer->uncertain_ns = 0;
    timer->rest_until = INT64_MAX;
    timer->was_late = false;
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
    struct clock_line *lines = memory_new((size_t)ranks, sizeof *lines);
    int first = own_rank, last_first = 0;
    rank_timer_start(&timer, false);
    MPI_Allgather(&timer.line, sizeof timer.line, MPI_BYTE, lines, sizeof timer.line, MPI_BYTE,
                  MPI_COMM_WORLD);
    MPI_Bcast(&first, 1, MPI_INT, 0, timer.node);
    MPI_Allreduce(&first, &last_first, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    assert_memory_equal(&lines[0], &(struct clock_line){0}, sizeof lines[0]);
    assert_memory_equal(&timer.line, &lines[first], sizeof lines[0]);
    assert_int_equal(timer.place >= 0, !timer.one_clock && first == own_rank);
    assert_int_equal(timer.one_clock, last_first == 0);
    assert_int_equal(timer.uncertain_ns > 0, last_first > 0);
    free(lines);
    rank_timer_stop(&timer);
}

/* Of those that are not late: the moment is the same for all, by rank 0's clock. */
static void short_samples_begin_at_one_moment(void **state)
{
    (void)state;
    struct rank_timer timer = timer_after(1000);
    for (int sample = 0; sample < SAMPLES; sample++) {
        const int64_t begin = (int64_t)rank_timer_begin(&timer);
        const int64_t own = begin - clock_line_ahead(&timer.line, begin);
        const struct outcome outcome = end_sample(&timer, 1000, 1);
        int64_t of_root = own;
        be_certain(&timer);
        MPI_Bcast(&of_root, 1, MPI_INT64_T, 0, MPI_COMM_WORLD);
        assert_int_equal(outcome.start.kind, START_CLOCK);
        assert_true(outcome.start.skew_s >= 0 && outcome.start.skew_s < 60);
        if (!outcome.start.late) {
            assert_in_range(own - of_root + 1, 0, 2); /* but for what rounding does */
            assert_true(outcome.start.skew_s < 2e-6);
        }
    }
    rank_timer_stop(&timer);
}

/* And the next one begins in a way in which none can be late. */
static void a_rank_that_comes_late_makes_the_sample_invalid_on_all(void **state)
{
    (void)state;
    struct rank_timer timer = timer_after(1000);
    const int64_t notice_ns = timer.notice_ns;
    if (own_rank == ranks - 1)
        do_sleep(200);
    const struct rank_start start = take_sample(&timer);
    assert_true(start.late);
    assert_true(start.skew_s > 0.1);
    assert_int_equal(timer.notice_ns, 2 * notice_ns);
    timer.uncertain_ns = 0;
    assert_int_equal(take_sample(&timer).kind, START_BARRIER);
    timer.uncertain_ns = 0;
    assert_int_equal(take_sample(&timer).kind, START_CLOCK);
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
    assert_true(fabs(outcome.seconds - 1e-6 * ranks) < 1e-7);
    assert_int_equal(timer.latest_ns, 1000 * ranks);
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

/* ---- what is known of clocks, and when it is found out ---- */

/* One clock is never compared. */
static void clocks_are_compared_for_short_work_alone(void **state)
{
    (void)state;
    static const struct {
        int64_t duration_ns, rest_ns;
        bool oversubscribed, compares;
    } cases[] = {
        {1000, 0, false, true},
        {1000, 60000000000, false, false}, /* it was compared just now */
        {1000, 0, true, false},
        {RANK_TIMER_SHORT_NS, 0, false, false},
        {5000000000, 0, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rank_timer timer;
        rank_timer_start(&timer, cases[i].oversubscribed);
        const int64_t rest_until = timer.rest_until = (int64_t)clock_now_ns() + cases[i].rest_ns;
        (void)rank_timer_begin(&timer);
        (void)end_sample(&timer, (uint64_t)cases[i].duration_ns, 1);
        assert_int_equal(timer.rest_until != rest_until, cases[i].compares && !timer.one_clock);
        rank_timer_stop(&timer);
    }
}

/* Nothing is found out that is known well enough: 20 times as well as the work is long. */
static void clocks_that_are_known_are_not_compared(void **state)
{
    (void)state;
    struct rank_timer timer;
    rank_timer_start(&timer, false);
    timer.line.uncertain_ns = 1000;
    timer.line.drift_uncertain = 0;
    timer.rest_until = 0;
    (void)rank_timer_begin(&timer);
    (void)end_sample(&timer, 20000, 1);
    assert_int_equal(timer.rest_until, 0);
    assert_int_equal(timer.uncertain_ns, 1000);
    rank_timer_stop(&timer);
}

static bool knows_the_truth(const struct rank_timer *timer)
{
    int64_t give = 0;
    const int64_t ahead_ns = true_ahead(&give), now = (int64_t)clock_now_ns();
    give += clock_line_uncertain(&timer->line, now);
    return !own_ranks_any(llabs(clock_line_ahead(&timer->line, now) - ahead_ns) > give);
}

/* Whether three of four of the latest exchanges were quick: nobody else took a core. */
static bool were_quick(const struct rank_timer *timer)
{
    enum { LATEST = 64 };
    int64_t taken[LATEST], shortest = INT64_MAX;
    int quick = 0;
    if (!timer->exchanges)
        return true;
    if (timer->exchanged < LATEST)
        return false;
    for (size_t i = 0; i < LATEST; i++) {
        const struct clock_exchange *exchange = &timer->exchanges[timer->exchanged - LATEST + i];
        taken[i] = exchange->after - exchange->before;
        shortest = taken[i] < shortest ? taken[i] : shortest;
    }
    for (size_t i = 0; i < LATEST; i++)
        quick += taken[i] <= 2 * shortest;
    return quick >= LATEST * 3 / 4;
}

struct comparisons {
    int quick, held; /* of COMPARISONS */
};

/* After one comparison, after some, and when the first are forgotten. Those hold that are true, and
 * by the latest exchanges, too. */
static struct comparisons compare_and_compare(void)
{
    struct comparisons comparisons = {0, 0};
    struct rank_timer timer;
    rank_timer_start(&timer, false);
    timer.latest_ns = 1000;
    for (int comparison = 0; comparison < COMPARISONS; comparison++) {
        const int64_t begun = (int64_t)clock_now_ns();
        timer.rest_until = 0;
        (void)take_sample(&timer);
        comparisons.quick += !own_ranks_any(!were_quick(&timer));
        comparisons.held +=
            knows_the_truth(&timer) && !own_ranks_any(timer.exchanges && timer.line.at < begun);
    }
    bool in_order = true;
    for (size_t i = 1; i < timer.exchanged; i++)
        in_order &= timer.exchanges[i].before >= timer.exchanges[i - 1].after;
    assert_false(own_ranks_any(!in_order));
    rank_timer_stop(&timer);
    return comparisons;
}

/* Whoever shares a core, and with whom. */
static void ranks_that_share_cores_know_the_truth_within_half_of_a_round_trip(void **state)
{
    (void)state;
    struct rank_timer timer;
    rank_timer_start(&timer, true);
    assert_true(knows_the_truth(&timer));
    rank_timer_stop(&timer);
}

/* Once nobody else takes a core from them, which may take a while. */
static void ranks_that_have_cores_know_the_truth_as_well_as_they_say(void **state)
{
    (void)state;
    bool tried = false;
    struct placement_mask own;
    placement_mask_read(&own);
    if (own_ranks_any(placement_mask_cores("", &own) < (unsigned)ranks))
        skip();
    for (int i = 0; i < TRIES; i++) {
        const struct comparisons comparisons = compare_and_compare();
        if (comparisons.quick == COMPARISONS && comparisons.held == COMPARISONS)
            return;
        tried = tried || comparisons.quick == COMPARISONS;
        do_sleep(10L * i);
    }
    if (!tried)
        skip();
    fail();
}

/* By the clock and by a barrier, late or not. */
static void ranks_began_as_far_apart_as_is_said(void **state)
{
    (void)state;
    struct rank_timer timer;
    rank_timer_start(&timer, true);
    timer.oversubscribed = false;
    for (int sample = 0; sample < SAMPLES; sample++) {
        int64_t give = 0;
        const bool by_clock = sample % 2 == 0;
        timer.latest_ns = by_clock ? 1000 : 0;
        be_certain(&timer);
        (void)rank_timer_begin(&timer);
        const struct rank_start start = end_sample(&timer, 1000, 1).start;
        const int64_t begun = (int64_t)timer.begun_ns - true_ahead(&give);
        const int64_t own[] = {begun, -begun, give};
        int64_t most[3];
        MPI_Allreduce(own, most, 3, MPI_INT64_T, MPI_MAX, MPI_COMM_WORLD);
        const double said = 2 * (start.uncertain_s + clock_seconds(most[2]));
        assert_int_equal(start.kind, by_clock ? START_CLOCK : START_BARRIER);
        assert_true(fabs(start.skew_s - clock_seconds(most[0] + most[1])) <= said);
        assert_int_equal(start.uncertain_s > 0, !timer.one_clock);
    }
    rank_timer_stop(&timer);
}

/* ---- all of it ---- */

static bool can_have_own_clocks(void)
{
    char *const words[] = {"unshare", "--time", "--fork", "--monotonic", "1000", "true", NULL};
    struct capture capture;
    struct child child = child_captured(words, &capture);
    child_run(&child, 1, 30);
    return child_succeeded(&child);
}

/* As who starts ranks tells them. */
static long rank_at_start(void)
{
    const char *of_open_mpi = getenv("OMPI_COMM_WORLD_RANK");
    const char *rank = of_open_mpi ? of_open_mpi : getenv("PMI_RANK");
    return rank ? strtol(rank, NULL, 10) : 0;
}

/* Its program again, which has another clock there. */
static int enter_own_clock(char *self)
{
    char ahead_s[32];
    char *words[] = {"unshare", "--time", "--fork", "--kill-child", "--monotonic", ahead_s,
                     self,      "rank",   NULL};
    (void)snprintf(ahead_s, sizeof ahead_s, "%ld", 1000 * rank_at_start());
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
        cmocka_unit_test(clocks_are_compared_for_short_work_alone),
        cmocka_unit_test(clocks_that_are_known_are_not_compared),
        cmocka_unit_test(ranks_that_share_cores_know_the_truth_within_half_of_a_round_trip),
        cmocka_unit_test(ranks_that_have_cores_know_the_truth_as_well_as_they_say),
        cmocka_unit_test(ranks_began_as_far_apart_as_is_said),
    };
    if (argc == 1)
        return own_ranks_start(argv[0], RANKS, "rank");
    if (strcmp(argv[1], "apart") == 0 && !can_have_own_clocks()) {
        (void)puts("skipped: time namespaces take Linux 5.6 and root");
        return SKIPPED;
    }
    if (strcmp(argv[1], "apart") == 0)
        return own_ranks_start(argv[0], (unsigned)strtoul(argv[2], NULL, 10), "rank-apart");
    if (strcmp(argv[1], "rank-apart") == 0 && rank_at_start() > 0)
        return enter_own_clock(argv[0]);
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &own_rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (failed > 0)
        MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE); /* the others may wait for this rank */
    MPI_Finalize();
    return EXIT_SUCCESS;
}
