/*
 * The lock that lets only one thread of a Python process at a time run Python code.
 *
 * It is an ordinary flag, `locked`, under a mutex. What makes it a *global interpreter* lock is the
 * question when a thread that wants to go on computing gives it up. The answer has two halves:
 *
 *  1. Whoever waits asks. A thread sleeps in gil_take() for one interval (5 ms in Python). If all
 *     that time nobody else got the lock either, it sets the drop request. The holder looks at the
 *     request now and then, at its safe points (Python: between bytecodes; here: every tick of
 *     the kernel), and drops the lock when it finds it set. As nobody asks before a whole interval
 *     has gone by without a switch, each thread computes for at least an interval, and the price
 *     of switching stays small however many threads there are.
 *
 *  2. The holder lets the other one go first. Without more, it would drop the lock and take it
 *     again at once, while the thread that was signalled is still waking up; so it was in Python
 *     before 3.2, whose threads starved each other. Here the one who dropped on request sleeps
 *     until somebody else has become the last holder: that is the forced switch, and what the
 *     second pair of mutex and condition is for.
 *
 * What it costs shows in the counts: with n threads that compute, one computes and n-1 wait. No
 * second core ever helps.
 *
 * Lock order: `mutex`, then `switch_mutex`. The names are those of Python/ceval_gil.c.
 */
#define _GNU_SOURCE
#include "gil.h"

#include "clock.h"
#include "memory.h"
#include "ticks_lock.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define NOBODY UINT64_MAX

/* About what it takes to sleep and to be woken; see eventcount.c. */
enum { SPIN_NS = 20000 };

/* Python counts the interval in whole microseconds, and has at least one. */
static const double SHORTEST_S = 1e-6, LONGEST_S = 1e6;

struct gil {
    /* Somebody wants the lock: read by the holder at every safe point, without a mutex. */
    atomic_bool drop_request;

    /* Protects `locked`, `switch_number` and the counts below; `cond` is signalled by a drop. */
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    atomic_bool locked;       /* also read without it, by one that spins */
    uint64_t switch_number;   /* how often the lock went to another thread */
    struct gil_counts counts; /* all but `forced_handoffs` */

    /* Protects `forced_handoffs` and a take's write of `last_holder`; `switch_cond` is signalled by
     * a take. */
    pthread_mutex_t switch_mutex;
    pthread_cond_t switch_cond;
    _Atomic uint64_t last_holder; /* a thread, or NOBODY */

    uint64_t interval_ns;

    bool is_older;           /* it is this one, and nothing above is used: */
    struct ticks_lock older; /* no mutex, no request, no forced switch */
};

struct gil *gil_new(double interval_s)
{
    struct gil *gil = memory_new(1, sizeof *gil);
    if (!(interval_s > SHORTEST_S))
        interval_s = SHORTEST_S;
    *gil = (struct gil){.mutex = PTHREAD_MUTEX_INITIALIZER,
                        .cond = PTHREAD_COND_INITIALIZER,
                        .last_holder = NOBODY,
                        .switch_mutex = PTHREAD_MUTEX_INITIALIZER,
                        .switch_cond = PTHREAD_COND_INITIALIZER,
                        .interval_ns =
                            (uint64_t)((interval_s < LONGEST_S ? interval_s : LONGEST_S) * 1e9)};
    return gil;
}

struct gil *gil_new_ticks(uint64_t every)
{
    struct gil *gil = memory_new(1, sizeof *gil);
    *gil = (struct gil){.is_older = true};
    ticks_lock_begin(&gil->older, every);
    return gil;
}

static struct timespec in_one_interval(const struct gil *gil)
{
    uint64_t at_ns = clock_now_ns() + gil->interval_ns;
    return (struct timespec){.tv_sec = (time_t)(at_ns / 1000000000u),
                             .tv_nsec = (long)(at_ns % 1000000000u)};
}

/* Waits until the lock is free, and asks for it every interval. The caller holds `mutex`. */
static void wait_and_ask(struct gil *gil)
{
    while (gil->locked) {
        uint64_t switch_number = gil->switch_number, taken = gil->counts.acquisitions;
        struct timespec deadline = in_one_interval(gil);
        /* By the clock that does not jump when somebody sets the time of day. */
        bool timed_out = pthread_cond_clockwait(&gil->cond, &gil->mutex, CLOCK_MONOTONIC,
                                                &deadline) == ETIMEDOUT;
        /* If it did switch meanwhile, the new holder has not had its interval yet. */
        if (timed_out && gil->locked && gil->switch_number == switch_number)
            atomic_store_explicit(&gil->drop_request, true, memory_order_relaxed);
        gil->counts.vain_wakeups += !timed_out && gil->locked &&
                                    gil->counts.acquisitions != taken &&
                                    gil->switch_number == switch_number;
    }
}

/* Of the newer lock, by one who has been waiting since then, or 0: begins to wait. */
static void take(struct gil *gil, unsigned thread, uint64_t start_ns)
{
    (void)pthread_mutex_lock(&gil->mutex);
    if (gil->locked || start_ns > 0) {
        start_ns = start_ns > 0 ? start_ns : clock_now_ns();
        wait_and_ask(gil);
        gil->counts.waited_ns += clock_now_ns() - start_ns;
    }
    (void)pthread_mutex_lock(&gil->switch_mutex);
    gil->locked = true;
    gil->counts.acquisitions++;
    uint64_t last_holder = atomic_load_explicit(&gil->last_holder, memory_order_relaxed);
    if (last_holder != thread) {
        atomic_store_explicit(&gil->last_holder, thread, memory_order_relaxed);
        gil->switch_number++;
        gil->counts.handoffs += last_holder != NOBODY;
    }
    (void)pthread_cond_signal(&gil->switch_cond); /* to one that was forced to drop the lock */
    (void)pthread_mutex_unlock(&gil->switch_mutex);
    /* Whoever still waits asks anew, when this holder has had its interval. */
    atomic_store_explicit(&gil->drop_request, false, memory_order_relaxed);
    (void)pthread_mutex_unlock(&gil->mutex);
}

void gil_take(struct gil *gil, unsigned thread)
{
    if (gil->is_older)
        ticks_lock_take(&gil->older, thread);
    else
        take(gil, thread, 0);
}

void gil_retake(struct gil *gil, unsigned thread)
{
    uint64_t start_ns = 0;
    if (gil->is_older) {
        ticks_lock_take(&gil->older, thread);
        return;
    }
    while (atomic_load(&gil->locked)) {
        const uint64_t now_ns = clock_now_ns();
        start_ns = start_ns > 0 ? start_ns : now_ns;
        if (now_ns - start_ns > SPIN_NS)
            break;
        (void)sched_yield();
    }
    take(gil, thread, start_ns);
}

/*
 * Waits until another thread has taken the lock, unless one has already. It will: the request came
 * from a thread that waits, so at most one thread sleeps here, and the next take wakes it. One
 * wait and no loop, as in Python: a wake-up out of nowhere costs a hand-over and nothing else.
 */
static void force_switch(struct gil *gil, unsigned thread)
{
    (void)pthread_mutex_lock(&gil->switch_mutex);
    if (atomic_load_explicit(&gil->last_holder, memory_order_relaxed) == thread) {
        atomic_store_explicit(&gil->drop_request, false, memory_order_relaxed);
        (void)pthread_cond_wait(&gil->switch_cond, &gil->switch_mutex);
        gil->counts.forced_handoffs +=
            atomic_load_explicit(&gil->last_holder, memory_order_relaxed) != thread;
    }
    (void)pthread_mutex_unlock(&gil->switch_mutex);
}

void gil_drop(struct gil *gil, unsigned thread, bool ending)
{
    if (gil->is_older) {
        ticks_lock_drop(&gil->older);
        return;
    }
    if (!ending)
        atomic_store_explicit(&gil->last_holder, thread, memory_order_relaxed);
    (void)pthread_mutex_lock(&gil->mutex);
    gil->locked = false;
    (void)pthread_cond_signal(&gil->cond);
    (void)pthread_mutex_unlock(&gil->mutex);
    if (!ending && atomic_load_explicit(&gil->drop_request, memory_order_relaxed))
        force_switch(gil, thread);
}

void gil_safe_point(struct gil *gil, unsigned thread)
{
    if (gil->is_older)
        ticks_lock_safe_point(&gil->older, thread);
    else if (atomic_load_explicit(&gil->drop_request, memory_order_relaxed)) {
        gil_drop(gil, thread, false);
        gil_take(gil, thread);
    }
}

struct gil_counts gil_counts(const struct gil *gil)
{
    return gil->is_older ? gil->older.counts : gil->counts;
}

void gil_reset_counts(struct gil *gil)
{
    gil->counts = gil->older.counts = (struct gil_counts){0};
}
