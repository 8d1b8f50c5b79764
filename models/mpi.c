/*
 * MPI ranks: processes with nothing in common that send each other messages.
 *
 * There: mpi4py's upper-case calls on buffers, comm.Scatterv, Reduce and Gatherv. Rank 0 owns
 * inputs and outputs; every rank gets its share, computes, and takes part in the reduction. The
 * calls stand in parts/ranks/ranks.c.
 */
#include "model.h"
#include "ranks.h"

#include <limits.h>

const int ranks_thread_level = MPI_THREAD_SINGLE; /* a rank has no threads */
const struct count_info ranks_counts[] = {RANKS_COUNTS, {0}};

struct team {
    struct ranks ranks;
};

static enum status mpi_start(const struct job *job, struct team *team)
{
    return ranks_start_worker(job, &team->ranks);
}

static enum status mpi_execute(struct team *team, struct outcome *outcome)
{
    struct ranks *ranks = &team->ranks;
    ranks_scatter(ranks);
    TRY(map_buffers_compute(&ranks->map_buffers, ranks->share, ranks->partial));
    outcome->partial = ranks_reduce(ranks);
    outcome->output = ranks_gather(ranks);
    return STATUS_OK;
}

const struct model this_model = {
    .name = "mpi",
    .title = "MPI ranks: Scatterv, Reduce, Gatherv",
    .python = "mpi4py: comm.Scatterv, Reduce, Gatherv",
    .launch = LAUNCH_RANKS,
    .copies = 2,
    .max_map_size = INT_MAX, /* counts and offsets in items are int */
    .counts = ranks_counts,
    .group = &ranks_group,
    .team_bytes = sizeof(struct team),
    .start = mpi_start,
    .execute = mpi_execute,
    .count = ranks_count,
    .tell = ranks_tell,
    .stop = ranks_stop,
};
