/*
 * Unit tests of models/parts/tasks.h: a list of whole tasks is a kernel like any other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fold.h"
#include "tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Computed in so many pieces and combined as models do; to be freed. */
struct computed {
    const struct kernel *kernel;
    struct fold *fold;
    unsigned char *partial;
};

static struct computed compute_in(const struct kernel *kernel, uint64_t pieces)
{
    struct computed c = {.kernel = kernel};
    const struct range whole = kernel_whole(kernel->max_size);
    c.fold = fold_new(kernel, kernel->max_size, whole, false);
    for (uint64_t i = 0; i < pieces; i++) {
        const struct range piece = range_split(whole, pieces, i);
        void *partial = fold_slot(c.fold);
        kernel->compute(kernel->max_size, piece, NULL, NULL, partial);
        assert_true(kernel_used(kernel, partial) <=
                    kernel_partial_size(kernel, kernel->max_size, piece));
        fold_push(c.fold, piece, partial);
    }
    c.partial = fold_result(c.fold);
    return c;
}

static bool is_right(const struct computed *c, const char *reason)
{
    struct verdict verdict = {""};
    const bool right = c->kernel->verify(c->kernel->max_size, c->partial, &verdict);
    assert_non_null(strstr(verdict.reason, reason));
    return right;
}

static const struct kernel *tasks_of(const char *name, const char *text)
{
    const struct kernel *kernel = NULL;
    assert_int_equal(tasks_new(kernel_find(name), text, &kernel), STATUS_OK);
    assert_null(kernel_missing(kernel));
    return kernel;
}

static void each_task_has_its_result_in_the_order_given(void **state)
{
    (void)state;
    for (uint64_t pieces = 1; pieces <= 8; pieces++) { /* with empty ones, too */
        char text[KERNEL_RESULT_MAX];
        struct computed c = compute_in(tasks_of("primes", "30+10+20+1+30"), pieces);
        assert_int_equal(c.kernel->max_size, 5);
        assert_string_equal(c.kernel->name, "primes");
        assert_true(is_right(&c, ""));
        c.kernel->print(c.partial, text, sizeof text);
        assert_string_equal(text, "129, 17, 77, 0, 129");
        fold_free(c.fold);
    }
}

static void partials_of_tasks_may_grow(void **state)
{
    char text[KERNEL_RESULT_MAX];
    (void)state;
    struct computed c = compute_in(tasks_of("factorial", "5+1000+20"), 2);
    assert_true(is_right(&c, ""));
    c.kernel->print(c.partial, text, sizeof text);
    assert_string_equal(
        text, "120, 4.023872600771e+2567 (2568 digits, 249 trailing zeros), 2432902008176640000");
    fold_free(c.fold);
}

static void an_algorithm_has_the_same_results(void **state)
{
    const struct computed trial = compute_in(tasks_of("primes", "30+1000+7"), 3);
    char expected[KERNEL_RESULT_MAX], text[KERNEL_RESULT_MAX];
    (void)state;
    trial.kernel->print(trial.partial, expected, sizeof expected);
    const struct computed sieve = compute_in(tasks_of("primes:algorithm=sieve", "30+1000+7"), 2);
    assert_true(is_right(&sieve, ""));
    sieve.kernel->print(sieve.partial, text, sizeof text);
    assert_string_equal(text, expected);
    fold_free(sieve.fold);
    fold_free(trial.fold);
}

static void a_wrong_lost_or_exchanged_task_is_found_out(void **state)
{
    const struct kernel *kernel = tasks_of("primes", "30+10+20");
    struct computed c = compute_in(kernel, 3);
    const size_t bytes = kernel_used(kernel, c.partial);
    const size_t head = 16, entry = (bytes - head) / 3;
    unsigned char right[256], swapped[256];
    (void)state;
    assert_true(bytes <= sizeof right);
    memcpy(right, c.partial, bytes);

    c.partial[head + 2 * entry + 16] ^= 1; /* behind an entry's head: the sum */
    assert_false(is_right(&c, "task 2: the sum is 76, but a sieve gives 77"));
    memcpy(c.partial, right, bytes);

    memcpy(swapped, right + head, entry);
    memcpy(c.partial + head, right + head + entry, entry);
    memcpy(c.partial + head + entry, swapped, entry);
    assert_false(is_right(&c, "the result of task 0 of 3 is not in its place"));
    memcpy(c.partial, right, bytes);
    struct verdict verdict = {""};
    assert_true(kernel->verify(3, c.partial, &verdict));
    assert_false(kernel->verify(2, c.partial, &verdict)); /* one too many */
    fold_free(c.fold);

    /* Without the last one; and one more than there are. */
    c = compute_in(kernel, 3);
    struct computed lost = {.kernel = kernel, .partial = right};
    kernel->compute(3, (struct range){0, 2}, NULL, NULL, right);
    assert_false(is_right(&lost, "is not in its place"));
    kernel->compute(3, (struct range){2, 3}, NULL, NULL, swapped);
    kernel->combine(right, swapped);
    assert_true(is_right(&lost, ""));
    fold_free(c.fold);
}

/* As many whole results as there is room for. */
static void a_long_list_of_results_is_cut_between_two(void **state)
{
    char sizes[3 * 200 + 1], text[KERNEL_RESULT_MAX];
    (void)state;
    for (size_t i = 0; i < 200; i++)
        memcpy(sizes + 3 * i, "10+", 4);
    sizes[sizeof sizes - 2] = '\0';
    struct computed c = compute_in(tasks_of("primes", sizes), 1);
    c.kernel->print(c.partial, text, sizeof text);
    assert_in_range(strlen(text), KERNEL_RESULT_MAX - 8, KERNEL_RESULT_MAX - 1);
    assert_string_equal(text + strlen(text) - 8, " 17, ...");
    fold_free(c.fold);
}

static void refuses(const char *name, const char *text)
{
    const struct kernel *kernel = NULL;
    assert_int_equal(tasks_new(kernel_find(name), text, &kernel), STATUS_USAGE);
    assert_null(kernel);
}

static void what_is_no_list_of_tasks_is_refused(void **state)
{
    static const char *const wrong[] = {"",          "+",    "1+",  "+1",
                                        "1,2",       "1++2", "0",   "5+0",
                                        "-1",        " 1",   "1e5", "99999999999999999999",
                                        "5000000000"};
    char many[2 * (TASKS_MAX + 1)] = "";
    const struct kernel *kernel;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refuses("primes", wrong[i]);
    refuses("squares", "10+10");
    const size_t length = 2 * (size_t)TASKS_MAX - 1;
    for (size_t i = 0; i < TASKS_MAX; i++)
        memcpy(many + 2 * i, "2+", 3);
    many[length] = '\0';
    assert_int_equal(tasks_new(kernel_find("primes"), many, &kernel), STATUS_OK);
    assert_int_equal(kernel->max_size, TASKS_MAX);
    memcpy(many + length, "+2", 3);
    refuses("primes", many);
    refuses("factorial", "100000000+100000000+100000000+100000000"); /* too much for a message */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_task_has_its_result_in_the_order_given),
        cmocka_unit_test(partials_of_tasks_may_grow),
        cmocka_unit_test(an_algorithm_has_the_same_results),
        cmocka_unit_test(a_wrong_lost_or_exchanged_task_is_found_out),
        cmocka_unit_test(a_long_list_of_results_is_cut_between_two),
        cmocka_unit_test(what_is_no_list_of_tasks_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
