/*
 * Unit tests of models/parts/shared_result.h: with a lock nothing is lost, whoever dies; without,
 * what is lost is counted, and the rest is whole. One thread may play several workers.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "robust_locks.h"

#include "shared_result.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HANG_S = 60, MOST_WORKERS = 4, WORDS = 5, EACH = 20000 };

/* Each word of a partial is the same, unless it is a mix of several. */
struct numbers {
    uint64_t words[WORDS];
};

/* What happens while a worker combines, once. */
static void (*on_combine)(void);
static atomic_uint mixed;

static void combine(void *into, const void *from)
{
    struct numbers *sum = into;
    const uint64_t first = sum->words[0];
    if (on_combine) {
        void (*event)(void) = on_combine;
        on_combine = NULL;
        event();
    }
    for (unsigned i = 0; i < WORDS; i++) {
        mixed += sum->words[i] != first;
        sum->words[i] += ((const struct numbers *)from)->words[i];
    }
}

static const struct kernel kernel = {
    .partial_bytes = sizeof(struct numbers), .combine = combine, .commutative = true};
static const struct job job = {.kernel = &kernel, .size = 1, .workers = MOST_WORKERS};

static struct shared_result result;

static void begin(bool is_guarded, bool shared)
{
    result = shared_result_new(&job, is_guarded, shared);
    on_combine = NULL;
    mixed = 0;
}

static void add(unsigned worker, uint64_t number)
{
    struct numbers one;
    for (unsigned i = 0; i < WORDS; i++)
        one.words[i] = number;
    assert_int_equal(shared_result_add(&result, worker, &one), STATUS_OK);
}

/* The result is that sum, of so many updates. */
static void is_sum(uint64_t sum, uint64_t updates)
{
    struct numbers numbers;
    memcpy(&numbers, shared_result_read(&result), sizeof numbers);
    for (unsigned i = 0; i < WORDS; i++)
        assert_int_equal(numbers.words[i], sum);
    assert_int_equal(shared_result_updates(&result), updates);
}

static void updates_one_after_the_other_all_count(void **state)
{
    (void)state;
    for (int is_guarded = 0; is_guarded < 2; is_guarded++) {
        begin(is_guarded, false);
        for (unsigned execution = 0; execution < 3; execution++) {
            shared_result_begin(&result);
            assert_int_equal(shared_result_updates(&result), 0);
            assert_int_equal(shared_result_made(&result), 0);
            for (unsigned i = 0; i < 10; i++)
                add(i * i % MOST_WORKERS, i + 1);
            is_sum(55, 10);
            assert_int_equal(shared_result_made(&result), 10);
        }
        shared_result_free(&result);
    }
}

/* ---- without a lock: what happens between a worker's reading and its writing ---- */

static void two_others_add(void)
{
    add(1, 1000);
    add(2, 1000);
}

/* Worker 0 has read before the others, and writes after them. */
static void who_writes_last_overwrites(void **state)
{
    (void)state;
    begin(false, false);
    add(3, 1);
    on_combine = two_others_add;
    add(0, 10);
    is_sum(11, 2); /* two of four are lost */
    assert_int_equal(shared_result_made(&result), 4);
    add(1, 100);
    is_sum(111, 3);
    assert_int_equal(shared_result_made(&result), 5);
    shared_result_free(&result);
}

static void *add_many(void *argument)
{
    const unsigned worker = *(const unsigned *)argument;
    for (unsigned i = 0; i < EACH; i++)
        add(worker, 1);
    return NULL;
}

/* However many are lost, each that is counted is in the result, and no result is a mix. */
static void what_is_counted_is_there(void **state)
{
    (void)state;
    for (int is_guarded = 0; is_guarded < 2; is_guarded++) {
        pthread_t threads[MOST_WORKERS];
        unsigned numbers[MOST_WORKERS];
        begin(is_guarded, false);
        for (unsigned i = 0; i < MOST_WORKERS; i++) {
            numbers[i] = i;
            assert_int_equal(pthread_create(&threads[i], NULL, add_many, &numbers[i]), 0);
        }
        for (unsigned i = 0; i < MOST_WORKERS; i++)
            assert_int_equal(pthread_join(threads[i], NULL), 0);
        const uint64_t updates = shared_result_updates(&result);
        is_sum(updates, updates);
        assert_int_equal(shared_result_made(&result), MOST_WORKERS * EACH);
        assert_int_equal(mixed, 0);
        assert_in_range(updates, 1, MOST_WORKERS * EACH);
        if (is_guarded)
            assert_int_equal(updates, MOST_WORKERS * EACH);
        shared_result_free(&result);
    }
}

/* ---- processes ---- */

static void die(void)
{
    (void)raise(SIGKILL);
}

/* Forks a worker that adds, and returns how it ended. */
static int add_in_a_process(unsigned worker, bool dies)
{
    const pid_t process = fork();
    int status = -1;
    assert_true(process >= 0);
    if (process == 0) {
        on_combine = dies ? die : NULL;
        add(worker, 1);
        _exit(0);
    }
    assert_int_equal(waitpid(process, &status, 0), process);
    return status;
}

static void processes_share_it(void **state)
{
    (void)state;
    for (int is_guarded = 0; is_guarded < 2; is_guarded++) {
        begin(is_guarded, true);
        for (unsigned worker = 0; worker < MOST_WORKERS; worker++)
            assert_int_equal(add_in_a_process(worker, false), 0);
        is_sum(MOST_WORKERS, MOST_WORKERS);
        assert_int_equal(shared_result_made(&result), MOST_WORKERS);
        shared_result_free(&result);
    }
}

/* Nobody waits for one that died with the lock, and what it has left is not taken for a result. */
static void nobody_waits_for_the_dead(void **state)
{
    const struct numbers one = {{1, 1, 1, 1, 1}};
    (void)state;
    needs_robust_locks();
    begin(true, true);
    add(0, 1);
    assert_int_equal(add_in_a_process(1, true), SIGKILL);
    for (unsigned worker = 0; worker < MOST_WORKERS; worker++)
        assert_int_equal(shared_result_add(&result, worker, &one), STATUS_FAILED);
    assert_int_equal(shared_result_made(&result), 1);
    shared_result_free(&result);
}

/* Without a lock it is lost with its update, and with nothing else. */
static void who_dies_without_a_lock_loses_its_own(void **state)
{
    (void)state;
    begin(false, true);
    add(0, 1);
    assert_int_equal(add_in_a_process(1, true), SIGKILL);
    add(2, 1);
    is_sum(2, 2);
    assert_int_equal(shared_result_made(&result), 2);
    shared_result_free(&result);
}

static void none_may_be_freed(void **state)
{
    (void)state;
    struct shared_result none = {0};
    shared_result_free(&none);
}

int main(void)
{
    (void)alarm(HANG_S);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updates_one_after_the_other_all_count),
        cmocka_unit_test(who_writes_last_overwrites),
        cmocka_unit_test(what_is_counted_is_there),
        cmocka_unit_test(processes_share_it),
        cmocka_unit_test(nobody_waits_for_the_dead),
        cmocka_unit_test(who_dies_without_a_lock_loses_its_own),
        cmocka_unit_test(none_may_be_freed),
    };
    return cmocka_run_group_tests_name("shared_result", tests, NULL, NULL);
}
