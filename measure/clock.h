/*
 * The one clock of the suite: CLOCK_MONOTONIC, in nanoseconds.
 */
#pragma once

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline double clock_seconds_since(uint64_t start_ns)
{
    return (double)(clock_now_ns() - start_ns) * 1e-9;
}

/* Smallest step seen between two readings, in seconds. Takes about a millisecond. */
double clock_resolution(void);

/* Median time that one reading takes, in seconds. Takes about a millisecond. */
double clock_cost(void);
