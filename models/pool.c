/*
 * Processes that are forked once and take chunks of the range from a shared counter.
 *
 * There: multiprocessing.Pool and ProcessPoolExecutor. dispatch=map is Pool.map: the parent waits
 * for all chunks, then combines. dispatch=imap is Pool.imap: the parent combines each chunk in
 * order as soon as it is there, while the workers go on. Inputs, outputs and partial results lie
 * in pages that all processes share (there: multiprocessing.Array, or joblib's memory mapping),
 * so that nothing has to be pickled.
 */
#include "clock.h"
#include "model.h"
#include "options.h"
#include "partials.h"
#include "procpool.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Pool.map's own rule: a chunk is a quarter of a worker's share. */
enum { CHUNKS_PER_WORKER = 4 };

/* What workers tell each other while they are born; shared. */
struct nursery {
    _Atomic unsigned filled; /* how many have written their share of the inputs */
};

struct team {
    const struct job *job;
    void *input, *output; /* shared */
    size_t input_bytes, output_bytes;
    struct partials partials; /* shared; a partial a chunk */
    struct nursery *nursery;  /* shared */
    struct fold *fold;
    struct procpool *pool;
};

/* Writes this worker's share: whoever writes a page first has it near. */
static void fill_share(const struct team *team, unsigned worker)
{
    const struct job *job = team->job;
    const struct kernel *kernel = job->kernel;
    const struct range share = range_split(kernel_whole(job->size), job->workers, worker);
    if (!kernel_is_map(kernel))
        return;
    kernel->fill(job->size, share,
                 (unsigned char *)team->input + share.begin * kernel->input_item_size);
    memset(kernel_output_at(kernel, team->output, share.begin), 0,
           range_length(share) * kernel->output_item_size);
}

/* A process meets each shared page for the first time with a fault, wherever it lies. */
static void meet_pages(const void *pages, size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t i = 0; i < bytes; i += page)
        (void)((const volatile unsigned char *)pages)[i];
}

/* Puts inputs in place, and what chunks will touch: no sample is to pay for it. */
static void be_born(void *context, unsigned worker)
{
    const struct team *team = context;
    fill_share(team, worker);
    (void)atomic_fetch_add(&team->nursery->filled, 1);
    while (atomic_load(&team->nursery->filled) < team->job->workers)
        (void)sched_yield();
    meet_pages(team->input, team->input_bytes);
    meet_pages(team->output, team->output_bytes);
    meet_pages(team->partials.base, partials_bytes(&team->partials));
}

static void compute_chunk(void *context, unsigned worker, uint64_t chunk)
{
    const struct team *team = context;
    (void)worker;
    partials_compute(&team->partials, chunk, team->input, team->output);
}

static uint64_t chunks_of(const struct job *job)
{
    const uint64_t chunk = job_count(job, "chunk", 0);
    return chunk > 0 ? range_pieces(kernel_whole(job->size), chunk)
                     : (uint64_t)job->workers * CHUNKS_PER_WORKER;
}

static void pool_stop(struct team *team)
{
    if (!team)
        return;
    procpool_stop(team->pool);
    fold_free(team->fold);
    procpool_unshare(team->nursery, sizeof *team->nursery);
    procpool_unshare(team->partials.base, partials_bytes(&team->partials));
    procpool_unshare(team->output, team->output_bytes);
    procpool_unshare(team->input, team->input_bytes);
    free(team);
}

static enum status share_memory(struct team *team)
{
    const struct job *job = team->job;
    const size_t partials = partials_bytes(&team->partials);
    team->partials.base = partials == SIZE_MAX ? NULL : procpool_share(partials);
    if (!team->partials.base)
        return status_fail(STATUS_FAILED,
                           "out of memory for %llu partial results: take a larger chunk",
                           (unsigned long long)team->partials.pieces);
    team->nursery = procpool_share(sizeof *team->nursery);
    if (!team->nursery)
        return status_no_memory("the workers");
    if (!kernel_is_map(job->kernel))
        return STATUS_OK;
    team->input_bytes = job->size * job->kernel->input_item_size;
    team->output_bytes = job->size * job->kernel->output_item_size;
    team->input = procpool_share(team->input_bytes);
    team->output = procpool_share(team->output_bytes);
    if (!team->input || !team->output)
        return status_no_memory("inputs and outputs");
    return STATUS_OK;
}

static enum status pool_start(const struct job *job, struct team **started)
{
    const struct range whole = kernel_whole(job->size);
    struct team *team = calloc(1, sizeof *team);
    if (!team)
        return status_no_memory("the model");
    team->job = job;
    team->partials = partials_plan(job->kernel, job->size, whole, chunks_of(job));
    enum status status = share_memory(team);
    if (status == STATUS_OK)
        status = fold_new(job->kernel, job->size, whole, &team->fold);
    if (status == STATUS_OK)
        status = procpool_start(job->workers, be_born, compute_chunk, team, team->partials.pieces,
                                &team->pool);
    if (status != STATUS_OK) {
        pool_stop(team);
        return status;
    }
    *started = team;
    return STATUS_OK;
}

static enum status combine_when_all_are_done(struct team *team)
{
    enum status status = procpool_wait_all(team->pool);
    if (status == STATUS_OK)
        partials_fold(&team->partials, team->fold);
    return status;
}

static enum status combine_as_they_come(struct team *team)
{
    for (uint64_t chunk = 0; chunk < team->partials.pieces; chunk++) {
        enum status status = procpool_wait_chunk(team->pool, chunk);
        if (status != STATUS_OK)
            return status;
        partials_fold_one(&team->partials, chunk, team->fold);
    }
    return procpool_wait_all(team->pool);
}

static enum status execute(struct team *team)
{
    const bool map = job_chose(team->job, "dispatch", "map");
    fold_reset(team->fold);
    procpool_dispatch(team->pool, team->partials.pieces);
    return map ? combine_when_all_are_done(team) : combine_as_they_come(team);
}

static enum status pool_run(struct team *team, struct outcome *outcome)
{
    enum status status = procpool_ready(team->pool);
    if (status != STATUS_OK)
        return status;

    uint64_t start = clock_now_ns();
    for (unsigned execution = 0; execution < team->job->executions && status == STATUS_OK;
         execution++)
        status = execute(team);
    if (status != STATUS_OK)
        return status;
    outcome->partial = fold_result(team->fold);
    outcome->seconds = clock_seconds_since(start);

    outcome->output = team->output;
    outcome_count(outcome, "pool::chunks", (double)team->partials.pieces * team->job->executions);
    return STATUS_OK;
}

static const struct model_option pool_options[] = {
    {.name = "dispatch",
     .kind = OPTION_CHOICE,
     .values = {{.word = "map", .python = "Pool.map"}, {.word = "imap", .python = "Pool.imap"}},
     .initial = "map",
     .help = "combine when all chunks are done, or in order as they come"},
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help = "most items of a chunk; auto: a quarter of a worker's share, as Pool.map does",
     .python = "chunksize"},
    {0},
};

const struct model this_model = {
    .name = "pool",
    .title = "a pool of forked processes over shared memory",
    .python = "multiprocessing.Pool",
    .launch = LAUNCH_PROCESSES,
    .traits = TRAIT_SHARED_MEMORY | TRAIT_CHUNKS,
    .copies = 1,
    .options = pool_options,
    .start = pool_start,
    .run = pool_run,
    .stop = pool_stop,
};
