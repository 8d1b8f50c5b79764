/*
 * Processes that are forked once and then compute numbered chunks, each taking the next one, or the
 * next few of very many, from a counter in shared memory.
 *
 * Workers wait for a dispatch without burning a core for long: they spin briefly, then sleep on a
 * futex. A worker that dies is noticed within a second, in whatever the caller waits for, and
 * named with its signal and the chunk it was at; that is the end of the pool, or another takes its
 * place and what it was at is done again. Workers die with the process that forked them;
 * shared memory is anonymous: nothing can be left behind.
 */
#pragma once

#include "status.h"

#include <stdbool.h>
#include <stdint.h>

struct procpool;

/* Computes one chunk in a worker; what it is to leave behind must lie in shared memory. A chunk
 * that fails is done all the same, and who waits for it is told. */
typedef enum status procpool_task(void *context, unsigned worker, uint64_t chunk);

/* What a worker does once, before it waits for its first chunk. */
typedef void procpool_birth(void *context, unsigned worker);

struct procpool_plan {
    unsigned workers;
    procpool_birth *birth; /* may be NULL */
    procpool_task *task;
    void *context;
    uint64_t most_chunks; /* that a dispatch may ask for */
    /* A worker ends after so many chunks, and another takes its place; 0: none does. */
    uint64_t tasks_per_child;
    /* Whether one that dies is replaced: `task` then has to bear that a chunk is begun again. Where
     * several die at one chunk it is no accident, and the end. */
    bool respawn;
    /* What a worker is at is told by procpool_note(), and of how many; 0: it is a chunk. */
    uint64_t noted;
    /* Looks, while the workers are waited for, whether all that they need is there: it fails where
     * it is not, and says why. NULL: they need nothing. */
    enum status (*look)(void *context);
};

/*
 * Forks the workers, which see memory as it is now, and puts each on a core of its own if there
 * are as many; returns when all are born and ready. The calling process must have no other
 * threads. The caller ends the pool with procpool_stop(), also one that could not start.
 */
MUST_USE enum status procpool_open(const struct procpool_plan *plan, struct procpool **pool);

/* The same for workers none of which is replaced. */
MUST_USE enum status procpool_start(unsigned workers, procpool_birth *birth, procpool_task *task,
                                    void *context, uint64_t most_chunks, struct procpool **pool);

/* Waits until all workers are awake and about to wait for a dispatch: a barrier before a clock. */
MUST_USE enum status procpool_ready(struct procpool *pool);

/* How many workers were replaced since the start. */
uint64_t procpool_replaced(const struct procpool *pool);

/* How many neighbours of so many chunks such a pool hands out together: a power of two, at most 64;
 * 1 unless there are two thousand or more for each worker, and where none is replaced. */
unsigned procpool_together(unsigned workers, uint64_t chunks);

/* Hands out chunks 0 … chunks-1. The dispatch before must have been waited for. */
void procpool_dispatch(struct procpool *pool, uint64_t chunks);

/* Hands out that chunk alone, of the `most_chunks` that there are. */
void procpool_dispatch_one(struct procpool *pool, uint64_t chunk);

/* Waits until chunk `chunk` of this dispatch is done, and those that are handed out together with
 * it. Fails when one of these failed, or a worker died. */
MUST_USE enum status procpool_wait_chunk(struct procpool *pool, uint64_t chunk);

/* Waits until some chunk of this dispatch is done that this has not told of yet, which there must
 * be: in order of completion, and of those done meanwhile the first ones first. Fails as
 * procpool_wait_chunk() does. */
MUST_USE enum status procpool_next_done(struct procpool *pool, uint64_t *chunk);

/* Waits until all chunks are done and all workers are ready for the next dispatch. Fails when
 * one of them failed, though all others are done, or when a worker died. */
MUST_USE enum status procpool_wait_all(struct procpool *pool);

/* By a task: what its worker is at, for the message when it dies. */
void procpool_note(struct procpool *pool, unsigned worker, uint64_t noted);

/* Ends all workers, by force, and frees the pool, which may be NULL. */
void procpool_stop(struct procpool *pool);
