#include "rank_clock.h"

#include "clock.h"

enum { ATTEMPTS = 20 };

static const int64_t drift_ns = RANK_CLOCK_LASTS_NS / 100000;

/* Rank 0's side: its clock, as often as the other asks. */
static void answer(MPI_Comm askers, int other)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int64_t now;
        MPI_Recv(NULL, 0, MPI_BYTE, other, 0, askers, MPI_STATUS_IGNORE);
        now = (int64_t)clock_now_ns();
        MPI_Send(&now, 1, MPI_INT64_T, other, 0, askers);
    }
}

static void ask(struct rank_clock *clock)
{
    int64_t shortest = INT64_MAX;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int64_t root;
        const int64_t before = (int64_t)clock_now_ns();
        MPI_Send(NULL, 0, MPI_BYTE, 0, 0, clock->askers);
        MPI_Recv(&root, 1, MPI_INT64_T, 0, 0, clock->askers, MPI_STATUS_IGNORE);
        const int64_t after = (int64_t)clock_now_ns();
        if (after - before < shortest) {
            shortest = after - before;
            clock->ahead_ns = before + shortest / 2 - root;
        }
    }
    clock->uncertain_ns = shortest / 2 + drift_ns;
}

static void ask_or_answer(struct rank_clock *clock)
{
    int rank, size;
    MPI_Comm_rank(clock->askers, &rank);
    MPI_Comm_size(clock->askers, &size);
    for (int other = 1; rank == 0 && other < size; other++)
        answer(clock->askers, other);
    if (rank > 0)
        ask(clock);
}

void rank_clock_sync(struct rank_clock *clock)
{
    clock->ahead_ns = clock->uncertain_ns = 0;
    if (clock->askers != MPI_COMM_NULL)
        ask_or_answer(clock);
    MPI_Bcast(&clock->ahead_ns, 1, MPI_INT64_T, 0, clock->node);
    MPI_Allreduce(MPI_IN_PLACE, &clock->uncertain_ns, 1, MPI_INT64_T, MPI_MAX, MPI_COMM_WORLD);
    clock->synced_ns = clock_now_ns();
}

void rank_clock_start(struct rank_clock *clock)
{
    int local_rank;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &clock->node);
    MPI_Comm_rank(clock->node, &local_rank);
    MPI_Comm_split(MPI_COMM_WORLD, local_rank == 0 ? 0 : MPI_UNDEFINED, 0, &clock->askers);
    rank_clock_sync(clock);
}

void rank_clock_stop(struct rank_clock *clock)
{
    if (clock->askers != MPI_COMM_NULL)
        MPI_Comm_free(&clock->askers);
    MPI_Comm_free(&clock->node);
}
