/*
 * OpenMP threads: a parallel loop over pieces of the range.
 *
 * There: what C programmers do instead of Python's threads, and what NumPy's extensions do once
 * they have released the GIL. `schedule` decides who computes which piece: each thread its share
 * from the start (static), whoever is free the next piece (dynamic), or runs of pieces that
 * become shorter towards the end (guided).
 */
#include "model.h"
#include "openmp.h"
#include "options.h"
#include "partials.h"

#include <omp.h>
#include <stdatomic.h>

/* Pieces a thread under dynamic and guided schedules: enough to even out irregular work. */
enum { PIECES_PER_THREAD = 64 };

struct team {
    const struct job *job;
    struct map_buffers map_buffers;
    struct partials partials; /* a partial a piece */
};

static uint64_t pieces_of(const struct job *job)
{
    const uint64_t chunk = job_count(job, "chunk", 0);
    if (chunk > 0)
        return range_pieces(kernel_whole(job->size), chunk);
    return job_chose(job, "schedule", "static") ? job->threads
                                                : (uint64_t)job->threads * PIECES_PER_THREAD;
}

/* What schedule(runtime) then means. An iteration is a piece, so that the chunk there is 1. */
static void set_schedule(const struct job *job)
{
    omp_set_schedule(job_chose(job, "schedule", "static")    ? omp_sched_static
                     : job_chose(job, "schedule", "dynamic") ? omp_sched_dynamic
                                                             : omp_sched_guided,
                     1);
}

/* Each thread writes the inputs that it will probably read: whoever writes a page has it near. */
static void fill_inputs(struct team *team)
{
#pragma omp parallel for schedule(runtime) num_threads((int)team->job->threads)
    for (uint64_t piece = 0; piece < team->partials.pieces; piece++)
        map_buffers_fill(&team->map_buffers, partials_range(&team->partials, piece));
}

static enum status threads_start(const struct job *job, struct team *team)
{
    const struct range whole = kernel_whole(job->size);
    team->job = job;
    set_schedule(job);
    team->partials = partials_new(job, whole, pieces_of(job), job->threads, 1, false);
    team->map_buffers = map_buffers_new(job, whole, false);
    TRY(openmp_form(job->threads, 0, job->threads));
    fill_inputs(team);
    return STATUS_OK;
}

static enum status threads_ready(struct team *team)
{
    openmp_wake(team->job->threads);
    return STATUS_OK;
}

static enum status threads_execute(struct team *team, struct outcome *outcome)
{
    const struct partials *partials = &team->partials;
    atomic_bool failed = false;
#pragma omp parallel num_threads((int)team->job->threads)
    {
#pragma omp for schedule(runtime)
        for (uint64_t piece = 0; piece < partials->pieces; piece++)
            if (partials_compute(partials, &team->map_buffers, piece) != STATUS_OK)
                failed = true;
        if (!failed)
            partials_combine(partials, (unsigned)omp_get_thread_num());
    }
    if (failed)
        return STATUS_FAILED;
    outcome->partial = partials_result(partials);
    outcome->output = team->map_buffers.output.start;
    return STATUS_OK;
}

static void threads_stop(struct team *team)
{
    partials_free(&team->partials);
    map_buffers_free(&team->map_buffers);
}

static const struct model_option threads_options[] = {
    {.name = "schedule",
     .kind = OPTION_CHOICE,
     .values = {{.word = "static"}, {.word = "dynamic"}, {.word = "guided"}},
     .initial = "static",
     .help = "who computes which piece of the range"},
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help = "most items of a piece; auto: a piece a thread (static), or 64 (dynamic, guided)"},
    {0},
};

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
