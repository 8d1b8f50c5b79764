/*
 * Unit tests of drivers/launch/listener.h: what a launch is known by, in whatever order it is said.
 */
#include "listener.h"
#include "protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void say(struct listener *listener, enum child_stream stream, const char *text)
{
    listener_take(listener, stream, text, strlen(text));
}

/* What a cell says of an error and what it does come in two streams, of which either may be
 * first. */
static void test_an_error_that_comes_first_stays(void **state)
{
    struct launch_result launched = {0};
    struct listener listener = listener_begin(&launched, NULL);
    (void)state;
    say(&listener, CHILD_ERRORS, PROTOCOL_PROGRAM "mpi: the result is wrong\n");
    say(&listener, CHILD_OUTPUT, PROTOCOL_PREFIX "{\"event\":\"started\",\"protocol\":");
    say(&listener, CHILD_OUTPUT, "1,\"startup_s\":0.5}\n");
    listener_end(&listener);
    assert_true(launched.explained);
    assert_true(json_number_value(launch_told(&launched, "started", "startup_s")) == 0.5);
    assert_string_equal(launched.failure, "the result is wrong");
    launch_result_free(&launched);
}

static void test_another_version_is_not_understood(void **state)
{
    struct launch_result launched = {0};
    struct listener listener = listener_begin(&launched, NULL);
    (void)state;
    say(&listener, CHILD_OUTPUT, PROTOCOL_PREFIX "{\"event\":\"started\",\"protocol\":1000}\n");
    say(&listener, CHILD_OUTPUT, PROTOCOL_PREFIX "{\"event\":\"result\",\"result\":\"1\"}\n");
    listener_end(&listener);
    assert_false(launched.ended);
    assert_non_null(strstr(launched.failure, "it speaks version 1000 of the protocol"));
    launch_result_free(&launched);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_error_that_comes_first_stays),
        cmocka_unit_test(test_another_version_is_not_understood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
