/*
 * A worker's seat: its number among the workers of its process, and the core that goes with it.
 *
 * Whoever makes a worker has it take its seat in one call, before it computes anything. That binds
 * it to its core; and what it does is written to the account of that number, also when a worker is
 * replaced, lives for one execution, or each task is a process of its own (see instrumentation.h).
 * A new thread or process has no seat, whoever made it. The cell of a model that forgets one, or
 * gives two workers one seat at once, fails and says so.
 */
#pragma once

#include "placement.h"

/* The seats of one process. */
struct seats {
    struct placement *placement;
    unsigned first, all; /* they are the workers first, first + 1 … of all those on this node */
};

/* For the cores of the calling thread's mask, before it takes a seat itself: in start(). The caller
 * frees the placement. */
struct seats seats_read(unsigned first, unsigned all);

/* The calling thread, and what it starts later, is worker 0 … of this process; see
 * placement_bind(). */
void seat_take(const struct seats *seats, unsigned worker);

/* The same for the only worker of a process, which is the worker `first` of `all` on this node. */
void seat_take_only(unsigned first, unsigned all);

/* The calling thread's number, or NO_SEAT. */
#define NO_SEAT (-1)
int seat_own(void);
