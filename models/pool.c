/*
 * Processes that are forked once and then compute chunks of the range: the ways in which a pool can
 * be asked for them differ in who waits for what.
 *
 * There: multiprocessing.Pool. dispatch=map is Pool.map: the parent waits for all chunks, and only
 * then has them combined, by all workers where they are many or large. imap takes them in order, as
 * soon as each is there, while the workers go on: it waits for a slow one though others are done.
 * imap-unordered takes whichever is done. async cuts one slice a worker, so that the slowest slice
 * decides. apply waits for each chunk before it submits the next: never is more than one worker
 * busy, whatever their number. Whatever the order of arrival, partials are combined in index order.
 *
 * Inputs, outputs and partials lie in pages that all processes share (there:
 * multiprocessing.Array, or joblib's memory mapping), so that nothing has to be pickled.
 */
#include "memory.h"
#include "model.h"
#include "options.h"
#include "pool_options.h"
#include "staff.h"

#include <stdlib.h>
#include <string.h>

typedef enum status dispatch_function(struct team *team);

struct team {
    struct staff *staff;
    dispatch_function *dispatch;
    uint64_t chunks;        /* into which the range is cut */
    bool *arrived;          /* a chunk each */
    uint64_t chunks_handed; /* out in this sample */
};

static void fold(const struct team *team, uint64_t chunk)
{
    partials_fold_one(&team->staff->space.partials, chunk);
}

static enum status map(struct team *team)
{
    staff_submit(team->staff, 0, team->chunks);
    TRY(staff_wait_all(team->staff));
    return staff_combine(team->staff);
}

/* One that failed ends it, once all are done: staff_wait_all() tells. */
static enum status imap(struct team *team)
{
    staff_submit(team->staff, 0, team->chunks);
    for (uint64_t i = 0; i < team->chunks && staff_wait(team->staff, i) == STATUS_OK; i++)
        fold(team, i);
    return staff_wait_all(team->staff);
}

static enum status imap_unordered(struct team *team)
{
    uint64_t chunk, folded = 0;
    memset(team->arrived, 0, team->chunks * sizeof *team->arrived);
    staff_submit(team->staff, 0, team->chunks);
    while (folded < team->chunks && staff_next(team->staff, &chunk) == STATUS_OK) {
        team->arrived[chunk] = true;
        while (folded < team->chunks && team->arrived[folded])
            fold(team, folded++);
    }
    return staff_wait_all(team->staff);
}

static enum status apply(struct team *team)
{
    for (uint64_t chunk = 0; chunk < team->chunks; chunk++) {
        staff_submit(team->staff, chunk, 1);
        TRY(staff_wait_all(team->staff));
        fold(team, chunk);
    }
    return STATUS_OK;
}

/* The dispatch that was chosen, and into how many chunks it cuts the range. */
static void plan_dispatch(const struct job *job, struct team *team)
{
    static const struct {
        const char *word;
        dispatch_function *dispatch;
    } known[] = {{"map", map},
                 {"imap", imap},
                 {"imap-unordered", imap_unordered},
                 {"async", imap},
                 {"apply", apply}};
    const struct range whole = kernel_whole(job->size);
    const uint64_t chunk = job_count(job, "chunk", 0), slices = job->workers;
    if (chunk == 0 && job_chose(job, "dispatch", "async"))
        team->chunks = slices < job->size ? slices : job->size;
    else
        team->chunks = range_pieces(whole, chunk > 0 ? chunk : range_chunk(whole, job->workers));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (job_chose(job, "dispatch", known[i].word))
            team->dispatch = known[i].dispatch;
}

static enum status pool_start(const struct job *job, struct team *team)
{
    plan_dispatch(job, team);
    team->arrived = memory_new(team->chunks, sizeof *team->arrived);
    team->staff = staff_new(&staff_shared, &(struct staff_plan){job, team->chunks});
    return staff_hire(team->staff);
}

static enum status pool_ready(struct team *team)
{
    team->chunks_handed = 0;
    return staff_ready(team->staff);
}

static enum status pool_execute(struct team *team, struct outcome *outcome)
{
    TRY(team->dispatch(team));
    team->chunks_handed += team->chunks;
    outcome->partial = partials_result(&team->staff->space.partials);
    outcome->output = team->staff->space.map_buffers.output.start;
    return STATUS_OK;
}

static void pool_stop(struct team *team)
{
    staff_free(team->staff);
    free(team->arrived);
}

static void pool_count(struct team *team, struct outcome *outcome)
{
    outcome_count(outcome, "pool::chunks", (double)team->chunks_handed);
}

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
