/*
 * Threads that may compute only while they hold the global interpreter lock: concurrency without
 * parallelism. More threads than one gain nothing, and a short interval costs.
 * There: threading.Thread under CPython. After each tick a thread passes a safe point, as an
 * interpreter does between two bytecodes. With kind=interval it hands the lock over there if
 * somebody has waited for longer than that; with kind=ticks, as in Python 2, it gives it up after
 * so many ticks, and usually has it again before another thread is awake: see gil::vain_wakeups.
 * With release it computes that fraction of each tick without the lock, as NumPy and zlib do: p
 * threads then gain up to the lesser of p and 1 / (1 - release). Without release a thread keeps the
 * lock even while it waits (kernel wait), as an extension does that forgets to give it up; with
 * release=1 it waits as time.sleep does, and p threads wait for p things, on one core, too.
 */
#include "gil_counts.h"
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
    double release;         /* the fraction of each tick that needs no lock */
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
    const enum status status =
        ticks_compute_releasing(&team->map_buffers, share_of(team->job, thread), team->gil, thread,
                                team->by_tick[thread], team->release);
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
    team->release = job_number(job, "release");
    team->gil = job_chose(job, "kind", "ticks") ? gil_new_ticks(job_count(job, "every", 100))
                                                : gil_new(job_number(job, "interval"));
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
    TRY(thread_team_run(team->thread_team, compute_share, team));
    fold_reset(team->by_thread);
    for (unsigned thread = 0; thread < team->job->workers; thread++)
        fold_push(team->by_thread, share_of(team->job, thread), fold_result(team->by_tick[thread]));
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
    gil_counts_add(team->gil, outcome);
}

static const struct model_option gil_options[] = {
    {.name = "kind",
     .kind = OPTION_CHOICE,
     .values = {{.word = "interval", .python = "CPython >= 3.2"},
                {.word = "ticks", .python = "Python 2"}},
     .initial = "interval",
     .help = "when a thread gives the lock up: once another asks for it, or after some ticks"},
    {.name = "interval",
     .kind = OPTION_DURATION,
     .initial = "5ms",
     .help = "how long a thread waits before it asks for the lock",
     .python = "sys.setswitchinterval"},
    {.name = "every",
     .kind = OPTION_COUNT,
     .initial = "100",
     .help = "ticks of all threads from one release of the lock to the next",
     .python = "sys.setcheckinterval"},
    {.name = "release",
     .kind = OPTION_FRACTION,
     .initial = "0",
     .help = "fraction of each tick that is computed without the lock",
     .python = "C extensions that release the GIL (NumPy, zlib)"},
    {0},
};

static const struct refusal gil_refusals[] = {
    {"kind=ticks", "interval", "the older lock has no interval"},
    {"kind=interval", "every", "the newer lock counts no ticks"},
    {0},
};

const struct model this_model = {
    .name = "gil",
    .title = "threads under a global interpreter lock",
    .python = "threading.Thread",
    .launch = LAUNCH_THREADS,
    .traits = TRAIT_LOCKED | TRAIT_SHARED_MEMORY,
    .copies = 1,
    .options = gil_options,
    .refusals = gil_refusals,
    .counts = gil_counts_table,
    .team_bytes = sizeof(struct team),
    .start = gil_model_start,
    .ready = gil_model_ready,
    .execute = gil_model_execute,
    .count = gil_model_count,
    .stop = gil_model_stop,
};
