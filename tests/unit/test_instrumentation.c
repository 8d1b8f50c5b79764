/*
 * Unit tests of models/parts/instrumentation.h: each worker's own work is on its account, whoever
 * it is, and a timed execution knows nothing of the instrumentation.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"
#include "instrumentation.h"
#include "procpool.h"
#include "seat.h"
#include "thread_team.h"

#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 3, NAP_NS = 2000000 };
static const double nap_s = NAP_NS * 1e-9;

/* Sleeps for each item, which no clock can find shorter. */
static void nap_items(uint64_t size, struct range range, const void *input, void *output,
                      void *partial)
{
    (void)size;
    (void)input;
    (void)output;
    (void)partial;
    for (uint64_t i = range.begin; i < range.end; i++)
        (void)nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
}

static void nap_once(void *into, const void *from)
{
    nap_items(1, (struct range){0, 1}, from, into, NULL);
}

static const struct kernel nap = {
    .name = "nap", .partial_bytes = 1, .compute = nap_items, .combine = nap_once};

static void compute(const struct kernel *kernel, uint64_t items)
{
    kernel->compute(items, (struct range){0, items}, NULL, NULL, NULL);
}

/* The calling thread is that worker; on any core. */
static void sit_down(unsigned worker)
{
    struct seats seats = seats_read(0, UINT_MAX); /* more than there are cores */
    seat_take(&seats, worker);
    free(seats.placement);
}

static struct instrumentation *make(unsigned workers)
{
    struct instrumentation *instrumentation;
    instrumentation = instrumentation_new(&nap, workers);
    return instrumentation;
}

static void leaves_the_kernel_alone_outside_a_pass(void **state)
{
    struct instrumentation *instrumentation = make(1);
    const struct kernel *kernel = &instrumentation->kernel;
    (void)state;
    assert_memory_equal(kernel, &nap, sizeof nap);
    instrumentation_begin(instrumentation, INSTRUMENTATION_CLOCK);
    assert_true(kernel->compute != nap.compute && kernel->combine != nap.combine);
    instrumentation_end(instrumentation);
    instrumentation_begin(instrumentation, INSTRUMENTATION_COUNT);
    assert_true(kernel->compute != nap.compute && kernel->combine != nap.combine);
    instrumentation_end(instrumentation);
    assert_memory_equal(kernel, &nap, sizeof nap);
    instrumentation_free(instrumentation);
}

static void clocks_the_only_worker(void **state)
{
    struct instrumentation *instrumentation = make(1);
    struct worked worked;
    (void)state;
    sit_down(0);
    instrumentation_begin(instrumentation, INSTRUMENTATION_COUNT);
    compute(&instrumentation->kernel, 2);
    instrumentation_end(instrumentation);
    instrumentation_read(instrumentation, &worked);
    assert_true(worked.clocked[0].busy_s == 0);
    assert_true(worked.voluntary_switches >= 2 && worked.processor >= 0);
    assert_string_not_equal(worked.processors, "");

    instrumentation_begin(instrumentation, INSTRUMENTATION_CLOCK);
    compute(&instrumentation->kernel, 2);
    instrumentation->kernel.combine(NULL, NULL);
    instrumentation_end(instrumentation);
    compute(&instrumentation->kernel, 5); /* not in a pass */
    instrumentation_read(instrumentation, &worked);
    const double busy = worked.clocked[0].busy_s;
    assert_true(busy >= 3 * nap_s);

    /* Each pass begins anew, and leaves what the other found. */
    instrumentation_begin(instrumentation, INSTRUMENTATION_CLOCK);
    instrumentation_end(instrumentation);
    instrumentation_read(instrumentation, &worked);
    assert_true(worked.clocked[0].busy_s == 0 && worked.voluntary_switches >= 2);
    instrumentation_free(instrumentation);
}

/* By executions that began when nobody could have computed yet, so that no clock decides. */
static void tells_when_a_worker_began_and_ended(void **state)
{
    enum { EXECUTIONS = 3 };
    static const double second = 1;
    struct instrumentation *instrumentation = make(2);
    struct worked worked[2];
    (void)state;
    sit_down(0);
    instrumentation_begin(instrumentation, INSTRUMENTATION_CLOCK);
    for (unsigned i = 1; i <= EXECUTIONS; i++) {
        instrumentation_execution(instrumentation, clock_now_ns() - (uint64_t)i * 1000000000);
        if (i == 2)
            continue; /* it has no part in this one */
        compute(&instrumentation->kernel, 1);
        nap_once(NULL, NULL); /* not busy */
        compute(&instrumentation->kernel, 1);
        instrumentation->kernel.combine(NULL, NULL);
    }
    instrumentation_end(instrumentation);
    instrumentation_read(instrumentation, worked);
    const struct clocked *clocked = &worked->clocked[INSTRUMENTATION_CLOCK];
    assert_int_equal(clocked->executions, 2);
    assert_true(clocked->first_s >= (1 + 3) * second);
    assert_true(clocked->last_s >= clocked->first_s + 2 * 3 * nap_s);
    assert_true(clocked->busy_s >= 2 * 3 * nap_s);
    assert_int_equal(worked[1].clocked[INSTRUMENTATION_CLOCK].executions, 0);
    assert_true(worked[1].clocked[INSTRUMENTATION_CLOCK].last_s == 0);

    /* The beginning of the pass serves where nobody tells of an execution. */
    instrumentation_begin(instrumentation, INSTRUMENTATION_CLOCK);
    compute(&instrumentation->kernel, 1);
    instrumentation->kernel.combine(NULL, NULL);
    instrumentation_end(instrumentation);
    instrumentation_read(instrumentation, worked);
    assert_int_equal(clocked->executions, 1);
    assert_true(clocked->last_s - clocked->first_s <= clocked->busy_s - nap_s + 1e-9);
    instrumentation_free(instrumentation);
}

/* ---- threads that the caller starts and waits for ---- */

static enum status work_by_number(void *context, unsigned worker)
{
    compute(context, worker + 1);
    return STATUS_OK;
}

static void clocks_threads_each_for_itself(void **state)
{
    struct instrumentation *instrumentation = make(WORKERS);
    struct worked worked[WORKERS];
    struct thread_team *thread_team;
    (void)state;
    assert_int_equal(thread_team_start(WORKERS, &thread_team), STATUS_OK);
    instrumentation_begin(instrumentation, INSTRUMENTATION_CLOCK);
    assert_int_equal(thread_team_run(thread_team, work_by_number, &instrumentation->kernel),
                     STATUS_OK);
    instrumentation->kernel.combine(NULL, NULL); /* the caller */
    instrumentation_end(instrumentation);
    instrumentation_read(instrumentation, worked);
    assert_true(worked[0].clocked[0].busy_s >= 2 * nap_s); /* with the caller's */
    for (unsigned i = 1; i < WORKERS; i++)
        assert_true(worked[i].clocked[0].busy_s >= (i + 1) * nap_s);
    for (unsigned i = 0; i < WORKERS; i++)
        assert_true(worked[i].clocked[0].last_s >= worked[i].clocked[0].first_s + (i + 1) * nap_s);
    assert_false(instrumentation->unseated);
    thread_team_stop(thread_team);
    instrumentation_free(instrumentation);
}

/* ---- processes ---- */

static enum status work_on_chunk(void *context, unsigned worker, uint64_t chunk)
{
    (void)worker;
    (void)chunk;
    compute(context, 1);
    return STATUS_OK;
}

static void clocks_forked_processes(void **state)
{
    enum { CHUNKS = 20 };
    struct instrumentation *instrumentation = make(2);
    struct worked worked[2];
    struct procpool *pool;
    (void)state;
    assert_int_equal(
        procpool_start(2, NULL, work_on_chunk, &instrumentation->kernel, CHUNKS, &pool), STATUS_OK);
    instrumentation_begin(instrumentation, INSTRUMENTATION_CLOCK);
    procpool_dispatch(pool, CHUNKS);
    assert_int_equal(procpool_wait_all(pool), STATUS_OK);
    instrumentation_end(instrumentation);
    instrumentation_read(instrumentation, worked);
    assert_true(worked[0].clocked[0].busy_s + worked[1].clocked[0].busy_s >= CHUNKS * nap_s);
    const double before = worked[0].clocked[0].busy_s + worked[1].clocked[0].busy_s;
    /* When they began is known to all by one clock. */
    assert_true(fmax(worked[0].clocked[0].last_s, worked[1].clocked[0].last_s) >=
                (double)CHUNKS / 2 * nap_s);

    procpool_dispatch(pool, CHUNKS); /* a timed execution */
    assert_int_equal(procpool_wait_all(pool), STATUS_OK);
    instrumentation_read(instrumentation, worked);
    assert_true(worked[0].clocked[0].busy_s + worked[1].clocked[0].busy_s == before);
    procpool_stop(pool);
    instrumentation_free(instrumentation);
}

/* Of two processes only one had something to do; who started them only combined. */
static void takes_no_caller_that_only_combines_for_a_worker(void **state)
{
    struct instrumentation *instrumentation = make(2);
    struct worked worked[2];
    struct procpool *pool;
    (void)state;
    assert_int_equal(procpool_start(2, NULL, work_on_chunk, &instrumentation->kernel, 1, &pool),
                     STATUS_OK);
    for (enum instrumentation_pass pass = INSTRUMENTATION_CLOCK; pass <= INSTRUMENTATION_COUNT;
         pass++) {
        instrumentation_begin(instrumentation, pass);
        instrumentation->kernel.combine(NULL, NULL);
        instrumentation->kernel.combine(NULL, NULL);
        procpool_dispatch(pool, 1);
        assert_int_equal(procpool_wait_all(pool), STATUS_OK);
        instrumentation_end(instrumentation);
    }
    instrumentation_read(instrumentation, worked);
    assert_true(worked[0].clocked[0].busy_s + worked[1].clocked[0].busy_s >= 3 * nap_s);
    assert_true(worked[0].clocked[0].busy_s >= 2 * nap_s); /* the caller's is the first one's */
    assert_true((worked[0].processor >= 0) + (worked[1].processor >= 0) <= 1);
    procpool_stop(pool);
    instrumentation_free(instrumentation);
}

/* ---- who combines while others work ---- */

static pthread_barrier_t meeting; /* of the caller and a thread */

static void meet(void)
{
    (void)pthread_barrier_wait(&meeting);
}

/* Between two meetings the caller can be sure that the thread is at work. */
static void meet_twice(uint64_t size, struct range range, const void *input, void *output,
                       void *partial)
{
    (void)size;
    (void)range;
    (void)input;
    (void)output;
    (void)partial;
    meet();
    meet();
}

static const struct kernel met = {
    .name = "met", .partial_bytes = 1, .compute = meet_twice, .combine = nap_once};

static void *work_in_two_passes(void *kernel)
{
    sit_down(1);
    for (int pass = 0; pass < 2; pass++) {
        meet();
        compute(kernel, 1);
        meet();
    }
    return NULL;
}

static pthread_t begin_thread(void *(*run)(void *), struct instrumentation *instrumentation)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, run, &instrumentation->kernel), 0);
    return thread;
}

/* A new thread has no seat. */
static void *combine_without_a_seat(void *instrumentation)
{
    ((struct instrumentation *)instrumentation)->kernel.combine(NULL, NULL);
    return NULL;
}

/* And in no other pass; one without a seat, who combines, has a time line of its own. */
static void notes_who_computed_what_when(void **state)
{
    struct instrumentation *instrumentation = make(2);
    const struct kernel *kernel = &instrumentation->kernel;
    (void)state;
    instrumentation_ask_timelines(instrumentation, TIMELINE_PIECES_MIN, 0);
    for (unsigned again = 0; again < 2; again++) {
        instrumentation_begin(instrumentation, INSTRUMENTATION_CLOCK);
        compute(kernel, 1); /* by whoever has a seat by then */
        instrumentation_end(instrumentation);
        instrumentation->unseated = false;
        instrumentation_begin(instrumentation, INSTRUMENTATION_TIMELINE);
        assert_int_equal(pthread_join(begin_thread(combine_without_a_seat, instrumentation), NULL),
                         0);
        sit_down(1);
        kernel->compute(9, (struct range){3, 5}, NULL, NULL, NULL);
        kernel->combine(NULL, NULL);
        instrumentation_end(instrumentation);
        const struct timeline *own = instrumentation_timeline(instrumentation, 1);
        const struct timeline *unseated = instrumentation_timeline(instrumentation, 2);
        assert_int_equal(instrumentation_timeline(instrumentation, 0)->count, 0);
        assert_int_equal(own->count, 2);
        assert_int_equal(unseated->count, 1);
        const struct timeline_piece *computed = own->pieces;
        assert_int_equal(computed->items.begin, 3);
        assert_int_equal(computed->items.end, 5);
        assert_int_equal(computed->computed, 2);
        assert_false(computed->combines);
        assert_true(computed->end_ns - computed->begin_ns >= UINT64_C(2) * NAP_NS);
        assert_true(computed[1].combines && computed[1].begin_ns >= computed->end_ns);
    }
    instrumentation_free(instrumentation);
}

static void combine_while_the_thread_works(struct instrumentation *instrumentation,
                                           enum instrumentation_pass pass)
{
    instrumentation_begin(instrumentation, pass);
    meet();
    meet();
    instrumentation->kernel.combine(NULL, NULL);
    meet();
    meet();
    instrumentation_end(instrumentation);
}

/* The first worker has nothing to do, so that its account tells what the caller added to it. */
static void counts_for_nobody_what_the_caller_combines_while_others_work(void **state)
{
    struct worked worked[2];
    struct instrumentation *instrumentation;
    (void)state;
    instrumentation = instrumentation_new(&met, 2);
    assert_int_equal(pthread_barrier_init(&meeting, NULL, 2), 0);
    const pthread_t thread = begin_thread(work_in_two_passes, instrumentation);
    combine_while_the_thread_works(instrumentation, INSTRUMENTATION_CLOCK);
    instrumentation_read(instrumentation, worked);
    assert_true(worked[0].clocked[0].busy_s == 0);
    assert_true(worked[1].clocked[0].busy_s >= nap_s);
    combine_while_the_thread_works(instrumentation, INSTRUMENTATION_COUNT);
    instrumentation_read(instrumentation, worked);
    assert_true(worked[0].voluntary_switches == 0 && worked[0].cpu_s == 0);
    assert_int_equal(pthread_join(thread, NULL), 0);

    for (enum instrumentation_pass pass = INSTRUMENTATION_CLOCK; pass <= INSTRUMENTATION_COUNT;
         pass++) {
        instrumentation_begin(instrumentation, pass);
        instrumentation->kernel.combine(NULL, NULL);
        instrumentation_end(instrumentation);
    }
    instrumentation_read(instrumentation, worked);
    assert_true(worked[0].clocked[0].busy_s >= nap_s && worked[0].voluntary_switches > 0);
    assert_true(worked[1].clocked[0].busy_s == 0 && worked[1].voluntary_switches == 0);
    assert_int_equal(pthread_barrier_destroy(&meeting), 0);
    instrumentation_free(instrumentation);
}

/* ---- seats ---- */

static void *compute_once(void *kernel)
{
    compute(kernel, 1);
    return NULL;
}

static void *sit_on_the_second_seat(void *kernel)
{
    sit_down(1);
    compute(kernel, 1);
    return NULL;
}

static void *sit_where_there_is_no_seat(void *kernel)
{
    sit_down(2);
    compute(kernel, 1);
    return NULL;
}

static void tells_that_somebody_computed_without_a_seat(void **state)
{
    void *(*const standing[])(void *) = {compute_once, sit_where_there_is_no_seat};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct instrumentation *instrumentation = make(2);
        instrumentation_begin(instrumentation, INSTRUMENTATION_CLOCK);
        instrumentation->kernel.combine(NULL, NULL); /* may stand */
        assert_int_equal(pthread_join(begin_thread(sit_on_the_second_seat, instrumentation), NULL),
                         0);
        assert_false(instrumentation->unseated);
        assert_int_equal(pthread_join(begin_thread(standing[i], instrumentation), NULL), 0);
        assert_true(instrumentation->unseated);
        instrumentation_end(instrumentation);
        instrumentation_free(instrumentation);
    }
}

/* Both sit where the first one works; it waits for the other one, which it would not meet alone. */
static void *sit_on_the_first_seat_and_meet(void *kernel)
{
    sit_down(0);
    ((struct kernel *)kernel)->combine(NULL, NULL);
    return NULL;
}

static void meet_once(void *into, const void *from)
{
    (void)into, (void)from;
    meet();
}

static void tells_that_two_share_a_seat(void **state)
{
    static const struct kernel meeting_kernel = {
        .name = "meeting", .partial_bytes = 1, .compute = nap_items, .combine = meet_once};
    struct instrumentation *instrumentation = instrumentation_new(&meeting_kernel, 2);
    (void)state;
    assert_int_equal(pthread_barrier_init(&meeting, NULL, 2), 0);
    instrumentation_begin(instrumentation, INSTRUMENTATION_CLOCK);
    sit_down(0);
    compute(&instrumentation->kernel, 1);
    assert_false(instrumentation->crowded);
    const pthread_t other = begin_thread(sit_on_the_first_seat_and_meet, instrumentation);
    instrumentation->kernel.combine(NULL, NULL);
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_true(instrumentation->crowded);
    instrumentation_end(instrumentation);
    assert_int_equal(pthread_barrier_destroy(&meeting), 0);
    instrumentation_free(instrumentation);
}

/* The child may inherit its parent's core, and not its seat. */
static void a_new_process_has_no_seat(void **state)
{
    int status = -1;
    (void)state;
    sit_down(1);
    const pid_t child = fork();
    if (child == 0)
        _exit(seat_own() == NO_SEAT ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(seat_own(), 1);
}

static void keeps_a_seat_s_account_when_its_worker_is_replaced(void **state)
{
    struct instrumentation *instrumentation = make(2);
    struct worked worked[2];
    (void)state;
    for (enum instrumentation_pass pass = INSTRUMENTATION_CLOCK; pass <= INSTRUMENTATION_COUNT;
         pass++) {
        instrumentation_begin(instrumentation, pass);
        for (int life = 0; life < 3; life++)
            assert_int_equal(
                pthread_join(begin_thread(sit_on_the_second_seat, instrumentation), NULL), 0);
        instrumentation_end(instrumentation);
    }
    instrumentation_read(instrumentation, worked);
    assert_true(worked[0].clocked[0].busy_s == 0 && worked[0].processor < 0);
    assert_true(worked[1].clocked[0].busy_s >= 3 * nap_s && worked[1].voluntary_switches >= 3);
    instrumentation_free(instrumentation);
}

/* ---- partials ---- */

static size_t room_of_two(uint64_t size, struct range range)
{
    (void)size, (void)range;
    return 2;
}

static size_t as_it_says(const void *partial)
{
    return *(const unsigned char *)partial;
}

static void compute_nothing(uint64_t size, struct range range, const void *input, void *output,
                            void *partial)
{
    (void)size, (void)range, (void)input, (void)output, (void)partial;
}

/* In the pass that is not clocked, lest looking at it is work. */
static void tells_of_a_partial_that_is_longer_than_its_room(void **state)
{
    static const struct kernel liar = {.name = "liar",
                                       .partial_size = room_of_two,
                                       .used = as_it_says,
                                       .compute = compute_nothing};
    struct instrumentation *instrumentation = instrumentation_new(&liar, 1);
    unsigned char partial = 3;
    (void)state;
    sit_down(0);
    for (partial = 2; partial <= 3; partial++) {
        instrumentation_begin(instrumentation, INSTRUMENTATION_COUNT);
        instrumentation->kernel.compute(1, (struct range){0, 1}, NULL, NULL, &partial);
        instrumentation_end(instrumentation);
        assert_true(instrumentation->too_long == (partial == 3));
    }
    instrumentation_free(instrumentation);
}

int main(void)
{
    /* Whoever has taken a seat keeps it: the main thread does in the last ones. */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_the_kernel_alone_outside_a_pass),
        cmocka_unit_test(clocks_threads_each_for_itself),
        cmocka_unit_test(clocks_forked_processes),
        cmocka_unit_test(takes_no_caller_that_only_combines_for_a_worker),
        cmocka_unit_test(counts_for_nobody_what_the_caller_combines_while_others_work),
        cmocka_unit_test(tells_that_somebody_computed_without_a_seat),
        cmocka_unit_test(tells_that_two_share_a_seat),
        cmocka_unit_test(a_new_process_has_no_seat),
        cmocka_unit_test(keeps_a_seat_s_account_when_its_worker_is_replaced),
        cmocka_unit_test(tells_of_a_partial_that_is_longer_than_its_room),
        cmocka_unit_test(notes_who_computed_what_when),
        cmocka_unit_test(clocks_the_only_worker),
        cmocka_unit_test(tells_when_a_worker_began_and_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
