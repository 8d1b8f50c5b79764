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

/* The number nearest to that many seconds: a product with 1e-9 is often the one beside it, which
 * takes 17 digits to write. */
static inline double clock_seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

static inline double clock_seconds_since(uint64_t start_ns)
{
    return clock_seconds((int64_t)(clock_now_ns() - start_ns));
}

/* Smallest step seen between two readings, in seconds. Takes about a millisecond. */
double clock_resolution(void);

/* Median time that one reading takes, in seconds. Takes about a millisecond. */
double clock_cost(void);
