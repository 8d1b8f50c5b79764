/*
 * MPI ranks with OpenMP threads inside: messages between nodes or sockets, shared memory within.
 *
 * There: mpi4py started with fewer ranks than cores, each calling a library that uses threads.
 * The threads of a rank combine their partials first, so that one message per rank remains. Only
 * the first thread calls MPI (MPI_THREAD_FUNNELED).
 */
#include "clock.h"
#include "map_buffers.h"
#include "model.h"
#include "openmp.h"
#include "partials.h"
#include "ranks.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const int thread_level = MPI_THREAD_FUNNELED;

struct team {
    const struct job *job;
    struct ranks ranks;
    struct map_buffers map_buffers; /* the whole on rank 0, its share on another */
    struct partials partials;       /* a partial a thread */
    struct fold *fold;              /* of this rank's threads */
};

static void hybrid_stop(struct team *team)
{
    if (!team)
        return;
    fold_free(team->fold);
    free(team->partials.base);
    map_buffers_free(&team->map_buffers);
    ranks_stop(&team->ranks);
    free(team);
}

/* See threads.c. Only rank 0 has inputs; the others get theirs with every execution. */
static void fill_inputs(struct team *team)
{
    const struct job *job = team->job;
    const struct ranks *ranks = &team->ranks;
#pragma omp parallel for schedule(static, 1) num_threads((int)job->threads)
    for (uint64_t thread = 0; thread < team->partials.pieces; thread++)
        map_buffers_touch(&team->map_buffers, job->kernel, ranks->share.begin,
                          partials_range(&team->partials, thread));
    if (ranks->rank == 0)
        map_buffers_fill(&team->map_buffers, job->kernel, job->size, 0, kernel_whole(job->size));
}

static enum status hybrid_start(const struct job *job, struct team **started)
{
    struct team *team = calloc(1, sizeof *team);
    if (!team)
        return status_no_memory("the model");
    team->job = job;
    struct ranks *ranks = &team->ranks;
    enum status status = ranks_start(job->kernel, job->size, job->ranks, thread_level, ranks);
    if (status == STATUS_OK && !job->oversubscribe)
        status = ranks_check_cores(ranks, job->threads);
    team->partials = partials_plan(job->kernel, job->size, ranks->share, job->threads);
    if (status == STATUS_OK)
        status = partials_allocate(&team->partials);
    if (status == STATUS_OK)
        status = fold_new(job->kernel, job->size, ranks->share, &team->fold);
    const struct range held = ranks_held(ranks);
    if (status == STATUS_OK)
        status = map_buffers_allocate(job->kernel, held, &team->map_buffers);
    if (status == STATUS_OK)
        status = openmp_form(job->threads, ranks->local_rank * job->threads,
                             ranks->local_size * job->threads);
    if (status != STATUS_OK)
        return status; /* The process ends now, and mpirun ends the other ranks. */
    fill_inputs(team);
    ranks_ready(ranks, job->oversubscribe);
    *started = team;
    return STATUS_OK;
}

/* This rank's share by all its threads, whose partials become the rank's. */
static void compute_share(struct team *team)
{
    const struct partials *partials = &team->partials;
#pragma omp parallel for schedule(static, 1) num_threads((int)partials->pieces)
    for (uint64_t thread = 0; thread < partials->pieces; thread++)
        partials_compute(partials, thread, team->map_buffers.input, team->map_buffers.output);

    fold_reset(team->fold);
    partials_fold(partials, team->fold);
    const void *partial = fold_result(team->fold);
    memcpy(team->ranks.partial, partial, partials->kernel->used(partial));
}

static const void *execute(struct team *team)
{
    struct ranks *ranks = &team->ranks;
    const struct map_buffers *map_buffers = &team->map_buffers;
    ranks_scatter(ranks, map_buffers->input);
    compute_share(team);
    const void *result = ranks_reduce(ranks);
    ranks_gather(ranks, map_buffers->output);
    return result;
}

static enum status hybrid_run(struct team *team, struct outcome *outcome)
{
    struct ranks *ranks = &team->ranks;

    openmp_wake(team->job->threads);
    uint64_t start = rank_timer_begin(&ranks->timer);
    for (unsigned execution = 0; execution < team->job->executions; execution++) {
        if (execution > 0)
            MPI_Barrier(MPI_COMM_WORLD); /* else some ranks would run ahead into the next one */
        outcome->partial = execute(team);
    }
    const struct rank_time time =
        rank_timer_end(&ranks->timer, clock_now_ns() - start, team->job->executions);

    outcome->seconds = time.longest_s;
    outcome->start = time.start;
    const struct traffic traffic = ranks_traffic(ranks);
    outcome->output = ranks->rank == 0 ? team->map_buffers.output : NULL;
    if (ranks->rank == 0) {
        outcome_count(outcome, "mpi::messages", (double)traffic.messages);
        outcome_count(outcome, "mpi::bytes", (double)traffic.bytes);
    }
    return STATUS_OK;
}

static void hybrid_collect(struct team *team, const void *mine, size_t bytes, void *all)
{
    ranks_collect(&team->ranks, mine, bytes, all);
}

static void hybrid_tell(struct runtime_libraries *libraries)
{
    ranks_tell(thread_level, libraries);
    openmp_tell(libraries);
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
    .collect = hybrid_collect,
    .tell = hybrid_tell,
    .stop = hybrid_stop,
};
