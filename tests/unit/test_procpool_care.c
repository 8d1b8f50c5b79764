/*
 * Unit tests of procpool.h, where workers are replaced: after so many chunks, or when
 * they die. Each chunk is done all the same.
 */
#define _GNU_SOURCE
#include "procpool.h"

#include "storage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_CHUNKS = 5003, HANG_S = 60, STRANGER = 54321, WORKERS_MAX = 7 };

/* What workers leave, in shared pages. */
struct board {
    atomic_uint done[MOST_CHUNKS];
    atomic_uint begun[MOST_CHUNKS];
    _Atomic pid_t process[WORKERS_MAX];
    atomic_uint met;
    unsigned workers;
    uint64_t fatal; /* each so manieth chunk kills whoever begins it for the first time */
    unsigned times; /* or so often */
    int signal;
};

static struct board *the_board;
static struct storage storage;

static struct board *board_new(unsigned workers)
{
    storage = storage_new(sizeof(struct board), true, "the board");
    the_board = storage.start;
    the_board->workers = workers;
    the_board->signal = SIGKILL;
    the_board->times = 1;
    return the_board;
}

static struct procpool *open_pool(struct procpool_plan plan)
{
    struct procpool *pool = NULL;
    plan.workers = the_board->workers;
    plan.context = the_board;
    plan.most_chunks = MOST_CHUNKS;
    assert_int_equal(procpool_open(&plan, &pool), STATUS_OK);
    return pool;
}

static void close_pool(struct procpool *pool)
{
    procpool_stop(pool);
    storage_free(&storage);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static enum status do_chunk(void *context, unsigned worker, uint64_t chunk)
{
    struct board *board = context;
    const unsigned before = atomic_fetch_add(&board->begun[chunk], 1);
    if (board->fatal > 0 && chunk % board->fatal == board->fatal - 1 && before < board->times)
        (void)raise(board->signal);
    atomic_store(&board->process[worker], getpid());
    (void)atomic_fetch_add(&board->done[chunk], 1);
    return STATUS_OK;
}

static void assert_done_once(uint64_t chunks)
{
    for (uint64_t chunk = 0; chunk < chunks; chunk++) {
        assert_int_equal(atomic_exchange(&the_board->done[chunk], 0), 1);
        atomic_store(&the_board->begun[chunk], 0);
    }
}

/* ---- Lives ---- */

/* As after each chunk of maxtasksperchild=1 there. */
static void replaces_after_each_chunk(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= WORKERS_MAX; workers += 3) {
        (void)board_new(workers);
        struct procpool *pool =
            open_pool((struct procpool_plan){.task = do_chunk, .tasks_per_child = 1});
        for (uint64_t round = 1; round <= 3; round++) {
            procpool_dispatch(pool, 20);
            assert_int_equal(procpool_wait_all(pool), STATUS_OK);
            assert_done_once(20);
            assert_int_equal(procpool_replaced(pool), 20 * round);
        }
        close_pool(pool);
    }
}

/* A life goes over dispatches: in all it is so many chunks, but for those of the last ones. */
static void counts_chunks_over_dispatches(void **state)
{
    enum { LIFE = 7, CHUNKS = 100, ROUNDS = 5 };
    (void)state;
    (void)board_new(3);
    struct procpool *pool =
        open_pool((struct procpool_plan){.task = do_chunk, .tasks_per_child = LIFE});
    for (int round = 0; round < ROUNDS; round++) {
        procpool_dispatch(pool, CHUNKS);
        for (uint64_t chunk = 0; chunk < CHUNKS; chunk++)
            assert_int_equal(procpool_wait_chunk(pool, chunk), STATUS_OK);
        assert_int_equal(procpool_wait_all(pool), STATUS_OK);
        assert_done_once(CHUNKS);
    }
    assert_true(procpool_replaced(pool) <= CHUNKS * ROUNDS / LIFE);
    assert_true(procpool_replaced(pool) >= (CHUNKS * ROUNDS - 3 * (LIFE - 1)) / LIFE);
    close_pool(pool);
}

/* In a process of its own. 2: not allowed to arrange that. */
static int replace_without_processes(void)
{
    struct procpool *pool = NULL;
    (void)alarm(HANG_S);
    if (geteuid() == 0 && setresuid(STRANGER, STRANGER, STRANGER) != 0)
        return 2;
    const struct procpool_plan plan = {.workers = 2,
                                       .task = do_chunk,
                                       .context = the_board,
                                       .most_chunks = 10,
                                       .tasks_per_child = 1};
    if (procpool_open(&plan, &pool) != STATUS_OK ||
        setrlimit(RLIMIT_NPROC, &(struct rlimit){1, 1}) != 0)
        return 2;
    procpool_dispatch(pool, 10);
    if (procpool_wait_all(pool) != STATUS_FAILED)
        return 1;
    procpool_dispatch(pool, 10); /* nothing hangs */
    if (procpool_wait_all(pool) != STATUS_FAILED)
        return 1;
    procpool_stop(pool);
    return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? 0 : 1;
}

static void says_that_there_can_be_no_more(void **state)
{
    int ends[2], status = -1;
    char text[512];
    (void)state;
    (void)board_new(2);
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        _exit(replace_without_processes());
    }
    (void)close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    const ssize_t length = read(ends[0], text, sizeof text - 1);
    (void)close(ends[0]);
    storage_free(&storage);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 2)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
    text[length > 0 ? length : 0] = '\0';
    assert_non_null(strstr(text, "cannot start worker process"));
    assert_non_null(strstr(text, "use fewer workers"));
}

/* ---- Deaths ---- */

enum waiting { FOR_ALL, FOR_EACH, FOR_ANY };

static void wait_for(struct procpool *pool, enum waiting waiting, uint64_t chunks)
{
    uint64_t chunk, sum = 0;
    for (uint64_t i = 0; i < chunks && waiting != FOR_ALL; i++) {
        assert_int_equal(waiting == FOR_EACH ? procpool_wait_chunk(pool, i)
                                             : procpool_next_done(pool, &chunk),
                         STATUS_OK);
        sum += waiting == FOR_EACH ? i : chunk;
    }
    assert_int_equal(sum, waiting == FOR_ALL ? 0 : chunks * (chunks - 1) / 2);
    assert_int_equal(procpool_wait_all(pool), STATUS_OK);
}

static void check_deaths(unsigned workers, int number, enum waiting waiting)
{
    enum { CHUNKS = 60, DEADLY = 11, DEATHS = CHUNKS / DEADLY };
    struct board *board = board_new(workers);
    board->fatal = DEADLY;
    board->signal = number;
    struct procpool *pool = open_pool((struct procpool_plan){.task = do_chunk, .respawn = true});
    for (uint64_t round = 1; round <= 2; round++) {
        procpool_dispatch(pool, CHUNKS);
        wait_for(pool, waiting, CHUNKS);
        assert_done_once(CHUNKS);
        assert_int_equal(procpool_replaced(pool), DEATHS * round);
    }
    close_pool(pool);
}

static void does_again_what_the_dead_were_at(void **state)
{
    (void)state;
    for (enum waiting waiting = FOR_ALL; waiting <= FOR_ANY; waiting++) {
        check_deaths(1, SIGKILL, waiting);
        check_deaths(2, SIGSEGV, waiting);
        check_deaths(WORKERS_MAX, SIGKILL, waiting);
    }
}

/* Both at once: lives that end and such that are ended. */
static void replaces_for_either_reason(void **state)
{
    (void)state;
    struct board *board = board_new(2);
    board->fatal = 9;
    struct procpool *pool =
        open_pool((struct procpool_plan){.task = do_chunk, .tasks_per_child = 1, .respawn = true});
    procpool_dispatch(pool, 30);
    assert_int_equal(procpool_wait_all(pool), STATUS_OK);
    assert_done_once(30);
    assert_int_equal(procpool_replaced(pool), 30 + 3);
    close_pool(pool);
}

static void replaces_who_died_idle(void **state)
{
    (void)state;
    struct board *board = board_new(1);
    struct procpool *pool = open_pool((struct procpool_plan){.task = do_chunk, .respawn = true});
    for (uint64_t round = 1; round <= 3; round++) {
        procpool_dispatch(pool, 5);
        assert_int_equal(procpool_wait_all(pool), STATUS_OK);
        assert_done_once(5);
        assert_int_equal(kill(atomic_load(&board->process[0]), SIGKILL), 0);
        procpool_dispatch_one(pool, 7);
        assert_int_equal(procpool_wait_all(pool), STATUS_OK);
        assert_int_equal(atomic_exchange(&board->done[7], 0), 1);
        assert_int_equal(procpool_replaced(pool), round);
    }
    close_pool(pool);
}

/* A chunk that kills everybody is no accident. */
static void gives_a_deadly_chunk_up(void **state)
{
    (void)state;
    struct board *board = board_new(2);
    board->fatal = 8;
    board->times = 1000;
    struct procpool *pool = open_pool((struct procpool_plan){.task = do_chunk, .respawn = true});
    procpool_dispatch(pool, 10);
    assert_int_equal(procpool_wait_all(pool), STATUS_FAILED);
    assert_int_equal(procpool_wait_chunk(pool, 0), STATUS_FAILED);
    assert_true(procpool_replaced(pool) < 10);
    close_pool(pool);
}

static void die_at_birth(void *context, unsigned worker)
{
    (void)context, (void)worker;
    (void)raise(SIGKILL);
}

static void gives_up_who_cannot_be_born(void **state)
{
    (void)state;
    (void)board_new(2);
    struct procpool *pool = NULL;
    const struct procpool_plan plan = {.workers = 2,
                                       .birth = die_at_birth,
                                       .task = do_chunk,
                                       .context = the_board,
                                       .most_chunks = 1,
                                       .respawn = true};
    assert_int_equal(procpool_open(&plan, &pool), STATUS_FAILED);
    close_pool(pool);
}

int main(void)
{
    (void)alarm(HANG_S * 3);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replaces_after_each_chunk),
        cmocka_unit_test(counts_chunks_over_dispatches),
        cmocka_unit_test(says_that_there_can_be_no_more),
        cmocka_unit_test(does_again_what_the_dead_were_at),
        cmocka_unit_test(replaces_for_either_reason),
        cmocka_unit_test(replaces_who_died_idle),
        cmocka_unit_test(gives_a_deadly_chunk_up),
        cmocka_unit_test(gives_up_who_cannot_be_born),
    };
    return cmocka_run_group_tests_name("procpool_care", tests, NULL, NULL);
}
