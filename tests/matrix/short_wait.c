/*
 * Linked to the matrix in place of the C library's: who waits for a moment waits for a hundredth of
 * the time until then. Items of a kernel that waits still end in another order than they began in,
 * and all combinations of options take seconds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <time.h>

enum { SHORTER = 100 };

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until, struct timespec *left)
{
    struct timespec now;
    (void)left;
    if (flags != TIMER_ABSTIME || clock_gettime(clock, &now) != 0)
        return EINVAL;
    const long long ns = (until->tv_sec - now.tv_sec) * 1000000000LL + until->tv_nsec - now.tv_nsec;
    if (ns > 0)
        (void)nanosleep(&(struct timespec){.tv_sec = (time_t)(ns / SHORTER / 1000000000),
                                           .tv_nsec = (long)(ns / SHORTER % 1000000000)},
                        NULL);
    return 0;
}
