/*
 * One result for all: each chunk's partial is combined into it as soon as it is there, by whoever
 * computed it. With guard=lock no update is lost, and the workers wait for each other; with
 * guard=none two of them may read the same result, and one's update overwrites the other's.
 *
 * There: multiprocessing.Value with and without its get_lock(), of which `value += x` loses updates
 * although each access is whole; or threads that add to one variable. Look at shared::lost, which
 * grows with the workers and with short chunks: where it is not 0 the result is wrong, which is
 * the lesson, and no model but this one needs kernels whose partials commute.
 */
#include "options.h"
#include "procpool.h"
#include "shared_options.h"
#include "shared_result.h"
#include "space.h"
#include "thread_team.h"

#include <stdatomic.h>

struct team {
    struct space space;          /* a partial a chunk */
    struct shared_result result; /* of all */
    struct procpool *pool;       /* of processes, or else */
    struct thread_team *thread_team;
    _Atomic uint64_t next; /* the threads' next chunk */
    uint64_t updates, lost;
};

static enum status work_on_chunk(void *context, unsigned worker, uint64_t chunk)
{
    struct team *team = context;
    TRY(space_compute(&team->space, chunk));
    return shared_result_add(&team->result, worker, partials_at(&team->space.partials, chunk));
}

/* What a thread does; a process of the pool has the same done for it. */
static enum status work_on_chunks(void *context, unsigned thread)
{
    struct team *team = context;
    enum status status = STATUS_OK;
    uint64_t chunk;
    while ((chunk = atomic_fetch_add(&team->next, 1)) < team->space.partials.pieces)
        if (work_on_chunk(team, thread, chunk) != STATUS_OK)
            status = STATUS_FAILED;
    return status;
}

static void settle_process(void *context, unsigned worker)
{
    space_settle(&((struct team *)context)->space, worker);
}

static enum status settle_thread(void *context, unsigned worker)
{
    settle_process(context, worker);
    return STATUS_OK;
}

static enum status shared_start(const struct job *job, struct team *team)
{
    const struct range whole = kernel_whole(job->size);
    const uint64_t chunks =
        range_pieces(whole, job_count(job, "chunk", range_chunk(whole, job->workers)));
    if (!job->kernel->commutative)
        return status_fail(STATUS_USAGE, "partials of %s do not commute, and arrive in any order",
                           job->kernel->name);
    const bool has_processes = job_chose(job, "workers", "processes");
    team->space = space_new(job, chunks, procpool_together(job->workers, chunks), has_processes);
    team->result = shared_result_new(job, job_chose(job, "guard", "lock"), has_processes);
    if (has_processes)
        return procpool_start(job->workers, settle_process, work_on_chunk, team, chunks,
                              &team->pool);
    TRY(thread_team_start(job->workers, &team->thread_team));
    return thread_team_run(team->thread_team, settle_thread, team);
}

static enum status shared_ready(struct team *team)
{
    team->updates = team->lost = 0;
    return team->pool ? procpool_ready(team->pool) : thread_team_ready(team->thread_team);
}

static enum status shared_execute(struct team *team, struct outcome *outcome)
{
    const uint64_t chunks = team->space.partials.pieces;
    shared_result_begin(&team->result);
    team->next = 0;
    if (team->pool) {
        procpool_dispatch(team->pool, chunks);
        TRY(procpool_wait_all(team->pool));
    } else {
        TRY(thread_team_run(team->thread_team, work_on_chunks, team));
    }
    team->updates += chunks;
    team->lost += chunks - shared_result_updates(&team->result);
    outcome->partial = shared_result_read(&team->result);
    outcome->output = team->space.map_buffers.output.start;
    return STATUS_OK;
}

static void shared_stop(struct team *team)
{
    procpool_stop(team->pool);
    thread_team_stop(team->thread_team);
    shared_result_free(&team->result);
    space_free(&team->space);
}

static void shared_count(struct team *team, struct outcome *outcome)
{
    outcome_count(outcome, "shared::updates", (double)team->updates);
    outcome_count(outcome, "shared::lost", (double)team->lost);
}

const struct model this_model = {
    .name = "shared",
    .title = "workers that combine into one shared result",
    .python = "multiprocessing.Value, Array; threading.Lock",
    .launch = LAUNCH_THREADS,
    .traits = TRAIT_SHARED_MEMORY | TRAIT_CHUNKS | TRAIT_ON_REQUEST | TRAIT_ANY_ORDER,
    .copies = 1,
    .options = shared_options,
    .counts = shared_counts,
    .team_bytes = sizeof(struct team),
    .start = shared_start,
    .ready = shared_ready,
    .execute = shared_execute,
    .count = shared_count,
    .stop = shared_stop,
};
