/*
 * A server process owns the inputs and the results, and workers ask it for each access.
 *
 * There: multiprocessing.Manager, whose lists and dictionaries are proxies: to read or to write an
 * item of one is a request to the server process, and an answer. Here a worker takes the number of
 * a chunk (TAKE), gets its inputs if it is a map (GET), computes, and puts what came of it (PUT),
 * until there are no more chunks. The server computes nothing, and is no worker.
 *
 * What to look for: of C chunks and P workers manager::requests is 2 C + P + 1, and 3 C + P + 1 of
 * a map: each worker takes once in vain, and the parent opens the execution. A request takes some
 * microseconds, where memory that is shared takes none: the time grows with the requests, and with
 * more workers it does not shrink, since one process answers them all.
 */
#include "model.h"
#include "office.h"
#include "options.h"
#include "parcel.h"
#include "procpool.h"

struct team {
    const struct job *job;
    struct space space;
    struct office *office;
    struct procpool *pool;
    struct storage room; /* each worker's own, for what came of a chunk */
};

enum {
    DYING_NS = 100000000
}; /* who fails because the office died, may know it before it is gone */

static enum status do_chunk(struct team *team, unsigned worker, uint64_t chunk)
{
    const struct range range = partials_range(&team->space.partials, chunk);
    struct frame get = {REQUEST_GET, chunk, 0}, put = {REQUEST_PUT, chunk, 0};
    void *inputs = NULL, *nothing;
    if (kernel_is_map(team->job->kernel))
        TRY(office_ask(team->office, worker, &get, NULL, &inputs));
    TRY(parcel_compute(team->job, range, inputs, team->room.start, &put.bytes));
    return office_ask(team->office, worker, &put, team->room.start, &nothing);
}

/* What each worker does in an execution. */
static enum status work(void *context, unsigned worker, uint64_t share)
{
    struct team *team = context;
    const uint64_t chunks = team->space.partials.pieces;
    (void)share;
    if (!team->room.start) /* yet */
        team->room = storage_new(parcel_most(&team->space), false, "results: take a smaller chunk");
    for (;;) {
        struct frame take = {REQUEST_TAKE, 0, 0};
        void *nothing;
        TRY(office_ask(team->office, worker, &take, NULL, &nothing));
        if (take.piece >= chunks)
            return STATUS_OK;
        procpool_note(team->pool, worker, take.piece);
        TRY(do_chunk(team, worker, take.piece));
    }
}

/* Whether there is still somebody to answer: workers may be at a chunk for long. */
static enum status look(void *context)
{
    return office_look(((struct team *)context)->office, 0);
}

static enum status manager_start(const struct job *job, struct team *team)
{
    team->job = job;
    team->space = space_new(job, job_pieces(job), 1, true);
    map_buffers_fill(&team->space.map_buffers, kernel_whole(job->size));
    TRY(office_start(&team->space, job->workers, &team->office));
    const struct procpool_plan plan = {.workers = job->workers,
                                       .task = work,
                                       .context = team,
                                       .most_chunks = job->workers,
                                       .noted = team->space.partials.pieces,
                                       .look = look};
    return procpool_open(&plan, &team->pool);
}

static enum status manager_ready(struct team *team)
{
    office_reset_requests(team->office);
    return procpool_ready(team->pool);
}

static enum status manager_execute(struct team *team, struct outcome *outcome)
{
    struct frame open = {REQUEST_OPEN, 0, 0};
    void *nothing;
    enum status status = office_ask(team->office, OFFICE_OWNER, &open, NULL, &nothing);
    if (status == STATUS_OK) {
        procpool_dispatch(team->pool, team->job->workers);
        status = procpool_wait_all(team->pool);
    }
    if (status != STATUS_OK)
        return office_look(team->office, DYING_NS) == STATUS_OK ? status : STATUS_FAILED;
    outcome->partial = partials_fold(&team->space.partials);
    outcome->output = team->space.map_buffers.output.start;
    return STATUS_OK;
}

static void manager_count(struct team *team, struct outcome *outcome)
{
    outcome_count(outcome, "manager::requests", (double)office_requests(team->office));
}

static void manager_stop(struct team *team)
{
    procpool_stop(team->pool);
    office_stop(team->office);
    space_free(&team->space);
}

static const struct model_option manager_options[] = {
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help = "most items of a chunk; auto: a quarter of a worker's share, rounded up"},
    {0},
};

static const struct count_info manager_counts[] = {
    {"manager::requests", "", "requests that the server process answered"},
    {0},
};

const struct model this_model = {
    .name = "manager",
    .title = "a server process that workers ask for each access",
    .python = "multiprocessing.Manager",
    .launch = LAUNCH_PROCESSES,
    .traits = TRAIT_CHUNKS | TRAIT_ON_REQUEST | TRAIT_BY_MESSAGE,
    .helpers = 1,
    .copies = 3,
    .options = manager_options,
    .counts = manager_counts,
    .team_bytes = sizeof(struct team),
    .start = manager_start,
    .ready = manager_ready,
    .execute = manager_execute,
    .count = manager_count,
    .stop = manager_stop,
};
