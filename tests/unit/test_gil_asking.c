/*
 * Unit tests of gil.h: who asks whom for the lock, and when. One thread plays all
 * parts: waits are not real ones, but a scene in which it is the others' turn. So each hand-over
 * happens where the test says, and none takes time.
 */
#define _GNU_SOURCE
#include "gil.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"

#include <math.h>
#include <stdlib.h>

/* What the others do while somebody waits, wait after wait, and how each wait ends. */
struct scene {
    void (*play)(void);
    int ends_with;
};

static struct gil *gil;
static const struct scene *next_wait;
static void (*next_switch)(void); /* what happens while somebody is forced to switch */
static unsigned switches, signals;
static uint64_t interval_ns, asked_ns; /* the lock's, and when it was asked for */

/* In the place of libc's, for gil.c: it holds the mutex and waits for `cond`. */
int pthread_cond_clockwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                           clockid_t clock, const struct timespec *restrict deadline)
{
    const struct scene *scene = next_wait++;
    const uint64_t end_ns = (uint64_t)deadline->tv_sec * 1000000000u + (uint64_t)deadline->tv_nsec;
    (void)cond;
    assert_int_equal(clock, CLOCK_MONOTONIC);
    assert_in_range(end_ns, asked_ns + interval_ns, clock_now_ns() + interval_ns);
    assert_non_null(scene->play);
    (void)pthread_mutex_unlock(mutex);
    scene->play();
    (void)pthread_mutex_lock(mutex);
    return scene->ends_with;
}

int pthread_cond_signal(pthread_cond_t *cond)
{
    (void)cond;
    signals++;
    return 0;
}

int pthread_cond_wait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex)
{
    (void)cond;
    switches++;
    assert_non_null(next_switch);
    (void)pthread_mutex_unlock(mutex);
    next_switch();
    (void)pthread_mutex_lock(mutex);
    return 0;
}

/* The lock, which thread 0 has. */
static void begin(const struct scene *waits, void (*on_switch)(void))
{
    gil = gil_new(5e-3);
    interval_ns = 5000000;
    asked_ns = clock_now_ns();
    next_wait = waits;
    next_switch = on_switch;
    switches = 0;
    gil_take(gil, 0);
}

static void end(uint64_t acquisitions, uint64_t handoffs, uint64_t forced)
{
    const struct gil_counts counts = gil_counts(gil);
    assert_null(next_wait->play);
    assert_int_equal(counts.acquisitions, acquisitions);
    assert_int_equal(counts.handoffs, handoffs);
    assert_int_equal(counts.forced_handoffs, forced);
    free(gil);
}

static uint64_t acquisitions(void)
{
    return gil_counts(gil).acquisitions;
}

/* ---- what can happen ---- */

static void nothing(void)
{
}

static void thread_0_ends(void)
{
    gil_drop(gil, 0, true);
}

static void thread_1_ends(void)
{
    gil_drop(gil, 1, true);
}

static void thread_1_gets_it_from_thread_0(void)
{
    gil_drop(gil, 0, true);
    gil_take(gil, 1);
}

static void thread_0_drops_it_and_takes_it_again(void)
{
    gil_drop(gil, 0, true);
    gil_take(gil, 0);
}

static void thread_0_is_asked(void)
{
    const uint64_t before = acquisitions();
    gil_safe_point(gil, 0);
    assert_true(acquisitions() > before);
}

static void thread_0_is_not_asked(void)
{
    const uint64_t before = acquisitions();
    gil_safe_point(gil, 0);
    assert_int_equal(acquisitions(), before);
}

static void thread_1_is_not_asked_and_ends(void)
{
    const uint64_t before = acquisitions();
    gil_safe_point(gil, 1);
    assert_int_equal(acquisitions(), before);
    gil_drop(gil, 1, true);
}

static void thread_1_is_asked_and_ends(void)
{
    const uint64_t before = acquisitions();
    gil_safe_point(gil, 1);
    assert_int_equal(acquisitions(), before + 1);
    gil_drop(gil, 1, true);
}

static void thread_2_comes_and_goes(void)
{
    gil_take(gil, 2);
    gil_drop(gil, 2, true);
}

/* ---- the tests ---- */

static void asks_after_an_interval_without_a_switch(void **state)
{
    static const struct scene waits[] = {
        {nothing, ETIMEDOUT}, {thread_0_is_asked, ETIMEDOUT}, {thread_0_ends, 0}, {NULL, 0}};
    (void)state;
    begin(waits, nothing);
    gil_take(gil, 1);
    assert_int_equal(switches, 1);
    end(3, 1, 0); /* woken out of nowhere, thread 0 took it once more */
}

/* The new holder has not had its interval yet: it is asked one interval later. */
static void asks_nobody_who_has_just_got_the_lock(void **state)
{
    static const struct scene waits[] = {{thread_1_gets_it_from_thread_0, ETIMEDOUT},
                                         {thread_1_is_not_asked_and_ends, ETIMEDOUT},
                                         {NULL, 0}};
    static const struct scene later[] = {{thread_1_gets_it_from_thread_0, ETIMEDOUT},
                                         {nothing, ETIMEDOUT},
                                         {thread_1_is_asked_and_ends, 0},
                                         {NULL, 0}};
    (void)state;
    begin(waits, NULL);
    gil_take(gil, 2);
    end(3, 2, 0);
    begin(later, nothing);
    gil_take(gil, 2);
    end(4, 2, 0);
}

/* That it was woken and came too late is no interval. */
static void asks_nobody_before_the_interval_is_over(void **state)
{
    static const struct scene waits[] = {{thread_0_drops_it_and_takes_it_again, 0},
                                         {thread_0_is_not_asked, 0},
                                         {thread_0_ends, 0},
                                         {NULL, 0}};
    (void)state;
    begin(waits, NULL);
    gil_take(gil, 1);
    assert_int_equal(gil_counts(gil).vain_wakeups, 1);
    end(3, 1, 0);
}

/* A request is for the holder of then, not for the one who asked and got the lock. */
static void a_request_ends_with_the_hand_over(void **state)
{
    static const struct scene waits[] = {{nothing, ETIMEDOUT}, {thread_0_ends, 0}, {NULL, 0}};
    (void)state;
    begin(waits, NULL);
    gil_take(gil, 1);
    gil_safe_point(gil, 1);
    assert_int_equal(switches, 0);
    end(2, 1, 0);
}

static void who_is_asked_lets_another_one_go_first(void **state)
{
    static const struct scene waits[] = {
        {nothing, ETIMEDOUT}, {thread_0_is_asked, ETIMEDOUT}, {thread_0_ends, 0}, {NULL, 0}};
    (void)state;
    begin(waits, thread_2_comes_and_goes);
    gil_take(gil, 1);
    assert_int_equal(switches, 1);
    end(4, 3, 1);
}

/* However long another one has been asking. */
static void who_ends_waits_for_nobody(void **state)
{
    static const struct scene waits[] = {{nothing, ETIMEDOUT}, {thread_0_ends, 0}, {NULL, 0}};
    (void)state;
    begin(waits, NULL); /* a forced switch would be an error */
    gil_take(gil, 1);
    thread_1_ends();
    end(2, 1, 0);
}

/* Nobody asked: who drops the lock may have it again at once. */
static void nobody_is_forced_to_switch_without_a_request(void **state)
{
    static const struct scene none[] = {{NULL, 0}};
    (void)state;
    begin(none, NULL);
    gil_drop(gil, 0, false);
    gil_take(gil, 0);
    end(2, 0, 0);
}

/* Else it would sleep until its interval is over, or for ever where it was forced to switch. */
static void who_waits_is_woken(void **state)
{
    static const struct scene none[] = {{NULL, 0}};
    (void)state;
    begin(none, NULL);
    for (int ending = 0; ending < 2; ending++) {
        signals = 0;
        gil_drop(gil, 0, ending);
        assert_int_equal(signals, 1);
        gil_take(gil, 0);
        assert_int_equal(signals, 2);
    }
    end(3, 0, 0);
}

/* Python has at least a microsecond. */
static void an_interval_has_a_least_length(void **state)
{
    static const struct scene waits[] = {{thread_0_ends, 0}, {NULL, 0}};
    static const double shorter[] = {1e-6, 1e-9, 0, -1, NAN};
    (void)state;
    for (size_t i = 0; i < sizeof shorter / sizeof *shorter; i++) {
        gil = gil_new(shorter[i]);
        interval_ns = 1000;
        next_wait = waits;
        asked_ns = clock_now_ns();
        gil_take(gil, 0);
        gil_take(gil, 1);
        end(2, 1, 0);
    }
}

static void counts_begin_anew(void **state)
{
    static const struct scene waits[] = {
        {nothing, ETIMEDOUT}, {thread_0_is_asked, ETIMEDOUT}, {thread_0_ends, 0}, {NULL, 0}};
    (void)state;
    begin(waits, thread_2_comes_and_goes);
    gil_take(gil, 1);
    gil_reset_counts(gil);
    assert_int_equal(gil_counts(gil).waited_ns, 0);
    end(0, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_after_an_interval_without_a_switch),
        cmocka_unit_test(asks_nobody_who_has_just_got_the_lock),
        cmocka_unit_test(asks_nobody_before_the_interval_is_over),
        cmocka_unit_test(a_request_ends_with_the_hand_over),
        cmocka_unit_test(who_is_asked_lets_another_one_go_first),
        cmocka_unit_test(who_ends_waits_for_nobody),
        cmocka_unit_test(nobody_is_forced_to_switch_without_a_request),
        cmocka_unit_test(who_waits_is_woken),
        cmocka_unit_test(an_interval_has_a_least_length),
        cmocka_unit_test(counts_begin_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
