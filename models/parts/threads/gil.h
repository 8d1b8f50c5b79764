/*
 * The global interpreter lock of CPython >= 3.2, for threads that compute in C.
 *
 * Whoever waits for longer than the interval asks the holder to drop the lock; the holder sees the
 * request at its next safe point, and may not take the lock again before another thread had it.
 * Source: CPython, Python/ceval_gil.c (Antoine Pitrou's "new GIL", 2009).
 *
 * Behind the same functions is the lock that it replaced, for comparison: see ticks_lock.h.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct gil;

struct gil_counts {
    uint64_t acquisitions;
    uint64_t handoffs;        /* acquisitions whose holder before was another thread */
    uint64_t forced_handoffs; /* drops that waited until another thread had taken over */
    uint64_t vain_wakeups;    /* times that a thread was woken, and who had given the lock up had
                               * taken it again */
    uint64_t waited_ns;       /* summed over all threads, inside gil_take() */
};

/* `interval_s` is how long a thread waits before it asks for the lock, which the caller frees with
 * free(). */
struct gil *gil_new(double interval_s);

/* The older lock: its holder gives it up every so many safe points of all threads together. */
struct gil *gil_new_ticks(uint64_t every);

/* Waits for the lock. `thread` identifies the calling thread: any number of its own. */
void gil_take(struct gil *gil, unsigned thread);

/* The same after a moment without it, by one who gave it up of its own accord: whoever has it will
 * soon do so, too, so that it spins before it sleeps. Python has no such thing, nor has it ticks of
 * some microseconds, which sleeping and waking would be longer than. */
void gil_retake(struct gil *gil, unsigned thread);

/* Gives the lock up. An ending thread never waits for another one to take over. */
void gil_drop(struct gil *gil, unsigned thread, bool ending);

/* A safe point of the holder: drops the lock and takes it again if somebody asked for it; the older
 * lock whenever it is time to. */
void gil_safe_point(struct gil *gil, unsigned thread);

/* What was counted since the last reset. Only while no thread uses the lock. */
struct gil_counts gil_counts(const struct gil *gil);
void gil_reset_counts(struct gil *gil);
