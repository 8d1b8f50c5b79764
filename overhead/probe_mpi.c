/*
 * The model `mpi` against the same loop and one MPI_Reduce written by hand, in the same ranks. Both
 * are timed as the harness does: a barrier, local durations, and the longest of them.
 */
#include "clock.h"
#include "plain.h"
#include "probe.h"

#include <math.h>
#include <mpi.h>
#include <stdlib.h>

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
    if (rank == 0 && !(fabs(sum * step - 3.14159265358979323846) < 1e-9))
        return status_fail(STATUS_FAILED, "the plain loop gave %.15f for pi", sum * step);
    return STATUS_OK;
}

static enum status measure(const struct subject *subject)
{
    struct side plain[PLAIN_FORMS];
    double ratios[PROBE_PAIRS];
    unsigned fastest = 0;
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    for (int i = 0; i < PLAIN_FORMS; i++)
        plain[i] = (struct side){run_plain, &plain_forms[i]};
    enum status status = probe_fastest(plain, PLAIN_FORMS, &fastest);
    /* Rank 0 has the times, and decides for all. */
    MPI_Bcast(&fastest, 1, MPI_UNSIGNED, 0, MPI_COMM_WORLD);
    if (status == STATUS_OK)
        status = probe_compare(probe_model(subject), plain[fastest], ratios);
    if (status != STATUS_OK)
        return status;
    if (rank == 0) {
        probe_row("mpi: pi / plain MPI", "<= 1.02", ratios, PROBE_PAIRS);
        probe_remark("the fastest plain form", plain_forms[fastest].name);
    }
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    struct subject subject;
    const unsigned workers = probe_workers(argc, argv);
    if (workers == 0)
        return 2;
    enum status status = probe_start(&subject, "pi", STEPS, workers, NULL);
    if (status == STATUS_OK)
        status = measure(&subject);
    if (status != STATUS_OK)
        return EXIT_FAILURE; /* without MPI_Finalize, so that mpirun ends the other ranks */
    probe_stop(&subject);
    return EXIT_SUCCESS;
}
