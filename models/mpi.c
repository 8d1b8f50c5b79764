/*
 * MPI ranks: processes with nothing in common that send each other messages.
 *
 * There: mpi4py's upper-case calls on buffers, comm.Scatterv, Reduce and Gatherv. Rank 0 owns
 * inputs and outputs; every rank gets its share, computes, and takes part in the reduction. The
 * calls stand in parts/ranks.c.
 */
#include "clock.h"
#include "map_buffers.h"
#include "model.h"
#include "ranks.h"

#include <limits.h>
#include <stdlib.h>

static const int thread_level = MPI_THREAD_SINGLE; /* a rank has no threads */

struct team {
    const struct job *job;
    struct ranks ranks;
    struct map_buffers map_buffers; /* the whole on rank 0, its share on another */
};

static void mpi_stop(struct team *team)
{
    if (!team)
        return;
    map_buffers_free(&team->map_buffers);
    ranks_stop(&team->ranks);
    free(team);
}

static enum status mpi_start(const struct job *job, struct team **started)
{
    struct team *team = calloc(1, sizeof *team);
    if (!team)
        return status_no_memory("the model");
    team->job = job;
    enum status status =
        ranks_start(job->kernel, job->size, job->ranks, thread_level, &team->ranks);
    if (status == STATUS_OK && !job->oversubscribe)
        status = ranks_check_cores(&team->ranks, 1);
    const struct range held = ranks_held(&team->ranks);
    if (status == STATUS_OK)
        status = map_buffers_allocate(job->kernel, held, &team->map_buffers);
    if (status != STATUS_OK)
        return status; /* The process ends now, and mpirun ends the other ranks. */
    ranks_bind(&team->ranks);
    map_buffers_touch(&team->map_buffers, job->kernel, held.begin, held);
    if (team->ranks.rank == 0) /* the others get theirs with every execution */
        map_buffers_fill(&team->map_buffers, job->kernel, job->size, 0, held);
    ranks_ready(&team->ranks, job->oversubscribe);
    *started = team;
    return STATUS_OK;
}

static const void *execute(struct team *team)
{
    const struct job *job = team->job;
    struct ranks *ranks = &team->ranks;
    const struct map_buffers *map_buffers = &team->map_buffers;
    ranks_scatter(ranks, map_buffers->input);
    job->kernel->compute(job->size, ranks->share, map_buffers->input, map_buffers->output,
                         ranks->partial);
    const void *result = ranks_reduce(ranks);
    ranks_gather(ranks, map_buffers->output);
    return result;
}

static enum status mpi_run(struct team *team, struct outcome *outcome)
{
    struct ranks *ranks = &team->ranks;

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

static void mpi_collect(struct team *team, const void *mine, size_t bytes, void *all)
{
    ranks_collect(&team->ranks, mine, bytes, all);
}

static void mpi_tell(struct runtime_libraries *libraries)
{
    ranks_tell(thread_level, libraries);
}

const struct model this_model = {
    .name = "mpi",
    .title = "MPI ranks: Scatterv, Reduce, Gatherv",
    .python = "mpi4py: comm.Scatterv, Reduce, Gatherv",
    .launch = LAUNCH_RANKS,
    .copies = 2,
    .max_map_size = INT_MAX, /* counts and offsets in items are int */
    .start = mpi_start,
    .run = mpi_run,
    .collect = mpi_collect,
    .tell = mpi_tell,
    .stop = mpi_stop,
};
