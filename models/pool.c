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
 * multiprocessing.Array, or joblib's memory mapping), so that nothing has to be pickled. With
 * transport=pipe nothing is shared, and all of it is sent there and back, as Pool does with what it
 * pickles: then squares is slower than serial, and a chunk must be worth its message. So auto sends
 * batches of items that grow until they take long enough (joblib's batch_size='auto').
 *
 * A worker that has had its tasks-per-child, or has died where on-death=respawn, is replaced by a
 * new fork of the parent (pool::replaced); reuse=no forks all of them in each execution
 * (pool::forks).
 */
#include "dispatch.h"
#include "model.h"
#include "options.h"
#include "pool_options.h"

struct team {
    struct staff *staff;
    dispatch_function *dispatch;
    uint64_t chunks; /* into which the range is cut */
    bool reuse;      /* one staff for all executions, or one each */
    struct staff_counts before;
};

/* The dispatch that was chosen, and into how many chunks it cuts the range. */
static void plan_dispatch(const struct job *job, struct team *team)
{
    static const struct {
        const char *word;
        dispatch_function *dispatch;
    } known[] = {{"map", dispatch_map},
                 {"imap", dispatch_imap},
                 {"imap-unordered", dispatch_imap_unordered},
                 {"async", dispatch_imap},
                 {"apply", dispatch_apply},
                 {"auto", dispatch_auto}};
    const struct range whole = kernel_whole(job->size);
    const uint64_t chunk = job_count(job, "chunk", 0), slices = job->workers;
    if (job_chose(job, "dispatch", "auto"))
        team->chunks = 1; /* which it cuts itself */
    else if (chunk == 0 && job_chose(job, "dispatch", "async"))
        team->chunks = slices < job->size ? slices : job->size;
    else
        team->chunks = range_pieces(whole, chunk > 0 ? chunk : range_chunk(whole, job->workers));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (job_chose(job, "dispatch", known[i].word))
            team->dispatch = known[i].dispatch;
}

/* A staff that is not reused is hired once, too, and settles: inputs are in place before a sample.
 */
static enum status pool_start(const struct job *job, struct team *team)
{
    plan_dispatch(job, team);
    team->reuse = job_chose(job, "reuse", "yes");
    const struct staff_plan plan = {.job = job,
                                    .pieces = team->chunks,
                                    .tasks_per_child = job_count(job, "tasks-per-child", 0),
                                    .respawn = job_chose(job, "on-death", "respawn")};
    const bool sends = job_chose(job, "transport", "pipe") || job_chose(job, "dispatch", "auto");
    team->staff = staff_new(sends ? &staff_piped : &staff_shared, &plan);
    TRY(staff_hire(team->staff));
    if (!team->reuse)
        staff_dismiss(team->staff);
    return STATUS_OK;
}

static enum status pool_ready(struct team *team)
{
    TRY(team->reuse ? staff_ready(team->staff) : STATUS_OK);
    team->before = staff_count(team->staff);
    return STATUS_OK;
}

static enum status pool_execute(struct team *team, struct outcome *outcome)
{
    if (!team->reuse)
        TRY(staff_hire(team->staff));
    TRY(team->dispatch(team->staff));
    if (!team->reuse)
        staff_dismiss(team->staff);
    outcome->partial = partials_result(&team->staff->space.partials);
    outcome->output = team->staff->space.map_buffers.output.start;
    return STATUS_OK;
}

static void pool_stop(struct team *team)
{
    staff_free(team->staff);
}

static void pool_count(struct team *team, struct outcome *outcome)
{
    const struct staff_counts now = staff_count(team->staff), before = team->before;
    outcome_count(outcome, "pool::chunks", (double)(now.submitted - before.submitted));
    outcome_count(outcome, "pool::batches", (double)(now.batches - before.batches));
    outcome_count(outcome, "pool::sent", (double)(now.sent - before.sent));
    outcome_count(outcome, "pool::received", (double)(now.received - before.received));
    outcome_count(outcome, "pool::forks", (double)(now.forks - before.forks));
    outcome_count(outcome, "pool::replaced", (double)(now.replaced - before.replaced));
}

const struct model this_model = {
    .name = "pool",
    .title = "a pool of forked processes, over shared memory or pipes",
    .python = "multiprocessing.Pool",
    .launch = LAUNCH_PROCESSES,
    .traits = TRAIT_CHUNKS,
    .copies = 1,
    .options = pool_options,
    .refusals = pool_refusals,
    .counts = pool_counts,
    .team_bytes = sizeof(struct team),
    .start = pool_start,
    .ready = pool_ready,
    .execute = pool_execute,
    .count = pool_count,
    .stop = pool_stop,
};
