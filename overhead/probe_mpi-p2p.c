/*
 * The model `mpi-p2p` against a plain ping-pong in the same ranks: a message of 8 bytes to each
 * rank, and one of 24 home, its square and the sum. The model has the same sizes, as a kernel's
 * inputs, outputs and partials.
 */
#include "clock.h"
#include "probe.h"

#include <mpi.h>

enum { TRIPS = 10000 };

/* What comes home: a square, and the sum as the kernel's partial has it. */
struct home {
    uint64_t square, sum[2];
};

static void lead(const struct subject *subject, int size, uint64_t sum[2])
{
    const uint64_t *x = subject->map_buffers.input.start;
    uint64_t *squared = subject->map_buffers.output.start;
    struct home home;
    for (int rank = 1; rank < size; rank++)
        MPI_Send(&x[rank], 1, MPI_UINT64_T, rank, 0, MPI_COMM_WORLD);
    sum[0] = squared[0] = x[0] * x[0];
    sum[1] = 0;
    for (int rank = 1; rank < size; rank++) {
        MPI_Recv(&home, 3, MPI_UINT64_T, rank, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        squared[rank] = home.square;
        sum[0] += home.sum[0];
        sum[1] += home.sum[1] + (sum[0] < home.sum[0]);
    }
}

static void work(void)
{
    struct home home = {.sum = {0, 0}};
    uint64_t x;
    MPI_Recv(&x, 1, MPI_UINT64_T, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    home.square = home.sum[0] = x * x;
    MPI_Send(&home, 3, MPI_UINT64_T, 0, 0, MPI_COMM_WORLD);
}

static enum status run_trips(struct subject *subject, double *seconds)
{
    uint64_t *sum = subject->partial.start;
    int rank, size;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);

    MPI_Barrier(MPI_COMM_WORLD);
    const uint64_t start = clock_now_ns();
    for (unsigned trip = 0; trip < subject->executions; trip++)
        if (rank == 0)
            lead(subject, size, sum);
        else
            work();
    const double own = clock_seconds_since(start);

    MPI_Allreduce(&own, seconds, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    return probe_check(subject, &(struct outcome){.partial = rank == 0 ? sum : NULL,
                                                  .output = subject->map_buffers.output.start});
}

static const struct way trips[] = {{.name = "ping-pong", .run = run_trips}, {0}};

#define OF_THE_MODEL                                                                               \
    {                                                                                              \
        .kernel = "squares", .size = ITEM_EACH, .workers = ALL_WORKERS, .executions = TRIPS        \
    }
#define OF_PLAIN_MPI                                                                               \
    {                                                                                              \
        .kernel = "squares", .size = ITEM_EACH, .workers = ALL_WORKERS, .executions = TRIPS,       \
        .ways = trips                                                                              \
    }

static const struct comparison ratios[] = {
    {"mpi-p2p: 8 B / ping-pong", "<= 1.03", OF_THE_MODEL, OF_PLAIN_MPI}, {0}};
static const struct comparison differences[] = {
    {"mpi-p2p: us more a trip", "<= 0.1", OF_THE_MODEL, OF_PLAIN_MPI}, {0}};

enum status probe_measure(void)
{
    TRY(probe_compare(ratios));
    return probe_differences(differences);
}
