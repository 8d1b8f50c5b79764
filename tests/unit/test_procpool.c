/*
 * Unit tests of procpool.h: every chunk once, whoever dies is named, nothing is left.
 * No test depends on how long anything takes at most, but for generous bounds on hangs.
 */
#define _GNU_SOURCE
#include "procpool.h"

#include "clock.h"
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
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_WORKERS = 7, MOST_CHUNKS = 10007, HANG_S = 60, STRANGER = 54321 };

/* What tasks leave behind, in shared pages. */
struct board {
    struct storage storage; /* of all this */
    atomic_uint done[MOST_CHUNKS];
    uint64_t value[MOST_CHUNKS]; /* plain: whoever waited for the chunk may read it */
    atomic_uint met;             /* workers that are at the meeting point */
    atomic_bool begun;           /* the first chunk is being computed */
    _Atomic pid_t process[MOST_WORKERS];
    atomic_uint culprit; /* the worker that is about to die */
    atomic_uint bad;
    uint64_t salt; /* written before a dispatch */
    unsigned workers;
    uint64_t fatal_chunk;
    int fatal_signal; /* 0: exit status 3 */
};

static struct board *board_new(unsigned workers)
{
    struct storage storage = storage_new(sizeof(struct board), true, "the board");
    struct board *board = storage.start;
    board->storage = storage;
    board->workers = workers;
    return board;
}

static void board_free(struct board *board)
{
    struct storage storage = board->storage;
    storage_free(&storage);
}

static struct procpool *pool_new(unsigned workers, procpool_task *task, struct board *board)
{
    struct procpool *pool = NULL;
    assert_int_equal(procpool_start(workers, NULL, task, board, MOST_CHUNKS, &pool), STATUS_OK);
    assert_non_null(pool);
    return pool;
}

static void nap_ms(long ms)
{
    (void)nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static void assert_no_child_left(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* ---- What is written to standard error ---- */

struct capture {
    int read_end, saved;
};

static void capture_begin(struct capture *capture)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    (void)fflush(stderr);
    capture->saved = dup(STDERR_FILENO);
    assert_true(capture->saved >= 0);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    (void)close(ends[1]);
    capture->read_end = ends[0];
}

/* Reads all that was written, once no worker holds the other end any more. */
static void capture_end(struct capture *capture, char *text, size_t size)
{
    (void)fflush(stderr);
    (void)dup2(capture->saved, STDERR_FILENO);
    (void)close(capture->saved);
    size_t length = 0;
    ssize_t got;
    while ((got = read(capture->read_end, text + length, size - 1 - length)) > 0)
        length += (size_t)got;
    text[length] = '\0';
    (void)close(capture->read_end);
}

/* ---- Chunks ---- */

static enum status count_chunk(void *context, unsigned worker, uint64_t chunk)
{
    struct board *board = context;
    if (worker >= board->workers)
        (void)atomic_fetch_add(&board->bad, 1);
    (void)atomic_fetch_add(&board->done[chunk], 1);
    board->value[chunk] = chunk * chunk + board->salt;
    return STATUS_OK;
}

static void check_dispatch(struct procpool *pool, struct board *board, uint64_t chunks)
{
    for (uint64_t chunk = 0; chunk < MOST_CHUNKS; chunk++)
        atomic_store(&board->done[chunk], 0);
    board->salt++;
    procpool_dispatch(pool, chunks);
    assert_int_equal(procpool_wait_all(pool), STATUS_OK);
    for (uint64_t chunk = 0; chunk < MOST_CHUNKS; chunk++) {
        assert_int_equal(atomic_load(&board->done[chunk]), chunk < chunks);
        if (chunk < chunks)
            assert_true(board->value[chunk] == chunk * chunk + board->salt);
    }
}

static enum status fail_at_chunk(void *context, unsigned worker, uint64_t chunk)
{
    const struct board *board = context;
    (void)count_chunk(context, worker, chunk);
    return chunk == board->fatal_chunk ? STATUS_FAILED : STATUS_OK;
}

/* As Pool.map does: the error comes when all chunks are done; and Pool.imap, at its place. */
static void tells_that_a_chunk_failed(void **state)
{
    enum { CHUNKS = 20 };
    struct board *board = board_new(2);
    struct procpool *pool = pool_new(2, fail_at_chunk, board);
    (void)state;
    for (board->fatal_chunk = 0; board->fatal_chunk <= CHUNKS; board->fatal_chunk += 5) {
        const bool fails = board->fatal_chunk < CHUNKS;
        procpool_dispatch(pool, CHUNKS);
        for (uint64_t chunk = 0; chunk < CHUNKS; chunk++)
            assert_int_equal(procpool_wait_chunk(pool, chunk),
                             chunk == board->fatal_chunk ? STATUS_FAILED : STATUS_OK);
        assert_int_equal(procpool_wait_all(pool), fails ? STATUS_FAILED : STATUS_OK);
        for (uint64_t chunk = 0; chunk < CHUNKS; chunk++)
            assert_int_equal(atomic_exchange(&board->done[chunk], 0), 1);
    }
    procpool_stop(pool);
    assert_no_child_left();
    board_free(board);
}

/* Where many are handed out together, who waits for one of them is told of each that failed. */
static void tells_that_one_of_several_failed(void **state)
{
    const unsigned together = procpool_together(1, MOST_CHUNKS);
    struct board *board = board_new(1);
    struct procpool *pool = pool_new(1, fail_at_chunk, board);
    (void)state;
    assert_true(together > 1);
    for (board->fatal_chunk = 0; board->fatal_chunk <= MOST_CHUNKS;
         board->fatal_chunk += MOST_CHUNKS - 1) {
        procpool_dispatch(pool, MOST_CHUNKS);
        for (uint64_t chunk = 0; chunk < MOST_CHUNKS; chunk++)
            assert_int_equal(procpool_wait_chunk(pool, chunk),
                             chunk / together == board->fatal_chunk / together ? STATUS_FAILED
                                                                               : STATUS_OK);
        assert_int_equal(procpool_wait_all(pool), STATUS_FAILED);
    }
    procpool_stop(pool);
    board_free(board);
}

static void hands_few_chunks_out_one_by_one(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= 16; workers *= 2) {
        assert_int_equal(procpool_together(workers, 0), 1);
        assert_int_equal(procpool_together(workers, UINT64_C(2048) * workers - 1), 1);
        assert_int_equal(procpool_together(workers, UINT64_C(2048) * workers), 2);
        assert_int_equal(procpool_together(workers, UINT64_MAX), 64);
    }
}

/* The first chunk takes until all others are done, those among them that were handed out with
 * it. They begin after it: whoever has got it may be held up before it can be helped. */
static enum status wait_for_others(void *context, unsigned worker, uint64_t chunk)
{
    struct board *board = context;
    if (chunk == 0)
        atomic_store(&board->begun, true);
    while (chunk == 0 ? atomic_load(&board->met) < MOST_CHUNKS - 1 : !atomic_load(&board->begun))
        (void)sched_yield();
    (void)atomic_fetch_add(&board->met, 1);
    return count_chunk(context, worker, chunk);
}

static void nobody_is_idle_while_a_chunk_is_left(void **state)
{
    (void)state;
    struct board *board = board_new(2);
    struct procpool *pool = pool_new(2, wait_for_others, board);
    assert_true(procpool_together(2, MOST_CHUNKS) > 1);
    for (int again = 0; again < 2; again++) {
        atomic_store(&board->met, 0);
        atomic_store(&board->begun, false);
        check_dispatch(pool, board, MOST_CHUNKS);
    }
    procpool_stop(pool);
    board_free(board);
}

struct nursery {
    _Atomic unsigned births[MOST_WORKERS];
};

static void be_born(void *context, unsigned worker)
{
    struct nursery *nursery = context;
    nap_ms(20 * (long)worker); /* the start waits for the last one, too */
    nursery->births[worker]++;
}

static enum status compute_nothing(void *context, unsigned worker, uint64_t chunk)
{
    (void)context, (void)worker, (void)chunk;
    return STATUS_OK;
}

static void waits_for_births(void **state)
{
    (void)state;
    struct storage storage = storage_new(sizeof(struct nursery), true, "the nursery");
    struct nursery *nursery = storage.start;
    struct procpool *pool = NULL;
    assert_int_equal(procpool_start(3, be_born, compute_nothing, nursery, 10, &pool), STATUS_OK);
    for (int dispatch = 0; dispatch < 3; dispatch++) {
        for (unsigned worker = 0; worker < 3; worker++)
            assert_int_equal(nursery->births[worker], 1);
        procpool_dispatch(pool, 10);
        assert_int_equal(procpool_wait_all(pool), STATUS_OK);
    }
    procpool_stop(pool);
    storage_free(&storage);
}

static void computes_every_chunk_once(void **state)
{
    (void)state;
    static const unsigned workers[] = {1, 2, MOST_WORKERS};
    static const uint64_t chunks[] = {0, 1, 3, MOST_CHUNKS, 0, MOST_CHUNKS};
    for (size_t w = 0; w < sizeof workers / sizeof *workers; w++) {
        struct board *board = board_new(workers[w]);
        struct procpool *pool = pool_new(workers[w], count_chunk, board);
        for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++)
            check_dispatch(pool, board, chunks[c]);
        assert_int_equal(atomic_load(&board->bad), 0);
        procpool_stop(pool);
        assert_no_child_left();
        board_free(board);
    }
}

static void dispatches_again_and_again(void **state)
{
    (void)state;
    static const unsigned workers[] = {1, 2, MOST_WORKERS};
    for (size_t w = 0; w < sizeof workers / sizeof *workers; w++) {
        struct board *board = board_new(workers[w]);
        struct procpool *pool = pool_new(workers[w], count_chunk, board);
        unsigned expected[16] = {0};
        for (uint64_t round = 0; round < 1000; round++) {
            uint64_t chunks = round % 16;
            board->salt = round;
            procpool_dispatch(pool, chunks);
            assert_int_equal(procpool_wait_all(pool), STATUS_OK);
            for (uint64_t chunk = 0; chunk < chunks; chunk++) {
                expected[chunk]++;
                assert_true(board->value[chunk] == chunk * chunk + round);
            }
            if (round % 100 == 0)
                nap_ms(2); /* the workers fall asleep */
        }
        for (uint64_t chunk = 0; chunk < 16; chunk++)
            assert_int_equal(atomic_load(&board->done[chunk]), expected[chunk]);
        procpool_stop(pool);
        board_free(board);
    }
    assert_no_child_left();
}

static enum status compute_unevenly(void *context, unsigned worker, uint64_t chunk)
{
    if (chunk % 64 == 5)
        nap_ms(1); /* so that who waits for it has to sleep */
    count_chunk(context, worker, chunk);
    return STATUS_OK;
}

static void waits_for_chunks_in_order(void **state)
{
    (void)state;
    static const unsigned workers[] = {1, 2, MOST_WORKERS};
    enum { CHUNKS = 4099, ROUNDS = 5 }; /* several together, or single ones */
    for (size_t w = 0; w < sizeof workers / sizeof *workers; w++) {
        struct board *board = board_new(workers[w]);
        struct procpool *pool = pool_new(workers[w], compute_unevenly, board);
        for (uint64_t round = 1; round <= ROUNDS; round++) {
            board->salt = round << 40;
            procpool_dispatch(pool, CHUNKS);
            for (uint64_t i = 0; i < CHUNKS; i++) {
                /* The last round waits for the last one first. */
                uint64_t chunk = round < ROUNDS ? i : CHUNKS - 1 - i;
                assert_int_equal(procpool_wait_chunk(pool, chunk), STATUS_OK);
                assert_true(board->value[chunk] == chunk * chunk + board->salt);
                assert_int_equal(atomic_load(&board->done[chunk]), round);
            }
            assert_int_equal(procpool_wait_all(pool), STATUS_OK);
        }
        procpool_stop(pool);
        board_free(board);
    }
    assert_no_child_left();
}

/* Begins only when the chunk before was awaited, and then takes longer than anybody spins. */
static enum status compute_in_step(void *context, unsigned worker, uint64_t chunk)
{
    struct board *board = context;
    while (atomic_load(&board->met) < chunk)
        (void)sched_yield();
    nap_ms(1);
    count_chunk(context, worker, chunk);
    return STATUS_OK;
}

/* Without being woken the parent would look for itself ten times a second: 30 s in all. */
static void is_woken_for_the_chunk_it_awaits(void **state)
{
    (void)state;
    enum { CHUNKS = 300, BOUND_S = 20 };
    struct board *board = board_new(1);
    struct procpool *pool = pool_new(1, compute_in_step, board);
    uint64_t start_ns = clock_now_ns();
    procpool_dispatch(pool, CHUNKS);
    for (uint64_t chunk = 0; chunk < CHUNKS; chunk++) {
        assert_int_equal(procpool_wait_chunk(pool, chunk), STATUS_OK);
        (void)atomic_fetch_add(&board->met, 1);
    }
    assert_true(clock_seconds_since(start_ns) < BOUND_S);
    assert_int_equal(procpool_wait_all(pool), STATUS_OK);
    procpool_stop(pool);
    board_free(board);
}

/* The first chunk takes until the parent was told of so many others. */
static enum status wait_for_the_telling(void *context, unsigned worker, uint64_t chunk)
{
    struct board *board = context;
    while (chunk == 0 && atomic_load(&board->met) < board->fatal_chunk)
        (void)sched_yield();
    return count_chunk(context, worker, chunk);
}

/* As they are done, each once, and the first one last, with those that were handed out with it. */
static void check_order_of_completion(uint64_t chunks)
{
    const uint64_t together = procpool_together(2, chunks);
    struct board *board = board_new(2);
    struct procpool *pool = pool_new(2, wait_for_the_telling, board);
    uint64_t chunk;
    board->fatal_chunk = chunks - together;
    procpool_dispatch(pool, chunks);
    for (uint64_t i = 0; i < chunks; i++) {
        assert_int_equal(procpool_next_done(pool, &chunk), STATUS_OK);
        assert_int_equal(atomic_exchange(&board->done[chunk], 0), 1);
        assert_int_equal(chunk < together, i >= chunks - together);
        (void)atomic_fetch_add(&board->met, 1);
    }
    assert_int_equal(procpool_wait_all(pool), STATUS_OK);
    procpool_stop(pool);
    board_free(board);
}

static void tells_of_chunks_in_order_of_completion(void **state)
{
    (void)state;
    check_order_of_completion(2);
    check_order_of_completion(1009);
    check_order_of_completion(MOST_CHUNKS); /* several together */
    for (unsigned workers = 1; workers <= MOST_WORKERS; workers += 3) {
        struct board *board = board_new(workers);
        struct procpool *pool = pool_new(workers, compute_unevenly, board);
        uint64_t sum = 0, chunk;
        procpool_dispatch(pool, MOST_CHUNKS);
        for (uint64_t i = 0; i < MOST_CHUNKS; i++) {
            assert_int_equal(procpool_next_done(pool, &chunk), STATUS_OK);
            assert_true(board->value[chunk] == chunk * chunk);
            sum += chunk;
        }
        assert_int_equal(sum, (uint64_t)MOST_CHUNKS * (MOST_CHUNKS - 1) / 2);
        assert_int_equal(procpool_wait_all(pool), STATUS_OK);
        procpool_stop(pool);
        board_free(board);
    }
}

static void tells_of_one_that_failed_when_it_is_done(void **state)
{
    struct board *board = board_new(2);
    struct procpool *pool = pool_new(2, fail_at_chunk, board);
    uint64_t chunk;
    (void)state;
    board->fatal_chunk = 3;
    procpool_dispatch(pool, 9);
    for (int i = 0; i < 9; i++) {
        const enum status status = procpool_next_done(pool, &chunk);
        assert_int_equal(status, chunk == 3 ? STATUS_FAILED : STATUS_OK);
    }
    assert_int_equal(procpool_wait_all(pool), STATUS_FAILED);
    procpool_stop(pool);
    board_free(board);
}

static void hands_out_one_alone(void **state)
{
    struct board *board = board_new(3);
    struct procpool *pool = pool_new(3, count_chunk, board);
    uint64_t told;
    (void)state;
    for (uint64_t chunk = MOST_CHUNKS - 1; chunk >= MOST_CHUNKS - 3; chunk--) {
        procpool_dispatch_one(pool, chunk);
        assert_int_equal(procpool_wait_chunk(pool, chunk), STATUS_OK);
        assert_int_equal(procpool_next_done(pool, &told), STATUS_OK);
        assert_int_equal(told, chunk);
        assert_int_equal(procpool_wait_all(pool), STATUS_OK);
        assert_int_equal(atomic_load(&board->done[chunk]), 1);
    }
    assert_int_equal(atomic_load(&board->done[0]), 0);
    procpool_stop(pool);
    board_free(board);
}

/* ---- The dead ---- */

/* Leaves the worker's process number and waits until every worker has: one chunk for each. */
static void meet(struct board *board, unsigned worker)
{
    atomic_store(&board->process[worker], getpid());
    (void)atomic_fetch_add(&board->met, 1);
    while (atomic_load(&board->met) < board->workers)
        (void)sched_yield();
}

static enum status meet_in_chunk(void *context, unsigned worker, uint64_t chunk)
{
    (void)chunk;
    meet(context, worker);
    return STATUS_OK;
}

/* Dispatches a meeting, after which the process numbers of all workers are known. */
static void let_meet(struct procpool *pool, struct board *board)
{
    atomic_store(&board->met, 0);
    procpool_dispatch(pool, board->workers);
    assert_int_equal(procpool_wait_all(pool), STATUS_OK);
}

static enum status die_at_chunk(void *context, unsigned worker, uint64_t chunk)
{
    struct board *board = context;
    if (chunk != board->fatal_chunk)
        return STATUS_OK;
    atomic_store(&board->process[worker], getpid());
    atomic_store(&board->culprit, worker);
    if (board->fatal_signal == 0)
        _exit(3);
    (void)raise(board->fatal_signal);
    return STATUS_OK;
}

enum waiting { FOR_ALL, FOR_IT, FOR_ANY };

/* 64 were handed out, of which the fifth is fatal. */
static enum status wait_in_vain(struct procpool *pool, enum waiting waiting)
{
    enum status status = STATUS_OK;
    uint64_t chunk;
    if (waiting == FOR_ALL)
        return procpool_wait_all(pool);
    if (waiting == FOR_IT)
        return procpool_wait_chunk(pool, 5);
    for (int i = 0; i < 64 && status == STATUS_OK; i++)
        status = procpool_next_done(pool, &chunk);
    return status;
}

/* A worker dies at chunk 5 of 64, and what is waited for is that chunk, or all, or any. */
static void check_death(int number, enum waiting waiting, const char *how)
{
    struct board *board = board_new(2);
    board->fatal_chunk = 5;
    board->fatal_signal = number;
    struct capture capture;
    capture_begin(&capture);
    struct procpool *pool = NULL;
    enum status started = procpool_start(2, NULL, die_at_chunk, board, MOST_CHUNKS, &pool);
    enum status first = STATUS_OK, again = STATUS_OK;
    uint64_t start_ns = clock_now_ns();
    if (started == STATUS_OK) {
        procpool_dispatch(pool, 64);
        first = wait_in_vain(pool, waiting);
        procpool_dispatch(pool, 64); /* nothing comes of it, and nothing hangs */
        again = wait_in_vain(pool, waiting);
    }
    double seconds = clock_seconds_since(start_ns);
    procpool_stop(pool);
    char text[1024], expected[1024];
    capture_end(&capture, text, sizeof text);

    assert_int_equal(started, STATUS_OK);
    assert_int_equal(first, STATUS_FAILED);
    assert_int_equal(again, STATUS_FAILED);
    assert_true(seconds < 10);
    unsigned culprit = atomic_load(&board->culprit);
    (void)snprintf(expected, sizeof expected, "%s: worker %u (process %ld) %s at chunk 5 of 64\n",
                   program_invocation_short_name, culprit,
                   (long)atomic_load(&board->process[culprit]), how);
    assert_string_equal(text, expected);
    assert_no_child_left();
    board_free(board);
}

static void names_who_died(void **state)
{
    (void)state;
    for (enum waiting waiting = FOR_ALL; waiting <= FOR_ANY; waiting++) {
        check_death(SIGKILL, waiting, "was killed by signal 9 (Killed)");
        check_death(SIGTERM, waiting, "was killed by signal 15 (Terminated)");
        check_death(0, waiting, "ended with exit status 3");
    }
}

static void set_nothing(int number)
{
    (void)number;
}

/* A worker with the parent's handler would survive the signal, and its chunk would be done. */
static void resets_inherited_handlers(void **state)
{
    (void)state;
    struct sigaction action = {.sa_handler = set_nothing}, before;
    sigset_t blocked, now;
    assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
    (void)sigprocmask(SIG_SETMASK, NULL, &blocked);
    check_death(SIGUSR1, FOR_ALL, "was killed by signal 10 (User defined signal 1)");
    (void)sigprocmask(SIG_SETMASK, NULL, &now);
    for (int number = 1; number < NSIG; number++)
        assert_int_equal(sigismember(&now, number), sigismember(&blocked, number));
    assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
}

static enum status die_or_take_long(void *context, unsigned worker, uint64_t chunk)
{
    struct board *board = context;
    meet(board, worker);
    if (chunk == 0)
        (void)raise(SIGKILL);
    for (;;)
        (void)pause();
    return STATUS_OK;
}

static void notices_a_death_while_others_compute(void **state)
{
    (void)state;
    struct board *board = board_new(3);
    struct procpool *pool = pool_new(3, die_or_take_long, board);
    struct capture capture;
    capture_begin(&capture);
    procpool_dispatch(pool, 3);
    enum status status = procpool_wait_all(pool);
    procpool_stop(pool);
    char text[1024];
    capture_end(&capture, text, sizeof text);
    assert_int_equal(status, STATUS_FAILED);
    assert_non_null(strstr(text, "was killed by signal 9 (Killed) at chunk 0 of 3\n"));
    assert_no_child_left();
    board_free(board);
}

/* One is killed at the first chunk. Of the others each takes long enough to be news. */
static enum status die_first(void *context, unsigned worker, uint64_t chunk)
{
    struct board *board = context;
    if (chunk == 0)
        (void)raise(SIGKILL);
    if (board->salt > 0)
        nap_ms((long)board->salt);
    (void)atomic_fetch_add(&board->met, 1);
    return count_chunk(context, worker, chunk);
}

/* Waits until the parent could know of a child's death, and has not looked for long. */
static void wait_for_a_death(void)
{
    siginfo_t info;
    assert_int_equal(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
    nap_ms(300);
}

/* However much the others have to tell: in all it would take them twenty seconds. */
static void notices_a_death_amid_news(void **state)
{
    enum { CHUNKS = MOST_CHUNKS, FEW = CHUNKS / 4 };
    (void)state;
    for (unsigned nap = 0; nap < 3; nap += 2) {
        struct board *board = board_new(2);
        struct procpool *pool = pool_new(2, die_first, board);
        uint64_t chunk = 0, told = 0;
        board->salt = nap;
        procpool_dispatch(pool, CHUNKS);
        if (nap == 0) { /* all is news at once */
            const unsigned others = CHUNKS - procpool_together(2, CHUNKS);
            while (atomic_load(&board->met) < others)
                (void)sched_yield();
            wait_for_a_death();
        }
        while (told < CHUNKS && procpool_next_done(pool, &chunk) == STATUS_OK)
            told++;
        procpool_stop(pool);
        assert_true(told < FEW);
        assert_no_child_left();
        board_free(board);
    }
}

static void check_idle_death(int how_to_look, const char *how)
{
    struct board *board = board_new(2);
    struct procpool *pool = pool_new(2, meet_in_chunk, board);
    let_meet(pool, board);
    pid_t victim = atomic_load(&board->process[1]);
    assert_int_equal(kill(victim, SIGKILL), 0);
    siginfo_t info;
    assert_int_equal(waitid(P_PID, (id_t)victim, &info, WEXITED | how_to_look), 0);
    struct capture capture;
    capture_begin(&capture);
    procpool_dispatch(pool, 0);
    enum status status = procpool_wait_all(pool);
    procpool_stop(pool);
    char text[1024], expected[1024];
    capture_end(&capture, text, sizeof text);
    assert_int_equal(status, STATUS_FAILED);
    (void)snprintf(expected, sizeof expected,
                   "%s: worker 1 (process %ld) %s while it waited for work\n",
                   program_invocation_short_name, (long)victim, how);
    assert_string_equal(text, expected);
    assert_no_child_left();
    board_free(board);
}

static void notices_who_died_idle(void **state)
{
    (void)state;
    check_idle_death(WNOWAIT, "was killed by signal 9 (Killed)");
}

/* By somebody else in this process, who keeps to himself how it ended. */
static void notices_a_death_that_was_reaped(void **state)
{
    (void)state;
    check_idle_death(0, "ended, nobody knows how,");
}

/* Where SIGCHLD is ignored the kernel would reap them. */
static void knows_how_they_died_where_children_were_ignored(void **state)
{
    (void)state;
    struct sigaction action = {.sa_handler = SIG_IGN}, before;
    assert_int_equal(sigaction(SIGCHLD, &action, &before), 0);
    check_death(SIGKILL, FOR_ALL, "was killed by signal 9 (Killed)");
    assert_int_equal(sigaction(SIGCHLD, &before, NULL), 0);
}

/* ---- The stopped and the slow ---- */

static void stop_worker(pid_t process)
{
    siginfo_t info;
    assert_int_equal(kill(process, SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)process, &info, WSTOPPED | WNOWAIT), 0);
}

static void takes_nobody_for_dead(void **state)
{
    (void)state;
    struct board *board = board_new(2);
    struct procpool *pool = pool_new(2, meet_in_chunk, board);
    let_meet(pool, board);
    pid_t sleeper = atomic_load(&board->process[0]);
    stop_worker(sleeper);
    pid_t alarm_clock = fork();
    assert_true(alarm_clock >= 0);
    if (alarm_clock == 0) {
        nap_ms(400); /* long enough for several looks */
        _exit(kill(sleeper, SIGCONT) == 0 ? 0 : 1);
    }
    struct capture capture;
    capture_begin(&capture);
    atomic_store(&board->met, 0);
    procpool_dispatch(pool, 2);
    enum status status = procpool_wait_all(pool);
    procpool_stop(pool);
    char text[1024];
    capture_end(&capture, text, sizeof text);
    assert_int_equal(status, STATUS_OK);
    assert_string_equal(text, "");
    assert_int_equal(waitpid(alarm_clock, NULL, 0), alarm_clock);
    assert_no_child_left();
    board_free(board);
}

static void stops_who_does_not_end(void **state)
{
    (void)state;
    struct board *board = board_new(2);
    struct procpool *pool = pool_new(2, meet_in_chunk, board);
    let_meet(pool, board);
    stop_worker(atomic_load(&board->process[1]));
    procpool_stop(pool);
    assert_no_child_left();
    board_free(board);
}

/* ---- The parent's death ---- */

static enum status meet_and_stay(void *context, unsigned worker, uint64_t chunk)
{
    (void)chunk;
    meet(context, worker);
    for (;;)
        (void)pause();
    return STATUS_OK;
}

/* Neither running nor anything else but a zombie that its new parent does not reap. */
static bool is_gone(pid_t process)
{
    char path[64], text[512];
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)process);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return true;
    size_t length = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[length] = '\0';
    const char *name_end = strrchr(text, ')');
    return name_end == NULL || strncmp(name_end, ") Z", 3) == 0 || strncmp(name_end, ") X", 3) == 0;
}

/* The process that will be killed: it starts a pool on `board`, whose workers then stay. */
_Noreturn static void be_parent(struct board *board, bool busy)
{
    (void)alarm(HANG_S);
    struct procpool *pool = NULL;
    procpool_task *task = busy ? meet_and_stay : meet_in_chunk;
    if (procpool_start(board->workers, NULL, task, board, MOST_CHUNKS, &pool) != STATUS_OK)
        _exit(1);
    procpool_dispatch(pool, board->workers);
    if (procpool_wait_all(pool) != STATUS_OK)
        _exit(1);
    for (;;)
        (void)pause();
}

static void check_orphans(bool busy)
{
    struct board *board = board_new(3);
    pid_t parent = fork();
    assert_true(parent >= 0);
    if (parent == 0)
        be_parent(board, busy);
    while (atomic_load(&board->met) < board->workers)
        nap_ms(1);
    nap_ms(busy ? 0 : 5); /* let them fall asleep, which the test does not depend on */
    assert_int_equal(kill(parent, SIGKILL), 0);
    int wait_status;
    assert_int_equal(waitpid(parent, &wait_status, 0), parent);
    assert_true(WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL);
    for (unsigned worker = 0; worker < board->workers; worker++)
        while (!is_gone(atomic_load(&board->process[worker])))
            nap_ms(1);
    assert_no_child_left();
    board_free(board);
}

static void workers_die_with_their_parent(void **state)
{
    (void)state;
    check_orphans(false);
    check_orphans(true);
}

/* ---- Start and stop ---- */

static void leaves_the_parents_output_alone(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    FILE *out = fdopen(ends[1], "w");
    assert_non_null(out);
    assert_true(fputs("once", out) >= 0); /* it stays in the buffer, which the workers inherit */
    struct board *board = board_new(3);
    struct procpool *pool = pool_new(3, meet_in_chunk, board);
    let_meet(pool, board);
    procpool_stop(pool);
    assert_int_equal(fclose(out), 0);
    char text[64];
    size_t length = 0;
    ssize_t got;
    while ((got = read(ends[0], text + length, sizeof text - length)) > 0)
        length += (size_t)got;
    (void)close(ends[0]);
    assert_int_equal(length, 4);
    board_free(board);
}

/* In a process of its own: the third fork fails. 2: not allowed to arrange that. */
static int start_without_enough_processes(void)
{
    struct procpool *pool = NULL;
    if (setrlimit(RLIMIT_NPROC, &(struct rlimit){3, 3}) != 0)
        return 2;
    if (geteuid() == 0 && setresuid(STRANGER, STRANGER, STRANGER) != 0)
        return 2;
    if (procpool_start(MOST_WORKERS, NULL, meet_in_chunk, NULL, 1, &pool) != STATUS_FAILED)
        return 1;
    procpool_stop(pool);
    return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? 0 : 1;
}

static void ends_started_workers_when_one_fails(void **state)
{
    (void)state;
    struct capture capture;
    capture_begin(&capture);
    pid_t child = fork();
    if (child == 0) {
        (void)alarm(HANG_S);
        _exit(start_without_enough_processes());
    }
    char text[1024];
    capture_end(&capture, text, sizeof text);
    int wait_status = -1;
    assert_int_equal(waitpid(child, &wait_status, 0), child);
    assert_true(WIFEXITED(wait_status));
    if (WEXITSTATUS(wait_status) == 2)
        skip();
    assert_int_equal(WEXITSTATUS(wait_status), 0);
    /* One line, whatever an emulator says of workers that are killed while they begin. */
    const char *line = strstr(text, "cannot start worker process");
    assert_non_null(line);
    assert_null(strstr(line, program_invocation_short_name));
}

static void stops_without_a_dispatch(void **state)
{
    (void)state;
    for (int trial = 0; trial < 50; trial++)
        procpool_stop(pool_new(2, meet_in_chunk, NULL));
    procpool_stop(NULL);
    assert_no_child_left();
}

int main(void)
{
    (void)alarm(HANG_S * 5);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_that_a_chunk_failed),
        cmocka_unit_test(tells_that_one_of_several_failed),
        cmocka_unit_test(hands_few_chunks_out_one_by_one),
        cmocka_unit_test(nobody_is_idle_while_a_chunk_is_left),
        cmocka_unit_test(waits_for_births),
        cmocka_unit_test(computes_every_chunk_once),
        cmocka_unit_test(dispatches_again_and_again),
        cmocka_unit_test(waits_for_chunks_in_order),
        cmocka_unit_test(is_woken_for_the_chunk_it_awaits),
        cmocka_unit_test(tells_of_chunks_in_order_of_completion),
        cmocka_unit_test(tells_of_one_that_failed_when_it_is_done),
        cmocka_unit_test(hands_out_one_alone),
        cmocka_unit_test(names_who_died),
        cmocka_unit_test(resets_inherited_handlers),
        cmocka_unit_test(notices_a_death_while_others_compute),
        cmocka_unit_test(notices_a_death_amid_news),
        cmocka_unit_test(notices_who_died_idle),
        cmocka_unit_test(notices_a_death_that_was_reaped),
        cmocka_unit_test(knows_how_they_died_where_children_were_ignored),
        cmocka_unit_test(takes_nobody_for_dead),
        cmocka_unit_test(stops_who_does_not_end),
        cmocka_unit_test(workers_die_with_their_parent),
        cmocka_unit_test(leaves_the_parents_output_alone),
        cmocka_unit_test(ends_started_workers_when_one_fails),
        cmocka_unit_test(stops_without_a_dispatch),
    };
    return cmocka_run_group_tests_name("procpool", tests, NULL, NULL);
}
