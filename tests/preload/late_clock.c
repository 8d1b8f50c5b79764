/*
 * Loaded before the C library, puts the clock an hour ahead for each byte of the file LATE_CLOCK:
 * what is waited for has had its time as soon as that grows.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const char *path = getenv("LATE_CLOCK");
    const int result = (int)syscall(SYS_clock_gettime, clock, now);
    struct stat file;
    if (result == 0 && clock == CLOCK_MONOTONIC && path && stat(path, &file) == 0)
        now->tv_sec += 3600 * file.st_size;
    return result;
}
