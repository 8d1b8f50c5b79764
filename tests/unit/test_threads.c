/*
 * Unit tests of models/threads.c and the parts that hybrid has of it, too: which thread computes
 * which piece by the options "schedule" and "chunk", and what becomes of a piece that fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"
#include "fault.h"
#include "memory.h"
#include "model.h"
#include "options.h"

#include <omp.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { ITEMS = 12, CHUNK = 3, THREADS = 2, MEET_S = 60 };

static atomic_int thread_of[ITEMS]; /* that computed it, and 1 */
static atomic_uint computed;        /* items */
static bool first_is_slow;          /* the piece with item 0 ends after all others */
static bool is_alone;               /* they did not end while it waited */

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    const uint64_t until_ns = clock_now_ns() + MEET_S * UINT64_C(1000000000);
    (void)input, (void)output;
    if (range.begin == 0 && first_is_slow) {
        while (computed < size - range_length(range) && clock_now_ns() < until_ns)
            (void)sched_yield();
        is_alone = computed < size - range_length(range);
    }
    for (uint64_t i = range.begin; i < range.end; i++)
        thread_of[i] = 1 + omp_get_thread_num();
    computed += (unsigned)range_length(range);
    *(struct range *)partial = range;
}

static void combine(void *into, const void *from)
{
    struct range *first = into;
    const struct range *second = from;
    *first = first->end == second->begin ? (struct range){first->begin, second->end}
                                         : (struct range){0, 0};
}

static const struct kernel kernel = {
    .partial_bytes = sizeof(struct range), .compute = compute, .combine = combine, .tick = 1};

static enum status execute(const char *schedule, const char *chunk)
{
    struct job job = {.kernel = &kernel,
                      .size = ITEMS,
                      .workers = THREADS,
                      .ranks = 1,
                      .threads = THREADS,
                      .oversubscribe = true};
    struct outcome outcome = {0};
    job_set_defaults(&job, this_model.options);
    assert_true(job_set(&job, schedule) && job_set(&job, chunk));
    struct team *team = memory_new(1, this_model.team_bytes);
    computed = 0;
    for (int i = 0; i < ITEMS; i++)
        thread_of[i] = 0;
    assert_int_equal(this_model.start(&job, team), STATUS_OK);
    assert_int_equal(this_model.ready(team), STATUS_OK);
    const enum status status = this_model.execute(team, &outcome);
    if (status == STATUS_OK) {
        const struct range *whole = outcome.partial;
        assert_true(whole->begin == 0 && whole->end == ITEMS);
        assert_int_equal(computed, ITEMS);
    }
    this_model.stop(team);
    free(team);
    return status;
}

static void each_thread_has_its_block(void **state)
{
    (void)state;
    assert_int_equal(execute("schedule=static", "chunk=auto"), STATUS_OK);
    for (int i = 0; i < ITEMS; i++)
        assert_int_equal(thread_of[i], 1 + i / (ITEMS / THREADS));
}

static void chunks_are_dealt_out_in_turn(void **state)
{
    (void)state;
    assert_int_equal(execute("schedule=static", "chunk=3"), STATUS_OK);
    for (int i = 0; i < ITEMS; i++)
        assert_int_equal(thread_of[i], 1 + i / CHUNK % THREADS);
}

/* With one of them slow, the other thread has computed all the rest meanwhile. */
static void who_is_free_takes_the_next_piece(void **state)
{
    (void)state;
    first_is_slow = true;
    assert_int_equal(execute("schedule=dynamic", "chunk=3"), STATUS_OK);
    first_is_slow = false;
    assert_false(is_alone);
    for (int i = CHUNK; i < ITEMS; i++)
        assert_int_not_equal(thread_of[i], thread_of[0]);
}

/* Half of what is left for whoever comes first: two pieces of four. */
static void runs_of_pieces_become_shorter(void **state)
{
    (void)state;
    assert_int_equal(execute("schedule=guided", "chunk=3"), STATUS_OK);
    for (int i = 0; i < ITEMS; i++) {
        assert_in_range(thread_of[i], 1, THREADS);
        assert_int_equal(thread_of[i], thread_of[i - i % CHUNK]);
    }
    assert_int_equal(thread_of[0], thread_of[2 * CHUNK - 1]);
}

static void a_piece_that_fails_fails_all(void **state)
{
    static const char *const schedules[] = {"schedule=static", "schedule=dynamic",
                                            "schedule=guided"};
    (void)state;
    for (size_t i = 0; i < sizeof schedules / sizeof *schedules; i++) {
        fault_plan(7, 1);
        assert_int_equal(execute(schedules[i], "chunk=3"), STATUS_FAILED);
        assert_int_equal(execute(schedules[i], "chunk=3"), STATUS_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thread_has_its_block),
        cmocka_unit_test(chunks_are_dealt_out_in_turn),
        cmocka_unit_test(who_is_free_takes_the_next_piece),
        cmocka_unit_test(runs_of_pieces_become_shorter),
        cmocka_unit_test(a_piece_that_fails_fails_all),
    };
    return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
