/*
 * Loaded before the C library and MPI, puts rank 0 on a node of its own and each two that follow on
 * another: those of different nodes share no memory, and node n's clock is n hours ahead,
 * as that of a node that was started earlier, and gains n times 20 µs a second. Ranks that begin
 * together must have found that out. With OWN_NODES each rank is on a node of its own, and clocks
 * are as they are.
 */
#define _GNU_SOURCE
#include <mpi.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int node_of(int rank)
{
#ifdef OWN_NODES
    return rank;
#else
    return (rank + 1) / 2;
#endif
}

int MPI_Comm_split_type(MPI_Comm ranks, int type, int key, MPI_Info info, MPI_Comm *node)
{
    int rank;
    (void)type;
    (void)info;
    PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return PMPI_Comm_split(ranks, node_of(rank), key, node);
}

#ifndef OWN_NODES
int clock_gettime(clockid_t clock, struct timespec *now)
{
    const char *of_open_mpi = getenv("OMPI_COMM_WORLD_RANK");
    const char *rank = of_open_mpi ? of_open_mpi : getenv("PMI_RANK");
    const int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result != 0 || !rank || clock != CLOCK_MONOTONIC)
        return result;
    const int node = node_of((int)strtol(rank, NULL, 10));
    const long ns = now->tv_nsec + node * (now->tv_sec * 20000 + now->tv_nsec / 50000);
    now->tv_sec += 3600L * node + ns / 1000000000;
    now->tv_nsec = ns % 1000000000;
    return result;
}
#endif
