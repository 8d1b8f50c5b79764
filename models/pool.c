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
#include "procpool.h"
#include "space.h"

/* What the parent tells its workers. */
struct board {
    bool combines; /* what is handed out is combining, not computing */
};

struct team {
    const struct job *job;
    struct space space;   /* shared; a partial a chunk */
    struct storage board; /* shared */
    struct procpool *pool;
    uint64_t chunks; /* that were handed out in this sample */
};

static void be_born(void *context, unsigned worker)
{
    const struct team *team = context;
    space_settle(&team->space, worker);
}

/* The last run is the first one that is combined: those before it wait for it. */
static enum status work_on_chunk(void *context, unsigned worker, uint64_t chunk)
{
    const struct team *team = context;
    const struct board *board = team->board.start;
    (void)worker;
    if (board->combines) {
        partials_combine(&team->space.partials, team->space.partials.runs - 1 - (unsigned)chunk);
        return STATUS_OK;
    }
    return space_compute(&team->space, chunk);
}

static uint64_t chunks_of(const struct job *job)
{
    const struct range whole = kernel_whole(job->size);
    return range_pieces(whole, job_count(job, "chunk", range_chunk(whole, job->workers)));
}

static enum status pool_start(const struct job *job, struct team *team)
{
    const uint64_t chunks = chunks_of(job);
    team->job = job;
    team->space = space_new(job, chunks, procpool_together(job->workers, chunks), true);
    team->board = storage_new(sizeof(struct board), true, "the workers");
    return procpool_start(job->workers, be_born, work_on_chunk, team, team->space.partials.pieces,
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
    for (uint64_t chunk = 0; chunk < team->space.partials.pieces; chunk++) {
        if (procpool_wait_chunk(team->pool, chunk) != STATUS_OK)
            return;
        partials_fold_one(&team->space.partials, chunk);
    }
}

/* Once they are all there: by the workers, each its run, where that is worth a dispatch. */
static enum status combine_all(struct team *team)
{
    struct board *board = team->board.start;
    if (!partials_are_much(&team->space.partials)) {
        (void)partials_fold(&team->space.partials);
        return STATUS_OK;
    }
    board->combines = true;
    procpool_dispatch(team->pool, team->space.partials.runs);
    const enum status status = procpool_wait_all(team->pool);
    board->combines = false;
    return status;
}

static enum status pool_execute(struct team *team, struct outcome *outcome)
{
    const bool map = job_chose(team->job, "dispatch", "map");
    team->chunks += team->space.partials.pieces;
    procpool_dispatch(team->pool, team->space.partials.pieces);
    if (!map)
        combine_in_order(team);
    TRY(procpool_wait_all(team->pool));
    if (map)
        TRY(combine_all(team));
    outcome->partial = partials_result(&team->space.partials);
    outcome->output = team->space.map_buffers.output.start;
    return STATUS_OK;
}

static void pool_stop(struct team *team)
{
    procpool_stop(team->pool);
    storage_free(&team->board);
    space_free(&team->space);
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
