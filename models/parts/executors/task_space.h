/*
 * The pieces of a space as tasks of an executor: a future of that number for each piece, whose
 * result is that its partial and outputs are in the space.
 */
#pragma once

#include "executor.h"
#include "gil.h"
#include "space.h"

enum task_workers {
    TASK_THREADS,
    TASK_LOCKED_THREADS, /* under a global interpreter lock, tick by tick */
    TASK_PROCESSES       /* they inherit the inputs, and send what came of a task home */
};

/* Zeros are none yet, and may be freed. */
struct task_space {
    struct space space;
    struct gil *gil;       /* NULL: there is none */
    struct fold **by_tick; /* under it, one a thread */
    struct storage parcel; /* of processes: what each has to send, in its own copy */
    uint64_t parcel_bytes;
    struct executor *executor;
};

/* Puts the job's inputs in place, cuts its range into so many pieces, and starts the workers. The
 * caller keeps it where it is and ends it, also one that could not start. */
MUST_USE enum status task_space_start(const struct job *job, uint64_t pieces,
                                      enum task_workers workers, struct task_space *tasks);
void task_space_stop(struct task_space *tasks);

/* By the caller, who is one thread more under the lock: the next partial, in order, as
 * partials_fold_one(). */
void task_space_combine(const struct task_space *tasks, uint64_t piece);
