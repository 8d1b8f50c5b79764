/*
 * MPI ranks with OpenMP threads inside: messages between nodes or sockets, shared memory within.
 *
 * There: mpi4py started with fewer ranks than cores, each calling a library that uses threads.
 * The threads of a rank combine their partials first, so that one message per rank remains. Only
 * the first thread calls MPI (MPI_THREAD_FUNNELED). `schedule` and `chunk` are those of `threads`,
 * within a rank: they even out what its threads have to do, and nothing between ranks, whose shares
 * are fixed.
 */
#include "loop_options.h"
#include "openmp.h"
#include "openmp_loop.h"
#include "ranks.h"

#include <limits.h>
#include <string.h>

const int ranks_thread_level = MPI_THREAD_FUNNELED;
const struct count_info ranks_counts[] = {RANKS_COUNTS, {0}};

struct team {
    struct ranks ranks;
    struct partials partials; /* of its share, a partial a piece */
};

static enum status hybrid_start(const struct job *job, struct team *team)
{
    struct ranks *ranks = &team->ranks;
    TRY(ranks_start(job, ranks));
    loop_set_schedule(job);
    team->partials =
        partials_new(job, ranks->share, loop_pieces(job, ranks->share), job->threads, 1, false);
    TRY(openmp_form(job->threads, ranks->local_rank * job->threads,
                    ranks->local_size * job->threads));
    openmp_loop_meet(&team->partials, &ranks->map_buffers, job->threads, map_buffers_touch);
    ranks_settle(ranks);
    return STATUS_OK;
}

static enum status hybrid_ready(struct team *team)
{
    openmp_wake(team->ranks.job->threads);
    return STATUS_OK;
}

/* This rank's share by all its threads, whose partials become the rank's. */
static enum status compute_share(struct team *team)
{
    const struct ranks *ranks = &team->ranks;
    TRY(openmp_loop_compute(&team->partials, &ranks->map_buffers, ranks->job->threads));
    const void *partial = partials_result(&team->partials);
    memcpy(ranks->partial, partial, kernel_used(ranks->job->kernel, partial));
    return STATUS_OK;
}

static enum status hybrid_execute(struct team *team, struct outcome *outcome)
{
    struct ranks *ranks = &team->ranks;
    ranks_scatter(ranks);
    TRY(compute_share(team));
    outcome->partial = ranks_reduce(ranks);
    outcome->output = ranks_gather(ranks);
    return STATUS_OK;
}

static void hybrid_stop(struct team *team)
{
    partials_free(&team->partials);
    ranks_stop(team);
}

static void hybrid_tell(library_add *add, void *context)
{
    ranks_tell(add, context);
    openmp_tell(add, context);
}

static const struct model_option hybrid_options[] = {
    {.name = "ranks",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help = "ranks that the workers are threads of; auto: one for each memory node where that "
             "divides the workers and leaves several threads to each, else 2 of 4 workers and "
             "more, where they are even, else 1",
     .python = "mpirun -n"},
    LOOP_OPTIONS,
    {0},
};

const struct model this_model = {
    .name = "hybrid",
    .title = "MPI ranks x OpenMP threads",
    .python = "mpi4py over a threaded extension",
    .launch = LAUNCH_HYBRID,
    .traits = TRAIT_RANKS | TRAIT_CHUNKS,
    .copies = 2,
    .max_map_size = INT_MAX, /* counts and offsets in items are int */
    .options = hybrid_options,
    .counts = ranks_counts,
    .group = &ranks_group,
    .team_bytes = sizeof(struct team),
    .start = hybrid_start,
    .ready = hybrid_ready,
    .execute = hybrid_execute,
    .count = ranks_count,
    .tell = hybrid_tell,
    .stop = hybrid_stop,
};
