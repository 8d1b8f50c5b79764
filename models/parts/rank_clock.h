/*
 * Rank 0's clock, as each rank knows it: nodes count from different moments, and not equally fast.
 *
 * Ranks that can share memory read one clock. So one rank of each node asks for all of them, and on
 * rank 0's own node there is nothing to ask, where a message might come with a delay that is longer
 * than the work. Who asks sends a message to and fro, notes its own clock before and after, and
 * takes rank 0's reading for that of the middle; of several attempts that with the shortest way
 * counts. The error is at most half of that way. Sources: F. Cristian, Probabilistic clock
 * synchronization, Distributed Computing 3 (1989); for benchmarks, S. Hunold and A.
 * Carpen-Amarie, Reproducible MPI benchmarking is still not as easy as you think, IEEE TPDS 27(12),
 * 2016.
 *
 * All ranks of MPI_COMM_WORLD call start, sync and stop together.
 */
#pragma once

#include <mpi.h>
#include <stdint.h>

/* For so long a comparison is good. Clocks drift apart by up to some 10 µs a second, which is 1 µs
 * in this time. */
#define RANK_CLOCK_LASTS_NS 100000000

struct rank_clock {
    MPI_Comm node;    /* those who read the same clock */
    MPI_Comm askers;  /* the first rank of each node, rank 0 first of all; null for other ranks */
    int64_t ahead_ns; /* this rank's clock is ahead of rank 0's */
    /* By how much that may be wrong, drift included, on the rank where it may be most: the same on
     * all. 0 where all ranks read one clock. */
    int64_t uncertain_ns;
    uint64_t synced_ns; /* when that was found, by this rank's clock */
};

/* Finds out who reads which clock, and how they compare. Ranks must be where they stay by then:
 * those that share a core for a while answer late, and would be believed. */
void rank_clock_start(struct rank_clock *clock);

/* Compares them anew. Takes the time of a few messages for each node, one after the other. */
void rank_clock_sync(struct rank_clock *clock);

void rank_clock_stop(struct rank_clock *clock);

/* A moment of this rank's by rank 0's clock, and the reverse. */
static inline int64_t rank_clock_to_root(const struct rank_clock *clock, uint64_t own_ns)
{
    return (int64_t)own_ns - clock->ahead_ns;
}
static inline uint64_t rank_clock_from_root(const struct rank_clock *clock, int64_t root_ns)
{
    return (uint64_t)(root_ns + clock->ahead_ns);
}
