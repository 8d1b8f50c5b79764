/*
 * A model from outside the tree with a helper: rank 0 computes nothing and is no worker. Rank 1
 * asks it for leave before each execution, and computes all of it.
 */
#include "clock.h"
#include "map_buffers.h"
#include "memory.h"
#include "model.h"
#include "ranks.h"
#include "seat.h"

#include <mpi.h>
#include <stdlib.h>

enum { FOREMAN, OWNER };

const int ranks_thread_level = MPI_THREAD_SINGLE; /* as it tells */
const struct count_info ranks_counts[] = {{0}};

struct team {
    const struct job *job;
    struct map_buffers map_buffers;
    unsigned char *partial;
    int rank;
    double asked;
};

static void foreman_stop(struct team *team)
{
    map_buffers_free(&team->map_buffers);
    free(team->partial);
    MPI_Finalize();
}

static enum status foreman_start(const struct job *job, struct team *team)
{
    const struct range whole = kernel_whole(job->size);
    int size = 0;
    team->job = job;
    MPI_Init(NULL, NULL);
    MPI_Comm_rank(MPI_COMM_WORLD, &team->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (team->rank != FOREMAN)
        seat_take_only((unsigned)team->rank - 1, (unsigned)size);
    if (size != (int)job->ranks + 1)
        return status_fail(STATUS_FAILED, "%d ranks are not %u workers and a foreman", size,
                           job->ranks);
    team->partial = memory_bytes(kernel_partial_size(job->kernel, job->size, whole));
    team->map_buffers = map_buffers_new(job, whole, false);
    map_buffers_fill(&team->map_buffers, whole);
    return STATUS_OK;
}

static enum status foreman_execute(struct team *team, struct outcome *outcome)
{
    char leave = 0;
    if (team->rank == FOREMAN) {
        MPI_Recv(&leave, 1, MPI_CHAR, OWNER, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        MPI_Send(&leave, 1, MPI_CHAR, OWNER, 0, MPI_COMM_WORLD);
    }
    if (team->rank != OWNER)
        return STATUS_OK;
    MPI_Send(&leave, 1, MPI_CHAR, FOREMAN, 0, MPI_COMM_WORLD);
    MPI_Recv(&leave, 1, MPI_CHAR, FOREMAN, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    team->asked++;
    outcome->partial = team->partial;
    outcome->output = team->map_buffers.output.start;
    return map_buffers_compute(&team->map_buffers, kernel_whole(team->job->size), team->partial);
}

static const struct count_info foreman_counts[] = {
    {"foreman::asked", "", "how often a worker had asked, since it began"},
    {0},
};

static void foreman_count(struct team *team, struct outcome *outcome)
{
    if (team->rank == OWNER)
        outcome_count(outcome, foreman_counts[0].name, team->asked);
}

static uint64_t foreman_begin(struct team *team)
{
    (void)team;
    MPI_Barrier(MPI_COMM_WORLD);
    return clock_now_ns();
}

static void foreman_meet(struct team *team)
{
    (void)team;
    MPI_Barrier(MPI_COMM_WORLD);
}

static void foreman_end(struct team *team, uint64_t duration_ns, unsigned executions,
                        struct outcome *outcome)
{
    (void)team;
    (void)executions;
    outcome->seconds = (double)duration_ns * 1e-9;
}

static void foreman_collect(struct team *team, const void *mine, size_t bytes, void *all)
{
    (void)team;
    MPI_Gather(mine, (int)bytes, MPI_BYTE, all, (int)bytes, MPI_BYTE, OWNER, MPI_COMM_WORLD);
}

static bool foreman_owns(struct team *team)
{
    int rank;
    (void)team;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank == OWNER;
}

static const struct group foreman_group = {foreman_begin, foreman_meet, foreman_end,
                                           foreman_collect, foreman_owns};

const struct model this_model = {
    .name = "foreman",
    .title = "ranks that ask one of them for leave",
    .python = "nothing",
    .launch = LAUNCH_RANKS,
    .helpers = 1,
    .copies = 1,
    .counts = foreman_counts,
    .group = &foreman_group,
    .team_bytes = sizeof(struct team),
    .start = foreman_start,
    .execute = foreman_execute,
    .count = foreman_count,
    .tell = ranks_tell,
    .stop = foreman_stop,
};
