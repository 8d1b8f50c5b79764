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
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void nothing_fails_without_a_plan(void **state)
{
    (void)state;
    assert_false(fault_due((struct range){0, UINT64_MAX}));
    fault_say();
    fault_forget();
    assert_false(fault_due((struct range){0, UINT64_MAX}));
}

static void the_piece_with_the_item_fails(void **state)
{
    static const struct range others[] = {{0, 10}, {11, 20}, {10, 10}, {0, 0}};
    (void)state;
    assert_int_equal(fault_plan(10, 2), STATUS_OK);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(fault_due(others[i]));
    assert_true(fault_due((struct range){10, 11}));
    assert_true(fault_due((struct range){3, 12}));
    assert_false(fault_due((struct range){3, 12}));
    fault_forget();
}

static void attempts_of_all_processes_count(void **state)
{
    int failed = 0;
    (void)state;
    assert_int_equal(fault_plan(0, 3), STATUS_OK);
    for (int process = 0; process < 7; process++) {
        int ended;
        const pid_t child = fork();
        if (child == 0)
            _exit(fault_due((struct range){0, 1}) ? 1 : 0);
        assert_int_equal(waitpid(child, &ended, 0), child);
        failed += WEXITSTATUS(ended);
        assert_int_equal(failed, process < 3 ? process + 1 : 3);
    }
    fault_forget();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_fails_without_a_plan),
        cmocka_unit_test(the_piece_with_the_item_fails),
        cmocka_unit_test(attempts_of_all_processes_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
