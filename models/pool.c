/*
 * Processes that are forked once and take chunks of the range from a shared counter, the next one
 * or, of very many, the next few.
 *
 * There: multiprocessing.Pool and ProcessPoolExecutor. dispatch=map is Pool.map: the parent waits
 * for all chunks, then has them combined, by all workers where they are many or large.
 * dispatch=imap is Pool.imap: the parent combines each chunk in order as soon as it is there, while
 * the workers go on. Inputs, outputs and partial results lie in pages that all processes share
 * (there: multiprocessing.Array, or joblib's memory mapping), so that nothing has to be pickled.
 */
#include "model.h"
#include "options.h"
#include "partials.h"
#include "procpool.h"

#include <sched.h>
#include <stdatomic.h>

/* What parent and workers tell each other. */
struct board {
    _Atomic unsigned filled; /* workers that have written their inputs */
    bool combines;           /* what is handed out is combining, not computing */
};

struct team {
    const struct job *job;
    struct map_buffers map_buffers; /* shared */
    struct partials partials;       /* shared; a partial a chunk */
    struct storage board;           /* shared */
    struct procpool *pool;
    uint64_t chunks; /* that were handed out in this sample */
};

/* Writes this worker's share, since whoever writes a page first has it near; waits for the others,
 * and meets what they wrote: no sample is to pay for it. */
static void be_born(void *context, unsigned worker)
{
    const struct team *team = context;
    const struct job *job = team->job;
    struct board *board = team->board.start;
    map_buffers_fill(&team->map_buffers,
                     range_split(kernel_whole(job->size), job->workers, worker));
    (void)atomic_fetch_add(&board->filled, 1);
    while (atomic_load(&board->filled) < job->workers)
        (void)sched_yield();
    storage_meet(&team->map_buffers.input);
    storage_meet(&team->map_buffers.output);
    partials_meet(&team->partials);
}

/* The last run is the first one that is combined: those before it wait for it. */
static enum status work_on_chunk(void *context, unsigned worker, uint64_t chunk)
{
    const struct team *team = context;
    const struct board *board = team->board.start;
    (void)worker;
    if (board->combines) {
        partials_combine(&team->partials, team->partials.runs - 1 - (unsigned)chunk);
        return STATUS_OK;
    }
    return partials_compute(&team->partials, &team->map_buffers, chunk);
}

static uint64_t chunks_of(const struct job *job)
{
    const struct range whole = kernel_whole(job->size);
    return range_pieces(whole, job_count(job, "chunk", range_chunk(whole, job->workers)));
}

static enum status pool_start(const struct job *job, struct team *team)
{
    const struct range whole = kernel_whole(job->size);
    team->job = job;
    const uint64_t chunks = chunks_of(job);
    team->partials = partials_new(job, whole, chunks, job->workers,
                                  procpool_together(job->workers, chunks), true);
    team->map_buffers = map_buffers_new(job, whole, true);
    team->board = storage_new(sizeof(struct board), true, "the workers");
    return procpool_start(job->workers, be_born, work_on_chunk, team, team->partials.pieces,
                          &team->pool);
}

static enum status pool_ready(struct team *team)
{
    team->chunks = 0;
    return procpool_ready(team->pool);
}

/* As they come, in order; one that failed ends it, and procpool_wait_all() tells. */
static void combine_in_order(struct team *team)
{
    for (uint64_t chunk = 0; chunk < team->partials.pieces; chunk++) {
        if (procpool_wait_chunk(team->pool, chunk) != STATUS_OK)
            return;
        partials_fold_one(&team->partials, chunk);
    }
}

/* Once they are all there: by the workers, each its run, where that is worth a dispatch. */
static enum status combine_all(struct team *team)
{
    struct board *board = team->board.start;
    if (!partials_are_much(&team->partials)) {
        (void)partials_fold(&team->partials);
        return STATUS_OK;
    }
    board->combines = true;
    procpool_dispatch(team->pool, team->partials.runs);
    const enum status status = procpool_wait_all(team->pool);
    board->combines = false;
    return status;
}

static enum status pool_execute(struct team *team, struct outcome *outcome)
{
    const bool map = job_chose(team->job, "dispatch", "map");
    team->chunks += team->partials.pieces;
    procpool_dispatch(team->pool, team->partials.pieces);
    if (!map)
        combine_in_order(team);
    TRY(procpool_wait_all(team->pool));
    if (map)
        TRY(combine_all(team));
    outcome->partial = partials_result(&team->partials);
    outcome->output = team->map_buffers.output.start;
    return STATUS_OK;
}

static void pool_stop(struct team *team)
{
    procpool_stop(team->pool);
    storage_free(&team->board);
    partials_free(&team->partials);
    map_buffers_free(&team->map_buffers);
}

static void pool_count(struct team *team, struct outcome *outcome)
{
    outcome_count(outcome, "pool::chunks", (double)team->chunks);
}

static const struct model_option pool_options[] = {
    {.name = "dispatch",
     .kind = OPTION_CHOICE,
     .values = {{.word = "map", .python = "Pool.map"},
                {.word = "imap", .python = "Pool.imap (as_completed: in any order)"}},
     .initial = "map",
     .help = "combine when all chunks are done, or in order as they come"},
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help =
         "most items of a chunk; auto: a quarter of a worker's share, rounded up, as Pool.map does",
     .python = "chunksize"},
    {0},
};

static const struct count_info pool_counts[] = {
    {"pool::chunks", "", "chunks that were handed to processes"},
    {0},
};

const struct model this_model = {
    .name = "pool",
    .title = "a pool of forked processes over shared memory",
    .python = "multiprocessing.Pool; concurrent.futures.ProcessPoolExecutor",
    .launch = LAUNCH_PROCESSES,
    .traits = TRAIT_SHARED_MEMORY | TRAIT_CHUNKS,
    .copies = 1,
    .options = pool_options,
    .counts = pool_counts,
    .team_bytes = sizeof(struct team),
    .start = pool_start,
    .ready = pool_ready,
    .execute = pool_execute,
    .count = pool_count,
    .stop = pool_stop,
};
