/*
 * MPI ranks with OpenMP threads inside: messages between nodes or sockets, shared memory within.
 *
 * There: mpi4py started with fewer ranks than cores, each calling a library that uses threads.
 * The threads of a rank combine their partials first, so that one message per rank remains. Only
 * the first thread calls MPI (MPI_THREAD_FUNNELED).
 */
#include "model.h"
#include "openmp.h"
#include "partials.h"
#include "ranks.h"

#include <limits.h>
#include <omp.h>
#include <stdatomic.h>
#include <string.h>

const int ranks_thread_level = MPI_THREAD_FUNNELED;
const struct count_info ranks_counts[] = {RANKS_COUNTS, {0}};

struct team {
    struct ranks ranks;
    struct partials partials; /* a partial a thread */
};

/* Each thread touches what it will probably use: whoever writes a page has it near. */
static void touch_share(struct team *team)
{
#pragma omp parallel for schedule(static, 1) num_threads((int)team->partials.pieces)
    for (uint64_t thread = 0; thread < team->partials.pieces; thread++)
        map_buffers_touch(&team->ranks.map_buffers, partials_range(&team->partials, thread));
}

static enum status hybrid_start(const struct job *job, struct team *team)
{
    struct ranks *ranks = &team->ranks;
    TRY(ranks_start(job, ranks));
    team->partials = partials_new(job, ranks->share, job->threads, job->threads, 1, false);
    TRY(openmp_form(job->threads, ranks->local_rank * job->threads,
                    ranks->local_size * job->threads));
    touch_share(team);
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
    const struct partials *partials = &team->partials;
    atomic_bool failed = false;
#pragma omp parallel num_threads((int)partials->pieces)
    {
#pragma omp for schedule(static, 1)
        for (uint64_t thread = 0; thread < partials->pieces; thread++)
            if (partials_compute(partials, &team->ranks.map_buffers, thread) != STATUS_OK)
                failed = true;
        if (!failed)
            partials_combine(partials, (unsigned)omp_get_thread_num());
    }
    if (failed)
        return STATUS_FAILED;
    const void *partial = partials_result(partials);
    memcpy(team->ranks.partial, partial, kernel_used(team->ranks.job->kernel, partial));
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
    {0},
};

const struct model this_model = {
    .name = "hybrid",
    .title = "MPI ranks x OpenMP threads",
    .python = "mpi4py over a threaded extension",
    .launch = LAUNCH_HYBRID,
    .traits = TRAIT_RANKS,
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
