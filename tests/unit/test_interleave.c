/*
 * Two runs that take turns, the other one as a child: in which order they come, and what each makes
 * of another that is elsewhere, or gone.
 */
#define _GNU_SOURCE
#include "interleave.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CELLS = 7 };

/* A test that would wait for ever is ended by its alarm. */
struct fixture {
    char name[32];     /* that the runs meet under */
    int interrupts[2]; /* a pipe that nobody writes to, unless the test is of that */
    int told[2];       /* what both wrote down */
};

static int begin(void **state)
{
    static struct fixture fixture;
    (void)snprintf(fixture.name, sizeof fixture.name, "test %ld", (long)getpid());
    (void)alarm(60);
    *state = &fixture;
    return pipe(fixture.interrupts) == 0 && pipe(fixture.told) == 0 ? 0 : -1;
}

static int end(void **state)
{
    struct fixture *fixture = *state;
    for (unsigned i = 0; i < 2; i++) {
        (void)close(fixture->interrupts[i]);
        (void)close(fixture->told[i]);
    }
    return 0;
}

static void tell(const struct fixture *fixture, char letter)
{
    if (write(fixture->told[1], &letter, 1) != 1)
        abort();
}

/* A run that writes down its letter at each cell, and the small one when it is through. */
static enum status measure(const struct fixture *fixture, const char *about, const char *prefix,
                           unsigned cells, char letter)
{
    struct interleave *turns = NULL;
    enum status status = interleave_open(fixture->name, about, fixture->interrupts[0], &turns);
    for (unsigned i = 0; i < cells && status == STATUS_OK; i++) {
        char cell[32];
        (void)snprintf(cell, sizeof cell, "%s%u", prefix, i);
        status = interleave_take(turns, 3, cell);
        if (status != STATUS_OK)
            break;
        tell(fixture, letter);
        interleave_give(turns, 3, cell);
    }
    if (status == STATUS_OK)
        interleave_finish(turns);
    tell(fixture, (char)(letter + 'a' - 'A'));
    interleave_free(turns);
    return status;
}

static pid_t begin_other(const struct fixture *fixture, const char *about, const char *prefix,
                         unsigned cells)
{
    const pid_t other = fork();
    if (other == 0) {
        (void)alarm(60); /* its parent's does not hold for it */
        _exit((int)measure(fixture, about, prefix, cells, 'B'));
    }
    return other;
}

static enum status end_other(pid_t other)
{
    int ending;
    assert_int_equal(waitpid(other, &ending, 0), other);
    assert_true(WIFEXITED(ending));
    return (enum status)WEXITSTATUS(ending);
}

static void assert_told(const struct fixture *fixture, char *told, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_int_equal(read(fixture->told[0], told + i, 1), 1);
    told[count] = '\0';
}

/* Who came first measures first, and neither is through before both are: the one that measures last
 * knows it first. */
static void check_cells_in_turn(const struct fixture *fixture, size_t cells, const char *if_first,
                                const char *if_second)
{
    char told[2 * CELLS + 3];
    const pid_t other = begin_other(fixture, "these", "cell", (unsigned)cells);
    assert_int_equal(measure(fixture, "these", "cell", (unsigned)cells, 'A'), STATUS_OK);
    assert_int_equal(end_other(other), STATUS_OK);
    assert_told(fixture, told, 2 * cells + 2);
    assert_string_equal(told, told[0] == 'A' ? if_first : if_second);
}

static void cells_are_measured_side_by_side(void **state)
{
    check_cells_in_turn(*state, 1, "ABba", "BAab");
    check_cells_in_turn(*state, 2, "ABBAab", "BAABba");
    check_cells_in_turn(*state, CELLS, "ABBAABBAABBAABba", "BAABBAABBAABBAab");
}

static void runs_of_other_cells_are_refused(void **state)
{
    const struct fixture *fixture = *state;
    const pid_t other = begin_other(fixture, "these", "one", CELLS);
    const enum status own = measure(fixture, "these", "another", CELLS, 'A');
    const enum status others = end_other(other);
    assert_true(own != STATUS_OK && others != STATUS_OK);
}

static void runs_of_another_kind_are_refused(void **state)
{
    const struct fixture *fixture = *state;
    const pid_t other = begin_other(fixture, "these", "cell", CELLS);
    const enum status own = measure(fixture, "those", "cell", CELLS, 'A');
    const enum status others = end_other(other);
    assert_true(own == STATUS_USAGE && others == STATUS_USAGE);
}

static void a_run_whose_other_has_ended_ends(void **state)
{
    const struct fixture *fixture = *state;
    const pid_t other = begin_other(fixture, "these", "cell", 3);
    assert_int_equal(measure(fixture, "these", "cell", CELLS, 'A'), STATUS_FAILED);
    assert_int_equal(end_other(other), STATUS_OK);
}

static void a_signal_ends_waiting(void **state)
{
    const struct fixture *fixture = *state;
    struct interleave *turns = NULL;
    assert_int_equal(write(fixture->interrupts[1], "", 1), 1);
    assert_int_equal(interleave_open(fixture->name, "", fixture->interrupts[0], &turns),
                     STATUS_INTERRUPTED);
    interleave_free(turns);
}

/* The other run is there, and does not give its turn. */
static void a_signal_ends_waiting_for_a_turn(void **state)
{
    const struct fixture *fixture = *state;
    struct interleave *turns = NULL;
    const pid_t other = fork();
    if (other == 0) {
        (void)alarm(60);
        _exit((int)interleave_open(fixture->name, "these", fixture->interrupts[0], &turns) ||
              pause() == 0);
    }
    assert_int_equal(interleave_open(fixture->name, "these", fixture->interrupts[0], &turns),
                     STATUS_OK);
    enum status status = STATUS_OK;
    assert_int_equal(write(fixture->interrupts[1], "", 1), 1);
    for (unsigned i = 0; i < 2 && status == STATUS_OK; i++) { /* the first may be its own */
        status = interleave_take(turns, 0, "cell");
        interleave_give(turns, 0, "cell");
    }
    assert_int_equal(status, STATUS_INTERRUPTED);
    interleave_free(turns);
    assert_int_equal(kill(other, SIGKILL), 0);
    assert_int_equal(waitpid(other, NULL, 0), other);
}

static void a_run_by_itself_takes_no_turns(void **state)
{
    (void)state;
    assert_int_equal(interleave_take(NULL, 0, "cell"), STATUS_OK);
    interleave_give(NULL, 0, "cell");
    interleave_finish(NULL);
    interleave_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cells_are_measured_side_by_side, begin, end),
        cmocka_unit_test_setup_teardown(runs_of_other_cells_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(runs_of_another_kind_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_run_whose_other_has_ended_ends, begin, end),
        cmocka_unit_test_setup_teardown(a_signal_ends_waiting_for_a_turn, begin, end),
        cmocka_unit_test_setup_teardown(a_signal_ends_waiting, begin, end),
        cmocka_unit_test(a_run_by_itself_takes_no_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
