/*
 * Unit tests of taskqueue.h: each frame whole and once, whoever dies with a lock does
 * not keep it, and who dies in the middle of a frame is noticed by all. Nothing depends on how long
 * anything takes, but for a generous bound on hangs.
 */
#define _GNU_SOURCE
#include "taskqueue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "process.h"
#include "robust_locks.h"
#include "storage.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HANG_S = 60, LARGE = 3 << 20, EACH = 500, PRODUCERS = 3, CONSUMERS = 3, TEXT = 96 };

static struct taskqueue *queue_new(void)
{
    struct taskqueue *queue = NULL;
    assert_int_equal(taskqueue_new(&queue), STATUS_OK);
    return queue;
}

static struct process forked(process_work *work, void *context)
{
    struct process process;
    assert_true(process_fork(&process, work, context));
    return process;
}

static void assert_ends(struct process *process, const char *expected)
{
    siginfo_t information;
    char how[TEXT];
    assert_int_equal(waitid(P_PID, (id_t)process->id, &information, WEXITED | WNOWAIT), 0);
    assert_true(process_has_ended(process, how, sizeof how));
    assert_string_equal(how, expected);
}

/* Bytes that are in the pipe now. */
static int held(const struct taskqueue *queue)
{
    int bytes = -1;
    assert_int_equal(ioctl(taskqueue_descriptor(queue), FIONREAD, &bytes), 0);
    return bytes;
}

static char state_of(const struct process *process)
{
    char path[64], line[256] = "", *behind_name;
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)process->id);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    (void)fclose(file);
    behind_name = strrchr(line, ')');
    assert_non_null(behind_name);
    return behind_name[2];
}

static void stop(const struct process *process)
{
    assert_int_equal(kill(process->id, SIGSTOP), 0);
    while (state_of(process) != 'T')
        (void)sched_yield();
}

/* ---- Frames ---- */

static void frames_of_one_come_in_its_order(void **state)
{
    (void)state;
    struct taskqueue *queue = queue_new();
    struct frame frame;
    char room[16];
    struct pollfd polled = {.fd = taskqueue_descriptor(queue), .events = POLLIN};
    assert_int_equal(poll(&polled, 1, 0), 0);
    for (uint64_t i = 0; i < EACH; i++)
        assert_int_equal(taskqueue_put(queue, &(struct frame){1, i, i % 2 ? 7 : 0}, "payload"),
                         STATUS_OK);
    assert_int_equal(poll(&polled, 1, 0), 1);
    for (uint64_t i = 0; i < EACH; i++) {
        assert_int_equal(taskqueue_take(queue, &frame, room, sizeof room, NULL), STATUS_OK);
        assert_int_equal(frame.kind, 1);
        assert_int_equal(frame.piece, i);
        assert_int_equal(frame.bytes, i % 2 ? 7 : 0);
        assert_memory_equal(room, "payload", frame.bytes);
    }
    taskqueue_free(queue);
    taskqueue_free(NULL);
}

/* What processes of a test know of it. */
struct board {
    struct taskqueue *queue;
    _Atomic uint64_t sum, count;
    _Atomic unsigned wrong;
    atomic_bool begun;
};

static struct board *board_new(struct storage *storage)
{
    *storage = storage_new(sizeof(struct board), true, "the board");
    struct board *board = storage->start;
    board->queue = queue_new();
    return board;
}

static void board_free(struct board *board, struct storage *storage)
{
    taskqueue_free(board->queue);
    storage_free(storage);
}

/* Long and short ones; a length tells what must stand in it. */
static uint64_t length_of(uint64_t piece)
{
    return piece % 50 == 0 ? 100000 + piece : piece % 100;
}

static int produce(void *context)
{
    struct board *board = context;
    unsigned char *payload = malloc(200000);
    enum status status = STATUS_OK;
    for (uint64_t i = 0; payload && i < EACH && status == STATUS_OK; i++) {
        const struct frame frame = {2, i, length_of(i)};
        memset(payload, (int)i & 0xff, frame.bytes);
        status = taskqueue_put(board->queue, &frame, payload);
    }
    free(payload);
    return (int)status;
}

static int consume(void *context)
{
    struct board *board = context;
    unsigned char *payload = malloc(200000);
    struct frame frame = {0};
    while (payload && taskqueue_take(board->queue, &frame, payload, 200000, NULL) == STATUS_OK &&
           frame.kind == 2) {
        bool right = frame.bytes == length_of(frame.piece);
        for (uint64_t i = 0; right && i < frame.bytes; i++)
            right = payload[i] == (frame.piece & 0xff);
        (void)atomic_fetch_add(&board->wrong, right ? 0 : 1);
        (void)atomic_fetch_add(&board->sum, frame.piece);
        (void)atomic_fetch_add(&board->count, 1);
    }
    free(payload);
    return frame.kind == 3 ? 0 : 1;
}

static void several_at_both_ends_get_each_frame_whole_and_once(void **state)
{
    (void)state;
    struct storage storage;
    struct board *board = board_new(&storage);
    struct process producers[PRODUCERS], consumers[CONSUMERS];
    for (int i = 0; i < PRODUCERS; i++)
        producers[i] = forked(produce, board);
    for (int i = 0; i < CONSUMERS; i++)
        consumers[i] = forked(consume, board);
    for (int i = 0; i < PRODUCERS; i++)
        assert_ends(&producers[i], "ended with exit status 0");
    for (int i = 0; i < CONSUMERS; i++)
        assert_int_equal(taskqueue_put(board->queue, &(struct frame){3, 0, 0}, NULL), STATUS_OK);
    for (int i = 0; i < CONSUMERS; i++)
        assert_ends(&consumers[i], "ended with exit status 0");
    assert_int_equal(board->wrong, 0);
    assert_int_equal(board->count, PRODUCERS * EACH);
    assert_int_equal(board->sum, (uint64_t)PRODUCERS * EACH * (EACH - 1) / 2);
    board_free(board, &storage);
}

static void a_frame_that_is_longer_than_the_room_breaks_the_queue(void **state)
{
    (void)state;
    struct taskqueue *queue = queue_new();
    struct frame frame;
    char room[4];
    assert_int_equal(taskqueue_put(queue, &(struct frame){1, 0, 5}, "12345"), STATUS_OK);
    assert_int_equal(taskqueue_take(queue, &frame, room, sizeof room, NULL), STATUS_FAILED);
    assert_int_equal(taskqueue_take(queue, &frame, room, sizeof room, NULL), STATUS_FAILED);
    assert_int_equal(taskqueue_put(queue, &frame, "12345"), STATUS_FAILED);
    taskqueue_free(queue);
}

/* ---- Who dies ---- */

static int take_one(void *context)
{
    struct board *board = context;
    struct frame frame;
    unsigned char *room = malloc(LARGE);
    board->begun = true;
    const enum status status = taskqueue_take(board->queue, &frame, room, LARGE, NULL);
    free(room);
    return status == STATUS_OK ? 0 : 4;
}

static int put_large(void *context)
{
    struct board *board = context;
    void *payload = calloc(1, LARGE);
    const enum status status = taskqueue_put(board->queue, &(struct frame){1, 7, LARGE}, payload);
    free(payload);
    return status == STATUS_OK ? 0 : 4;
}

/* CPython's pool hangs in the same place. */
static void who_dies_waiting_for_a_frame_does_not_keep_the_lock(void **state)
{
    (void)state;
    needs_robust_locks();
    struct storage storage;
    struct board *board = board_new(&storage);
    struct process idle = forked(take_one, board);
    while (!board->begun || state_of(&idle) != 'S') /* it has the lock and sleeps in poll() */
        (void)sched_yield();
    process_kill(&idle);
    assert_ends(&idle, "was killed by signal 9 (Killed)");
    struct process next = forked(take_one, board);
    assert_int_equal(taskqueue_put(board->queue, &(struct frame){1, 1, 0}, NULL), STATUS_OK);
    assert_ends(&next, "ended with exit status 0");
    board_free(board, &storage);
}

/* Fills the pipe, and is then in the middle of its frame. */
static struct process one_amid_a_frame(struct board *board)
{
    struct process writer = forked(put_large, board);
    while (held(board->queue) == 0 || state_of(&writer) != 'S')
        (void)sched_yield();
    return writer;
}

static void who_dies_in_the_middle_of_a_frame_breaks_the_queue(void **state)
{
    (void)state;
    needs_robust_locks();
    struct storage storage;
    struct board *board = board_new(&storage);
    struct process writer = one_amid_a_frame(board);
    struct process other = forked(put_large, board); /* waits for the lock */
    process_kill(&writer);
    assert_ends(&writer, "was killed by signal 9 (Killed)");
    assert_ends(&other, "ended with exit status 4");
    struct process taker = forked(take_one, board);
    assert_ends(&taker, "ended with exit status 4");
    assert_int_equal(taskqueue_put(board->queue, &(struct frame){1, 1, 0}, NULL), STATUS_FAILED);
    board_free(board, &storage);
}

/* Nobody but the taker is there to notice. */
static void who_waits_for_the_rest_of_a_frame_is_told_of_its_writers_death(void **state)
{
    (void)state;
    needs_robust_locks();
    struct storage storage;
    struct board *board = board_new(&storage);
    struct process writer = one_amid_a_frame(board);
    stop(&writer);
    struct process taker = forked(take_one, board);
    while (held(board->queue) > 0)
        (void)sched_yield();
    process_end(&writer);
    assert_ends(&taker, "ended with exit status 4");
    board_free(board, &storage);
}

static void who_waits_for_room_is_told_of_the_readers_death(void **state)
{
    (void)state;
    needs_robust_locks();
    struct storage storage;
    struct board *board = board_new(&storage);
    struct process writer = one_amid_a_frame(board);
    stop(&writer);
    struct process taker = forked(take_one, board);
    while (held(board->queue) > 0 || state_of(&taker) != 'S')
        (void)sched_yield();
    process_end(&taker);
    assert_int_equal(kill(writer.id, SIGCONT), 0);
    assert_ends(&writer, "ended with exit status 4");
    board_free(board, &storage);
}

static void one_that_is_stopped_in_the_middle_of_a_frame_goes_on(void **state)
{
    (void)state;
    struct storage storage;
    struct board *board = board_new(&storage);
    struct process writer = one_amid_a_frame(board);
    stop(&writer);
    struct process taker = forked(take_one, board);
    while (held(board->queue) > 0 || state_of(&taker) != 'S')
        (void)sched_yield();
    assert_int_equal(kill(writer.id, SIGCONT), 0);
    assert_ends(&writer, "ended with exit status 0");
    assert_ends(&taker, "ended with exit status 0");
    board_free(board, &storage);
}

static void without_descriptors_there_is_no_queue(void **state)
{
    (void)state;
    struct rlimit limit;
    struct taskqueue *queue = NULL;
    const int next = dup(STDERR_FILENO);
    (void)close(next);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const struct rlimit one_more = {(rlim_t)next + 1, limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &one_more), 0);
    assert_int_equal(taskqueue_new(&queue), STATUS_FAILED);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_null(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_of_one_come_in_its_order),
        cmocka_unit_test(several_at_both_ends_get_each_frame_whole_and_once),
        cmocka_unit_test(a_frame_that_is_longer_than_the_room_breaks_the_queue),
        cmocka_unit_test(who_dies_waiting_for_a_frame_does_not_keep_the_lock),
        cmocka_unit_test(who_dies_in_the_middle_of_a_frame_breaks_the_queue),
        cmocka_unit_test(who_waits_for_the_rest_of_a_frame_is_told_of_its_writers_death),
        cmocka_unit_test(who_waits_for_room_is_told_of_the_readers_death),
        cmocka_unit_test(one_that_is_stopped_in_the_middle_of_a_frame_goes_on),
        cmocka_unit_test(without_descriptors_there_is_no_queue),
    };
    (void)alarm(HANG_S);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
