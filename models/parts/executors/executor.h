/*
 * Tasks that are submitted one by one, and answered by futures: an executor.
 *
 * There: concurrent.futures. A future is a number here, that of its task: 0, 1, 2 … as they were
 * submitted. It is pending until a worker takes its task from the queue, then runs, and ends; only
 * while it is pending can it be cancelled. Workers are threads, with a lock or without, or forked
 * processes. All of them are made at the start, and not when the first tasks come, as Python's
 * threads are: so that no sample pays for their birth.
 *
 * All functions are for the one thread that started the executor. A task does not know the
 * executor: one that waits for another task of its own executor, and so for ever where all workers
 * do, cannot be written.
 */
#pragma once

#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct executor;
struct gil; /* see gil.h */

/* What a worker does for a future. Its status is the future's: of one that failed there is no
 * result. */
typedef enum status executor_task(void *context, unsigned worker, uint64_t future);

/* Who the workers are. */
struct executor_kind;
extern const struct executor_kind executor_threads, executor_processes;

struct executor_plan {
    const struct executor_kind *kind;
    unsigned workers;
    uint64_t most; /* futures between two resets */
    executor_task *task;
    void *context;
    /* Threads take this lock around each task, as worker 0, 1, 2 …; NULL: there is none. */
    struct gil *gil;
    /* Of processes, which have their own copy of all memory that is not shared: what a worker sends
     * of a future that has finished (`bytes` from what this returns on, until the next task), and
     * what the caller's process makes of it. There: pickle. NULL: nothing is sent. */
    const void *(*pack)(void *context, uint64_t future, uint64_t *bytes);
    enum status (*unpack)(void *context, uint64_t future, const void *result, uint64_t bytes);
};

/*
 * Starts the workers, each on a core of its own if there are as many. The caller ends the executor
 * with executor_stop(), also one that could not start. Processes see memory as it is now, and the
 * calling process must have no other threads. When one of them dies, whichever function notices it
 * says so, and all futures that have not ended have failed: also those that are submitted later.
 */
MUST_USE enum status executor_start(const struct executor_plan *plan, struct executor **executor);

/* Waits until all workers are awake and about to take a task: a barrier before a clock. All that
 * was submitted must have ended. Fails when a process died. */
MUST_USE enum status executor_ready(struct executor *executor);

/* Queues a task, and returns its future. */
uint64_t executor_submit(struct executor *executor);

enum future_state {
    FUTURE_PENDING,   /* in the queue */
    FUTURE_RUNNING,   /* taken from it */
    FUTURE_CANCELLED, /* it never will be run */
    FUTURE_FINISHED,
    FUTURE_FAILED
};

enum future_state future_state(const struct executor *executor, uint64_t future);

/* Whether it was pending, and is cancelled now, or was so before. That it has ended is told when a
 * worker meets it in the queue. */
bool future_cancel(struct executor *executor, uint64_t future);

/* Cancels all that are pending. */
void executor_cancel(struct executor *executor);

/* Waits until it has finished, or `timeout_ns` are over (0: for ever): then its state tells so, and
 * the task goes on. Fails unless it has finished. */
MUST_USE enum status future_result(struct executor *executor, uint64_t future, uint64_t timeout_ns);

enum wait_until {
    WAIT_ALL,      /* all have ended */
    WAIT_FIRST,    /* one has ended that executor_next() has not told of */
    WAIT_EXCEPTION /* one has failed, or all have ended */
};

/* Waits for those that were submitted, or until `timeout_ns` are over (0: for ever). Returns how
 * many have ended that executor_next() has not told of, and now tells without waiting. */
uint64_t executor_wait(struct executor *executor, enum wait_until until, uint64_t timeout_ns);

/* Waits for the next that ends, in whichever way, and tells which: each once, in the order of
 * completion. False: all that were submitted have been told. */
bool executor_next(struct executor *executor, uint64_t *future);

/* Forgets all futures: the next one is 0 again. All must have ended. */
void executor_reset(struct executor *executor);

/* What became of all futures since the executor began, resets or not. Once executor_wait() for all
 * of them has returned, all are counted: a result may be there a moment before. */
struct executor_counts {
    uint64_t submitted, completed, cancelled; /* completed: finished or failed */
};

struct executor_counts executor_counts(const struct executor *executor);

/* Ends all workers and frees the executor, which may be NULL. First all that was submitted is
 * awaited; or what is pending is cancelled, and processes are ended by force in their tasks. */
void executor_stop(struct executor *executor, bool cancel_pending);
