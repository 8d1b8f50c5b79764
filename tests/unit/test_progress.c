/*
 * Unit tests of drivers/rounds/progress.h: the line fits into its terminal.
 */
#include "progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void assert_line(const struct progress *progress, unsigned columns, const char *expected)
{
    char line[PROGRESS_LINE_MAX];
    progress_line(progress, columns, line);
    assert_string_equal(line, expected);
}

static void what_does_not_fit_is_cut(void **state)
{
    const struct progress progress = {.round = 1,
                                      .rounds = 3,
                                      .done = 4,
                                      .cells = 12,
                                      .share = 0.5,
                                      .left_s = 65,
                                      .label = "pool:dispatch=imap:chunk=64"};
    (void)state;
    assert_line(&progress, 200,
                "[##########..........] round 2, 4/12 cells, 1:05 left  "
                "pool:dispatch=imap:chunk=64");
    assert_line(&progress, 80,
                "[##########..........] round 2, 4/12 cells, 1:05 left  pool:dispatch=imap:chunk");
    assert_line(&progress, 53, "round 2, 4/12 cells, 1:05 left  pool:dispatch=imap:c");
    assert_line(&progress, 54, "[##########..........] round 2, 4/12 cells, 1:05 left");
    assert_line(&progress, 10, "round 2, ");
    assert_line(&progress, 1, "");
}

static void no_line_is_longer_than_its_terminal(void **state)
{
    static const struct progress progress = {.round = 99999,
                                             .cells = 99999,
                                             .done = 99999,
                                             .share = 1,
                                             .left_s = 1e9,
                                             .label = "serial"};
    char line[PROGRESS_LINE_MAX];
    (void)state;
    for (unsigned columns = 1; columns < 2000; columns++) {
        progress_line(&progress, columns, line);
        assert_true(strlen(line) < columns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_fit_is_cut),
        cmocka_unit_test(no_line_is_longer_than_its_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
