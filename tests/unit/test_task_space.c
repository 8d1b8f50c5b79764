/*
 * Unit tests of task_space.h: what each future leaves in the space, by whichever
 * workers, is combined in order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fault.h"
#include "task_space.h"

#include <stdbool.h>
#include <unistd.h>

enum { SIZE = 1009, PIECES = 101, TICK = 3, HANG_S = 60 };

/* A map of numbers to their doubles. A partial is the range that it is of; one that is combined in
 * the wrong order is empty. */
static void fill(uint64_t size, struct range range, void *input)
{
    uint64_t *numbers = input;
    (void)size;
    for (uint64_t i = range.begin; i < range.end; i++)
        *numbers++ = i;
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    const uint64_t *numbers = input;
    uint64_t *doubles = output;
    (void)size;
    for (uint64_t i = 0; i < range_length(range); i++)
        doubles[i] = 2 * numbers[i];
    *(struct range *)partial = range;
}

static void combine(void *into, const void *from)
{
    struct range *first = into;
    const struct range *second = from;
    *first = first->end == second->begin ? (struct range){first->begin, second->end}
                                         : (struct range){0, 0};
}

static const struct kernel kernel = {.partial_bytes = sizeof(struct range),
                                     .input_item_size = sizeof(uint64_t),
                                     .output_item_size = sizeof(uint64_t),
                                     .fill = fill,
                                     .compute = compute,
                                     .combine = combine,
                                     .tick = TICK};

static const enum task_workers kinds[] = {TASK_PROCESSES, TASK_THREADS, TASK_LOCKED_THREADS};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void check_results(const struct task_space *tasks)
{
    uint64_t *doubles = tasks->space.map_buffers.output.start;
    for (uint64_t piece = 0; piece < PIECES; piece++) {
        assert_int_equal(future_result(tasks->executor, piece, 0), STATUS_OK);
        task_space_combine(tasks, piece);
    }
    const struct range *whole = partials_result(&tasks->space.partials);
    assert_int_equal(whole->begin, 0);
    assert_int_equal(whole->end, SIZE);
    for (uint64_t i = 0; i < SIZE; i++) {
        assert_int_equal(doubles[i], 2 * i);
        doubles[i] = 0;
    }
}

static void every_piece_is_in_its_place(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < KINDS; kind++)
        for (unsigned workers = 1; workers <= 3; workers++) {
            const struct job job = {.kernel = &kernel, .size = SIZE, .workers = workers};
            struct task_space tasks;
            assert_int_equal(task_space_start(&job, PIECES, kinds[kind], &tasks), STATUS_OK);
            for (unsigned round = 0; round < 3; round++) {
                for (uint64_t piece = 0; piece < PIECES; piece++)
                    assert_int_equal(executor_submit(tasks.executor), piece);
                check_results(&tasks);
                executor_reset(tasks.executor);
            }
            task_space_stop(&tasks);
        }
}

static void a_piece_that_fails_is_a_future_that_fails(void **state)
{
    enum { FAILING = 42 };
    (void)state;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        const struct job job = {.kernel = &kernel, .size = SIZE, .workers = 2};
        struct task_space tasks;
        fault_plan(range_split(kernel_whole(SIZE), PIECES, FAILING).begin, 1);
        assert_int_equal(task_space_start(&job, PIECES, kinds[kind], &tasks), STATUS_OK);
        for (uint64_t piece = 0; piece < PIECES; piece++)
            (void)executor_submit(tasks.executor);
        for (uint64_t piece = 0; piece < PIECES; piece++)
            assert_int_equal(future_result(tasks.executor, piece, 0),
                             piece == FAILING ? STATUS_FAILED : STATUS_OK);
        task_space_stop(&tasks);
    }
}

static void nothing_stops_as_well(void **state)
{
    struct task_space tasks = {.executor = NULL};
    (void)state;
    task_space_stop(&tasks);
}

int main(void)
{
    (void)alarm(HANG_S);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_piece_is_in_its_place),
        cmocka_unit_test(a_piece_that_fails_is_a_future_that_fails),
        cmocka_unit_test(nothing_stops_as_well),
    };
    return cmocka_run_group_tests_name("task_space", tests, NULL, NULL);
}
