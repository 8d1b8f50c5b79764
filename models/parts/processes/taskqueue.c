/*
 * The locks are robust mutexes: the kernel passes them on when their holder dies, and the next one
 * is told. Beside each stands whether its holder is in the middle of a frame. Neither end ever
 * waits in a read or a write, lest it waits for the dead: it looks at least ten times a second
 * whether whoever it waits for has died, by trying the other end's lock.
 */
#define _GNU_SOURCE
#include "taskqueue.h"

#include "eventcount.h"
#include "memory.h"
#include "storage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PATROL_MS = 100 };

/* The right to use one end of the pipe. */
struct turn {
    _Alignas(EVENTCOUNT_LINE) pthread_mutex_t lock;
    _Atomic bool is_amid; /* its holder is in the middle of a frame */
};

struct shared {
    struct turn put, take;
    _Atomic bool is_broken;
};

struct taskqueue {
    struct storage storage; /* of `shared` */
    struct shared *shared;
    int read_end, write_end;
};

/* ---- Turns ---- */

static void turn_new(struct turn *turn)
{
    pthread_mutexattr_t attributes;
    (void)pthread_mutexattr_init(&attributes);
    (void)pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    (void)pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    (void)pthread_mutex_init(&turn->lock, &attributes);
    (void)pthread_mutexattr_destroy(&attributes);
    atomic_init(&turn->is_amid, false);
}

/* The lock was got: of one who died, who may have been in the middle of a frame. */
static void inherit(struct shared *shared, struct turn *turn, int error)
{
    if (error != EOWNERDEAD)
        return;
    if (atomic_load(&turn->is_amid))
        atomic_store(&shared->is_broken, true);
    (void)pthread_mutex_consistent(&turn->lock);
}

static enum status turn_begin(struct shared *shared, struct turn *turn)
{
    inherit(shared, turn, pthread_mutex_lock(&turn->lock));
    if (!atomic_load(&shared->is_broken))
        return STATUS_OK;
    (void)pthread_mutex_unlock(&turn->lock);
    return STATUS_FAILED;
}

static enum status turn_end(struct shared *shared, struct turn *turn, enum status status)
{
    if (status == STATUS_OK)
        atomic_store(&turn->is_amid, false);
    else
        atomic_store(&shared->is_broken, true);
    (void)pthread_mutex_unlock(&turn->lock);
    return status;
}

/* Whether whoever has the other end's turn is alive, or nobody has it. */
static bool is_alive(struct shared *shared, struct turn *other)
{
    const int error = pthread_mutex_trylock(&other->lock);
    if (error == 0 || error == EOWNERDEAD) {
        inherit(shared, other, error);
        (void)pthread_mutex_unlock(&other->lock);
    }
    return !atomic_load(&shared->is_broken);
}

/* ---- The pipe ---- */

/* After a call that moved nothing: waits until another one may. */
static enum status wait_for(struct shared *shared, struct turn *other, int descriptor, short events,
                            const struct taskqueue_look *look)
{
    struct pollfd polled = {.fd = descriptor, .events = events};
    if (errno == EINTR)
        return STATUS_OK;
    if (errno != EAGAIN)
        return STATUS_FAILED;
    if (poll(&polled, 1, PATROL_MS) > 0)
        return STATUS_OK;
    if (!is_alive(shared, other))
        return STATUS_FAILED;
    return look ? look->look(look->context) : STATUS_OK;
}

static enum status write_all(struct taskqueue *queue, struct iovec *parts, int count)
{
    struct shared *shared = queue->shared;
    while (count > 0) {
        const ssize_t moved = writev(queue->write_end, parts, count);
        if (moved < 0)
            TRY(wait_for(shared, &shared->take, queue->write_end, POLLOUT, NULL));
        size_t written = moved > 0 ? (size_t)moved : 0;
        for (; count > 0 && written >= parts->iov_len; parts++, count--)
            written -= parts->iov_len;
        if (count > 0) {
            parts->iov_base = (unsigned char *)parts->iov_base + written;
            parts->iov_len -= written;
        }
    }
    return STATUS_OK;
}

/* `is_amid`: what is read is not the beginning of a frame. One who only waits for one holds nothing
 * up by dying. */
static enum status read_all(struct taskqueue *queue, void *start, size_t bytes, bool is_amid,
                            const struct taskqueue_look *look)
{
    struct shared *shared = queue->shared;
    size_t got = 0;
    while (got < bytes) {
        atomic_store(&shared->take.is_amid, true);
        const ssize_t moved = read(queue->read_end, (unsigned char *)start + got, bytes - got);
        if (moved == 0)
            return STATUS_FAILED;
        if (moved < 0) {
            atomic_store(&shared->take.is_amid, is_amid || got > 0);
            TRY(wait_for(shared, &shared->put, queue->read_end, POLLIN, look));
        }
        got += moved > 0 ? (size_t)moved : 0;
    }
    return STATUS_OK;
}

/* ---- The queue ---- */

enum status taskqueue_new(struct taskqueue **made)
{
    int ends[2];
    (void)signal(SIGPIPE, SIG_IGN);
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0)
        return status_fail(STATUS_FAILED,
                           "cannot make a queue between processes: %s; raise the limit: ulimit -n",
                           strerror(errno));
    struct taskqueue *queue = *made = memory_new(1, sizeof *queue);
    queue->storage = storage_new(sizeof(struct shared), true, "a queue between processes");
    queue->shared = queue->storage.start;
    queue->read_end = ends[0];
    queue->write_end = ends[1];
    turn_new(&queue->shared->put);
    turn_new(&queue->shared->take);
    return STATUS_OK;
}

void taskqueue_free(struct taskqueue *queue)
{
    if (queue == NULL)
        return;
    (void)close(queue->read_end);
    (void)close(queue->write_end);
    storage_free(&queue->storage);
    free(queue);
}

enum status taskqueue_put(struct taskqueue *queue, const struct frame *frame, const void *payload)
{
    struct shared *shared = queue->shared;
    struct frame head = *frame;
    struct iovec parts[] = {{&head, sizeof head},
                            {(void *)(uintptr_t)payload, (size_t)frame->bytes}};
    TRY(turn_begin(shared, &shared->put));
    atomic_store(&shared->put.is_amid, true);
    return turn_end(shared, &shared->put, write_all(queue, parts, frame->bytes > 0 ? 2 : 1));
}

enum status taskqueue_take(struct taskqueue *queue, struct frame *frame, void *room, size_t bytes,
                           const struct taskqueue_look *look)
{
    struct shared *shared = queue->shared;
    TRY(turn_begin(shared, &shared->take));
    enum status status = read_all(queue, frame, sizeof *frame, false, look);
    if (status == STATUS_OK && frame->bytes > bytes)
        status = STATUS_FAILED;
    if (status == STATUS_OK)
        status = read_all(queue, room, (size_t)frame->bytes, true, look);
    return turn_end(shared, &shared->take, status);
}

int taskqueue_descriptor(const struct taskqueue *queue)
{
    return queue->read_end;
}
