/*
 * The model `mpi` against the same loop and one MPI_Reduce written by hand, in the same ranks. Both
 * are timed as the harness does: a barrier, local durations, and the longest of them.
 */
#include "clock.h"
#include "probe.h"

#include <mpi.h>
#include <stdio.h>

enum { STEPS = 1000000000 };

static enum status run_plain(const void *context, double *seconds)
{
    const struct plain_form *form = context;
    const double step = 1.0 / STEPS;
    double sum = 0;
    int rank, size;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);

    MPI_Barrier(MPI_COMM_WORLD);
    uint64_t start = clock_now_ns();
    int begin = (int)((int64_t)STEPS * rank / size);
    int end = (int)((int64_t)STEPS * (rank + 1) / size);
    double local = form->sum(begin, end, step);
    MPI_Reduce(&local, &sum, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
    double own = clock_seconds_since(start);

    MPI_Allreduce(&own, seconds, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    return rank == 0 ? probe_pi(sum * step) : STATUS_OK;
}

/* All ranks have the same times, and so decide alike; the first has the result, and is heard. */
enum status probe_measure(unsigned workers)
{
    struct subject model;
    int rank;
    TRY(probe_start(&model, "pi", STEPS, workers, NULL));
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (rank > 0 && !freopen("/dev/null", "w", stdout))
        return status_fail(STATUS_FAILED, "/dev/null cannot be opened");
    TRY(probe_plain("mpi: pi / plain MPI", &model, plain_forms, run_plain));
    probe_stop(&model);
    return STATUS_OK;
}
