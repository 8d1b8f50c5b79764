/*
 * A gate that one side opens again and again, and at which the other side waits for the next time.
 *
 * It is a count of openings that others may sleep on, and works between the threads of a process
 * as well as between processes that share its memory. Who waits spins for a moment, because to
 * sleep and to be woken takes longer than a short wait, and then sleeps and burns no core.
 *
 * A gate says that something may have changed, not what. Use it as
 *
 *     uint32_t seen = eventcount_read(gate);          while the condition does not hold,
 *     if (!condition)                            and in this order: an opening between the
 *         eventcount_await(gate, seen, …);              first two lines then ends the wait at once
 */
#ifndef EVENTCOUNT_H
#define EVENTCOUNT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Words that different cores write often are kept this far apart. Two lines of x86, which fetches
 * them in pairs; one line of POWER.
 */
enum { EVENTCOUNT_LINE = 128 };

/* All zero is a new gate. */
struct eventcount {
    _Alignas(EVENTCOUNT_LINE) _Atomic uint32_t openings;
    _Atomic uint32_t sleepers; /* how many must be woken */
};

static inline uint32_t eventcount_read(const struct eventcount *eventcount)
{
    return atomic_load(&eventcount->openings);
}

/* Makes what the caller wrote before visible to all that wait, and ends their waits. */
void eventcount_advance(struct eventcount *eventcount);

/*
 * Waits until the gate was opened after `seen` was read, or `timeout_ns` are over (0: for ever),
 * or a signal came. Returns whether the gate was opened.
 */
bool eventcount_await(struct eventcount *eventcount, uint32_t seen, uint64_t timeout_ns);

#endif
