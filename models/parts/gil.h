/*
 * The global interpreter lock of CPython >= 3.2, for threads that compute in C.
 *
 * Whoever waits for longer than the interval asks the holder to drop the lock; the holder sees the
 * request at its next safe point, and may not take the lock again before another thread had it.
 * Source: CPython, Python/ceval_gil.c (Antoine Pitrou's "new GIL", 2009).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct gil;

struct gil_counts {
    uint64_t acquisitions;
    uint64_t handoffs;        /* acquisitions whose holder before was another thread */
    uint64_t forced_handoffs; /* drops that waited until another thread had taken over */
    uint64_t waited_ns;       /* summed over all threads, inside gil_take() */
};

/* `interval_s` is how long a thread waits before it asks for the lock, which the caller frees with
 * free(). */
struct gil *gil_new(double interval_s);

/* Waits for the lock. `thread` identifies the calling thread: any number of its own. */
void gil_take(struct gil *gil, unsigned thread);

/* Gives the lock up. An ending thread never waits for another one to take over. */
void gil_drop(struct gil *gil, unsigned thread, bool ending);

/* A safe point of the holder: drops the lock and takes it again if somebody asked for it. */
void gil_safe_point(struct gil *gil, unsigned thread);

/* What was counted since the last reset. Only while no thread uses the lock. */
struct gil_counts gil_counts(const struct gil *gil);
void gil_reset_counts(struct gil *gil);
