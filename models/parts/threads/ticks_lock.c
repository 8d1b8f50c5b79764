/*
 * A semaphore, and a count down to the next time that it is given up. Both are for all threads
 * together: the holder counts, whoever it is, so that a thread that gets the lock may lose it a
 * tick later.
 *
 * What makes it a poor lock is what is not here. sem_post() makes the lock free and wakes a thread
 * that waits, which takes microseconds to come; meanwhile the releaser is in sem_trywait(), and
 * has the lock again. The other one then finds it taken, and sleeps on: it was woken in vain. With
 * more cores than one it happens nearly each time, and the signals are for nothing. That is the
 * convoy effect, which the newer lock's forced switch ended. (D. Beazley, Understanding the Python
 * GIL, PyCon 2010.)
 */
#include "ticks_lock.h"

#include "clock.h"

#define NOBODY UINT64_MAX

void ticks_lock_begin(struct ticks_lock *lock, uint64_t every)
{
    *lock = (struct ticks_lock){.every = every, .left = every, .last_holder = NOBODY};
    (void)sem_init(&lock->free, 0, 1);
}

static void wait_for(struct ticks_lock *lock)
{
    (void)atomic_fetch_add(&lock->asking, 1);
    while (sem_wait(&lock->free) != 0) /* a signal came */
        continue;
    (void)atomic_fetch_sub(&lock->asking, 1);
}

void ticks_lock_take(struct ticks_lock *lock, unsigned thread)
{
    if (sem_trywait(&lock->free) != 0) {
        const uint64_t start_ns = clock_now_ns();
        wait_for(lock);
        lock->counts.waited_ns += clock_now_ns() - start_ns;
    }
    lock->counts.acquisitions++;
    if (lock->last_holder == thread)
        lock->counts.vain_wakeups += lock->woke;
    else
        lock->counts.handoffs += lock->last_holder != NOBODY;
    lock->last_holder = thread;
}

void ticks_lock_drop(struct ticks_lock *lock)
{
    lock->woke = atomic_load(&lock->asking) > 0;
    (void)sem_post(&lock->free);
}

void ticks_lock_safe_point(struct ticks_lock *lock, unsigned thread)
{
    if (--lock->left > 0)
        return;
    lock->left = lock->every;
    ticks_lock_drop(lock);
    ticks_lock_take(lock, thread);
}
