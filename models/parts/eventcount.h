/*
 * An eventcount (Reed and Kanodia, Communications of the ACM 22(2), 1979, p. 115-123): a count that
 * one side advances again and again, and whose next advance the other side waits for.
 *
 * Others may sleep on the count, and it works between the threads of a process
 * as well as between processes that share its memory. Who waits spins for a moment, because to
 * sleep and to be woken takes longer than a short wait, and then sleeps and burns no core.
 *
 * It says that something may have changed, not what. Use it as
 *
 *     uint32_t seen = eventcount_read(count);      while the condition does not hold,
 *     if (!condition)                              and in this order: an advance between the
 *         eventcount_await(count, seen, …);        first two lines then ends the wait at once
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Words that different cores write often are kept this far apart. Two lines of x86, which fetches
 * them in pairs; one line of POWER.
 */
enum { EVENTCOUNT_LINE = 128 };

/* All zero is a new one. */
struct eventcount {
    _Alignas(EVENTCOUNT_LINE) _Atomic uint32_t advances;
    _Atomic uint32_t sleepers; /* how many must be woken */
};

static inline uint32_t eventcount_read(const struct eventcount *eventcount)
{
    return atomic_load(&eventcount->advances);
}

/* Makes what the caller wrote before visible to all that wait, and ends their waits. */
void eventcount_advance(struct eventcount *eventcount);

/*
 * Waits until the count was advanced after `seen` was read, or `timeout_ns` are over (0: for ever),
 * or a signal came. Returns whether it was advanced.
 */
bool eventcount_await(struct eventcount *eventcount, uint32_t seen, uint64_t timeout_ns);
