/*
 * The model `mpi` against the same loop and one MPI_Reduce written by hand, in the same ranks. Both
 * are timed as the harness does: a barrier, local durations, and the longest of them.
 */
#include "clock.h"
#include "plain.h"
#include "probe.h"

#include <mpi.h>

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

    *seconds = own;
    MPI_Reduce(&own, seconds, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
    return rank == 0 ? probe_pi(sum * step) : STATUS_OK;
}

/* Rank 0 has the times, decides for all, and prints. */
static bool agree(unsigned *fastest)
{
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Bcast(fastest, 1, MPI_UNSIGNED, 0, MPI_COMM_WORLD);
    return rank == 0;
}

enum status probe_measure(unsigned workers)
{
    struct subject subject;
    enum status status = probe_start(&subject, "pi", STEPS, workers, NULL);
    if (status == STATUS_OK)
        status = probe_plain(&subject, "mpi: pi / plain MPI", run_plain, agree);
    /* After a failure without MPI_Finalize, so that mpirun ends the other ranks. */
    if (status == STATUS_OK)
        probe_stop(&subject);
    return status;
}
