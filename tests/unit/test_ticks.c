/*
 * Unit tests of models/parts/ticks.h: tick by tick, in order, and no further than to one that
 * fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fault.h"
#include "ticks.h"

#include <stdlib.h>

enum { SIZE = 20, TICK = 3 };

/* A partial is the range that it is of; one that is combined in the wrong order is empty. */
static unsigned longest, computed;

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    const uint64_t length = range_length(range);
    (void)size, (void)input, (void)output;
    *(struct range *)partial = range;
    computed++;
    if (length > longest)
        longest = (unsigned)length;
}

static void combine(void *into, const void *from)
{
    struct range *first = into;
    const struct range *second = from;
    *first = first->end == second->begin ? (struct range){first->begin, second->end}
                                         : (struct range){0, 0};
}

static const struct kernel kernel = {
    .partial_bytes = sizeof(struct range), .compute = compute, .combine = combine, .tick = TICK};

/* Returns what came of it; `joint` is the range of its partial. */
static enum status compute_ticks(struct range range, struct range *joint)
{
    const struct job job = {.kernel = &kernel, .size = SIZE};
    const struct map_buffers map_buffers = {.job = &job, .held = {0, SIZE}};
    struct fold *fold = fold_new(&kernel, SIZE, (struct range){0, SIZE}, false);
    struct gil *gil = gil_new(1);
    longest = computed = 0;
    gil_take(gil, 0);
    const enum status status = ticks_compute(&map_buffers, range, gil, 0, fold);
    gil_drop(gil, 0, true);
    if (status == STATUS_OK)
        *joint = *(const struct range *)fold_result(fold);
    fold_free(fold);
    free(gil);
    return status;
}

static void a_range_is_computed_tick_by_tick(void **state)
{
    static const struct range ranges[] = {{0, SIZE}, {7, 18}, {4, 5}, {5, 5}};
    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        struct range joint = {1, 0};
        assert_int_equal(compute_ticks(ranges[i], &joint), STATUS_OK);
        assert_int_equal(joint.begin, ranges[i].begin);
        assert_int_equal(joint.end, ranges[i].end);
        assert_true(longest <= TICK);
        assert_int_equal(computed, range_pieces(ranges[i], TICK));
    }
}

static void one_that_fails_is_the_last(void **state)
{
    struct range joint;
    (void)state;
    fault_plan(4, 1); /* in the second tick */
    assert_int_equal(compute_ticks((struct range){0, SIZE}, &joint), STATUS_FAILED);
    assert_int_equal(computed, 1);
    assert_int_equal(compute_ticks((struct range){0, SIZE}, &joint), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_is_computed_tick_by_tick),
        cmocka_unit_test(one_that_fails_is_the_last),
    };
    return cmocka_run_group_tests_name("ticks", tests, NULL, NULL);
}
