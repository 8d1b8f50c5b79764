/*
 * To advance is to add one to a count in memory and, if anybody sleeps, by a futex call.
 *
 * A futex ("fast user-space mutex") is a word of ordinary memory. FUTEX_WAIT puts the caller to
 * sleep if the word still has the value that it names, which the kernel checks and does as one
 * step; FUTEX_WAKE wakes who sleeps on the word. So the kernel is needed only for sleeping and
 * waking: an advance that all saw while they spun costs one atomic addition.
 *
 * No wake-up is lost. Who advances writes `advances`, then reads `sleepers`; who waits writes
 * `sleepers`, then has the kernel read `advances`. All four are sequentially consistent, so there
 * is one order of them all: if the former read 0 sleepers, the addition to `sleepers` comes later
 * in that order, and the read of `advances` after it sees the new count and does not sleep.
 */
#include "eventcount.h"

#include "clock.h"

#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* About what it takes to sleep and to be woken: spinning so long at most doubles a wait. */
enum { SPIN_NS = 20000 };

void eventcount_advance(struct eventcount *eventcount)
{
    (void)atomic_fetch_add(&eventcount->advances, 1);
    if (atomic_load(&eventcount->sleepers) > 0)
        (void)syscall(SYS_futex, &eventcount->advances, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/*
 * Whether the count was advanced within the spin. It yields the core at each turn: a team that
 * computes on all cores has one process more than cores, its parent, so what a spinning one waits
 * for may need this very core. A spin that kept it would only delay the advance. Where nobody
 * else wants the core, a yield returns in less than a microsecond.
 */
static bool spin(const struct eventcount *eventcount, uint32_t seen)
{
    uint64_t end_ns = clock_now_ns() + SPIN_NS;
    do {
        if (eventcount_read(eventcount) != seen)
            return true;
        (void)sched_yield();
    } while (clock_now_ns() < end_ns);
    return false;
}

bool eventcount_await(struct eventcount *eventcount, uint32_t seen, uint64_t timeout_ns)
{
    if (spin(eventcount, seen))
        return true;
    struct timespec timeout = {.tv_sec = (time_t)(timeout_ns / 1000000000u),
                               .tv_nsec = (long)(timeout_ns % 1000000000u)};
    (void)atomic_fetch_add(&eventcount->sleepers, 1);
    (void)syscall(SYS_futex, &eventcount->advances, FUTEX_WAIT, seen,
                  timeout_ns > 0 ? &timeout : NULL, NULL, 0);
    (void)atomic_fetch_sub(&eventcount->sleepers, 1);
    return eventcount_read(eventcount) != seen;
}
