/*
 * Unit tests of gil.h. Nothing here depends on how long anything takes at most: only
 * on counts, on the order of holders and on lower bounds by the monotonic clock.
 */
#define _GNU_SOURCE
#include "gil.h"

#include "clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { MOST_THREADS = 4, HANG_S = 60, NOBODY = -1 };

struct scene {
    struct gil *gil;
    unsigned threads;
    uint64_t steps; /* of each thread */
    /* Plain variables, which only the holder of the lock may touch. */
    uint64_t counter;
    unsigned inside;
    int last;
    unsigned turns[MOST_THREADS];
    /* How often somebody was not alone. */
    atomic_uint overlaps;
};

struct actor {
    struct scene *scene;
    unsigned number;
    pthread_t thread;
};

static void play(struct scene *scene, void *(*part)(void *))
{
    struct actor actors[MOST_THREADS];
    scene->last = NOBODY;
    for (unsigned i = 0; i < scene->threads; i++) {
        actors[i] = (struct actor){.scene = scene, .number = i};
        assert_int_equal(pthread_create(&actors[i].thread, NULL, part, &actors[i]), 0);
    }
    for (unsigned i = 0; i < scene->threads; i++)
        assert_int_equal(pthread_join(actors[i].thread, NULL), 0);
}

/* One item of work under the lock. Volatile, so that it is done item by item. */
static void work(struct scene *scene)
{
    if (scene->inside++ != 0)
        (void)atomic_fetch_add(&scene->overlaps, 1);
    for (volatile int i = 0; i < 50; i++)
        ;
    scene->counter++;
    scene->inside--;
}

static void *compute_steps(void *argument)
{
    const struct actor *self = argument;
    struct scene *scene = self->scene;
    gil_take(scene->gil, self->number);
    for (uint64_t step = 0; step < scene->steps; step++) {
        work(scene);
        gil_safe_point(scene->gil, self->number);
    }
    gil_drop(scene->gil, self->number, true);
    return NULL;
}

static void excludes(void **state)
{
    (void)state;
    static const double intervals[] = {1e-6, 50e-6, 5e-3};
    for (size_t i = 0; i < sizeof intervals / sizeof *intervals; i++) {
        struct scene scene = {.threads = MOST_THREADS, .steps = 20000};
        scene.gil = gil_new(intervals[i]);
        play(&scene, compute_steps);
        assert_int_equal(scene.counter, MOST_THREADS * scene.steps);
        assert_int_equal(atomic_load(&scene.overlaps), 0);
        free(scene.gil);
    }
}

/* Drops and takes the lock again at every step, as an extension that releases it. */
static void *release_often(void *argument)
{
    const struct actor *self = argument;
    struct scene *scene = self->scene;
    for (uint64_t step = 0; step < scene->steps; step++) {
        if (step % 2 == 0)
            gil_take(scene->gil, self->number);
        else
            gil_retake(scene->gil, self->number);
        work(scene);
        gil_drop(scene->gil, self->number, false);
    }
    return NULL;
}

static void excludes_with_drops(void **state)
{
    (void)state;
    struct scene scene = {.threads = MOST_THREADS, .steps = 5000};
    scene.gil = gil_new(1e-6);
    play(&scene, release_often);
    struct gil_counts counts = gil_counts(scene.gil);
    assert_int_equal(scene.counter, MOST_THREADS * scene.steps);
    assert_int_equal(atomic_load(&scene.overlaps), 0);
    assert_int_equal(counts.acquisitions, MOST_THREADS * scene.steps);
    assert_true(counts.handoffs < counts.acquisitions);
    assert_true(counts.forced_handoffs <= counts.handoffs);
    free(scene.gil);
}

/* Notes a turn whenever the holder is another than at the last look. */
static void note_turn(struct scene *scene, const struct actor *self)
{
    if (scene->last != (int)self->number) {
        scene->last = (int)self->number;
        scene->turns[self->number]++;
    }
}

/* Computes until it has had its turns. It has them only if the others let it. */
static void *compute_turns(void *argument)
{
    const struct actor *self = argument;
    struct scene *scene = self->scene;
    gil_take(scene->gil, self->number);
    for (;;) {
        note_turn(scene, self);
        if (scene->turns[self->number] == scene->steps)
            break;
        work(scene);
        /* The last one left would never see another holder. */
        unsigned busy = 0;
        for (unsigned i = 0; i < scene->threads; i++)
            busy += scene->turns[i] < scene->steps;
        if (busy == 1)
            break;
        gil_safe_point(scene->gil, self->number);
    }
    gil_drop(scene->gil, self->number, true);
    return NULL;
}

static void shares_turns(void **state)
{
    (void)state;
    for (unsigned threads = 2; threads <= MOST_THREADS; threads++) {
        struct scene scene = {.threads = threads, .steps = 50};
        scene.gil = gil_new(20e-6);
        play(&scene, compute_turns);
        struct gil_counts counts = gil_counts(scene.gil);
        unsigned turns = 0, done = 0;
        for (unsigned i = 0; i < threads; i++) {
            turns += scene.turns[i];
            done += scene.turns[i] == scene.steps;
        }
        assert_true(done >= threads - 1);
        /* Nobody gets the lock twice in a row: who drops it on request waits for another one. */
        assert_int_equal(counts.acquisitions, turns);
        assert_int_equal(counts.handoffs, turns - 1);
        /* Two can only alternate. */
        if (threads == 2)
            assert_true(scene.turns[0] + 1 >= scene.turns[1] &&
                        scene.turns[1] + 1 >= scene.turns[0]);
        assert_true(counts.forced_handoffs <= counts.handoffs);
        free(scene.gil);
    }
}

struct duel {
    struct gil *gil;
    atomic_bool wants, has; /* the second thread is about to wait; it got the lock */
    uint64_t wait_ns;
};

static void *want_the_lock(void *argument)
{
    struct duel *duel = argument;
    atomic_store(&duel->wants, true);
    uint64_t start_ns = clock_now_ns();
    gil_take(duel->gil, 1);
    duel->wait_ns = clock_now_ns() - start_ns;
    atomic_store(&duel->has, true);
    gil_drop(duel->gil, 1, true);
    return NULL;
}

/* The holder passes safe points all the time, but is asked only after the interval. */
static void respects_the_interval(void **state)
{
    (void)state;
    static const double intervals[] = {1e-3, 50e-3};
    for (size_t i = 0; i < sizeof intervals / sizeof *intervals; i++) {
        struct duel duel = {.wants = false};
        pthread_t second;
        duel.gil = gil_new(intervals[i]);
        gil_take(duel.gil, 0);
        assert_int_equal(pthread_create(&second, NULL, want_the_lock, &duel), 0);
        while (!atomic_load(&duel.has))
            gil_safe_point(duel.gil, 0);
        gil_drop(duel.gil, 0, true);
        assert_int_equal(pthread_join(second, NULL), 0);
        struct gil_counts counts = gil_counts(duel.gil);
        assert_true((double)duel.wait_ns >= intervals[i] * 1e9);
        assert_true((double)counts.waited_ns >= intervals[i] * 1e9);
        assert_int_equal(counts.acquisitions, 3); /* first, second, first again */
        assert_int_equal(counts.handoffs, 2);
        free(duel.gil);
    }
}

/* However long another one has been asking: an ending thread goes without waiting for it. */
static void ending_does_not_wait(void **state)
{
    (void)state;
    struct duel duel = {.wants = false};
    pthread_t second;
    duel.gil = gil_new(1e-6);
    gil_take(duel.gil, 0);
    assert_int_equal(pthread_create(&second, NULL, want_the_lock, &duel), 0);
    while (!atomic_load(&duel.wants))
        (void)usleep(100);
    (void)usleep(20000); /* it asks by now, or the test shows less, but does not fail */
    gil_drop(duel.gil, 0, true);
    assert_int_equal(pthread_join(second, NULL), 0);
    struct gil_counts counts = gil_counts(duel.gil);
    assert_int_equal(counts.acquisitions, 2);
    assert_int_equal(counts.handoffs, 1);
    assert_int_equal(counts.forced_handoffs, 0);
    free(duel.gil);
}

static void single_thread_never_hands_over(void **state)
{
    (void)state;
    static const double odd[] = {1e-6, 0, -1, NAN, INFINITY};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct scene scene = {.threads = 1, .steps = 100000};
        scene.gil = gil_new(odd[i]);
        play(&scene, compute_steps);
        struct gil_counts counts = gil_counts(scene.gil);
        assert_int_equal(counts.acquisitions, 1);
        assert_int_equal(counts.handoffs, 0);
        assert_int_equal(counts.forced_handoffs, 0);
        assert_int_equal(counts.waited_ns, 0);

        gil_take(scene.gil, 0);
        gil_drop(scene.gil, 0, false);
        assert_int_equal(gil_counts(scene.gil).acquisitions, 2);
        assert_int_equal(gil_counts(scene.gil).handoffs, 0);
        gil_reset_counts(scene.gil);
        assert_int_equal(gil_counts(scene.gil).acquisitions, 0);
        free(scene.gil);
    }
}

/* However often all the threads together pass a safe point, each count is one of theirs. */
static void older_lock_counts_all_ticks(void **state)
{
    (void)state;
    static const uint64_t every[] = {1, 3, 100, 7777};
    for (size_t i = 0; i < sizeof every / sizeof *every; i++) {
        struct scene scene = {.threads = MOST_THREADS, .steps = 5000};
        scene.gil = gil_new_ticks(every[i]);
        play(&scene, compute_steps);
        const struct gil_counts counts = gil_counts(scene.gil);
        assert_int_equal(scene.counter, MOST_THREADS * scene.steps);
        assert_int_equal(atomic_load(&scene.overlaps), 0);
        assert_int_equal(counts.acquisitions, MOST_THREADS + MOST_THREADS * scene.steps / every[i]);
        assert_int_equal(counts.forced_handoffs, 0);
        assert_true(counts.handoffs + counts.vain_wakeups <= counts.acquisitions);
        gil_reset_counts(scene.gil);
        assert_int_equal(gil_counts(scene.gil).acquisitions, 0);
        free(scene.gil);
    }
}

/* Each thread that comes and goes takes the older lock once, in turns or not. */
static void older_lock_excludes_with_drops(void **state)
{
    (void)state;
    struct scene scene = {.threads = MOST_THREADS, .steps = 5000};
    scene.gil = gil_new_ticks(1);
    play(&scene, release_often);
    assert_int_equal(scene.counter, MOST_THREADS * scene.steps);
    assert_int_equal(atomic_load(&scene.overlaps), 0);
    assert_int_equal(gil_counts(scene.gil).acquisitions, MOST_THREADS * scene.steps);
    free(scene.gil);
}

int main(void)
{
    (void)alarm(HANG_S * 5);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(excludes),
        cmocka_unit_test(excludes_with_drops),
        cmocka_unit_test(shares_turns),
        cmocka_unit_test(respects_the_interval),
        cmocka_unit_test(ending_does_not_wait),
        cmocka_unit_test(single_thread_never_hands_over),
        cmocka_unit_test(older_lock_counts_all_ticks),
        cmocka_unit_test(older_lock_excludes_with_drops),
    };
    return cmocka_run_group_tests_name("gil", tests, NULL, NULL);
}
