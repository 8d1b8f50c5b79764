/*
 * Unit tests of measure/counters.h, and of the instrumentation above it, with an event that exists
 * on every machine: one that PAPI lets a program define, here what the reading thread has done
 * itself. It goes through the same calls as one of the processor's.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "counters.h"
#include "instrumentation.h"
#include "procpool.h"
#include "seat.h"
#include "thread_team.h"

#include <pthread.h>
#include <sde_lib.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 5 };

#define ITEMS "sde:::parbench_test::items"
#define PIECES "sde:::parbench_test::pieces"

static _Thread_local long long items, pieces;

static long long own_items(void *context)
{
    (void)context;
    return items;
}

static long long own_pieces(void *context)
{
    (void)context;
    return pieces;
}

/* INSTANT: the library is not to subtract what another thread began with. */
static int define_events(void **state)
{
    papi_handle_t library = papi_sde_init("parbench_test");
    (void)state;
    (void)papi_sde_register_counter_cb(library, "items", PAPI_SDE_RO | PAPI_SDE_INSTANT,
                                       PAPI_SDE_long_long, own_items, NULL);
    (void)papi_sde_register_counter_cb(library, "pieces", PAPI_SDE_RO | PAPI_SDE_INSTANT,
                                       PAPI_SDE_long_long, own_pieces, NULL);
    return 0;
}

static const char *const both[] = {ITEMS, PIECES, NULL};

static void work(long long count)
{
    items += count;
    pieces++;
}

/* ---- the counters ---- */

static bool counts(const char *const *events, unsigned first, long long count)
{
    struct counters counters;
    struct counters_reading before, after;
    counters_open(events, &counters);
    counters_read(&counters, &before);
    work(count);
    work(count);
    counters_read(&counters, &after);
    counters_close(&counters);
    const struct counters_reading between = counters_between(&before, &after);
    return between.error[first] == 0 && between.error[first + 1] == 0 &&
           between.value[first] == 2 * count && between.value[first + 1] == 2;
}

static void counts_events_in_their_order(void **state)
{
    (void)state;
    assert_true(counts(both, 0, 1000));
    assert_true(counts(both, 0, 7)); /* once more, after it was closed */
}

static void counts_what_is_there_beside_what_is_not(void **state)
{
    static const char *const events[] = {"PAPI_NO_SUCH_EVENT", ITEMS, PIECES, NULL};
    (void)state;
    assert_true(counts(events, 1, 42));
}

static void *count_in_thread(void *context)
{
    const long long *count = context;
    return counts(both, 0, *count) ? context : NULL;
}

static void counts_threads_each_for_itself(void **state)
{
    pthread_t threads[WORKERS];
    long long count[WORKERS];
    (void)state;
    for (unsigned i = 0; i < WORKERS; i++) {
        count[i] = 100 + i;
        assert_int_equal(pthread_create(&threads[i], NULL, count_in_thread, &count[i]), 0);
    }
    for (unsigned i = 0; i < WORKERS; i++) {
        void *right;
        assert_int_equal(pthread_join(threads[i], &right), 0);
        assert_non_null(right);
    }
}

static void *open_and_end(void *context)
{
    static _Thread_local struct counters counters;
    struct counters_reading reading;
    counters_open(both, &counters);
    counters_read(&counters, &reading);
    *(int *)context = reading.error[0] == 0 ? counters.set[0].handle : -1;
    return NULL;
}

/* What the library numbered for the one is free for the next. */
static void a_thread_that_ends_closes_its_own(void **state)
{
    int first = -1;
    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        pthread_t thread;
        int handle = -1;
        assert_int_equal(pthread_create(&thread, NULL, open_and_end, &handle), 0);
        assert_int_equal(pthread_join(thread, NULL), 0);
        if (i == 0)
            first = handle;
        assert_true(handle >= 0);
        assert_int_equal(handle, first);
    }
}

static void counts_in_a_process_that_was_forked(void **state)
{
    int ended = -1;
    (void)state;
    assert_true(counts(both, 0, 3)); /* the library is in use here before */
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(counts(both, 0, 11) ? 0 : 1);
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
}

/* ---- the instrumentation ---- */

static void compute_items(uint64_t size, struct range range, const void *input, void *output,
                          void *partial)
{
    (void)size;
    (void)input;
    (void)output;
    (void)partial;
    work((long long)range_length(range));
}

static void combine_one(void *into, const void *from)
{
    (void)into;
    (void)from;
    work(1);
}

static const struct kernel counting = {.name = "counting",
                                       .partial_bytes = 1,
                                       .compute = compute_items,
                                       .combine = combine_one,
                                       .events = {ITEMS, PIECES}};

static void compute(const struct kernel *kernel, uint64_t count)
{
    kernel->compute(count, (struct range){0, count}, NULL, NULL, NULL);
}

static struct instrumentation *make(unsigned workers)
{
    struct instrumentation *instrumentation;
    instrumentation = instrumentation_new(&counting, workers);
    return instrumentation;
}

/* Behind instructions and cycles, whatever became of those. */
static void assert_counted(const struct worked *worked, long long item_count, long long piece_count)
{
    assert_int_equal(worked->counted.error[2], 0);
    assert_int_equal(worked->counted.error[3], 0);
    assert_true(worked->counted.value[2] == item_count);
    assert_true(worked->counted.value[3] == piece_count);
}

static void instrumentation_counts_in_its_pass_alone(void **state)
{
    struct instrumentation *instrumentation = make(1);
    struct worked worked;
    (void)state;
    seat_take_only(0, 1);
    assert_string_equal(instrumentation->events[0], "PAPI_TOT_INS");
    assert_string_equal(instrumentation->events[3], PIECES);
    assert_null(instrumentation->events[4]);
    compute(&instrumentation->kernel, 10000);
    instrumentation_begin(instrumentation, INSTRUMENTATION_CLOCK);
    compute(&instrumentation->kernel, 1000);
    instrumentation_end(instrumentation);
    instrumentation_begin(instrumentation, INSTRUMENTATION_COUNT);
    work(77); /* not the kernel's */
    compute(&instrumentation->kernel, 30);
    compute(&instrumentation->kernel, 5);
    instrumentation->kernel.combine(NULL, NULL);
    instrumentation_end(instrumentation);
    compute(&instrumentation->kernel, 20000);
    instrumentation_read(instrumentation, &worked);
    assert_counted(&worked, 36, 3);
    assert_true(worked.peak_memory_bytes > 0);

    /* Each pass begins anew; a worker without work has read nothing. */
    instrumentation_begin(instrumentation, INSTRUMENTATION_COUNT);
    instrumentation_end(instrumentation);
    instrumentation_read(instrumentation, &worked);
    assert_int_equal(worked.counted.error[2], COUNTERS_UNREAD);
    instrumentation_free(instrumentation);
}

static enum status work_by_number(void *context, unsigned worker)
{
    for (unsigned i = 0; i < 3; i++)
        compute(context, worker + 1);
    return STATUS_OK;
}

static void instrumentation_counts_threads_each_for_itself(void **state)
{
    struct instrumentation *instrumentation = make(WORKERS);
    struct worked worked[WORKERS];
    struct thread_team *thread_team;
    (void)state;
    assert_int_equal(thread_team_start(WORKERS, &thread_team), STATUS_OK);
    instrumentation_begin(instrumentation, INSTRUMENTATION_COUNT);
    assert_int_equal(thread_team_run(thread_team, work_by_number, &instrumentation->kernel),
                     STATUS_OK);
    instrumentation_end(instrumentation);
    instrumentation_read(instrumentation, worked);
    for (unsigned i = 0; i < WORKERS; i++)
        assert_counted(&worked[i], 3LL * (i + 1), 3);
    thread_team_stop(thread_team);
    instrumentation_free(instrumentation);
}

static enum status work_on_chunk(void *context, unsigned worker, uint64_t chunk)
{
    (void)worker;
    compute(context, chunk + 1);
    return STATUS_OK;
}

static void instrumentation_counts_forked_processes_and_the_caller(void **state)
{
    enum { CHUNKS = 20 };
    struct instrumentation *instrumentation = make(2);
    struct worked worked[2];
    struct procpool *pool;
    struct counters_reading sum = counters_nothing();
    (void)state;
    assert_int_equal(
        procpool_start(2, NULL, work_on_chunk, &instrumentation->kernel, CHUNKS, &pool), STATUS_OK);
    instrumentation_begin(instrumentation, INSTRUMENTATION_COUNT);
    procpool_dispatch(pool, CHUNKS);
    assert_int_equal(procpool_wait_all(pool), STATUS_OK);
    instrumentation->kernel.combine(NULL, NULL); /* beside its workers */
    instrumentation_end(instrumentation);
    instrumentation_read(instrumentation, worked);
    for (unsigned i = 0; i < 2; i++)
        counters_add(&sum, &worked[i].counted);
    assert_int_equal(sum.error[2], 0);
    assert_true(sum.value[2] == CHUNKS * (CHUNKS + 1) / 2 + 1);
    assert_true(sum.value[3] == CHUNKS + 1);
    procpool_stop(pool);
    instrumentation_free(instrumentation);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_events_in_their_order),
        cmocka_unit_test(counts_what_is_there_beside_what_is_not),
        cmocka_unit_test(counts_threads_each_for_itself),
        cmocka_unit_test(a_thread_that_ends_closes_its_own),
        cmocka_unit_test(counts_in_a_process_that_was_forked),
        cmocka_unit_test(instrumentation_counts_threads_each_for_itself),
        cmocka_unit_test(instrumentation_counts_forked_processes_and_the_caller),
        cmocka_unit_test(instrumentation_counts_in_its_pass_alone), /* by a thread with a seat */
    };
    return cmocka_run_group_tests(tests, define_events, NULL);
}
