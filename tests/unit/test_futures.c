/*
 * Unit tests of models/futures.c: what is counted where a task fails, which a cell that failed does
 * not tell.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"
#include "fault.h"
#include "memory.h"
#include "options.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TASKS = 20000, FAILING = 7, WORKERS = 2, HANG_S = 120, MEET_S = 60 };

/* An item takes no time, or so long that all of them take a minute: long enough for who submits. */
static long item_ns;

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)size, (void)input, (void)output;
    if (item_ns > 0 && range_length(range) > 0)
        (void)nanosleep(&(struct timespec){.tv_nsec = item_ns}, NULL);
    *(uint64_t *)partial = range_length(range);
}

static void combine(void *into, const void *from)
{
    *(uint64_t *)into += *(const uint64_t *)from;
}

static const struct kernel kernel = {
    .partial_bytes = sizeof(uint64_t), .compute = compute, .combine = combine, .tick = 1};

struct counted {
    double submitted, completed, cancelled, waits;
};

static double count_of(const struct outcome *outcome, const char *name)
{
    for (unsigned i = 0; i < outcome->counted; i++)
        if (strcmp(outcome->counts[i].name, name) == 0)
            return outcome->counts[i].value;
    fail_msg("there is no count %s", name);
    return -1;
}

/* One execution of TASKS tasks, of which one fails: "workers=…", and "order=…" or "wait=…". */
static struct counted counts_of_failure(const char *workers, const char *way)
{
    struct job job = {.kernel = &kernel,
                      .size = TASKS,
                      .workers = WORKERS,
                      .ranks = 1,
                      .threads = 1,
                      .oversubscribe = true};
    struct outcome outcome = {0};
    job_set_defaults(&job, this_model.options);
    assert_true(job_set(&job, workers) && job_set(&job, way) && job_set(&job, "chunk=1"));
    struct team *team = memory_new(1, this_model.team_bytes);
    fault_plan(FAILING, 1);
    assert_int_equal(this_model.start(&job, team), STATUS_OK);
    assert_int_equal(this_model.ready(team), STATUS_OK);
    assert_int_equal(this_model.execute(team, &outcome), STATUS_FAILED);
    this_model.count(team, &outcome);
    this_model.stop(team);
    free(team);
    const struct counted counted = {
        count_of(&outcome, "futures::submitted"), count_of(&outcome, "futures::completed"),
        count_of(&outcome, "futures::cancelled"), count_of(&outcome, "futures::waits")};
    assert_true(counted.submitted == TASKS);
    assert_true(counted.completed + counted.cancelled == TASKS);
    return counted;
}

static const char *const kinds[] = {"workers=processes", "workers=threads", "workers=gil"};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* The exception is raised at its place: those before it were taken, and the rest is cancelled. */
static void map_cancels_what_is_left(void **state)
{
    (void)state;
    item_ns = 3000000;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        const struct counted counted = counts_of_failure(kinds[kind], "order=map");
        assert_true(counted.waits == FAILING + 1);
        assert_true(counted.completed >= FAILING + 1 && counted.cancelled > 0);
    }
}

static void the_first_exception_cancels_what_is_left(void **state)
{
    (void)state;
    item_ns = 3000000;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        const struct counted counted = counts_of_failure(kinds[kind], "wait=exception");
        assert_true(counted.waits == 1);
        assert_true(counted.cancelled > 0);
    }
}

static void whoever_waits_for_all_cancels_nothing(void **state)
{
    (void)state;
    item_ns = 0;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        const struct counted counted = counts_of_failure(kinds[kind], "wait=all");
        assert_true(counted.waits == 1);
        assert_true(counted.completed == TASKS && counted.cancelled == 0);
    }
}

/* ---- waiting under the lock ---- */

static atomic_uint waiting;
static atomic_bool met; /* all workers waited at once */

/* Waits for the others to wait as well. */
static void meet(uint64_t size, struct range range, const void *input, void *output, void *partial)
{
    (void)size, (void)input, (void)output;
    const uint64_t until_ns = clock_now_ns() + MEET_S * UINT64_C(1000000000);
    if (atomic_fetch_add(&waiting, 1) + 1 == WORKERS)
        met = true;
    while (!met && clock_now_ns() < until_ns)
        (void)sched_yield();
    *(uint64_t *)partial = range_length(range);
}

static void who_waits_lets_others_wait_as_well(void **state)
{
    static const struct kernel waits = {.partial_bytes = sizeof(uint64_t),
                                        .compute = meet,
                                        .combine = combine,
                                        .tick = 1,
                                        .waits = true};
    struct job job = {.kernel = &waits,
                      .size = WORKERS,
                      .workers = WORKERS,
                      .ranks = 1,
                      .threads = 1,
                      .oversubscribe = true};
    struct outcome outcome = {0};
    (void)state;
    job_set_defaults(&job, this_model.options);
    assert_true(job_set(&job, "workers=gil") && job_set(&job, "chunk=1"));
    struct team *team = memory_new(1, this_model.team_bytes);
    assert_int_equal(this_model.start(&job, team), STATUS_OK);
    assert_int_equal(this_model.ready(team), STATUS_OK);
    assert_int_equal(this_model.execute(team, &outcome), STATUS_OK);
    assert_int_equal(*(const uint64_t *)outcome.partial, WORKERS);
    assert_true(met);
    this_model.stop(team);
    free(team);
}

/* ---- order ---- */

static atomic_bool nearly_all; /* but the first and the last item */

/* The first item ends behind all others, but for one or two. */
static void hold_the_first(uint64_t size, struct range range, const void *input, void *output,
                           void *partial)
{
    const uint64_t until_ns = clock_now_ns() + MEET_S * UINT64_C(1000000000);
    (void)input, (void)output;
    while (range.begin == 0 && !nearly_all && clock_now_ns() < until_ns)
        (void)sched_yield();
    if (range.begin + 2 == size)
        nearly_all = true;
    *(uint64_t *)partial = range_length(range);
}

static void sees_that_tasks_end_in_another_order(void **state)
{
    static const struct kernel uneven = {.partial_bytes = sizeof(uint64_t),
                                         .compute = hold_the_first,
                                         .combine = combine,
                                         .tick = 1};
    static const struct {
        const char *way;
        double overtaken;
    } all[] = {{"order=completed", 1}, {"order=map", 0}};
    (void)state;
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
        struct job job = {.kernel = &uneven, .size = TASKS, .workers = 2, .ranks = 1, .threads = 1};
        struct outcome outcome = {0};
        job_set_defaults(&job, this_model.options);
        assert_true(job_set(&job, "chunk=1") && job_set(&job, all[i].way));
        struct team *team = memory_new(1, this_model.team_bytes);
        nearly_all = false;
        assert_int_equal(this_model.start(&job, team), STATUS_OK);
        assert_int_equal(this_model.ready(team), STATUS_OK);
        assert_int_equal(this_model.execute(team, &outcome), STATUS_OK);
        this_model.count(team, &outcome);
        this_model.stop(team);
        free(team);
        assert_true(nearly_all);
        assert_true(count_of(&outcome, "futures::overtaken") == all[i].overtaken);
    }
}

int main(void)
{
    (void)alarm(HANG_S);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_cancels_what_is_left),
        cmocka_unit_test(the_first_exception_cancels_what_is_left),
        cmocka_unit_test(whoever_waits_for_all_cancels_nothing),
        cmocka_unit_test(who_waits_lets_others_wait_as_well),
        cmocka_unit_test(sees_that_tasks_end_in_another_order),
    };
    return cmocka_run_group_tests_name("futures", tests, NULL, NULL);
}
