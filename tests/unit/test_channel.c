/*
 * Unit tests of channel.h: every frame as it was put, whoever is slow, full or gone.
 * Where no other process is needed, both ends are in this one. Nothing depends on how long anything
 * takes, but for a generous bound on hangs.
 */
#define _GNU_SOURCE
#include "channel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HANG_S = 120, LARGE = 24 << 20, MANY = 1000, ALIGNMENT = 16 };

struct ends {
    struct channel *here, *there;
};

static struct ends ends_new(enum channel_kind kind)
{
    struct ends ends = {NULL, NULL};
    assert_int_equal(channel_pair(kind, &ends.here, &ends.there), STATUS_OK);
    return ends;
}

static void ends_free(struct ends *ends)
{
    channel_free(ends->here);
    channel_free(ends->there);
}

/* So many bytes, which tell where each belongs. */
static unsigned char *pattern(size_t bytes, unsigned salt)
{
    unsigned char *made = malloc(bytes + 1);
    assert_non_null(made);
    for (size_t i = 0; i < bytes; i++)
        made[i] = (unsigned char)(i * 31 + (i >> 8) * 7 + salt);
    return made;
}

static void put(struct channel *end, uint64_t piece, uint64_t bytes, const void *payload)
{
    assert_int_equal(channel_put(end, &(struct frame){7, piece, bytes}, payload), STATUS_OK);
}

static bool step(struct channel *end, struct frame *frame, void **payload)
{
    bool came;
    assert_int_equal(channel_step(end, frame, payload, &came), STATUS_OK);
    return came;
}

/* Until a frame came to `to`, by steps of both ends. */
static void move(struct channel *from, struct channel *to, struct frame *frame, void **payload)
{
    struct frame other;
    void *nothing;
    while (!step(to, frame, payload))
        assert_false(step(from, &other, &nothing));
}

static void frames_of_any_length(enum channel_kind kind)
{
    static const size_t lengths[] = {0,    1,     15,    16,    17,     32,
                                     4095, 65503, 65504, 65536, 131071, 3 << 20 | 5};
    struct ends ends = ends_new(kind);
    for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        unsigned char *sent = pattern(lengths[i], i);
        struct frame frame = {0};
        void *payload = NULL;
        put(ends.here, i, lengths[i], sent);
        move(ends.here, ends.there, &frame, &payload);
        assert_int_equal(frame.kind, 7);
        assert_int_equal(frame.piece, i);
        assert_int_equal(frame.bytes, lengths[i]);
        assert_int_equal((uintptr_t)payload % ALIGNMENT, 0);
        assert_memory_equal(payload, sent, lengths[i]);
        free(sent);
    }
    ends_free(&ends);
}

static void frames_of_any_length_come_whole(void **state)
{
    (void)state;
    frames_of_any_length(CHANNEL_PIPES);
    frames_of_any_length(CHANNEL_SOCKETS);
}

static void both_full(enum channel_kind kind)
{
    struct ends ends = ends_new(kind);
    unsigned char *forth = pattern(LARGE, 1), *back = pattern(LARGE, 2);
    struct frame frame;
    void *payload;
    bool there_came = false, here_came = false;
    put(ends.here, 1, LARGE, forth);
    put(ends.there, 2, LARGE, back);
    while (!there_came || !here_came) {
        if (!there_came && step(ends.there, &frame, &payload)) {
            assert_memory_equal(payload, forth, LARGE);
            there_came = true;
        }
        if (!here_came && step(ends.here, &frame, &payload)) {
            assert_memory_equal(payload, back, LARGE);
            here_came = true;
        }
    }
    ends_free(&ends);
    free(forth);
    free(back);
}

static void both_ends_full_at_once_do_not_wait_for_each_other(void **state)
{
    (void)state;
    both_full(CHANNEL_PIPES);
    both_full(CHANNEL_SOCKETS);
}

/* ---- Calls ---- */

/* How often this process has called the system to read or write; 0: the system does not tell. */
static unsigned long calls(const char *which)
{
    char line[64];
    unsigned long count = 0;
    FILE *file = fopen("/proc/self/io", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, which, strlen(which)) == 0)
            count = strtoul(line + strlen(which), NULL, 10);
    if (file)
        (void)fclose(file);
    return count;
}

static void many_small_frames_take_few_calls(void **state)
{
    (void)state;
    struct ends ends = ends_new(CHANNEL_PIPES);
    uint64_t values[MANY];
    struct frame frame;
    void *payload;
    const unsigned long written = calls("syscw:"), read = calls("syscr:");
    for (uint64_t i = 0; i < MANY; i++) {
        values[i] = i * i;
        put(ends.here, i, sizeof values[i], &values[i]);
    }
    assert_int_equal(channel_flush(ends.here), STATUS_OK); /* a pipe has room for them all */
    for (uint64_t i = 0; i < MANY; i++) {
        assert_true(step(ends.there, &frame, &payload));
        assert_int_equal(frame.piece, i);
        assert_memory_equal(payload, &values[i], sizeof values[i]);
    }
    assert_false(step(ends.there, &frame, &payload));
    if (calls("syscw:") > 0) { /* what reads the counts makes some calls itself */
        assert_in_range(calls("syscw:") - written, 1, MANY / 10);
        assert_in_range(calls("syscr:") - read, 1, MANY / 10);
    }
    ends_free(&ends);
}

/* ---- Who is gone ---- */

static void other_end_gone(enum channel_kind kind)
{
    struct ends ends = ends_new(kind);
    struct frame frame;
    void *payload;
    bool came;
    put(ends.there, 1, 4, "last");
    put(ends.there, 2, 5, "words");
    assert_int_equal(channel_flush(ends.there), STATUS_OK);
    channel_free(ends.there);
    put(ends.here, 3, 7, "in vain"); /* is not known yet */
    assert_true(step(ends.here, &frame, &payload));
    assert_memory_equal(payload, "last", 4);
    assert_true(step(ends.here, &frame, &payload));
    assert_memory_equal(payload, "words", 5);
    assert_int_equal(channel_step(ends.here, &frame, &payload, &came), STATUS_FAILED);
    assert_false(came);
    assert_int_equal(channel_wait(&ends.here, 1, NULL, 0, 0), 0);
    assert_int_equal(channel_put(ends.here, &frame, payload), STATUS_FAILED);
    assert_int_equal(channel_flush(ends.here), STATUS_FAILED);
    assert_int_equal(channel_take(ends.here, &frame, &payload), STATUS_FAILED);
    channel_free(ends.here);
}

static void what_came_before_the_other_end_was_gone_is_handed_over(void **state)
{
    (void)state;
    other_end_gone(CHANNEL_PIPES);
    other_end_gone(CHANNEL_SOCKETS);
}

/* That nothing can be sent any more is noticed before all was read that had come. */
static void much_that_came_is_handed_over(void **state)
{
    enum { MUCH = 100000 }; /* more than is read at once, and less than sockets hold */
    struct ends ends = ends_new(CHANNEL_SOCKETS);
    unsigned char *sent = pattern(MUCH, 0);
    struct frame frame;
    void *payload;
    bool came;
    (void)state;
    put(ends.there, 1, MUCH, sent);
    assert_int_equal(channel_flush(ends.there), STATUS_OK);
    channel_free(ends.there);
    put(ends.here, 2, 7, "in vain");
    assert_int_equal(channel_take(ends.here, &frame, &payload), STATUS_OK);
    assert_memory_equal(payload, sent, MUCH);
    assert_int_equal(channel_put(ends.here, &frame, payload), STATUS_FAILED);
    assert_int_equal(channel_step(ends.here, &frame, &payload, &came), STATUS_FAILED);
    channel_free(ends.here);
    free(sent);
}

static void torn_frame(enum channel_kind kind)
{
    struct ends ends = ends_new(kind);
    unsigned char *sent = pattern(LARGE, 0);
    struct frame frame;
    void *payload;
    put(ends.there, 1, LARGE, sent);
    assert_false(step(ends.there, &frame, &payload));
    channel_free(ends.there);
    assert_int_equal(channel_take(ends.here, &frame, &payload), STATUS_FAILED);
    channel_free(ends.here);
    free(sent);
}

static void half_a_frame_is_none(void **state)
{
    (void)state;
    torn_frame(CHANNEL_PIPES);
    torn_frame(CHANNEL_SOCKETS);
}

/* ---- Processes ---- */

/* Sends every frame back, with its bytes turned over, both in one flush after another. */
static void turn_over(struct channel *end)
{
    struct frame frame;
    void *payload;
    while (channel_take(end, &frame, &payload) == STATUS_OK) {
        unsigned char *bytes = payload;
        unsigned char *turned = malloc(frame.bytes + 1);
        for (uint64_t i = 0; turned && i < frame.bytes; i++)
            turned[i] = (unsigned char)~bytes[i];
        if (!turned || channel_put(end, &frame, turned) != STATUS_OK ||
            channel_flush(end) != STATUS_OK)
            _exit(1);
        free(turned);
    }
    _exit(0);
}

static pid_t fork_to(struct ends *ends, void (*work)(struct channel *))
{
    const pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        channel_free(ends->here);
        (void)alarm(HANG_S);
        work(ends->there);
        _exit(0);
    }
    channel_free(ends->there);
    ends->there = NULL;
    return process;
}

static int status_of(pid_t process)
{
    int status = -1;
    assert_int_equal(waitpid(process, &status, 0), process);
    return status;
}

static void to_and_fro(enum channel_kind kind)
{
    enum { FRAMES = 3 };
    struct ends ends = ends_new(kind);
    const pid_t process = fork_to(&ends, turn_over);
    unsigned char *sent = pattern(LARGE, 3);
    struct frame frame;
    void *payload;
    for (uint64_t i = 0; i < FRAMES; i++) /* it answers the first while the second is on its way */
        put(ends.here, i, LARGE, sent);
    assert_int_equal(channel_flush(ends.here), STATUS_OK);
    for (uint64_t i = 0; i < FRAMES; i++) {
        assert_int_equal(channel_take(ends.here, &frame, &payload), STATUS_OK);
        assert_int_equal(frame.piece, i);
        assert_int_equal(frame.bytes, LARGE);
        for (size_t byte = 0; byte < LARGE; byte++)
            if (((unsigned char *)payload)[byte] != (unsigned char)~sent[byte])
                fail_msg("byte %zu of frame %u", byte, (unsigned)i);
    }
    ends_free(&ends);
    assert_int_equal(status_of(process), 0);
    free(sent);
}

static void two_processes_that_send_at_once_both_get_through(void **state)
{
    (void)state;
    to_and_fro(CHANNEL_PIPES);
    to_and_fro(CHANNEL_SOCKETS);
}

static void wait_for_a_signal(struct channel *end)
{
    (void)end;
    for (;;)
        (void)pause();
}

static void a_process_that_ends_ends_the_wait(void **state)
{
    (void)state;
    struct ends ends = ends_new(CHANNEL_PIPES);
    const pid_t process = fork_to(&ends, wait_for_a_signal);
    const int processes[] = {-1, (int)syscall(SYS_pidfd_open, process, 0)};
    struct channel *none[] = {NULL, NULL, NULL};
    struct frame frame;
    void *payload;
    if (processes[1] < 0)
        print_message("no pidfd here: %s\n", strerror(errno));
    assert_int_equal(channel_wait(none, 3, processes, 2, 1000000), -1);
    assert_int_equal(channel_wait(&ends.here, 1, processes, 2, 1000000), -1);
    assert_int_equal(kill(process, SIGKILL), 0);
    if (processes[1] >= 0)
        assert_int_equal(channel_wait(none, 3, processes, 2, 0), 4);
    assert_int_equal(channel_take(ends.here, &frame, &payload), STATUS_FAILED);
    assert_true(WIFSIGNALED(status_of(process)));
    (void)close(processes[1]);
    ends_free(&ends);
}

static void the_wait_tells_which_end_can_go_on(void **state)
{
    (void)state;
    struct ends first = ends_new(CHANNEL_PIPES), second = ends_new(CHANNEL_SOCKETS);
    struct channel *both[] = {first.here, NULL, second.here};
    struct frame frame;
    void *payload;
    assert_int_equal(channel_wait(both, 3, NULL, 0, 1000000), -1);
    put(second.there, 1, 3, "two");
    put(second.there, 2, 3, "two");
    assert_int_equal(channel_flush(second.there), STATUS_OK);
    assert_int_equal(channel_wait(both, 3, NULL, 0, 0), 2);
    assert_true(step(second.here, &frame, &payload));
    assert_int_equal(channel_wait(both, 3, NULL, 0, 0), 2); /* which the first call has read */
    assert_true(step(second.here, &frame, &payload));
    put(first.here, 3, 3, "one"); /* there is room for it: it can be written */
    assert_int_equal(channel_wait(both, 3, NULL, 0, 0), 0);
    ends_free(&first);
    ends_free(&second);
}

/* As many ends as a large machine has cores: more than the wait keeps on its stack. */
static void a_wait_takes_any_number_of_ends(void **state)
{
    enum { ENDS = 100 };
    (void)state;
    struct ends ends[ENDS];
    struct channel *all[ENDS];
    for (int i = 0; i < ENDS; i++) {
        ends[i] = ends_new(CHANNEL_SOCKETS);
        all[i] = ends[i].here;
    }
    put(ends[ENDS - 1].there, 0, 0, NULL);
    assert_int_equal(channel_flush(ends[ENDS - 1].there), STATUS_OK);
    assert_int_equal(channel_wait(all, ENDS, NULL, 0, 0), ENDS - 1);
    for (int i = 0; i < ENDS; i++)
        ends_free(&ends[i]);
}

static void without_descriptors_there_is_no_channel(void **state)
{
    (void)state;
    struct rlimit limit, none;
    struct channel *here = NULL, *there = NULL;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    for (unsigned free_ones = 0; free_ones < 4; free_ones++) {
        const int next = dup(STDERR_FILENO);
        (void)close(next);
        none = (struct rlimit){(rlim_t)next + free_ones, limit.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
        assert_int_equal(channel_pair(CHANNEL_PIPES, &here, &there), STATUS_FAILED);
        if (free_ones < 2)
            assert_int_equal(channel_pair(CHANNEL_SOCKETS, &here, &there), STATUS_FAILED);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        assert_int_equal(next, dup(STDERR_FILENO)); /* none was left behind */
        (void)close(next);
    }
    assert_null(here);
    channel_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_of_any_length_come_whole),
        cmocka_unit_test(both_ends_full_at_once_do_not_wait_for_each_other),
        cmocka_unit_test(many_small_frames_take_few_calls),
        cmocka_unit_test(what_came_before_the_other_end_was_gone_is_handed_over),
        cmocka_unit_test(much_that_came_is_handed_over),
        cmocka_unit_test(half_a_frame_is_none),
        cmocka_unit_test(two_processes_that_send_at_once_both_get_through),
        cmocka_unit_test(a_process_that_ends_ends_the_wait),
        cmocka_unit_test(the_wait_tells_which_end_can_go_on),
        cmocka_unit_test(a_wait_takes_any_number_of_ends),
        cmocka_unit_test(without_descriptors_there_is_no_channel),
    };
    (void)alarm(HANG_S);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
