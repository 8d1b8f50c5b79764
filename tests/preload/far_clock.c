/*
 * Loaded before the C library, shows every rank another time: rank r's clock is r hours ahead, as
 * that of a node that was started earlier. Ranks that begin together must have found that out.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const char *rank = getenv("OMPI_COMM_WORLD_RANK");
    const int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && rank && clock == CLOCK_MONOTONIC)
        now->tv_sec += 3600 * strtol(rank, NULL, 10);
    return result;
}
