/*
 * Threads that may compute only while they hold the global interpreter lock: concurrency without
 * parallelism. More threads than one gain nothing, and a short interval costs.
 *
 * There: threading.Thread and ThreadPoolExecutor under CPython >= 3.2. Each thread computes its
 * share tick by tick; after each tick it passes a safe point, as an interpreter does between two
 * bytecodes, and hands the lock over if somebody has waited for longer than the interval. Large
 * partials are combined between two safe points, as Python multiplies large integers in one
 * bytecode.
 */
#include "memory.h"
#include "model.h"
#include "options.h"
#include "thread_team.h"
#include "ticks.h"

#include <stdlib.h>

struct team {
    const struct job *job;
    struct map_buffers map_buffers;
    struct fold **by_tick;  /* one a thread, of its ticks */
    struct fold *by_thread; /* of the threads' partials */
    struct gil *gil;
    struct thread_team *thread_team;
};

static struct range share_of(const struct job *job, unsigned thread)
{
    return range_split(kernel_whole(job->size), job->workers, thread);
}

/* What each thread does in one execution. */
static enum status compute_share(void *context, unsigned thread)
{
    struct team *team = context;
    gil_take(team->gil, thread);
    const enum status status = ticks_compute(&team->map_buffers, share_of(team->job, thread),
                                             team->gil, thread, team->by_tick[thread]);
    gil_drop(team->gil, thread, true);
    return status;
}

static enum status gil_model_start(const struct job *job, struct team *team)
{
    const struct range whole = kernel_whole(job->size);
    team->job = job;
    team->map_buffers = map_buffers_new(job, whole, false);
    team->by_tick = memory_new(job->workers, sizeof *team->by_tick);
    for (unsigned thread = 0; thread < job->workers; thread++)
        team->by_tick[thread] = fold_new(job->kernel, job->size, share_of(job, thread), false);
    team->by_thread = fold_new(job->kernel, job->size, whole, false);
    team->gil = gil_new(job_number(job, "interval"));
    TRY(thread_team_start(job->workers, &team->thread_team));
    map_buffers_fill(&team->map_buffers, whole);
    return STATUS_OK;
}

static enum status gil_model_ready(struct team *team)
{
    gil_reset_counts(team->gil);
    return thread_team_ready(team->thread_team);
}

static enum status gil_model_execute(struct team *team, struct outcome *outcome)
{
    const struct job *job = team->job;
    TRY(thread_team_run(team->thread_team, compute_share, team));
    fold_reset(team->by_thread);
    for (unsigned thread = 0; thread < job->workers; thread++)
        fold_push(team->by_thread, share_of(job, thread), fold_result(team->by_tick[thread]));
    outcome->partial = fold_result(team->by_thread);
    outcome->output = team->map_buffers.output.start;
    return STATUS_OK;
}

static void gil_model_stop(struct team *team)
{
    thread_team_stop(team->thread_team);
    for (unsigned thread = 0; thread < team->job->workers; thread++)
        fold_free(team->by_tick[thread]);
    free(team->by_tick);
    fold_free(team->by_thread);
    free(team->gil);
    map_buffers_free(&team->map_buffers);
}

static void gil_model_count(struct team *team, struct outcome *outcome)
{
    const struct gil_counts counts = gil_counts(team->gil);
    outcome_count(outcome, "gil::acquisitions", (double)counts.acquisitions);
    outcome_count(outcome, "gil::handoffs", (double)counts.handoffs);
    outcome_count(outcome, "gil::forced_handoffs", (double)counts.forced_handoffs);
    outcome_count(outcome, "gil::waited_s", (double)counts.waited_ns / 1e9);
}

static const struct model_option gil_options[] = {
    {.name = "interval",
     .kind = OPTION_DURATION,
     .initial = "5ms",
     .help = "how long a thread waits before it asks for the lock",
     .python = "sys.setswitchinterval"},
    {0},
};

static const struct count_info gil_model_counts[] = {
    {"gil::acquisitions", "", "how often a thread took the lock"},
    {"gil::handoffs", "", "acquisitions of the lock after another thread had it"},
    {"gil::forced_handoffs", "", "drops of the lock that waited until another thread had taken it"},
    {"gil::waited_s", "s", "seconds that threads waited for the lock, summed"},
    {0},
};

const struct model this_model = {
    .name = "gil",
    .title = "threads under a global interpreter lock",
    .python = "threading.Thread; concurrent.futures.ThreadPoolExecutor",
    .launch = LAUNCH_THREADS,
    .traits = TRAIT_LOCKED | TRAIT_SHARED_MEMORY,
    .copies = 1,
    .options = gil_options,
    .counts = gil_model_counts,
    .team_bytes = sizeof(struct team),
    .start = gil_model_start,
    .ready = gil_model_ready,
    .execute = gil_model_execute,
    .count = gil_model_count,
    .stop = gil_model_stop,
};
