/*
 * Unit tests of executor.h: what concurrent.futures promises, by threads and by
 * processes. Tasks wait at gates that the test opens: nothing here depends on how long anything
 * takes, but for generous bounds on hangs.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "executor.h"
#include "gil.h"
#include "storage.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_WORKERS = 7, MOST = 10007, HANG_S = 120, STRANGER = 54321, SHORT_NS = 1000000 };

/* Whose workers there are. */
static const struct executor_kind *kind;

/* How many tasks so many workers have taken once each of them is at one: processes have more ahead.
 */
static unsigned taken_by(unsigned workers)
{
    return kind == &executor_processes ? 2 * workers + 1 : workers;
}

/* What tasks and tests share. */
struct board {
    struct storage storage; /* of all this */
    atomic_uint done[MOST];
    atomic_bool open[MOST]; /* the gate of a task */
    atomic_uint begun;
    atomic_uint inside, most_inside; /* tasks at once */
    uint64_t failing;                /* the future that fails, or MOST */
};

static struct board *board_new(void)
{
    struct storage storage = storage_new(sizeof(struct board), true, "the board");
    struct board *board = storage.start;
    board->storage = storage;
    board->failing = MOST;
    return board;
}

static void board_free(struct board *board)
{
    struct storage storage = board->storage;
    storage_free(&storage);
}

/* ---- Tasks ---- */

static enum status count_task(void *context, unsigned worker, uint64_t future)
{
    struct board *board = context;
    (void)worker;
    (void)atomic_fetch_add(&board->done[future], 1);
    return future == board->failing ? STATUS_FAILED : STATUS_OK;
}

static enum status wait_at_gate(void *context, unsigned worker, uint64_t future)
{
    struct board *board = context;
    (void)atomic_fetch_add(&board->begun, 1);
    while (!atomic_load(&board->open[future]))
        (void)sched_yield();
    return count_task(context, worker, future);
}

/* Notes how many are in here at once. */
static enum status look_around(void *context, unsigned worker, uint64_t future)
{
    struct board *board = context;
    const unsigned inside = atomic_fetch_add(&board->inside, 1) + 1;
    if (inside > atomic_load(&board->most_inside))
        atomic_store(&board->most_inside, inside);
    (void)sched_yield();
    (void)atomic_fetch_sub(&board->inside, 1);
    return count_task(context, worker, future);
}

/* ---- What tests do ---- */

static struct executor *started(const struct executor_plan *plan)
{
    struct executor *executor = NULL;
    assert_int_equal(executor_start(plan, &executor), STATUS_OK);
    assert_non_null(executor);
    return executor;
}

static struct executor *executor_of(unsigned workers, executor_task *task, struct board *board)
{
    return started(&(struct executor_plan){
        .kind = kind, .workers = workers, .most = MOST, .task = task, .context = board});
}

static void submit(struct executor *executor, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        assert_int_equal(executor_submit(executor), i);
}

static void await_begun(const struct board *board, unsigned count)
{
    while (atomic_load(&board->begun) < count)
        (void)sched_yield();
}

/* With so many tasks, which all wait at their gates; each worker has come to one. */
static struct executor *at_gates(struct board *board, unsigned workers, uint64_t count)
{
    struct executor *executor = executor_of(workers, wait_at_gate, board);
    submit(executor, count);
    await_begun(board, workers);
    return executor;
}

static void end(struct executor *executor, struct board *board)
{
    executor_stop(executor, false);
    board_free(board);
}

static void open_gates(struct board *board, uint64_t first, uint64_t end)
{
    for (uint64_t gate = first; gate < end; gate++)
        atomic_store(&board->open[gate], true);
}

static uint64_t next_of(struct executor *executor)
{
    uint64_t future = MOST;
    assert_true(executor_next(executor, &future));
    return future;
}

static void assert_all_told(struct executor *executor)
{
    uint64_t future;
    assert_false(executor_next(executor, &future));
}

static void assert_counts(const struct executor *executor, uint64_t submitted, uint64_t completed,
                          uint64_t cancelled)
{
    const struct executor_counts counts = executor_counts(executor);
    assert_int_equal(counts.submitted, submitted);
    assert_int_equal(counts.completed, completed);
    assert_int_equal(counts.cancelled, cancelled);
}

/* ---- All tasks ---- */

static void check_round(struct executor *executor, struct board *board, uint64_t count)
{
    static bool told[MOST];
    assert_int_equal(executor_ready(executor), STATUS_OK);
    submit(executor, count);
    for (uint64_t i = 0; i < count; i++)
        told[i] = false;
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t future = next_of(executor);
        assert_false(told[future]);
        told[future] = true;
        assert_int_equal(future_state(executor, future), FUTURE_FINISHED);
        assert_int_equal(atomic_exchange(&board->done[future], 0), 1);
    }
    assert_all_told(executor);
    executor_reset(executor);
}

static void runs_each_task_once(void **state)
{
    static const unsigned workers[] = {1, 2, MOST_WORKERS};
    static const uint64_t counts[] = {0, 1, 3, MOST, 0, MOST};
    (void)state;
    struct board *board = board_new();
    for (size_t w = 0; w < sizeof workers / sizeof *workers; w++) {
        struct executor *executor = executor_of(workers[w], count_task, board);
        uint64_t all = 0;
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            check_round(executor, board, counts[i]);
            all += counts[i];
        }
        assert_counts(executor, all, all, 0);
        executor_stop(executor, false);
    }
    board_free(board);
}

static void begins_anew_again_and_again(void **state)
{
    (void)state;
    struct board *board = board_new();
    struct executor *executor = executor_of(3, count_task, board);
    for (uint64_t round = 0; round < 2000; round++)
        check_round(executor, board, round % 16);
    end(executor, board);
}

/* ---- cancel() ---- */

static void cancels_only_what_is_pending(void **state)
{
    enum { WORKERS = 2, COUNT = 10 };
    (void)state;
    struct board *board = board_new();
    struct executor *executor = at_gates(board, WORKERS, COUNT);
    const unsigned taken = taken_by(WORKERS);
    for (uint64_t future = 0; future < COUNT; future++) {
        assert_int_equal(future_cancel(executor, future), future >= taken);
        assert_int_equal(future_cancel(executor, future), future >= taken); /* again */
        assert_int_equal(future_state(executor, future),
                         future < taken ? FUTURE_RUNNING : FUTURE_CANCELLED);
    }
    assert_int_equal(future_result(executor, COUNT - 1, 0), STATUS_FAILED);
    /* It ends when a worker meets it, and they are busy. */
    assert_int_equal(executor_wait(executor, WAIT_FIRST, SHORT_NS), 0);
    open_gates(board, 0, taken);
    assert_int_equal(executor_wait(executor, WAIT_ALL, 0), COUNT);
    for (uint64_t future = 0; future < COUNT; future++)
        assert_int_equal(atomic_load(&board->done[future]), future < taken);
    assert_false(future_cancel(executor, 0));
    assert_int_equal(future_state(executor, 0), FUTURE_FINISHED);
    for (unsigned i = 0; i < COUNT; i++)
        (void)next_of(executor);
    assert_all_told(executor);
    assert_counts(executor, COUNT, taken, COUNT - taken);
    end(executor, board);
}

/* As many as Python's does of processes: ten tasks, two workers, five that are too late. */
static void cancels_all_at_once(void **state)
{
    enum { WORKERS = 2, COUNT = 10 };
    (void)state;
    struct board *board = board_new();
    struct executor *executor = at_gates(board, WORKERS, COUNT);
    executor_cancel(executor);
    open_gates(board, 0, COUNT);
    assert_int_equal(executor_wait(executor, WAIT_ALL, 0), COUNT);
    assert_counts(executor, COUNT, taken_by(WORKERS), COUNT - taken_by(WORKERS));
    executor_reset(executor);
    atomic_store(&board->done[0], 0);
    check_round(executor, board, 1); /* what was cancelled does not come back */
    end(executor, board);
}

/* ---- result() ---- */

static void a_timeout_leaves_the_task_alone(void **state)
{
    (void)state;
    struct board *board = board_new();
    struct executor *executor = at_gates(board, 1, 2);
    assert_int_equal(future_result(executor, 0, SHORT_NS), STATUS_FAILED);
    assert_int_equal(future_state(executor, 0), FUTURE_RUNNING);
    assert_int_equal(future_result(executor, 1, SHORT_NS), STATUS_FAILED);
    assert_int_equal(executor_wait(executor, WAIT_ALL, SHORT_NS), 0);
    open_gates(board, 0, 2);
    assert_int_equal(future_result(executor, 0, 0), STATUS_OK);
    assert_int_equal(future_result(executor, 1, 0), STATUS_OK);
    assert_int_equal(atomic_load(&board->done[0]), 1);
    end(executor, board);
}

/* As map() does: the error comes at its place, and what is behind it went on. */
static void results_come_in_any_order(void **state)
{
    enum { COUNT = 20 };
    (void)state;
    struct board *board = board_new();
    struct executor *executor = executor_of(2, count_task, board);
    board->failing = 7;
    submit(executor, COUNT);
    for (uint64_t i = 0; i < COUNT; i++) {
        const uint64_t future = COUNT - 1 - i;
        assert_int_equal(future_result(executor, future, 0),
                         future == board->failing ? STATUS_FAILED : STATUS_OK);
    }
    assert_int_equal(future_state(executor, 7), FUTURE_FAILED);
    assert_int_equal(executor_wait(executor, WAIT_ALL, 0), COUNT);
    assert_counts(executor, COUNT, COUNT, 0);
    end(executor, board);
}

/* ---- as_completed() and wait() ---- */

static void tells_in_the_order_of_completion(void **state)
{
    enum { COUNT = 3 };
    (void)state;
    struct board *board = board_new();
    struct executor *executor = at_gates(board, COUNT, COUNT);
    for (uint64_t i = 0; i < COUNT; i++) {
        const uint64_t slower = COUNT - 1 - i; /* the first one is the slowest */
        open_gates(board, slower, slower + 1);
        assert_int_equal(next_of(executor), slower);
    }
    assert_all_told(executor);
    end(executor, board);
}

static void waits_for_the_first(void **state)
{
    enum { COUNT = 3 };
    (void)state;
    struct board *board = board_new();
    struct executor *executor = at_gates(board, COUNT, COUNT);
    assert_int_equal(executor_wait(executor, WAIT_FIRST, SHORT_NS), 0);
    open_gates(board, 1, 2);
    assert_int_equal(executor_wait(executor, WAIT_FIRST, 0), 1);
    assert_int_equal(executor_wait(executor, WAIT_FIRST, 0), 1); /* it still is there */
    assert_int_equal(next_of(executor), 1);
    assert_int_equal(executor_wait(executor, WAIT_FIRST, SHORT_NS), 0);
    open_gates(board, 0, COUNT);
    assert_int_equal(executor_wait(executor, WAIT_ALL, 0), 2);
    (void)next_of(executor);
    (void)next_of(executor);
    assert_int_equal(executor_wait(executor, WAIT_FIRST, 0), 0); /* none is left to wait for */
    end(executor, board);
}

static void waits_for_the_first_exception(void **state)
{
    enum { COUNT = 3 };
    (void)state;
    struct board *board = board_new();
    board->failing = 1;
    struct executor *executor = at_gates(board, COUNT, COUNT);
    open_gates(board, 2, 3);
    assert_int_equal(next_of(executor), 2); /* no exception yet */
    assert_int_equal(executor_wait(executor, WAIT_EXCEPTION, SHORT_NS), 0);
    open_gates(board, 1, 2);
    assert_int_equal(executor_wait(executor, WAIT_EXCEPTION, 0), 1);
    assert_int_equal(future_state(executor, 0), FUTURE_RUNNING);
    assert_int_equal(next_of(executor), 1);
    assert_int_equal(future_state(executor, 1), FUTURE_FAILED);
    open_gates(board, 0, 1);
    assert_int_equal(executor_wait(executor, WAIT_ALL, 0), 1);
    end(executor, board);
}

/* And no longer for what failed before the reset. */
static void waits_for_all_where_none_fails(void **state)
{
    enum { COUNT = 20 };
    (void)state;
    struct board *board = board_new();
    struct executor *executor = executor_of(2, count_task, board);
    board->failing = 3;
    for (unsigned round = 0; round < 2; round++) {
        submit(executor, COUNT);
        (void)executor_wait(executor, WAIT_EXCEPTION, 0);
        if (board->failing == MOST)
            assert_int_equal(executor_wait(executor, WAIT_FIRST, 0), COUNT);
        (void)executor_wait(executor, WAIT_ALL, 0);
        executor_reset(executor);
        board->failing = MOST;
    }
    end(executor, board);
}

/* ---- Under the lock of an interpreter ---- */

static void one_at_a_time_holds_the_lock(void **state)
{
    enum { COUNT = 1000 };
    (void)state;
    struct board *board = board_new();
    struct gil *gil = gil_new(0.005);
    struct executor *executor = started(&(struct executor_plan){.kind = &executor_threads,
                                                                .workers = 3,
                                                                .most = COUNT,
                                                                .task = look_around,
                                                                .context = board,
                                                                .gil = gil});
    submit(executor, COUNT);
    assert_int_equal(executor_wait(executor, WAIT_ALL, 0), COUNT);
    assert_int_equal(atomic_load(&board->most_inside), 1);
    assert_int_equal(gil_counts(gil).acquisitions, COUNT);
    executor_stop(executor, false);
    free(gil);
    board_free(board);
}

/* ---- Start and stop ---- */

static void stops_with_what_is_queued_or_without(void **state)
{
    enum { COUNT = 50 };
    (void)state;
    for (int cancels = 0; cancels <= 1; cancels++) {
        struct board *board = board_new();
        struct executor *executor = at_gates(board, 1, COUNT);
        if (cancels)
            executor_cancel(executor); /* the worker must not get on before it */
        open_gates(board, 0, COUNT);
        executor_stop(executor, cancels);
        unsigned done = 0;
        for (unsigned i = 0; i < COUNT; i++)
            done += atomic_load(&board->done[i]);
        if (!cancels)
            assert_int_equal(done, COUNT);
        else if (kind == &executor_processes)
            assert_true(done <= taken_by(1)); /* they are ended by force */
        else
            assert_int_equal(done, 1);
        board_free(board);
    }
    executor_stop(NULL, true);
}

static void stops_without_a_task(void **state)
{
    (void)state;
    for (int trial = 0; trial < 50; trial++)
        executor_stop(executor_of(3, count_task, NULL), trial % 2);
}

/* In a process of its own: a later worker cannot be made. 2: not allowed to arrange that. */
static int start_without_enough_workers(void)
{
    struct executor *executor = NULL;
    if (setrlimit(RLIMIT_NPROC, &(struct rlimit){3, 3}) != 0 ||
        (geteuid() == 0 && setresuid(STRANGER, STRANGER, STRANGER) != 0))
        return 2;
    const struct executor_plan plan = {
        .kind = kind, .workers = MOST_WORKERS, .most = 1, .task = count_task};
    const enum status status = executor_start(&plan, &executor);
    executor_stop(executor, true);
    return status == STATUS_FAILED ? 0 : 1;
}

static void ends_started_workers_when_one_fails(void **state)
{
    int wait_status = -1;
    (void)state;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(start_without_enough_workers());
    assert_int_equal(waitpid(child, &wait_status, 0), child);
    assert_true(WIFEXITED(wait_status));
    if (WEXITSTATUS(wait_status) == 2)
        skip();
    assert_int_equal(WEXITSTATUS(wait_status), 0);
}

int main(void)
{
    (void)alarm(HANG_S);
    const struct CMUnitTest of_threads[] = {cmocka_unit_test(one_at_a_time_holds_the_lock)};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_each_task_once),
        cmocka_unit_test(begins_anew_again_and_again),
        cmocka_unit_test(cancels_only_what_is_pending),
        cmocka_unit_test(cancels_all_at_once),
        cmocka_unit_test(a_timeout_leaves_the_task_alone),
        cmocka_unit_test(results_come_in_any_order),
        cmocka_unit_test(tells_in_the_order_of_completion),
        cmocka_unit_test(waits_for_the_first),
        cmocka_unit_test(waits_for_the_first_exception),
        cmocka_unit_test(waits_for_all_where_none_fails),
        cmocka_unit_test(stops_with_what_is_queued_or_without),
        cmocka_unit_test(stops_without_a_task),
        cmocka_unit_test(ends_started_workers_when_one_fails),
    };
    int failed = cmocka_run_group_tests_name("the lock", of_threads, NULL, NULL);
    kind = &executor_processes; /* which are forked by a process that never had threads */
    failed += cmocka_run_group_tests_name("processes", tests, NULL, NULL);
    kind = &executor_threads;
    return failed + cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
