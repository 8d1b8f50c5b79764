/*
 * OpenMP threads: a parallel loop over pieces of the range.
 *
 * There: what C programmers do instead of Python's threads, and what NumPy's extensions do once
 * they have released the GIL. `schedule` decides who computes which piece: each thread its share
 * from the start (static), whoever is free the next piece (dynamic), or runs of pieces that
 * become shorter towards the end (guided). The loop itself stands in parts/threads/openmp_loop.c.
 */
#include "loop_options.h"
#include "openmp.h"
#include "openmp_loop.h"

struct team {
    const struct job *job;
    struct map_buffers map_buffers;
    struct partials partials; /* a partial a piece */
};

static enum status threads_start(const struct job *job, struct team *team)
{
    const struct range whole = kernel_whole(job->size);
    team->job = job;
    loop_set_schedule(job);
    team->partials = partials_new(job, whole, loop_pieces(job, whole), job->threads, 1, false);
    team->map_buffers = map_buffers_new(job, whole, false);
    TRY(openmp_form(job->threads, 0, job->threads));
    openmp_loop_meet(&team->partials, &team->map_buffers, job->threads, map_buffers_fill);
    return STATUS_OK;
}

static enum status threads_ready(struct team *team)
{
    openmp_wake(team->job->threads);
    return STATUS_OK;
}

static enum status threads_execute(struct team *team, struct outcome *outcome)
{
    TRY(openmp_loop_compute(&team->partials, &team->map_buffers, team->job->threads));
    outcome->partial = partials_result(&team->partials);
    outcome->output = team->map_buffers.output.start;
    return STATUS_OK;
}

static void threads_stop(struct team *team)
{
    partials_free(&team->partials);
    map_buffers_free(&team->map_buffers);
}

static const struct model_option threads_options[] = {LOOP_OPTIONS, {0}};

const struct model this_model = {
    .name = "threads",
    .title = "OpenMP threads",
    .python = "a C extension that releases the GIL",
    .launch = LAUNCH_THREADS,
    .traits = TRAIT_SHARED_MEMORY | TRAIT_CHUNKS,
    .copies = 1,
    .options = threads_options,
    .team_bytes = sizeof(struct team),
    .start = threads_start,
    .ready = threads_ready,
    .execute = threads_execute,
    .tell = openmp_tell,
    .stop = threads_stop,
};
