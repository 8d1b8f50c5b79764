/* Unit tests of thread_team.h: every thread runs the task once a run, all at once. */
#define _GNU_SOURCE
#include "thread_team.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_WORKERS = 7, HANG_S = 60, STRANGER = 54321 };

static void nap(long ns)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = ns}, NULL);
}

/* Plain integers: that they need no atomics is part of what is tested, with ThreadSanitizer. */
struct tally {
    unsigned runs[MOST_WORKERS];
    unsigned expected; /* written by the caller of thread_team_run(), read by the threads */
    unsigned wrong;
    pthread_barrier_t together;
};

static enum status count_run(void *context, unsigned worker)
{
    struct tally *tally = context;
    tally->runs[worker]++;
    if (tally->runs[worker] != tally->expected && worker == 0)
        tally->wrong++;
    return STATUS_OK;
}

static void check_runs(unsigned workers, unsigned runs, long pause_ns)
{
    struct tally tally = {.expected = 0};
    struct thread_team *thread_team = NULL;
    assert_int_equal(thread_team_start(workers, &thread_team), STATUS_OK);
    for (unsigned run = 1; run <= runs; run++) {
        if (pause_ns > 0)
            nap(pause_ns);
        tally.expected = run;
        assert_int_equal(thread_team_run(thread_team, count_run, &tally), STATUS_OK);
        for (unsigned worker = 0; worker < workers; worker++)
            assert_int_equal(tally.runs[worker], run);
    }
    assert_int_equal(tally.wrong, 0);
    thread_team_stop(thread_team);
}

static enum status fail_one(void *context, unsigned worker)
{
    const unsigned *culprit = context;
    return worker == *culprit ? STATUS_FAILED : STATUS_OK;
}

static void tells_that_a_thread_failed(void **state)
{
    unsigned culprit = 0;
    struct thread_team *thread_team = NULL;
    (void)state;
    assert_int_equal(thread_team_start(3, &thread_team), STATUS_OK);
    for (culprit = 0; culprit < 3; culprit++)
        assert_int_equal(thread_team_run(thread_team, fail_one, &culprit), STATUS_FAILED);
    assert_int_equal(thread_team_run(thread_team, fail_one, &culprit),
                     STATUS_OK); /* none, and forgets those before */
    thread_team_stop(thread_team);
}

static void runs_every_thread_once(void **state)
{
    (void)state;
    static const unsigned workers[] = {1, 2, 3, MOST_WORKERS};
    for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
        check_runs(workers[i], 1000, 0);
        check_runs(workers[i], 10, 1000000); /* the threads sleep between runs */
    }
}

static enum status meet(void *context, unsigned worker)
{
    struct tally *tally = context;
    (void)pthread_barrier_wait(&tally->together);
    if (worker == 0)
        nap(2000000); /* the run lasts as long as its slowest thread */
    tally->runs[worker]++;
    return STATUS_OK;
}

static void runs_all_threads_at_once(void **state)
{
    (void)state;
    struct tally tally = {.expected = 0};
    struct thread_team *thread_team = NULL;
    assert_int_equal(pthread_barrier_init(&tally.together, NULL, MOST_WORKERS), 0);
    assert_int_equal(thread_team_start(MOST_WORKERS, &thread_team), STATUS_OK);
    for (unsigned run = 1; run <= 10; run++) {
        assert_int_equal(thread_team_run(thread_team, meet, &tally), STATUS_OK);
        for (unsigned worker = 0; worker < MOST_WORKERS; worker++)
            assert_int_equal(tally.runs[worker], run);
    }
    thread_team_stop(thread_team);
    (void)pthread_barrier_destroy(&tally.together);
}

static void stops_without_a_run(void **state)
{
    (void)state;
    struct thread_team *thread_team = NULL;
    for (int trial = 0; trial < 100; trial++) {
        assert_int_equal(thread_team_start(2, &thread_team), STATUS_OK);
        thread_team_stop(thread_team);
    }
    thread_team_stop(NULL);
}

/* Makes pthread_create() fail at the third thread. False: not allowed to arrange that. */
static int start_without_enough_threads(void)
{
    struct thread_team *thread_team = NULL;
    if (setrlimit(RLIMIT_NPROC, &(struct rlimit){3, 3}) != 0)
        return 2;
    if (geteuid() == 0 && setresuid(STRANGER, STRANGER, STRANGER) != 0)
        return 2;
    if (thread_team_start(MOST_WORKERS, &thread_team) != STATUS_FAILED)
        return 1;
    thread_team_stop(thread_team); /* hangs for those that it has forgotten */
    return 0;
}

static void ends_started_threads_when_one_fails(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        (void)alarm(HANG_S);
        _exit(start_without_enough_threads());
    }
    (void)close(ends[1]);
    char line[512];
    size_t length = 0;
    ssize_t got;
    while ((got = read(ends[0], line + length, sizeof line - 1 - length)) > 0)
        length += (size_t)got;
    line[length] = '\0';
    (void)close(ends[0]);
    int wait_status;
    assert_int_equal(waitpid(child, &wait_status, 0), child);
    assert_true(WIFEXITED(wait_status));
    if (WEXITSTATUS(wait_status) == 2)
        skip();
    assert_int_equal(WEXITSTATUS(wait_status), 0);
    assert_non_null(strstr(line, "cannot start thread"));
    assert_ptr_equal(strchr(line, '\n'), line + length - 1); /* one line */
}

int main(void)
{
    (void)alarm(HANG_S * 5);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_every_thread_once),
        cmocka_unit_test(tells_that_a_thread_failed),
        cmocka_unit_test(runs_all_threads_at_once),
        cmocka_unit_test(stops_without_a_run),
        cmocka_unit_test(ends_started_threads_when_one_fails),
    };
    return cmocka_run_group_tests_name("thread_team", tests, NULL, NULL);
}
