/*
 * Unit tests of errands.h: each task's result comes once, by never more processes than
 * there are seats, and whoever does not come back is noticed. Nothing depends on how long anything
 * takes, but for a generous bound on hangs.
 */
#define _GNU_SOURCE
#include "errands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "seat.h"
#include "storage.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    HANG_S = 120,
    WORKERS = 3,
    TASKS = 50,
    LARGE = 24 << 20,
    SMALL = 100,
    MIDDLING = 150000,
    DESCRIPTORS = 1024
};

static const enum errands_way ways[] = {ERRANDS_QUEUE, ERRANDS_PAIR};

/* A pair of sockets holds what is MIDDLING, but a step of a channel does not take it in. */

/* What the processes share with the test. */
struct board {
    _Atomic unsigned done[TASKS];
    _Atomic unsigned at_seat[WORKERS];
    unsigned sockets[TASKS];
    int pipe; /* the end of the queue that is read */
    _Atomic unsigned crowded;
    _Atomic pid_t last;
    size_t length;
    uint64_t fatal_task; /* its process kills itself */
};

static struct board *board_new(struct storage *storage, size_t length)
{
    *storage = storage_new(sizeof(struct board), true, "the board");
    struct board *board = storage->start;
    board->length = length;
    board->fatal_task = TASKS;
    return board;
}

static enum status fill(void *context, uint64_t task, void *room, uint64_t *bytes)
{
    struct board *board = context;
    const int seat = seat_own();
    (void)atomic_fetch_add(&board->done[task], 1);
    if (atomic_fetch_add(&board->at_seat[seat], 1) > 0)
        (void)atomic_fetch_add(&board->crowded, 1);
    if (task == board->fatal_task)
        (void)raise(SIGSEGV);
    memset(room, (int)(task + 1), board->length);
    *bytes = board->length;
    (void)atomic_fetch_sub(&board->at_seat[seat], 1);
    return STATUS_OK;
}

static struct errands *errands_for(struct board *board, enum errands_way way, errand *work)
{
    const struct errands_plan plan = {WORKERS, TASKS, way, LARGE, work, board};
    struct errands *errands = NULL;
    assert_int_equal(errands_new(&plan, &errands), STATUS_OK);
    return errands;
}

static void assert_no_child_left(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static bool is_filled(const unsigned char *payload, uint64_t bytes, uint64_t task)
{
    for (uint64_t i = 0; i < bytes; i++)
        if (payload[i] != (unsigned char)(task + 1))
            return false;
    return true;
}

/* All tasks by at most `most` processes at a time. */
static enum status run(struct errands *errands, const struct board *board, uint64_t tasks,
                       unsigned most)
{
    uint64_t sent = 0, results = 0;
    while (results < tasks || errands_away(errands) > 0) {
        struct frame frame;
        void *payload;
        bool came;
        while (sent < tasks && errands_away(errands) < most)
            TRY(errands_send(errands, sent++));
        assert_true(errands_away(errands) <= most);
        TRY(errands_wait(errands, &frame, &payload, &came));
        if (!came)
            continue;
        results++;
        assert_true(frame.piece < tasks);
        assert_int_equal(frame.bytes, board->length);
        assert_true(is_filled(payload, frame.bytes, frame.piece));
    }
    return STATUS_OK;
}

static void check(enum errands_way way, size_t length, uint64_t tasks, unsigned most)
{
    struct storage storage;
    struct board *board = board_new(&storage, length);
    struct errands *errands = errands_for(board, way, fill);
    for (unsigned round = 1; round <= 2; round++) {
        errands_reset_counts(errands);
        assert_int_equal(run(errands, board, tasks, most), STATUS_OK);
        assert_int_equal(errands_counts(errands).forks, tasks);
        assert_int_equal(errands_counts(errands).frames, tasks);
        for (uint64_t task = 0; task < tasks; task++)
            assert_int_equal(board->done[task], round);
    }
    assert_int_equal(board->crowded, 0);
    assert_no_child_left(); /* all were waited for */
    errands_free(errands);
    storage_free(&storage);
}

static void each_result_comes_once(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        check(ways[i], SMALL, TASKS, WORKERS);
        check(ways[i], 0, TASKS, WORKERS);
        check(ways[i], SMALL, TASKS, 1);
        check(ways[i], SMALL, 1, WORKERS);
        check(ways[i], MIDDLING, TASKS, WORKERS);
    }
}

/* A parent that joined before it took them in would wait for ever. */
static void results_larger_than_any_pipe_come(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++)
        check(ways[i], LARGE, WORKERS + 1, WORKERS);
}

static void one_that_dies_at_its_task_is_noticed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct storage storage;
        struct board *board = board_new(&storage, LARGE);
        struct errands *errands = errands_for(board, ways[i], fill);
        board->fatal_task = 7;
        assert_int_equal(run(errands, board, TASKS, WORKERS), STATUS_FAILED);
        errands_free(errands);
        assert_no_child_left();
        storage_free(&storage);
    }
}

/* ---- Whose the pairs are ---- */

static unsigned sockets(void)
{
    unsigned count = 0;
    for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++) {
        struct stat about;
        count += fstat(descriptor, &about) == 0 && S_ISSOCK(about.st_mode);
    }
    return count;
}

static enum status count_sockets(void *context, uint64_t task, void *room, uint64_t *bytes)
{
    ((struct board *)context)->sockets[task] = sockets();
    return fill(context, task, room, bytes);
}

static void a_process_has_no_end_but_its_own(void **state)
{
    struct storage storage;
    struct board *board = board_new(&storage, SMALL);
    const unsigned before = sockets();
    struct errands *errands = errands_for(board, ERRANDS_PAIR, count_sockets);
    (void)state;
    assert_int_equal(run(errands, board, TASKS, WORKERS), STATUS_OK);
    for (unsigned task = 0; task < TASKS; task++)
        assert_int_equal(board->sockets[task], before + 1);
    errands_free(errands);
    storage_free(&storage);
}

/* ---- Who holds the queue's lock ---- */

/* What it brings is more than a pipe holds, and nobody takes it in yet. */
static void let_it_fill_the_pipe(struct errands *errands, struct board *board, uint64_t task)
{
    assert_int_equal(errands_send(errands, task), STATUS_OK);
    while (board->done[task] == 0 || board->last == 0)
        (void)sched_yield();
}

static enum status tell_and_fill(void *context, uint64_t task, void *room, uint64_t *bytes)
{
    struct board *board = context;
    const enum status status = fill(context, task, room, bytes);
    board->last = getpid();
    return status;
}

/* Whoever takes in the rest waits for one who will never send it. */
static void one_that_dies_amid_its_result_is_noticed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct storage storage;
        struct board *board = board_new(&storage, LARGE);
        struct errands *errands = errands_for(board, ways[i], tell_and_fill);
        let_it_fill_the_pipe(errands, board, 0);
        assert_int_equal(kill(board->last, SIGKILL), 0);
        assert_int_equal(run(errands, board, 0, WORKERS), STATUS_FAILED);
        errands_free(errands);
        assert_no_child_left();
        storage_free(&storage);
    }
}

static int in_pipe(const struct board *board)
{
    int bytes = 0;
    return ioctl(board->pipe, FIONREAD, &bytes) == 0 ? bytes : -1;
}

/* The second one dies once the parent has taken in what the first one has brought so far. */
static enum status fill_or_die(void *context, uint64_t task, void *room, uint64_t *bytes)
{
    while (task == 1 && in_pipe(context) != 0)
        (void)sched_yield();
    if (task == 1)
        (void)raise(SIGKILL);
    return tell_and_fill(context, task, room, bytes);
}

/* The parent waits for the rest of the result, and for no less the news of others. */
static void one_that_dies_while_another_is_stopped_is_noticed(void **state)
{
    (void)state;
    struct storage storage;
    siginfo_t information;
    struct board *board = board_new(&storage, LARGE);
    board->pipe = dup(STDERR_FILENO); /* what it opens first is the pipe's end */
    (void)close(board->pipe);
    struct errands *errands = errands_for(board, ERRANDS_QUEUE, fill_or_die);
    let_it_fill_the_pipe(errands, board, 0);
    while (in_pipe(board) == 0)
        (void)sched_yield();
    assert_true(in_pipe(board) > 0);
    const pid_t stopped = board->last;
    assert_int_equal(kill(stopped, SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)stopped, &information, WSTOPPED | WNOWAIT), 0);
    assert_int_equal(errands_send(errands, 1), STATUS_OK);
    assert_int_equal(run(errands, board, 0, WORKERS), STATUS_FAILED);
    errands_free(errands);
    assert_no_child_left();
    storage_free(&storage);
}

static enum status fail_at_one(void *context, uint64_t task, void *room, uint64_t *bytes)
{
    return task == 3 ? STATUS_FAILED : fill(context, task, room, bytes);
}

static enum status end_early(void *context, uint64_t task, void *room, uint64_t *bytes)
{
    if (task == 3)
        _exit(0);
    return fill(context, task, room, bytes);
}

static void a_task_that_brings_nothing_is_noticed(void **state)
{
    static errand *const errands_that[] = {fail_at_one, end_early};
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct storage storage;
        struct board *board = board_new(&storage, SMALL);
        struct errands *errands = errands_for(board, ways[i % 2], errands_that[i / 2]);
        assert_int_equal(run(errands, board, TASKS, WORKERS), STATUS_FAILED);
        errands_free(errands);
        storage_free(&storage);
    }
}

static void without_descriptors_there_is_none(void **state)
{
    (void)state;
    struct rlimit limit;
    struct errands *errands = NULL;
    const struct errands_plan plan = {WORKERS, TASKS, ERRANDS_QUEUE, SMALL, fill, NULL};
    const int next = dup(STDERR_FILENO);
    (void)close(next);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const struct rlimit one_more = {(rlim_t)next + 1, limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &one_more), 0);
    assert_int_equal(errands_new(&plan, &errands), STATUS_FAILED);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    errands_free(errands);
    errands_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_result_comes_once),
        cmocka_unit_test(results_larger_than_any_pipe_come),
        cmocka_unit_test(one_that_dies_at_its_task_is_noticed),
        cmocka_unit_test(a_process_has_no_end_but_its_own),
        cmocka_unit_test(one_that_dies_amid_its_result_is_noticed),
        cmocka_unit_test(one_that_dies_while_another_is_stopped_is_noticed),
        cmocka_unit_test(a_task_that_brings_nothing_is_noticed),
        cmocka_unit_test(without_descriptors_there_is_none),
    };
    (void)alarm(HANG_S);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
