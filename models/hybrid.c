/*
 * MPI ranks with OpenMP threads inside: messages between nodes or sockets, shared memory within.
 *
 * There: mpi4py started with fewer ranks than cores, each calling a library that uses threads.
 * The threads of a rank combine their partials first, so that one message per rank remains. Only
 * the first thread calls MPI (MPI_THREAD_FUNNELED).
 */
#include "clock.h"
#include "model.h"
#include "ranks.h"
#include "slots.h"
#include "workspace.h"

#include <limits.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

struct team {
    const struct job *job;
    struct ranks ranks;
    struct workspace workspace; /* the whole on rank 0, its share on another */
    struct slots slots;         /* a partial a thread */
    struct fold *fold;          /* of this rank's threads */
};

static void hybrid_stop(struct team *team)
{
    if (!team)
        return;
    fold_free(team->fold);
    free(team->slots.base);
    workspace_free(&team->workspace);
    ranks_stop(&team->ranks);
    free(team);
}

/* See threads.c: the threads stay for what comes, and each touches its part of the memory. */
static enum status form_team(struct team *team)
{
    const struct job *job = team->job;
    int obtained = 0;
#pragma omp parallel num_threads((int)job->threads)
    {
#pragma omp single
        obtained = omp_get_num_threads();
        workspace_fill(&team->workspace, job->kernel, job->size, team->ranks.share.begin,
                       slots_range(&team->slots, (uint64_t)omp_get_thread_num()));
    }
    if (obtained != (int)job->threads)
        return status_fail(STATUS_FAILED,
                           "OpenMP gave %d threads and %u were asked for: raise OMP_THREAD_LIMIT",
                           obtained, job->threads);
    return STATUS_OK;
}

static enum status hybrid_start(const struct job *job, struct team **started)
{
    struct team *team = calloc(1, sizeof *team);
    if (!team)
        return status_no_memory("the model");
    team->job = job;
    struct ranks *ranks = &team->ranks;
    enum status status =
        ranks_start(job->kernel, job->size, job->ranks, MPI_THREAD_FUNNELED, ranks);
    team->slots = slots_plan(job->kernel, job->size, ranks->share, job->threads);
    if (status == STATUS_OK)
        status = slots_allocate(&team->slots);
    if (status == STATUS_OK)
        status = fold_new(job->kernel, job->size, ranks->share, &team->fold);
    const struct range held = ranks_held(ranks);
    if (status == STATUS_OK)
        status = workspace_allocate(job->kernel, held, &team->workspace);
    if (status == STATUS_OK)
        status = form_team(team);
    if (status != STATUS_OK)
        return status; /* The process ends now, and mpirun ends the other ranks. */
    workspace_fill(&team->workspace, job->kernel, job->size, held.begin, held);
    *started = team;
    return STATUS_OK;
}

/* This rank's share by all its threads, whose partials become the rank's. */
static void compute_share(struct team *team)
{
    const struct slots *slots = &team->slots;
#pragma omp parallel for schedule(static, 1) num_threads((int)slots->pieces)
    for (uint64_t thread = 0; thread < slots->pieces; thread++)
        slots_compute(slots, thread, team->workspace.input, team->workspace.output);

    fold_reset(team->fold);
    slots_fold(slots, team->fold);
    const void *partial = fold_result(team->fold);
    memcpy(team->ranks.partial, partial, slots->kernel->used(partial));
}

/* See threads.c. */
static void wake_threads(const struct job *job)
{
#pragma omp parallel num_threads((int)job->threads)
    {
#pragma omp barrier
    }
}

static enum status hybrid_run(struct team *team, struct outcome *outcome)
{
    struct ranks *ranks = &team->ranks;
    const struct workspace *workspace = &team->workspace;

    wake_threads(team->job);
    MPI_Barrier(MPI_COMM_WORLD);
    uint64_t start = clock_now_ns();
    ranks_scatter(ranks, workspace->input);
    compute_share(team);
    const void *result = ranks_reduce(ranks);
    ranks_gather(ranks, workspace->output);
    outcome->seconds = ranks_longest(clock_seconds_since(start));

    outcome->partial = result;
    outcome->output = workspace->output;
    return STATUS_OK;
}

const struct model this_model = {
    .name = "hybrid",
    .title = "MPI ranks x OpenMP threads",
    .python = "mpi4py over a threaded extension",
    .launch = LAUNCH_HYBRID,
    .copies = 2,
    .max_map_size = INT_MAX, /* counts and offsets in items are int */
    .start = hybrid_start,
    .run = hybrid_run,
    .stop = hybrid_stop,
};
