/*
 * One worker and no parallelism: the base that every speedup is measured against. With
 * `algorithm=best` it takes the best serial algorithm there is for the kernel, which may be another
 * one than all models execute: the base of absolute speedups.
 *
 * There: a plain loop; joblib with n_jobs=1, which makes no pool either.
 */
#include "map_buffers.h"
#include "model.h"
#include "options.h"
#include "seat.h"

struct team {
    bool best; /* by the kernel's best(), not by compute() */
    struct map_buffers map_buffers;
    struct storage partial;
};

static enum status serial_start(const struct job *job, struct team *team)
{
    const struct kernel *kernel = job->kernel;
    const struct range whole = kernel_whole(job->size);
    /* Where there is none, compute() is the best. */
    team->best = job_chose(job, "algorithm", "best") && kernel->best;
    seat_take_only(0, 1); /* on one core, as the workers of all models are */
    team->map_buffers = map_buffers_new(job, whole, false);
    team->partial = storage_new(kernel_partial_size(kernel, job->size, whole), false,
                                "the result: take a smaller --size");
    map_buffers_fill(&team->map_buffers, whole);
    return STATUS_OK;
}

static enum status serial_execute(struct team *team, struct outcome *outcome)
{
    const struct map_buffers *map_buffers = &team->map_buffers;
    void *partial = team->partial.start;
    outcome->partial = partial;
    outcome->output = map_buffers->output.start;
    return team->best ? map_buffers_compute_best(map_buffers, partial)
                      : map_buffers_compute(map_buffers, map_buffers->held, partial);
}

static void serial_stop(struct team *team)
{
    map_buffers_free(&team->map_buffers);
    storage_free(&team->partial);
}

static const struct model_option serial_options[] = {
    {.name = "algorithm",
     .kind = OPTION_CHOICE,
     .values = {{.word = "kernel"}, {.word = "best", .traits = TRAIT_BEST}},
     .initial = "kernel",
     .help = "the one that all models execute, or the best serial one there is for the kernel"},
    {0},
};

const struct model this_model = {
    .name = "serial",
    .title = "one worker, no parallelism",
    .python = "a plain loop; joblib n_jobs=1",
    .launch = LAUNCH_ALONE,
    .traits = TRAIT_BASE | TRAIT_SHARED_MEMORY,
    .copies = 1,
    .options = serial_options,
    .team_bytes = sizeof(struct team),
    .start = serial_start,
    .execute = serial_execute,
    .stop = serial_stop,
};
