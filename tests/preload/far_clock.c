/*
 * Loaded before the C library and MPI, puts rank 0 on a node of its own and each two that follow on
 * another: those of different nodes share no memory, and node n's clock is n hours ahead,
 * as that of a node that was started earlier. Ranks that begin together must have found that out.
 */
#define _GNU_SOURCE
#include <mpi.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int node_of(int rank)
{
    return (rank + 1) / 2;
}

int MPI_Comm_split_type(MPI_Comm ranks, int type, int key, MPI_Info info, MPI_Comm *node)
{
    int rank;
    (void)type;
    (void)info;
    PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return PMPI_Comm_split(ranks, node_of(rank), key, node);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const char *of_open_mpi = getenv("OMPI_COMM_WORLD_RANK");
    const char *rank = of_open_mpi ? of_open_mpi : getenv("PMI_RANK");
    const int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && rank && clock == CLOCK_MONOTONIC)
        now->tv_sec += 3600L * node_of((int)strtol(rank, NULL, 10));
    return result;
}
