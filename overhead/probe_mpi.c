/*
 * The model `mpi` against plain MPI programs, in the same ranks: the same loop and one MPI_Reduce,
 * and squares by MPI_Scatterv and MPI_Gatherv. Both sides are timed as the harness does: a barrier,
 * local durations, and the longest of them.
 */
#include "clock.h"
#include "memory.h"
#include "probe.h"
#include "ranks.h"

#include <mpi.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 1000000000, INPUTS = 1 << 23, OBJECT = 1000000 /* of 8 bytes each */ };

static enum status run_pi(struct subject *subject, double *seconds)
{
    const int64_t steps = (int64_t)subject->job.size;
    const double step = 1.0 / (double)steps;
    double sum = 0;
    int rank, size;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);

    MPI_Barrier(MPI_COMM_WORLD);
    uint64_t start = clock_now_ns();
    int begin = (int)(steps * rank / size);
    int end = (int)(steps * (rank + 1) / size);
    double local = subject->way->loop.pi(begin, end, step);
    MPI_Reduce(&local, &sum, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
    double own = clock_seconds_since(start);

    MPI_Allreduce(&own, seconds, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    return rank == 0 ? probe_check_pi(sum * step) : STATUS_OK;
}

/* ---- squares ---- */

static struct range share_of(const struct job *job, int rank)
{
    return range_split(kernel_whole(job->size), job->ranks, (uint64_t)rank);
}

/* Rank 0 has all, and others have room for what they get. */
static struct range held(const struct job *job)
{
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank == 0 ? kernel_whole(job->size) : share_of(job, rank);
}

/* How many items each rank has, and from which on: two arrays, one behind the other. The caller
 * frees. */
static int *shares(const struct job *job)
{
    int *counts = memory_new(2 * (size_t)job->ranks, sizeof *counts);
    for (unsigned rank = 0; rank < job->ranks; rank++) {
        const struct range share = share_of(job, (int)rank);
        counts[rank] = (int)(share.end - share.begin);
        counts[job->ranks + rank] = (int)share.begin;
    }
    return counts;
}

/* Out and back. Rank 0's own share stays where it is. */
static void square_shares(const struct subject *subject, const int *counts, int rank,
                          uint64_t sums[2])
{
    const int *offsets = counts + subject->job.ranks;
    uint64_t *x = subject->map_buffers.input.start, *squared = subject->map_buffers.output.start;
    uint64_t own[2];
    const int count = counts[rank];
    MPI_Scatterv(x, counts, offsets, MPI_UINT64_T, rank == 0 ? MPI_IN_PLACE : x, count,
                 MPI_UINT64_T, 0, MPI_COMM_WORLD);
    subject->way->loop.squares(count, x, squared, own);
    MPI_Reduce(own, sums, 2, MPI_UINT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
    MPI_Gatherv(rank == 0 ? MPI_IN_PLACE : squared, count, MPI_UINT64_T, squared, counts, offsets,
                MPI_UINT64_T, 0, MPI_COMM_WORLD);
}

static enum status run_squares(struct subject *subject, double *seconds)
{
    uint64_t sums[2] = {0, 0};
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    int *counts = shares(&subject->job);

    MPI_Barrier(MPI_COMM_WORLD);
    const uint64_t start = clock_now_ns();
    square_shares(subject, counts, rank, sums);
    const double own = clock_seconds_since(start);

    free(counts);
    MPI_Allreduce(&own, seconds, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    return probe_check_squares(subject, rank == 0 ? sums : NULL);
}

static const struct way pi[] = PLAIN_PI(run_pi);
static const struct way squares[] = PLAIN_SQUARES(run_squares, held);

static const struct comparison rows[] = {
    {"mpi: pi / plain MPI",
     "<= 1.02",
     {.kernel = "pi", .size = STEPS, .workers = ALL_WORKERS},
     {.kernel = "pi", .size = STEPS, .workers = ALL_WORKERS, .ways = pi}},
    {"mpi: squares / plain MPI",
     "<= 1.03",
     {.kernel = "squares", .size = INPUTS, .workers = ALL_WORKERS},
     {.kernel = "squares", .size = INPUTS, .workers = ALL_WORKERS, .ways = squares}},
    {"mpi: 8 MB, object / buffer",
     "<= 3",
     {.kernel = "squares", .size = OBJECT, .workers = ALL_WORKERS, .options = {"transport=object"}},
     {.kernel = "squares", .size = OBJECT, .workers = ALL_WORKERS}},
    {0},
};

static const struct comparison rows_over_nodes[] = {
    {"mpi, nodes: pi / plain",
     "<= 1.03",
     {.kernel = "pi", .size = STEPS, .workers = ALL_WORKERS},
     {.kernel = "pi", .size = STEPS, .workers = ALL_WORKERS, .ways = pi}},
    {"mpi, nodes: squares / plain",
     "<= 1.03",
     {.kernel = "squares", .size = INPUTS, .workers = ALL_WORKERS},
     {.kernel = "squares", .size = INPUTS, .workers = ALL_WORKERS, .ways = squares}},
    {0},
};

/* All ranks have the same times, and so decide alike. With "nothing" for a kernel MPI begins and
 * ends, and a launch is all that is timed, by whoever did it. */
enum status probe_measure(void)
{
    const char *kernel = probe_kernel_over_nodes();
    int provided;
    if (!kernel)
        return probe_compare(rows);
    if (strcmp(kernel, "nothing") == 0)
        return MPI_Init_thread(NULL, NULL, ranks_thread_level, &provided) == MPI_SUCCESS
                   ? STATUS_OK
                   : STATUS_FAILED;
    for (const struct comparison *row = rows_over_nodes; row->what; row++)
        if (strcmp(row->above.kernel, kernel) == 0)
            return probe_compare((const struct comparison[]){*row, {0}});
    return status_fail(STATUS_FAILED, "there is no row of %s over nodes", kernel);
}
