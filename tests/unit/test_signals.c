/*
 * Unit tests of drivers/support/signals.h: which signals wait, and which are still ignored.
 */
#include "signals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const int all[] = {SIGINT, SIGTERM, SIGHUP};
enum { ALL = sizeof all / sizeof *all };

/* The one that a process of its own has caught, that ignores one and gets one. */
static int caught(int ignored, int got)
{
    int status = -1;
    const pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        for (int i = 0; i < ALL; i++)
            (void)signal(all[i], all[i] == ignored ? SIG_IGN : SIG_DFL);
        signals_block();
        (void)raise(got);
        _exit(signals_caught());
    }
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void what_is_ignored_stays_so(void **state)
{
    (void)state;
    for (int ignored = 0; ignored < ALL; ignored++)
        for (int got = 0; got < ALL; got++)
            assert_int_equal(caught(all[ignored], all[got]), ignored == got ? 0 : all[got]);
}

static void a_reader_that_is_gone_ends_nothing(void **state)
{
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(close(ends[0]), 0);
    assert_true(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    signals_outlive_readers();
    assert_int_equal(write(ends[1], "", 1), -1);
    assert_int_equal(close(ends[1]), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_ignored_stays_so),
        cmocka_unit_test(a_reader_that_is_gone_ends_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
