/*
 * Nothing is copied on its way out: heads and payloads of all frames that wait go to the system in
 * one call. In one call, too, comes whatever has arrived, up to a buffer's size; the frames are
 * then handed over where they lie. So of small frames many cost two calls.
 */
#define _GNU_SOURCE
#include "channel.h"

#include "aligned.h"
#include "clock.h"
#include "memory.h"
#include "storage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* BUFFER: as much as a pipe holds. SPIN_NS: see eventcount.c. */
enum { BUFFER = 64 << 10, AT_ONCE = 16, FEW = 32, SPIN_NS = 20000 };

/* A frame's head as it travels; with it and a payload's padding all begin at multiples of 16. */
struct head {
    struct frame frame;
    uint64_t mark; /* in the wrong place there is no head: the stream is broken */
};
#define MARK UINT64_C(0x656d617266636270)

struct outgoing {
    struct head head;
    const void *payload;
};

struct channel {
    int in, out; /* one descriptor where they are sockets */
    /* The other end takes no more; it gives no more. Who takes no more may have given before. */
    bool is_deaf, is_mute;

    struct outgoing *queue; /* a ring */
    size_t first, queued, room;
    size_t written; /* bytes of the first one */

    struct storage buffer; /* there is none before something is read */
    size_t begin, end;     /* of what has come and was not handed over */
};

static size_t padded(uint64_t bytes)
{
    return aligned(bytes, PARTIAL_ALIGNMENT);
}

/* ---- The ends ---- */

static struct channel *end_new(int in, int out)
{
    struct channel *end = memory_new(1, sizeof *end);
    end->in = in;
    end->out = out;
    return end;
}

static enum status no_descriptors(void)
{
    return status_fail(STATUS_FAILED,
                       "cannot make a channel to a process: %s; use fewer workers, or raise the "
                       "limit: ulimit -n",
                       strerror(errno));
}

static enum status pair_of_pipes(struct channel **here, struct channel **there)
{
    int forth[2], back[2];
    if (pipe2(forth, O_NONBLOCK | O_CLOEXEC) != 0)
        return no_descriptors();
    if (pipe2(back, O_NONBLOCK | O_CLOEXEC) != 0) {
        const enum status status = no_descriptors();
        (void)close(forth[0]);
        (void)close(forth[1]);
        return status;
    }
    *here = end_new(back[0], forth[1]);
    *there = end_new(forth[0], back[1]);
    return STATUS_OK;
}

static enum status pair_of_sockets(struct channel **here, struct channel **there)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
        return no_descriptors();
    *here = end_new(ends[0], ends[0]);
    *there = end_new(ends[1], ends[1]);
    return STATUS_OK;
}

enum status channel_pair(enum channel_kind kind, struct channel **here, struct channel **there)
{
    (void)signal(SIGPIPE, SIG_IGN);
    return kind == CHANNEL_PIPES ? pair_of_pipes(here, there) : pair_of_sockets(here, there);
}

void channel_leave(const struct channel *end)
{
    if (end == NULL)
        return;
    (void)close(end->in);
    if (end->out != end->in)
        (void)close(end->out);
}

void channel_free(struct channel *end)
{
    if (end == NULL)
        return;
    channel_leave(end);
    storage_free(&end->buffer);
    free(end->queue);
    free(end);
}

/* ---- Out ---- */

/* The i-th that waits. */
static struct outgoing *waiting(const struct channel *end, size_t i)
{
    return &end->queue[(end->first + i) % end->room];
}

static void make_queue_longer(struct channel *end)
{
    const size_t room = end->room > 0 ? 2 * end->room : AT_ONCE;
    struct outgoing *queue = memory_new(room, sizeof *queue);
    for (size_t i = 0; i < end->queued; i++)
        queue[i] = *waiting(end, i);
    free(end->queue);
    end->queue = queue;
    end->room = room;
    end->first = 0;
}

static bool is_gone(const struct channel *end)
{
    return end->is_deaf || end->is_mute;
}

enum status channel_put(struct channel *end, const struct frame *frame, const void *payload)
{
    if (is_gone(end))
        return STATUS_FAILED;
    if (end->queued == end->room)
        make_queue_longer(end);
    *waiting(end, end->queued++) = (struct outgoing){{*frame, MARK}, payload};
    return STATUS_OK;
}

/* Appends what is left of a part, of which `*skip` bytes at most are written already. */
static void add_part(struct iovec *parts, int *count, size_t *skip, const void *start, size_t bytes)
{
    const size_t skipped = *skip < bytes ? *skip : bytes;
    *skip -= skipped;
    if (bytes > skipped)
        parts[(*count)++] =
            (struct iovec){(unsigned char *)(uintptr_t)start + skipped, bytes - skipped};
}

static int list_parts(const struct channel *end, struct iovec *parts)
{
    static const unsigned char padding[PARTIAL_ALIGNMENT];
    size_t skip = end->written;
    int count = 0;
    for (size_t i = 0; i < end->queued && i < AT_ONCE; i++) {
        const struct outgoing *outgoing = waiting(end, i);
        const uint64_t bytes = outgoing->head.frame.bytes;
        add_part(parts, &count, &skip, &outgoing->head, sizeof outgoing->head);
        add_part(parts, &count, &skip, outgoing->payload, (size_t)bytes);
        add_part(parts, &count, &skip, padding, padded(bytes) - (size_t)bytes);
    }
    return count;
}

static void count_written(struct channel *end, size_t written)
{
    end->written += written;
    while (end->queued > 0) {
        const size_t whole = sizeof(struct head) + padded(waiting(end, 0)->head.frame.bytes);
        if (end->written < whole)
            break;
        end->written -= whole;
        end->first = (end->first + 1) % end->room;
        end->queued--;
    }
}

static void write_out(struct channel *end)
{
    struct iovec parts[3 * AT_ONCE];
    if (end->queued == 0 || end->is_deaf)
        return;
    const ssize_t written = writev(end->out, parts, list_parts(end, parts));
    if (written >= 0)
        count_written(end, (size_t)written);
    else if (errno != EAGAIN && errno != EINTR)
        end->is_deaf = true;
}

/* ---- In ---- */

/* How many bytes there must be for the frame in front to be whole; 0: the stream is broken. */
static size_t awaited(const struct channel *end)
{
    const struct head *head = (const void *)((unsigned char *)end->buffer.start + end->begin);
    if (end->end - end->begin < sizeof *head)
        return sizeof *head;
    return head->mark == MARK ? sizeof *head + padded(head->frame.bytes) : 0;
}

static bool is_whole(const struct channel *end)
{
    const size_t bytes = awaited(end);
    return bytes > 0 && end->end - end->begin >= bytes;
}

/* For so many bytes from the first one on that was not handed over. */
static void make_room(struct channel *end, size_t bytes)
{
    const size_t kept = end->end - end->begin;
    unsigned char *old = end->buffer.start;
    if (kept > 0 && end->buffer.bytes - end->begin >= bytes)
        return;
    if (end->buffer.bytes < bytes) {
        const size_t least = bytes > BUFFER ? bytes : BUFFER;
        struct storage buffer = storage_new(least > 2 * kept ? least : 2 * kept, false,
                                            "a message: take a smaller chunk");
        if (kept > 0)
            memcpy(buffer.start, old + end->begin, kept);
        storage_free(&end->buffer);
        end->buffer = buffer;
    } else {
        memmove(old, old + end->begin, kept);
    }
    end->begin = 0;
    end->end = kept;
}

/* Takes in what has arrived, behind what was taken in before. */
static void read_in(struct channel *end, size_t room)
{
    make_room(end, room);
    const ssize_t got =
        read(end->in, (unsigned char *)end->buffer.start + end->end, end->buffer.bytes - end->end);
    if (got > 0)
        end->end += (size_t)got;
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        end->is_mute = true;
}

enum status channel_step(struct channel *end, struct frame *frame, void **payload, bool *came)
{
    *came = false;
    write_out(end);
    if (!is_whole(end)) {
        if (awaited(end) > 0)
            read_in(end, awaited(end));
        else
            end->is_mute = true;
        if (!is_whole(end))
            return end->is_mute ? STATUS_FAILED : STATUS_OK;
    }
    const struct head *head = (const void *)((unsigned char *)end->buffer.start + end->begin);
    *came = true;
    *frame = head->frame;
    *payload = (unsigned char *)end->buffer.start + end->begin + sizeof *head;
    end->begin += sizeof *head + padded(frame->bytes);
    return STATUS_OK;
}

/* ---- Waiting ---- */

/* The first that is ready, or -1. */
static int first_ready(const struct pollfd *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].revents != 0)
            return (int)i;
    return -1;
}

/* Looks again and again for a moment, and gives the core away in between: to sleep and to be woken
 * would take longer than most answers do. */
static int spin(struct pollfd *all, size_t count)
{
    const uint64_t end_ns = clock_now_ns() + SPIN_NS;
    do {
        if (poll(all, count, 0) > 0)
            return first_ready(all, count);
        (void)sched_yield();
    } while (clock_now_ns() < end_ns);
    return -1;
}

static int wait_for(struct pollfd *all, size_t count, uint64_t timeout_ns)
{
    const int ready = spin(all, count);
    const struct timespec timeout = {.tv_sec = (time_t)(timeout_ns / 1000000000u),
                                     .tv_nsec = (long)(timeout_ns % 1000000000u)};
    if (ready >= 0)
        return ready;
    return ppoll(all, count, timeout_ns > 0 ? &timeout : NULL, NULL) > 0 ? first_ready(all, count)
                                                                         : -1;
}

int channel_wait(struct channel *const *ends, size_t count, const int *processes,
                 size_t process_count, uint64_t timeout_ns)
{
    struct pollfd few[FEW];
    const size_t all = 2 * count + process_count;
    struct pollfd *polled = all <= FEW ? few : memory_new(all, sizeof *polled);
    int ready = -1;
    for (size_t i = 0; i < count && ready < 0; i++) {
        const struct channel *end = ends[i];
        if (end && (is_whole(end) || end->is_mute))
            ready = (int)i;
        polled[i] = (struct pollfd){.fd = end ? end->in : -1, .events = POLLIN};
        polled[count + process_count + i] = (struct pollfd){
            .fd = end && end->queued > 0 && !end->is_deaf ? end->out : -1, .events = POLLOUT};
    }
    for (size_t i = 0; i < process_count; i++)
        polled[count + i] = (struct pollfd){.fd = processes[i], .events = POLLIN};
    if (ready < 0)
        ready = wait_for(polled, all, timeout_ns);
    if (polled != few)
        free(polled);
    return ready >= (int)(count + process_count) ? ready - (int)(count + process_count) : ready;
}

enum status channel_take(struct channel *end, struct frame *frame, void **payload)
{
    for (;;) {
        bool came;
        TRY(channel_step(end, frame, payload, &came));
        if (came)
            return STATUS_OK;
        (void)channel_wait(&end, 1, NULL, 0, 0);
    }
}

/* It takes in, too: the other end may be in the same place, with a full pipe before it. */
enum status channel_flush(struct channel *end)
{
    for (write_out(end); end->queued > 0; write_out(end)) {
        struct pollfd both[] = {{.fd = end->in, .events = POLLIN},
                                {.fd = end->out, .events = POLLOUT}};
        if (is_gone(end))
            return STATUS_FAILED;
        (void)wait_for(both, 2, 0);
        if (both[0].revents != 0)
            read_in(end, end->end - end->begin + BUFFER);
    }
    return STATUS_OK;
}
