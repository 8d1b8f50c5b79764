/*
 * Unit tests of drivers/launch/listener.h: what a launch is known by, in whatever order it is said.
 */
#include "listener.h"
#include "protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

/* A worker that was replaced is no reason why the cell fails later. */
static void test_what_was_noted_explains_nothing(void **state)
{
    struct launch_result launched = {0};
    struct listener listener = listener_begin(&launched, NULL);
    (void)state;
    say(&listener, CHILD_ERRORS, PROTOCOL_CELL "pool: " STATUS_NOTE "another takes its place\n");
    assert_false(launched.explained);
    say(&listener, CHILD_ERRORS, PROTOCOL_CELL "pool: the result is wrong\n");
    listener_end(&listener);
    assert_true(launched.explained);
    assert_string_equal(launched.failure, "the result is wrong");
    assert_non_null(strstr(launched.last_words, "another takes its place\n"));
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

/* What is not told would be kept as 0. */
static void test_a_start_without_its_time_is_none(void **state)
{
    struct launch_result launched = {0};
    struct listener listener = listener_begin(&launched, NULL);
    (void)state;
    say(&listener, CHILD_OUTPUT, PROTOCOL_PREFIX "{\"event\":\"started\",\"protocol\":1}\n");
    say(&listener, CHILD_OUTPUT, PROTOCOL_PREFIX "{\"event\":\"result\",\"result\":\"1\"}\n");
    listener_end(&listener);
    assert_false(launched.ended);
    assert_string_equal(launched.failure, "its line \"started\" tells no startup_s");
    launch_result_free(&launched);
}

/* Of which the XML of Open MPI 5 has some before its tag ends. */
static void test_zeros_are_no_part_of_a_line(void **state)
{
    static const char said[] = "<stdout rank=\"0\">" PROTOCOL_PREFIX
                               "{\"event\":\"result\",\"result\":\"3\"}&#010;\0\0</stdout>\n";
    struct launch_result launched = {0};
    struct listener listener = listener_begin(&launched, NULL);
    (void)state;
    listener_take(&listener, CHILD_OUTPUT, said, sizeof said - 1);
    listener_end(&listener);
    assert_string_equal(json_string_value(launch_told(&launched, "result", "result")), "3");
    launch_result_free(&launched);
}

/* As Open MPI, its version 5, Slurm and MPICH do when they are told to. */
static void test_lines_that_are_tagged_are_heard(void **state)
{
    static const char started[] =
        PROTOCOL_PREFIX "{\"event\":\"started\",\"protocol\":1,\"startup_s\":0}";
    static const char result[] = PROTOCOL_PREFIX "{\"event\":\"result\",\"result\":\"3\"}";
    static const struct {
        const char *before, *before_error, *behind;
    } tags[] = {
        {"", "", ""},
        {"[1,0]<stdout>:", "[1,0]<stderr>:", ""},
        {"Sat Nov 28 15:25:14 2026<stdout>:", "Sat Nov 28 15:25:14 2026<stderr>:", ""},
        {"Sat Nov 28 15:25:14 2026[1,0]<stdout>:", "Sat Nov 28 15:25:14 2026[1,1]<stderr>:", ""},
        {"[prterun-n1-100629@1,0]<stdout>: ", "[prterun-n1-100629@1,1]<stderr>: ", ""},
        {"<stdout rank=\"0\">", "<stderr rank=\"1\">", "&#010;</stdout>"},
        {"0: ", "", ""},
        {"[0] ", "", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        for (int fails = 0; fails < 2; fails++) {
            struct launch_result launched = {0};
            struct listener listener = listener_begin(&launched, NULL);
            char lines[512];
            (void)snprintf(lines, sizeof lines, "%s%s%s\n%s%s%s\n", tags[i].before, started,
                           tags[i].behind, tags[i].before, result, tags[i].behind);
            say(&listener, CHILD_OUTPUT, lines);
            (void)snprintf(lines, sizeof lines, "%sparbench-cell-mpi: the disk is full%s\n",
                           tags[i].before_error, tags[i].behind);
            if (fails)
                say(&listener, CHILD_ERRORS, lines);
            listener_end(&listener);
            assert_true(launched.ended);
            assert_string_equal(launched.failure, fails ? "the disk is full" : "");
            launch_result_free(&launched);
        }
}

/* What only looks like a tag is text. */
static void test_other_lines_are_kept_as_they_are(void **state)
{
    static const char text[] = "<stdout\n<stdout rank\na <stdout> b\n<stderr>c\n@parbench {\n";
    struct launch_result launched = {0};
    struct listener listener = listener_begin(&launched, NULL);
    (void)state;
    say(&listener, CHILD_OUTPUT, text);
    listener_end(&listener);
    assert_false(launched.ended);
    assert_string_equal(launched.last_words, text);
    launch_result_free(&launched);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_error_that_comes_first_stays),
        cmocka_unit_test(test_what_was_noted_explains_nothing),
        cmocka_unit_test(test_another_version_is_not_understood),
        cmocka_unit_test(test_a_start_without_its_time_is_none),
        cmocka_unit_test(test_zeros_are_no_part_of_a_line),
        cmocka_unit_test(test_lines_that_are_tagged_are_heard),
        cmocka_unit_test(test_other_lines_are_kept_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
