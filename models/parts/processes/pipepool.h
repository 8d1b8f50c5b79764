/*
 * Processes that are forked once and then are sent what they need for each task, and send back what
 * came of it: nothing is shared. There: what a multiprocessing.Pool does, with pickles through
 * pipes.
 *
 * Each worker has a pipe each way. A task is a frame with its range's inputs, a result one with its
 * outputs and its partial (see parcel.h). A few tasks are sent ahead, so that a worker need not
 * wait for the next one; which those are is known, so that of a worker that dies it can be said at
 * what, and another can do it again.
 */
#pragma once

#include "parcel.h"

enum { PIPEPOOL_AHEAD_MAX = 16 };

struct pipepool_plan {
    const struct space *space; /* what the tasks' inputs are taken from */
    uint64_t of;               /* how many tasks there are, for a message; 0: nobody knows */
    uint64_t tasks_per_child;  /* see staff.h */
    bool respawn;
};

struct pipepool_task {
    uint64_t number; /* the caller's */
    struct range range;
};

struct pipepool_result {
    struct pipepool_task task;
    bool failed;        /* then there is no parcel */
    const void *parcel; /* until the next call */
    uint64_t bytes;     /* of it */
    double seconds;     /* since it was submitted */
};

struct pipepool_counts {
    uint64_t sent, received, replaced;
};

struct pipepool;

/* Forks the workers, each on a core of its own if there are as many; returns when all are ready.
 * The calling process must have no other threads. The caller ends the pool with pipepool_stop(),
 * also one that could not start. */
MUST_USE enum status pipepool_open(const struct pipepool_plan *plan, struct pipepool **pool);

/* Waits until all workers are awake and wait for a task: a barrier before a clock. All results must
 * have been taken. */
MUST_USE enum status pipepool_ready(struct pipepool *pool);

/* From now on at most so many tasks are with a worker at once. */
void pipepool_send_ahead(struct pipepool *pool, unsigned ahead);

/* Whether somebody takes another task; only then it is submitted, to who has fewest. */
bool pipepool_takes(struct pipepool *pool);
void pipepool_submit(struct pipepool *pool, const struct pipepool_task *task);

/* Waits for the result of some task that was submitted, of which there must be one: as they come.
 * Meanwhile tasks are sent. Fails when a worker died and is not replaced. */
MUST_USE enum status pipepool_next(struct pipepool *pool, struct pipepool_result *result);

/* Replaces workers that have had their tasks: before more are submitted, and at the end. */
MUST_USE enum status pipepool_replace(struct pipepool *pool);

/* Since the start. */
struct pipepool_counts pipepool_counts(const struct pipepool *pool);

/* Ends all workers, by force, and frees the pool, which may be NULL. */
void pipepool_stop(struct pipepool *pool);
