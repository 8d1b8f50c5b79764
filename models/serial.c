/*
 * One worker and no parallelism: the base that every speedup is measured against.
 *
 * There: a plain loop; joblib with n_jobs=1, which makes no pool either.
 */
#include "map_buffers.h"
#include "model.h"
#include "seat.h"

struct team {
    struct map_buffers map_buffers;
    struct storage partial;
};

static enum status serial_start(const struct job *job, struct team *team)
{
    const struct kernel *kernel = job->kernel;
    const struct range whole = kernel_whole(job->size);
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
    return map_buffers_compute(map_buffers, map_buffers->held, partial);
}

static void serial_stop(struct team *team)
{
    map_buffers_free(&team->map_buffers);
    storage_free(&team->partial);
}

const struct model this_model = {
    .name = "serial",
    .title = "one worker, no parallelism",
    .python = "a plain loop; joblib n_jobs=1",
    .launch = LAUNCH_ALONE,
    .traits = TRAIT_BASE | TRAIT_SHARED_MEMORY,
    .copies = 1,
    .team_bytes = sizeof(struct team),
    .start = serial_start,
    .execute = serial_execute,
    .stop = serial_stop,
};
