/*
 * Unit tests of models/parts/fault.h: the piece with the item fails as often as it was told to, and
 * no other one, whichever process computes it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fault.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void nothing_fails_without_a_plan(void **state)
{
    (void)state;
    assert_false(fault_due((struct range){0, UINT64_MAX}));
    fault_leave(7);
    assert_int_equal(fault_left(), 0);
    assert_false(fault_due((struct range){0, UINT64_MAX}));
    fault_say();
    fault_plan(0, 0);
    assert_false(fault_due((struct range){0, UINT64_MAX}));
}

/* What is said of it, which the caller frees. */
static char *said(void)
{
    char *text = NULL;
    size_t length;
    FILE *before = stderr;
    stderr = open_memstream(&text, &length);
    assert_non_null(stderr);
    fault_say();
    assert_int_equal(fclose(stderr), 0);
    stderr = before;
    return text;
}

static void the_piece_that_failed_is_named(void **state)
{
    (void)state;
    fault_plan(10, 1);
    assert_false(fault_due((struct range){0, 10}));
    char *text = said();
    assert_string_equal(text, "");
    free(text);
    assert_true(fault_due((struct range){5, 15}));
    text = said();
    assert_non_null(strstr(text, "item 10 failed, as --fail-task told it, with its piece: items 5 "
                                 "to 14\n"));
    free(text);
    fault_plan(0, 0);
    assert_false(fault_due((struct range){5, 15}));
}

static void the_piece_with_the_item_fails(void **state)
{
    static const struct range others[] = {{0, 10}, {11, 20}, {10, 10}, {0, 0}};
    (void)state;
    fault_plan(10, 2);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(fault_due(others[i]));
    assert_true(fault_due((struct range){10, 11}));
    assert_true(fault_due((struct range){3, 12}));
    assert_false(fault_due((struct range){3, 12}));
    fault_plan(0, 0);
}

static void attempts_of_all_processes_count(void **state)
{
    int failed = 0;
    (void)state;
    fault_plan(0, 3);
    for (int process = 0; process < 7; process++) {
        int ended;
        const pid_t child = fork();
        if (child == 0)
            _exit(fault_due((struct range){0, 1}) ? 1 : 0);
        assert_int_equal(waitpid(child, &ended, 0), child);
        failed += WEXITSTATUS(ended);
        assert_int_equal(failed, process < 3 ? process + 1 : 3);
    }
    fault_plan(0, 0);
}

/* Of processes that have not forked each other one tells the others. */
static void attempts_that_others_made_can_be_told(void **state)
{
    (void)state;
    fault_plan(10, 3);
    assert_int_equal(fault_left(), 3);
    assert_true(fault_due((struct range){10, 11}));
    assert_int_equal(fault_left(), 2);
    fault_leave(1);
    assert_true(fault_due((struct range){10, 11}));
    assert_false(fault_due((struct range){10, 11}));
    assert_int_equal(fault_left(), 0);
    fault_plan(0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_fails_without_a_plan),
        cmocka_unit_test(the_piece_that_failed_is_named),
        cmocka_unit_test(the_piece_with_the_item_fails),
        cmocka_unit_test(attempts_of_all_processes_count),
        cmocka_unit_test(attempts_that_others_made_can_be_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
