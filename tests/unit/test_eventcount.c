/*
 * Unit tests of models/parts/eventcount.h. Nothing here depends on how long anything takes at most.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"
#include "eventcount.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

enum { WAITERS = 3, HANG_S = 60 };

static struct eventcount count;

static void an_opening_after_the_look_ends_the_wait_at_once(void **state)
{
    (void)state;
    const uint32_t seen = eventcount_read(&count);
    eventcount_advance(&count);
    assert_true(eventcount_read(&count) != seen);
    assert_true(eventcount_await(&count, seen, 0));
}

static void a_wait_ends_with_its_time(void **state)
{
    static const uint64_t timeout_ns = 1100000000; /* more than a second */
    (void)state;
    const uint64_t start = clock_now_ns();
    assert_false(eventcount_await(&count, eventcount_read(&count), timeout_ns));
    assert_true(clock_now_ns() - start >= timeout_ns);
    assert_int_equal(atomic_load(&count.sleepers), 0);
}

static void *wait_for_an_opening(void *seen)
{
    while (!eventcount_await(&count, *(uint32_t *)seen, 0))
        continue;
    return NULL;
}

/* One opening wakes them all, and leaves nobody to be woken by the next one. */
static void an_opening_wakes_all_who_sleep(void **state)
{
    uint32_t seen = eventcount_read(&count);
    pthread_t waiters[WAITERS];
    (void)state;
    for (int i = 0; i < WAITERS; i++)
        assert_int_equal(pthread_create(&waiters[i], NULL, wait_for_an_opening, &seen), 0);
    while (atomic_load(&count.sleepers) < WAITERS)
        (void)sched_yield();
    (void)usleep(10000); /* all sleep by now, or the test shows less, but does not fail */
    eventcount_advance(&count);
    for (int i = 0; i < WAITERS; i++)
        assert_int_equal(pthread_join(waiters[i], NULL), 0);
    assert_int_equal(atomic_load(&count.sleepers), 0);
}

int main(void)
{
    (void)alarm(HANG_S);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_opening_after_the_look_ends_the_wait_at_once),
        cmocka_unit_test(a_wait_ends_with_its_time),
        cmocka_unit_test(an_opening_wakes_all_who_sleep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
