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

enum { CACHE_LINE = 64 };

struct team {
    struct space space; /* of inputs and outputs */
    uint64_t chunks;
    struct storage partials; /* one a worker, of the chunk that it is at: used up at once */
    size_t stride;
    struct shared_result result; /* of all */
    struct procpool *pool;       /* of processes, or else */
    struct thread_team *thread_team;
    _Atomic uint64_t next; /* the threads' next chunk */
    uint64_t updates, lost;
};

static enum status work_on_chunk(void *context, unsigned worker, uint64_t chunk)
{
    struct team *team = context;
    const struct map_buffers *map_buffers = &team->space.map_buffers;
    const struct range whole = kernel_whole(map_buffers->job->size);
    void *partial = (unsigned char *)team->partials.start + worker * team->stride;
    TRY(map_buffers_compute(map_buffers, range_split(whole, team->chunks, chunk), partial));
    return shared_result_add(&team->result, worker, partial);
}

/* What a thread does; a process of the pool has the same done for it. */
static enum status work_on_chunks(void *context, unsigned thread)
{
    struct team *team = context;
    enum status status = STATUS_OK;
    uint64_t chunk;
    while ((chunk = atomic_fetch_add(&team->next, 1)) < team->chunks)
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
    const bool has_processes = job_chose(job, "workers", "processes");
    team->chunks = range_pieces(whole, job_count(job, "chunk", range_chunk(whole, job->workers)));
    team->stride =
        CACHE_LINE + partials_longest(job, whole, team->chunks) / CACHE_LINE * CACHE_LINE;
    team->partials = storage_new(job->workers * team->stride, false, "a partial a worker");
    team->space = space_new(job, 0, 1, has_processes);
    team->result = shared_result_new(job, job_chose(job, "guard", "lock"), has_processes);
    if (has_processes)
        return procpool_start(job->workers, settle_process, work_on_chunk, team, team->chunks,
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
    shared_result_begin(&team->result);
    team->next = 0;
    if (team->pool) {
        procpool_dispatch(team->pool, team->chunks);
        TRY(procpool_wait_all(team->pool));
    } else {
        TRY(thread_team_run(team->thread_team, work_on_chunks, team));
    }
    const uint64_t made = shared_result_made(&team->result);
    team->updates += made;
    team->lost += made - shared_result_updates(&team->result);
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
    storage_free(&team->partials);
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
    .launch = LAUNCH_PROCESSES,
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
