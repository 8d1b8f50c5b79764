/*
 * Unit tests of ticks_lock.h: who has the lock next, and what is counted of it. One
 * thread plays all parts: the semaphore's waits are not real ones, but a scene in which it is the
 * others' turn.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ticks_lock.h"

#include <errno.h>

static struct ticks_lock lock;
static int value;              /* of the only semaphore */
static void (*scene[4])(void); /* what the others do in each wait; ended by NULL */
static unsigned waits;

/* ---- in the place of libc's ---- */

int sem_init(sem_t *sem, int shared, unsigned initial)
{
    (void)sem, (void)shared;
    value = (int)initial;
    return 0;
}

int sem_trywait(sem_t *sem)
{
    (void)sem;
    if (value == 0) {
        errno = EAGAIN;
        return -1;
    }
    value--;
    return 0;
}

int sem_post(sem_t *sem)
{
    (void)sem;
    value++;
    return 0;
}

/* Ends by a signal as long as the lock is taken. */
int sem_wait(sem_t *sem)
{
    assert_non_null(scene[waits]);
    scene[waits++]();
    if (sem_trywait(sem) == 0)
        return 0;
    errno = EINTR;
    return -1;
}

/* ---- what can happen ---- */

static void thread_0_has_its_ticks(void)
{
    for (unsigned tick = 0; tick < 3; tick++)
        ticks_lock_safe_point(&lock, 0);
}

static void thread_0_ends(void)
{
    ticks_lock_drop(&lock);
}

/* ---- the tests ---- */

static void begin(uint64_t every, void (*first)(void), void (*second)(void))
{
    ticks_lock_begin(&lock, every);
    waits = 0;
    scene[0] = first;
    scene[1] = second;
    scene[2] = NULL;
    ticks_lock_take(&lock, 0);
}

static void end(uint64_t acquisitions, uint64_t handoffs, uint64_t vain_wakeups)
{
    assert_null(scene[waits]);
    assert_int_equal(lock.counts.acquisitions, acquisitions);
    assert_int_equal(lock.counts.handoffs, handoffs);
    assert_int_equal(lock.counts.vain_wakeups, vain_wakeups);
    assert_int_equal(lock.counts.forced_handoffs, 0);
}

static void who_is_alone_gives_it_up_and_has_it_again(void **state)
{
    (void)state;
    begin(3, NULL, NULL);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(lock.counts.acquisitions, 1 + i);
        thread_0_has_its_ticks();
    }
    end(6, 0, 0);
    assert_int_equal(lock.counts.waited_ns, 0);
    assert_int_equal(value, 0);
}

/* The convoy: thread 1 is woken each time, and thread 0 has the lock already. */
static void who_waits_is_woken_in_vain(void **state)
{
    (void)state;
    begin(1, thread_0_has_its_ticks, thread_0_ends);
    ticks_lock_take(&lock, 1);
    end(5, 1, 3);
}

static void who_waits_has_it_when_the_holder_ends(void **state)
{
    (void)state;
    begin(100, thread_0_ends, NULL);
    ticks_lock_take(&lock, 1);
    end(2, 1, 0);
}

/* The count down goes on, whoever holds the lock. */
static void ticks_are_of_all_threads(void **state)
{
    (void)state;
    begin(4, thread_0_has_its_ticks, thread_0_ends);
    ticks_lock_take(&lock, 1);
    end(2, 1, 0);
    ticks_lock_safe_point(&lock, 1);
    end(3, 1, 0);
    ticks_lock_safe_point(&lock, 1);
    end(3, 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_alone_gives_it_up_and_has_it_again),
        cmocka_unit_test(who_waits_is_woken_in_vain),
        cmocka_unit_test(who_waits_has_it_when_the_holder_ends),
        cmocka_unit_test(ticks_are_of_all_threads),
    };
    return cmocka_run_group_tests_name("ticks_lock", tests, NULL, NULL);
}
