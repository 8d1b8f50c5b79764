/*
 * What an executor's table of futures and its workers share. For the files executor*.c alone.
 */
#pragma once

#include "eventcount.h"
#include "executor.h"

/*
 * Workers of some kind. Threads take tasks from the table themselves; where they are processes, the
 * caller's own thread does it for them, in whichever function it calls.
 */
struct executor_kind {
    /* Makes the workers, and `crew`, which stop() frees. */
    enum status (*start)(struct executor *executor);
    enum status (*ready)(struct executor *executor);
    /* There is one more in the queue. */
    void (*submitted)(struct executor *executor);
    /* Waits until `news` was advanced after `seen` was read, or about so long (0: for ever). May
     * return earlier. */
    void (*await)(struct executor *executor, uint32_t seen, uint64_t timeout_ns);
    void (*stop)(struct executor *executor);
};

#define NO_FUTURE UINT64_MAX

/* A number that several write often, on a line of its own. */
struct lone {
    _Alignas(EVENTCOUNT_LINE) _Atomic uint64_t number;
};

/*
 * The queue is no list: it is the futures from `taken` to `submitted`. So it has no lock either.
 * The four numbers at the end count on over resets, `base` being what stood there at the latest,
 * lest a thread that was held up takes an old number for a new one.
 */
struct executor {
    struct executor_plan plan;
    struct crew *crew; /* the kind's own */
    uint64_t base;
    uint64_t told;            /* by executor_next() */
    _Atomic uint32_t *states; /* of each future */
    _Atomic uint64_t *order;  /* the futures as they ended; NO_FUTURE: not there yet */
    /* What the caller waits for, so that nothing else advances `news`: that so many have ended, or
     * this one; UINT64_MAX: for nothing. A failure always does. */
    _Atomic uint64_t awaited_ended;
    _Atomic uint64_t awaited_future;
    _Atomic uint64_t cancelled; /* of those that have ended */
    _Atomic uint64_t failed; /* the latest one's number of all that were ever submitted, from 1 */
    struct lone submitted;
    struct lone taken;  /* from the queue, cancelled or not */
    struct lone places; /* in `order` that were given away */
    struct lone ended;  /* whose place is written */
    struct eventcount news;
};

/* Takes a task from the queue, whose future runs from now on, and passes by those that were
 * cancelled. False: the queue is empty. */
bool executor_take(struct executor *executor, uint64_t *future);

/* A task that was taken has ended so. */
void executor_end(struct executor *executor, uint64_t future, enum status status);
