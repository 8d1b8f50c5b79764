/*
 * Rank 0's clock, as each rank knows it: nodes count from different moments, and not equally fast.
 *
 * A rank sends a message to and fro, notes its own clock before and after, and takes rank 0's
 * reading for that of the middle; of several attempts that with the shortest way counts. The error
 * is at most half of that way. Sources: F. Cristian, Probabilistic clock synchronization,
 * Distributed Computing 3 (1989); for benchmarks, S. Hunold and A. Carpen-Amarie, Reproducible MPI
 * benchmarking is still not as easy as you think, IEEE TPDS 27(12), 2016.
 */
#ifndef RANK_CLOCK_H
#define RANK_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct rank_clock {
    int64_t ahead_ns;   /* this rank's clock is ahead of rank 0's */
    uint64_t synced_ns; /* when that was found, by this rank's clock */
};

/* Finds it out; all ranks of MPI_COMM_WORLD call it together. Takes the time of a few messages for
 * each rank, one after the other. */
void rank_clock_sync(struct rank_clock *clock);

/* A moment of this rank's by rank 0's clock, and the reverse. */
static inline int64_t rank_clock_to_root(const struct rank_clock *clock, uint64_t own_ns)
{
    return (int64_t)own_ns - clock->ahead_ns;
}
static inline uint64_t rank_clock_from_root(const struct rank_clock *clock, int64_t root_ns)
{
    return (uint64_t)(root_ns + clock->ahead_ns);
}

#endif
