/*
 * A gate that one side opens again and again, and at which the other side waits for the next time.
 *
 * It is a count of openings that others may sleep on, and works between the threads of a process
 * as well as between processes that share its memory. Who waits spins for a moment, because to
 * sleep and to be woken takes longer than a short wait, and then sleeps and burns no core.
 *
 * A gate says that something may have changed, not what. Use it as
 *
 *     uint32_t seen = gate_count(gate);          while the condition does not hold,
 *     if (!condition)                            and in this order: an opening between the
 *         gate_wait(gate, seen, …);              first two lines then ends the wait at once
 */
#ifndef GATE_H
#define GATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Words that different cores write often are kept this far apart. Two lines of x86, which fetches
 * them in pairs; one line of POWER.
 */
enum { GATE_LINE = 128 };

/* All zero is a new gate. */
struct gate {
    _Alignas(GATE_LINE) _Atomic uint32_t openings;
    _Atomic uint32_t sleepers; /* how many must be woken */
};

static inline uint32_t gate_count(const struct gate *gate)
{
    return atomic_load(&gate->openings);
}

/* Makes what the caller wrote before visible to all that wait, and ends their waits. */
void gate_open(struct gate *gate);

/*
 * Waits until the gate was opened after `seen` was read, or `timeout_ns` are over (0: for ever),
 * or a signal came. Returns whether the gate was opened.
 */
bool gate_wait(struct gate *gate, uint32_t seen, uint64_t timeout_ns);

#endif
