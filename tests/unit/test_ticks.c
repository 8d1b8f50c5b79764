/*
 * Unit tests of ticks.h: tick by tick, in order, with the lock or without, and no
 * further than to one that fails. The lock is none, but tells whether it is held.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fault.h"
#include "ticks.h"

enum { SIZE = 20, TICK = 3 };

struct gil {
    bool is_held;
    unsigned retaken, safe_points;
};

/* ---- in the place of gil.c ---- */

void gil_take(struct gil *gil, unsigned thread)
{
    (void)thread;
    assert_false(gil->is_held);
    gil->is_held = true;
}

void gil_retake(struct gil *gil, unsigned thread)
{
    gil_take(gil, thread);
    gil->retaken++;
}

void gil_drop(struct gil *gil, unsigned thread, bool ending)
{
    (void)thread, (void)ending;
    assert_true(gil->is_held);
    gil->is_held = false;
}

void gil_safe_point(struct gil *gil, unsigned thread)
{
    (void)thread;
    assert_true(gil->is_held);
    gil->safe_points++;
}

/* ---- the kernel ---- */

static struct gil the_gil;

/* A partial is the range that it is of; one that is combined in the wrong order is empty. */
static unsigned longest, computed, released; /* items; calls; items without the lock */

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    const uint64_t length = range_length(range);
    (void)size, (void)input, (void)output;
    *(struct range *)partial = range;
    computed++;
    released += the_gil.is_held ? 0 : (unsigned)length;
    if (length > longest)
        longest = (unsigned)length;
}

static void combine(void *into, const void *from)
{
    struct range *first = into;
    assert_true(the_gil.is_held);
    const struct range *second = from;
    *first = first->end == second->begin ? (struct range){first->begin, second->end}
                                         : (struct range){0, 0};
}

static struct kernel kernel = {
    .partial_bytes = sizeof(struct range), .compute = compute, .combine = combine, .tick = TICK};

/* Returns what came of it; `joint` is the range of its partial. */
static enum status compute_ticks(struct range range, double fraction, struct range *joint)
{
    const struct job job = {.kernel = &kernel, .size = SIZE};
    const struct map_buffers map_buffers = {.job = &job, .held = {0, SIZE}};
    struct fold *fold = fold_new(&kernel, SIZE, (struct range){0, SIZE}, false);
    longest = computed = released = 0;
    the_gil = (struct gil){0};
    gil_take(&the_gil, 0);
    const enum status status =
        fraction > 0 ? ticks_compute_releasing(&map_buffers, range, &the_gil, 0, fold, fraction)
                     : ticks_compute(&map_buffers, range, &the_gil, 0, fold);
    if (status == STATUS_OK)
        *joint = *(const struct range *)fold_result(fold);
    gil_drop(&the_gil, 0, true);
    fold_free(fold);
    return status;
}

static void a_range_is_computed_tick_by_tick(void **state)
{
    static const struct range ranges[] = {{0, SIZE}, {7, 18}, {4, 5}, {5, 5}};
    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        struct range joint = {1, 0};
        assert_int_equal(compute_ticks(ranges[i], 0, &joint), STATUS_OK);
        assert_int_equal(joint.begin, ranges[i].begin);
        assert_int_equal(joint.end, ranges[i].end);
        assert_true(longest <= TICK);
        assert_int_equal(computed, range_pieces(ranges[i], TICK));
        assert_int_equal(the_gil.safe_points, computed);
        assert_int_equal(the_gil.retaken, 0);
        assert_int_equal(released, 0);
    }
}

static void a_fraction_is_computed_without_the_lock(void **state)
{
    static const struct range ranges[] = {{0, SIZE}, {7, 18}, {4, 5}, {5, 5}};
    static const double fractions[] = {0.01, 0.25, 0.5, 1};
    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        for (size_t j = 0; j < sizeof fractions / sizeof *fractions; j++) {
            struct range joint = {1, 0};
            assert_int_equal(compute_ticks(ranges[i], fractions[j], &joint), STATUS_OK);
            assert_int_equal(joint.begin, ranges[i].begin);
            assert_int_equal(joint.end, ranges[i].end);
            assert_int_equal(the_gil.retaken, range_pieces(ranges[i], TICK));
            assert_int_equal(the_gil.safe_points, the_gil.retaken);
            assert_int_equal(released, (unsigned)(fractions[j] * (double)range_length(ranges[i])));
        }
}

static void who_waits_does_so_without_the_lock(void **state)
{
    static const struct range ranges[] = {{0, SIZE}, {7, 18}, {5, 5}};
    (void)state;
    kernel.waits = true;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        struct range joint = {1, 0};
        assert_int_equal(compute_ticks(ranges[i], 0, &joint), STATUS_OK);
        assert_int_equal(joint.end, ranges[i].end);
        assert_int_equal(released, range_length(ranges[i]));
        assert_int_equal(the_gil.retaken, range_pieces(ranges[i], TICK));
    }
    kernel.waits = false;
}

static void one_that_fails_is_the_last(void **state)
{
    struct range joint;
    (void)state;
    fault_plan(4, 1); /* in the second tick */
    assert_int_equal(compute_ticks((struct range){0, SIZE}, 0, &joint), STATUS_FAILED);
    assert_int_equal(computed, 1);
    assert_int_equal(compute_ticks((struct range){0, SIZE}, 0, &joint), STATUS_OK);
    fault_plan(5, 1); /* in what needs no lock, which is held again then */
    assert_int_equal(compute_ticks((struct range){0, SIZE}, 0.5, &joint), STATUS_FAILED);
    assert_true(computed > 1);
    assert_int_equal(compute_ticks((struct range){0, SIZE}, 0.5, &joint), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_is_computed_tick_by_tick),
        cmocka_unit_test(a_fraction_is_computed_without_the_lock),
        cmocka_unit_test(who_waits_does_so_without_the_lock),
        cmocka_unit_test(one_that_fails_is_the_last),
    };
    return cmocka_run_group_tests_name("ticks", tests, NULL, NULL);
}
