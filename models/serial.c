/*
 * One worker and no parallelism: the base that every speedup is measured against.
 *
 * There: a plain loop; joblib with n_jobs=1, which makes no pool either.
 */
#include "clock.h"
#include "model.h"
#include "placement.h"
#include "workspace.h"

#include <stdlib.h>

struct team {
    const struct job *job;
    struct workspace workspace;
    void *partial;
};

static void serial_stop(struct team *team)
{
    if (!team)
        return;
    workspace_free(&team->workspace);
    free(team->partial);
    free(team);
}

/* On one core, as the workers of all models are. */
static void settle(void)
{
    struct placement *placement = placement_read();
    placement_bind(placement, 0, 1);
    free(placement);
}

static enum status serial_start(const struct job *job, struct team **started)
{
    const struct kernel *kernel = job->kernel;
    struct range whole = kernel_whole(job->size);
    struct team *team = calloc(1, sizeof *team);
    if (!team)
        return status_no_memory("the model");
    team->job = job;
    settle();
    enum status status = workspace_allocate(kernel, whole, &team->workspace);
    if (status == STATUS_OK && !(team->partial = malloc(kernel->partial_size(job->size, whole))))
        status = status_no_memory("the result");
    if (status != STATUS_OK) {
        serial_stop(team);
        return status;
    }
    workspace_fill(&team->workspace, kernel, job->size, 0, whole);
    *started = team;
    return STATUS_OK;
}

static enum status serial_run(struct team *team, struct outcome *outcome)
{
    const struct job *job = team->job;
    const struct workspace *workspace = &team->workspace;

    uint64_t start = clock_now_ns();
    for (unsigned execution = 0; execution < job->executions; execution++)
        job->kernel->compute(job->size, kernel_whole(job->size), workspace->input,
                             workspace->output, team->partial);
    outcome->seconds = clock_seconds_since(start);

    outcome->partial = team->partial;
    outcome->output = workspace->output;
    return STATUS_OK;
}

const struct model this_model = {
    .name = "serial",
    .title = "one worker, no parallelism",
    .python = "a plain loop; joblib n_jobs=1",
    .launch = LAUNCH_ALONE,
    .copies = 1,
    .start = serial_start,
    .run = serial_run,
    .stop = serial_stop,
};
