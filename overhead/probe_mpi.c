/*
 * The model `mpi` against the same loop and one MPI_Reduce written by hand, in the same ranks. Both
 * are timed as the harness does: a barrier, local durations, and the longest of them.
 */
#include "clock.h"
#include "probe.h"

#include <mpi.h>

enum { STEPS = 1000000000 };

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

static const struct way pi[] = PLAIN_PI(run_pi);

static const struct comparison rows[] = {
    {"mpi: pi / plain MPI",
     "<= 1.02",
     {.kernel = "pi", .size = STEPS, .workers = ALL_WORKERS},
     {.kernel = "pi", .size = STEPS, .workers = ALL_WORKERS, .ways = pi}},
    {0},
};

/* All ranks have the same times, and so decide alike. MPI begins and ends with the model: there is
 * one row. */
enum status probe_measure(void)
{
    return probe_compare(rows);
}
