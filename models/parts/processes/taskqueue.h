/*
 * One pipe that any number of processes put frames into or take them from, one at a time: the
 * frames of one come in its order, those of several in any. There: multiprocessing.Queue, without
 * the thread that feeds it.
 *
 * There is a lock an end, in memory that all share. Who dies while it has one does not keep it, as
 * it does there, where a worker that is killed while it waits for a task stops the whole pool
 * (CPython, gh-96062). Who dies in the middle of a frame leaves a pipe in which nobody knows where
 * the next one begins: the queue is broken then, and whoever uses it is told.
 */
#pragma once

#include "channel.h"

struct taskqueue;

/* Before the forks. Fails where there are no more descriptors, and says so; SIGPIPE is ignored from
 * then on. The caller frees; NULL may be freed. */
MUST_USE enum status taskqueue_new(struct taskqueue **queue);
void taskqueue_free(struct taskqueue *queue);

/* Waits until the frame and `bytes` behind it are in the pipe, which holds 64 KiB: somebody has to
 * take longer ones out meanwhile. STATUS_FAILED: the queue is broken, which nobody has said. */
MUST_USE enum status taskqueue_put(struct taskqueue *queue, const struct frame *frame,
                                   const void *payload);

/* What who waits for a frame, or the rest of one, does about ten times a second. */
struct taskqueue_look {
    enum status (*look)(void *context); /* fails: nothing is waited for any more */
    void *context;
};

/* Waits for a frame; what is behind it, at most `bytes`, goes into `room`. A longer one breaks the
 * queue. STATUS_FAILED: it is broken, which nobody has said, or `look`, which may be NULL, has
 * failed. */
MUST_USE enum status taskqueue_take(struct taskqueue *queue, struct frame *frame, void *room,
                                    size_t bytes, const struct taskqueue_look *look);

/* To poll for reading: a frame, or a part of it, is there, which another may take before. */
int taskqueue_descriptor(const struct taskqueue *queue);
