/*
 * Unit tests of batch.h, with durations that are made up: the batches are those that
 * joblib 1.2 cuts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "batch.h"

#include <math.h>
#include <stdbool.h>

enum { WORKERS = 2, OUTSTANDING = 2 * WORKERS, MOST = 4000 };

/* What is with the workers, first in, first out, by a made-up time. */
struct pool {
    double free_s[WORKERS]; /* when each is idle again */
    double submitted_s[OUTSTANDING], ends_s[OUTSTANDING];
    uint64_t items[OUTSTANDING];
    int count;
    double now_s;
};

static void submit(struct pool *pool, uint64_t items, double item_s)
{
    double *free_s = pool->free_s[0] <= pool->free_s[1] ? &pool->free_s[0] : &pool->free_s[1];
    *free_s = fmax(*free_s, pool->now_s) + (double)items * item_s;
    pool->submitted_s[pool->count] = pool->now_s;
    pool->ends_s[pool->count] = *free_s;
    pool->items[pool->count++] = items;
}

static void await(struct pool *pool, struct batch *batch)
{
    int first = 0;
    for (int i = 1; i < pool->count; i++)
        if (pool->ends_s[i] < pool->ends_s[first])
            first = i;
    pool->now_s = pool->ends_s[first];
    batch_ended(batch, pool->items[first], pool->now_s - pool->submitted_s[first]);
    pool->count--;
    for (int i = first; i < pool->count; i++) {
        pool->submitted_s[i] = pool->submitted_s[i + 1];
        pool->ends_s[i] = pool->ends_s[i + 1];
        pool->items[i] = pool->items[i + 1];
    }
}

/* The sizes of all batches of so many tasks that take so long each; returns how many they are. */
static int run(uint64_t tasks, double item_s, uint64_t *sizes)
{
    struct batch batch = batch_new(WORKERS);
    struct pool pool = {.count = 0};
    uint64_t left = tasks, items, sum = 0;
    int count = 0;
    do {
        while (pool.count < OUTSTANDING && (items = batch_next(&batch, left)) > 0) {
            assert_true(items <= left && count < MOST);
            left -= items;
            sum += items;
            sizes[count++] = items;
            submit(&pool, items, item_s);
        }
        await(&pool, &batch);
    } while (left > 0 || pool.count > 0);
    assert_int_equal(sum, tasks);
    return count;
}

/* To sleep takes a little longer than it was told. As observed: 1 x 4, 2 x 4, 4 x 4 … 64 x 18, then
 * 4 x 24. */
static void cuts_tasks_of_2_ms_as_joblib_does(void **state)
{
    uint64_t sizes[MOST];
    int at = 0;
    (void)state;
    const int count = run(1500, 2.1e-3, sizes);
    for (uint64_t size = 1; size <= 32; size *= 2)
        for (int i = 0; i < 4; i++)
            assert_int_equal(sizes[at++], size);
    for (int i = 0; i < 18; i++)
        assert_int_equal(sizes[at++], 64);
    for (int i = 0; i < 24; i++)
        assert_int_equal(sizes[at++], 4);
    assert_int_equal(count, at);
}

/* As observed of 20,000 that take nothing: doubled up to 4,096, and of what is left then, which is
 * less than each worker's batch, ten small ones for each. */
static void doubles_until_the_end_comes(void **state)
{
    uint64_t sizes[MOST], before = 1;
    (void)state;
    const int count = run(20000, 1e-9, sizes);
    int i;
    for (i = 0; i < count && sizes[i] >= before; i++) {
        assert_true((sizes[i] & (sizes[i] - 1)) == 0);
        before = sizes[i];
    }
    assert_true(before >= 2048);
    assert_true(i < count);
    const uint64_t last = sizes[i];
    for (; i < count - 1; i++)
        assert_int_equal(sizes[i], last);
    assert_true(sizes[count - 1] <= last);
}

static void cuts_the_end_as_observed(void **state)
{
    struct batch batch = {.size = 4096, .workers = 2};
    uint64_t left = 3628;
    (void)state;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(batch_next(&batch, left), 181);
        left -= 181;
    }
    assert_int_equal(batch_next(&batch, left), 8);
    assert_int_equal(batch_next(&batch, 0), 0);
}

static void long_tasks_are_sent_one_by_one(void **state)
{
    uint64_t sizes[MOST];
    (void)state;
    assert_int_equal(run(50, 0.3, sizes), 50);
}

static void shrinks_what_takes_too_long(void **state)
{
    struct batch batch = {.size = 64, .workers = 1};
    (void)state;
    batch_ended(&batch, 64, 6.4);
    assert_int_equal(batch_next(&batch, 1000), 4); /* twice what takes 0.2 s */
    assert_true(batch.smoothed_s == 0);
    batch_ended(&batch, 64, 6.4); /* of another size: forgotten */
    assert_true(batch.smoothed_s == 0);
    batch_ended(&batch, 4, 0.4);
    assert_int_equal(batch_next(&batch, 996), 4);
    batch_ended(&batch, 4, 0.9);
    assert_true(fabs(batch.smoothed_s - (0.8 * 0.4 + 0.2 * 0.9)) < 1e-12);
}

static void a_single_task_is_a_batch(void **state)
{
    uint64_t sizes[MOST];
    (void)state;
    assert_int_equal(run(1, 1e-6, sizes), 1);
    assert_int_equal(run(2, 1e-6, sizes), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cuts_tasks_of_2_ms_as_joblib_does),
                                       cmocka_unit_test(doubles_until_the_end_comes),
                                       cmocka_unit_test(cuts_the_end_as_observed),
                                       cmocka_unit_test(long_tasks_are_sent_one_by_one),
                                       cmocka_unit_test(shrinks_what_takes_too_long),
                                       cmocka_unit_test(a_single_task_is_a_batch)};
    return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}
