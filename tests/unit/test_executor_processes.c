/*
 * Unit tests of executor.h where its workers are processes: results of any length come
 * home, whoever dies is named, and nothing is left. No test depends on how long anything takes, but
 * for a generous bound on hangs. What all kinds of workers have in common is in test_executor.c.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "executor.h"
#include "storage.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 2, COUNT = 10, HANG_S = 120, LARGE = 24 << 20, TEXT = 1024 };

/* What tasks and tests share. */
struct board {
    struct storage storage;           /* of all this */
    _Atomic pid_t processes[WORKERS]; /* of those that have come to a task */
    atomic_bool open;                 /* the gate of all tasks but the fatal one */
    uint64_t fatal;                   /* the task whose worker dies, or COUNT */
    int signal;                       /* of what; 0: exit status 3 */
    size_t bytes;                     /* of a result */
    unsigned char *result;            /* each process's own */
    unsigned received[COUNT];         /* by the caller's process, which counts in its own copy */
    atomic_uint wrong;
};

static struct board *board_new(void)
{
    struct storage storage = storage_new(sizeof(struct board), true, "the board");
    struct board *board = storage.start;
    board->storage = storage;
    board->fatal = COUNT;
    board->open = true;
    return board;
}

static void board_free(struct board *board)
{
    struct storage storage = board->storage;
    storage_free(&storage);
}

/* ---- Tasks ---- */

static enum status come_and_go(void *context, unsigned worker, uint64_t future)
{
    struct board *board = context;
    atomic_store(&board->processes[worker], getpid());
    if (future == board->fatal && board->signal == 0)
        _exit(3);
    if (future == board->fatal)
        (void)raise(board->signal);
    while (!atomic_load(&board->open))
        (void)sched_yield();
    return STATUS_OK;
}

static const void *pack(void *context, uint64_t future, uint64_t *bytes)
{
    const struct board *board = context;
    memset(board->result, (int)future + 1, board->bytes);
    *bytes = board->bytes;
    return board->result;
}

static enum status unpack(void *context, uint64_t future, const void *result, uint64_t bytes)
{
    struct board *board = context;
    const unsigned char *text = result;
    board->received[future]++;
    if (bytes != board->bytes ||
        (bytes > 0 && (text[0] != future + 1 || text[bytes - 1] != future + 1 ||
                       memcmp(text, text + 1, bytes - 1) != 0)))
        (void)atomic_fetch_add(&board->wrong, 1);
    return future == board->fatal ? STATUS_FAILED : STATUS_OK;
}

/* ---- What tests do ---- */

static struct executor *executor_of(struct board *board)
{
    struct executor *executor = NULL;
    const struct executor_plan plan = {.kind = &executor_processes,
                                       .workers = WORKERS,
                                       .most = COUNT,
                                       .task = come_and_go,
                                       .context = board,
                                       .pack = board->result ? pack : NULL,
                                       .unpack = board->result ? unpack : NULL};
    assert_int_equal(executor_start(&plan, &executor), STATUS_OK);
    return executor;
}

static void submit(struct executor *executor, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        (void)executor_submit(executor);
}

/* Waits until each worker has come to a task, which then stays there. */
static void let_all_come(struct executor *executor, struct board *board)
{
    atomic_store(&board->open, false);
    submit(executor, WORKERS);
    for (unsigned worker = 0; worker < WORKERS; worker++)
        while (atomic_load(&board->processes[worker]) == 0)
            (void)sched_yield();
}

static void assert_no_child_left(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* What is said to standard error from now on, until it is read. */
static FILE *listen_begin(int *before)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    *before = dup(STDERR_FILENO);
    assert_true(*before >= 0);
    assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
    return file;
}

static void listen_end(FILE *file, int before, char *text)
{
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    (void)close(before);
    rewind(file);
    text[fread(text, 1, TEXT - 1, file)] = '\0';
    (void)fclose(file);
}

/* ---- Results ---- */

/* All are submitted before one is asked for, and larger than any pipe. */
static void results_of_any_length_come_home(void **state)
{
    static const size_t lengths[] = {0, 1, 4096, 100000, LARGE};
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct board *board = board_new();
        board->bytes = lengths[i];
        board->result = malloc(lengths[i] + 1);
        assert_non_null(board->result);
        struct executor *executor = executor_of(board);
        submit(executor, COUNT);
        for (uint64_t future = COUNT; future-- > 0;)
            assert_int_equal(future_result(executor, future, 0), STATUS_OK);
        for (unsigned future = 0; future < COUNT; future++)
            assert_int_equal(board->received[future], 1);
        assert_int_equal(atomic_load(&board->wrong), 0);
        executor_stop(executor, false);
        free(board->result);
        board_free(board);
    }
    assert_no_child_left();
}

/* Whoever only looks again and again sees them come. */
static void a_wait_of_no_time_takes_results_in(void **state)
{
    (void)state;
    struct board *board = board_new();
    board->bytes = LARGE;
    board->result = malloc(LARGE);
    assert_non_null(board->result);
    struct executor *executor = executor_of(board);
    submit(executor, COUNT);
    while (executor_wait(executor, WAIT_ALL, 1) < COUNT)
        (void)sched_yield();
    assert_int_equal(atomic_load(&board->wrong), 0);
    executor_stop(executor, true);
    free(board->result);
    board_free(board);
}

static void a_result_that_is_none_is_a_failure(void **state)
{
    (void)state;
    struct board *board = board_new();
    board->bytes = 1;
    board->result = malloc(1);
    board->signal = SIGCONT; /* which ends nobody */
    board->fatal = 3;
    struct executor *executor = executor_of(board);
    submit(executor, COUNT);
    for (uint64_t future = 0; future < COUNT; future++)
        assert_int_equal(future_result(executor, future, 0),
                         future == 3 ? STATUS_FAILED : STATUS_OK);
    executor_stop(executor, false);
    free(board->result);
    board_free(board);
}

/* ---- The dead ---- */

static void assert_broken(struct executor *executor)
{
    assert_int_equal(executor_ready(executor), STATUS_FAILED);
    executor_reset(executor);
    submit(executor, COUNT);
    for (uint64_t future = 0; future < COUNT; future++) {
        assert_int_equal(future_state(executor, future), FUTURE_FAILED);
        assert_int_equal(future_result(executor, future, 0), STATUS_FAILED);
    }
}

static void check_death(int signal, const char *how)
{
    enum { FATAL = 1 };
    int before;
    char text[TEXT], expected[TEXT];
    struct board *board = board_new();
    board->fatal = FATAL;
    board->signal = signal;
    board->open = false; /* all the others stay */
    FILE *file = listen_begin(&before);
    struct executor *executor = executor_of(board);
    submit(executor, COUNT);
    assert_int_equal(executor_wait(executor, WAIT_ALL, 0), COUNT);
    for (uint64_t future = 0; future < COUNT; future++)
        assert_int_equal(future_state(executor, future), FUTURE_FAILED);
    assert_broken(executor);
    executor_stop(executor, true);
    listen_end(file, before, text);
    bool named = false;
    for (unsigned worker = 0; worker < WORKERS; worker++) {
        (void)snprintf(expected, sizeof expected,
                       "%s: worker %u (process %ld) %s at task %d: all that was not done has "
                       "failed\n",
                       program_invocation_short_name, worker,
                       (long)atomic_load(&board->processes[worker]), how, FATAL);
        named = named || strstr(text, expected); /* emulators say something as well */
    }
    if (!named)
        print_error("said: %s", text);
    assert_true(named);
    assert_no_child_left();
    board_free(board);
}

static void who_dies_is_named_with_its_task(void **state)
{
    (void)state;
    (void)prctl(PR_SET_DUMPABLE, 0); /* no core dump, which takes a while */
    check_death(SIGKILL, "was killed by signal 9 (Killed)");
    check_death(SIGSEGV, "was killed by signal 11 (Segmentation fault)");
    check_death(0, "ended with exit status 3");
}

static void what_was_done_before_is_kept(void **state)
{
    int before;
    char text[TEXT];
    (void)state;
    struct board *board = board_new();
    struct executor *executor = executor_of(board);
    submit(executor, 3);
    assert_int_equal(executor_wait(executor, WAIT_ALL, 0), 3);
    board->fatal = 5;
    board->signal = SIGKILL;
    FILE *file = listen_begin(&before);
    submit(executor, COUNT - 3);
    assert_int_equal(future_result(executor, 5, 0), STATUS_FAILED);
    assert_int_equal(executor_wait(executor, WAIT_ALL, 0), COUNT);
    for (uint64_t future = 0; future < 3; future++)
        assert_int_equal(future_state(executor, future), FUTURE_FINISHED);
    executor_stop(executor, true);
    listen_end(file, before, text);
    board_free(board);
}

static void who_dies_idle_is_noticed(void **state)
{
    (void)state;
    for (int waits = 0; waits <= 1; waits++) {
        int before;
        char text[TEXT], expected[TEXT];
        struct board *board = board_new();
        struct executor *executor = executor_of(board);
        let_all_come(executor, board);
        atomic_store(&board->open, true);
        assert_int_equal(executor_wait(executor, WAIT_ALL, 0), WORKERS);
        assert_int_equal(executor_ready(executor), STATUS_OK); /* nobody is in a task any more */
        executor_reset(executor);
        const pid_t victim = atomic_load(&board->processes[1]);
        assert_int_equal(kill(victim, SIGKILL), 0);
        FILE *file = listen_begin(&before);
        if (waits)
            assert_int_equal(executor_ready(executor), STATUS_FAILED);
        board->fatal = 0; /* for the other one, too: nothing can be done */
        board->signal = SIGSTOP;
        submit(executor, COUNT);
        assert_int_equal(executor_wait(executor, WAIT_ALL, 0), COUNT);
        executor_stop(executor, true);
        listen_end(file, before, text);
        (void)snprintf(expected, sizeof expected,
                       "worker 1 (process %ld) was killed by signal 9 (Killed) while it waited for "
                       "a task: all that was not done has failed\n",
                       (long)victim);
        assert_non_null(strstr(text, expected));
        assert_no_child_left();
        board_free(board);
    }
}

/* ---- The stopped ---- */

static void who_is_stopped_goes_on(void **state)
{
    (void)state;
    struct board *board = board_new();
    struct executor *executor = executor_of(board);
    let_all_come(executor, board);
    const pid_t sleeper = atomic_load(&board->processes[0]);
    siginfo_t information;
    assert_int_equal(kill(sleeper, SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)sleeper, &information, WSTOPPED | WNOWAIT), 0);
    atomic_store(&board->open, true);
    submit(executor, COUNT - WORKERS); /* the other one does all of them but one */
    while (executor_wait(executor, WAIT_ALL, 1) < COUNT - 1)
        (void)sched_yield();
    assert_int_equal(kill(sleeper, SIGCONT), 0);
    assert_int_equal(executor_wait(executor, WAIT_ALL, 0), COUNT);
    for (uint64_t future = 0; future < COUNT; future++)
        assert_int_equal(future_result(executor, future, 0), STATUS_OK);
    assert_int_equal(kill(sleeper, SIGSTOP), 0);
    executor_stop(executor, false); /* which a stopped one cannot refuse */
    assert_no_child_left();
    board_free(board);
}

/* ---- The caller's death ---- */

/* The process that is killed, while its workers are at a task or wait for one. */
_Noreturn static void be_caller(struct board *board, bool busy)
{
    (void)alarm(HANG_S);
    struct executor *executor = executor_of(board);
    let_all_come(executor, board);
    if (!busy) {
        atomic_store(&board->open, true);
        (void)executor_wait(executor, WAIT_ALL, 0);
    }
    (void)raise(SIGKILL);
    _exit(1);
}

static void workers_die_with_their_caller(void **state)
{
    (void)state;
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) /* orphans become ours */
        skip();                                /* emulators of a processor may not know how */
    for (int busy = 0; busy <= 1; busy++) {
        int wait_status;
        struct board *board = board_new();
        const pid_t caller = fork();
        assert_true(caller >= 0);
        if (caller == 0)
            be_caller(board, busy);
        for (unsigned ended = 0; ended < 1 + WORKERS; ended++) {
            assert_true(waitpid(-1, &wait_status, 0) > 0);
            assert_true(WIFSIGNALED(wait_status) || WIFEXITED(wait_status));
        }
        assert_no_child_left();
        board_free(board);
    }
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

int main(void)
{
    (void)alarm(HANG_S);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_of_any_length_come_home),
        cmocka_unit_test(a_wait_of_no_time_takes_results_in),
        cmocka_unit_test(a_result_that_is_none_is_a_failure),
        cmocka_unit_test(who_dies_is_named_with_its_task),
        cmocka_unit_test(what_was_done_before_is_kept),
        cmocka_unit_test(who_dies_idle_is_noticed),
        cmocka_unit_test(who_is_stopped_goes_on),
        cmocka_unit_test(workers_die_with_their_caller),
    };
    return cmocka_run_group_tests_name("executor_processes", tests, NULL, NULL);
}
