#include "rank_clock.h"

#include "clock.h"

#include <mpi.h>

enum { ATTEMPTS = 20 };

/* Rank 0's side: its clock, as often as the other asks. */
static void answer(int rank)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int64_t now;
        MPI_Recv(NULL, 0, MPI_BYTE, rank, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        now = (int64_t)clock_now_ns();
        MPI_Send(&now, 1, MPI_INT64_T, rank, 0, MPI_COMM_WORLD);
    }
}

static int64_t ask(void)
{
    int64_t ahead = 0, shortest = INT64_MAX;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int64_t root;
        const int64_t before = (int64_t)clock_now_ns();
        MPI_Send(NULL, 0, MPI_BYTE, 0, 0, MPI_COMM_WORLD);
        MPI_Recv(&root, 1, MPI_INT64_T, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        const int64_t after = (int64_t)clock_now_ns();
        if (after - before < shortest) {
            shortest = after - before;
            ahead = before + shortest / 2 - root;
        }
    }
    return ahead;
}

void rank_clock_sync(struct rank_clock *clock)
{
    int rank, size;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    for (int other = 1; rank == 0 && other < size; other++)
        answer(other);
    clock->ahead_ns = rank == 0 ? 0 : ask();
    clock->synced_ns = clock_now_ns();
}
