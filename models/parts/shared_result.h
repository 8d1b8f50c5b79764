/*
 * One result in one place, that all workers combine what they have into: threads, or processes that
 * were forked since it was made.
 *
 * There: multiprocessing.Value, and any variable that several threads add to. To combine is to
 * read the result, to make a new one of it and to write that. With a lock around all three no
 * update is lost. Without, two workers may read the same result, and who writes last overwrites
 * what the other one has made. Then both updates have been made, and one is lost.
 *
 * Partials are combined in the order in which they come: for kernels that commute.
 */
#pragma once

#include "job.h"
#include "status.h"
#include "storage.h"

struct shared_result {
    const struct kernel *kernel;
    bool is_guarded;
    size_t room;         /* bytes of the largest partial */
    struct storage page; /* what all share, and the results in it */
    struct storage own;  /* a result a worker, where it makes a new one */
    unsigned workers;
    struct storage made; /* for each worker how many updates it has made */
};

/* `is_guarded`: by a lock; `shared` with processes, or not: see storage.h. The caller frees; a
 * zeroed one may be freed, too. */
struct shared_result shared_result_new(const struct job *job, bool is_guarded, bool shared);
void shared_result_free(struct shared_result *result);

/* Forgets everything, while no worker is at it. */
void shared_result_begin(const struct shared_result *result);

/* Combines a worker's partial into it. It fails where somebody has died with the lock, which was in
 * the middle of writing. Then nobody waits for the lock any more. */
MUST_USE enum status shared_result_add(const struct shared_result *result, unsigned worker,
                                       const void *partial);

/* Once all workers have ended: how many updates were made since it began; of how many of them it is
 * what they make, and the others are lost; and what it is. */
uint64_t shared_result_made(const struct shared_result *result);
uint64_t shared_result_updates(const struct shared_result *result);
const void *shared_result_read(const struct shared_result *result);
