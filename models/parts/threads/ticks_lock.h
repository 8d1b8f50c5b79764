/*
 * The global interpreter lock of Python 2 and 3.0, 3.1, for threads that compute in C.
 *
 * The holder gives it up after every so many ticks, whoever had how many of them, and asks for it
 * again at once: nothing sees to it that another thread gets it meanwhile. See gil.h for the lock
 * that has taken its place, and whose functions hand on to these.
 * Source: CPython 2.7, Python/ceval.c (_Py_Ticker) and Python/thread_pthread.h (a semaphore).
 */
#pragma once

#include "gil.h"

#include <semaphore.h>
#include <stdatomic.h>

struct ticks_lock {
    sem_t free;              /* 1: nobody has the lock */
    _Atomic unsigned asking; /* threads that wait for it */
    /* The holder's. */
    uint64_t every, left; /* ticks from one release to the next; until the next */
    uint64_t last_holder; /* a thread, or UINT64_MAX */
    bool woke;            /* somebody waited when it was given up last */
    struct gil_counts counts;
};

/* One that nobody has, given up every so many ticks, at least 1. */
void ticks_lock_begin(struct ticks_lock *lock, uint64_t every);

void ticks_lock_take(struct ticks_lock *lock, unsigned thread);
void ticks_lock_drop(struct ticks_lock *lock);

/* A tick of the holder. */
void ticks_lock_safe_point(struct ticks_lock *lock, unsigned thread);
