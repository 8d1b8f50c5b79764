/*
 * Unit tests of models/options.h: which values an option takes, and how a job's are read.
 */
#include "options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct model_option options[] = {
    {.name = "dispatch",
     .kind = OPTION_CHOICE,
     .values = {{.word = "map"}, {.word = "imap"}, {.word = "imapped"}},
     .initial = "map"},
    {.name = "chunk", .kind = OPTION_COUNT, .values = {{.word = "auto"}}, .initial = "auto"},
    {.name = "depth", .kind = OPTION_COUNT, .initial = "1"},
    {.name = "interval", .kind = OPTION_DURATION, .initial = "5ms"},
    {.name = "release", .kind = OPTION_FRACTION, .initial = "0"},
    {0},
};

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.17g is not %.17g", value, expected);
}

static void finds_options_by_their_whole_name(void **state)
{
    (void)state;
    assert_int_equal(options_count(options), 5);
    assert_int_equal(options_count(NULL), 0);
    assert_ptr_equal(options_find(options, "chunk"), &options[1]);
    assert_null(options_find(options, "chun"));
    assert_null(options_find(options, "chunks"));
    assert_null(options_find(options, ""));
    assert_null(options_find(NULL, "chunk"));
}

static void check(const struct model_option *option, const char *const *values, size_t count,
                  bool expected)
{
    for (size_t i = 0; i < count; i++)
        if (options_allow(option, values[i]) != expected)
            fail_msg("%s=%s was %s", option->name, values[i], expected ? "refused" : "taken");
}

static void finds_values_by_their_whole_word(void **state)
{
    (void)state;
    assert_ptr_equal(options_value(&options[0], "imap"), &options[0].values[1]);
    assert_null(options_value(&options[0], "ima"));
    assert_null(options_value(&options[3], ""));
}

static void takes_exactly_the_choices(void **state)
{
    static const char *const good[] = {"map", "imap", "imapped"};
    static const char *const bad[] = {"",
                                      "m",
                                      "ma",
                                      "ima",
                                      "imapp",
                                      "maps",
                                      "Map",
                                      "map ",
                                      " map",
                                      "map|imap",
                                      "|",
                                      "map|",
                                      "|map",
                                      "map|imap|imapped",
                                      "imap|imapped",
                                      "1"};
    (void)state;
    check(&options[0], good, COUNT_OF(good), true);
    check(&options[0], bad, COUNT_OF(bad), false);
}

static void takes_counts(void **state)
{
    static const char *const good[] = {"1", "64", "007", "18446744073709551615"};
    static const char *const bad[] = {"",
                                      "0",
                                      "00",
                                      "-1",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "1k",
                                      "0x1",
                                      "aut",
                                      "autoo",
                                      "Auto",
                                      "18446744073709551616",
                                      "99999999999999999999999"};
    static const char *const word[] = {"auto"};
    (void)state;
    for (unsigned i = 1; i <= 2; i++) {
        check(&options[i], good, COUNT_OF(good), true);
        check(&options[i], bad, COUNT_OF(bad), false);
    }
    check(&options[1], word, 1, true);
    check(&options[2], word, 1, false);

    uint64_t count = 42;
    assert_true(count_parse("18446744073709551615", &count));
    assert_true(count == UINT64_MAX);
    count = 42;
    assert_false(count_parse("18446744073709551616", &count));
    assert_false(count_parse("0", &count));
    assert_int_equal(count, 42);
}

static void takes_durations(void **state)
{
    static const struct {
        const char *text;
        double seconds;
    } good[] = {{"5ms", 5e-3},  {"0.2s", 0.2}, {"10us", 1e-5},         {"300ns", 3e-7},
                {"10m", 600},   {"1h", 3600},  {"1e3s", 1000},         {"2.5h", 9000},
                {"1.5m", 90.0}, {"60s", 60},   {"999999h", 3599996400}};
    static const char *const bad[] = {"",      "5",     "s",    "0s",   "-5ms",  "+5ms", " 5ms",
                                      "5 ms",  "5ms ",  "5MS",  "5d",   "nans",  "infs", "0x5s",
                                      "4e12s", "1e99s", "5mss", "auto", "1e400s"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        double seconds = 0;
        if (!duration_parse(good[i].text, &seconds))
            fail_msg("%s was refused", good[i].text);
        assert_near(seconds, good[i].seconds, 1e-12 * good[i].seconds);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        double seconds = 42;
        if (duration_parse(bad[i], &seconds))
            fail_msg("%s was read as %g s", bad[i], seconds);
        assert_near(seconds, 42, 0);
    }
    check(&options[3], bad, COUNT_OF(bad), false);
    assert_true(options_allow(&options[3], "5ms"));
}

static void takes_fractions(void **state)
{
    static const struct {
        const char *text;
        double fraction;
    } good[] = {{"0", 0}, {"1", 1}, {"0.25", 0.25}, {"1e-3", 1e-3}, {"1.0", 1}, {"00.5", 0.5}};
    static const char *const bad[] = {"",    "1.01", "-0.5", "+0.5", ".5",  " 0.5", "0.5 ",
                                      "50%", "0x1",  "nan",  "inf",  "1e3", "half", "0.5s"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        double fraction = 42;
        if (!options_allow(&options[4], good[i].text) || !fraction_parse(good[i].text, &fraction))
            fail_msg("%s was refused", good[i].text);
        assert_near(fraction, good[i].fraction, 0);
    }
    check(&options[4], bad, COUNT_OF(bad), false);
}

static void reads_a_jobs_values(void **state)
{
    const struct job job = {.options = options, .values = {"imap", "64", "3", "20us", "0.125"}};
    const struct job other = {.options = options, .values = {"map", "auto", "1", "1h"}};
    (void)state;
    assert_string_equal(job_choice(&job, "dispatch"), "imap");
    assert_true(job_chose(&job, "dispatch", "imap"));
    assert_false(job_chose(&job, "dispatch", "map"));
    assert_int_equal(job_count(&job, "chunk", 7), 64);
    assert_int_equal(job_count(&job, "depth", 7), 3);
    assert_near(job_number(&job, "interval"), 20e-6, 1e-15);
    assert_near(job_number(&job, "release"), 0.125, 0);
    assert_int_equal(job_count(&other, "chunk", 7), 7);
    assert_near(job_number(&other, "interval"), 3600, 1e-9);
}

static void sets_a_jobs_values(void **state)
{
    static const char *const wrong[] = {"dispatch=ima", "dispatch=",  "dispatch", "=map",
                                        "dispatc=map",  "nosuch=map", ""};
    struct job job = {.options = NULL};
    (void)state;
    job_set_defaults(&job, options);
    for (unsigned i = 0; i < options_count(options); i++)
        assert_ptr_equal(job.values[i], options[i].initial);
    assert_true(job_set(&job, "dispatch=imap"));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(job_set(&job, wrong[i]));
    assert_string_equal(job_choice(&job, "dispatch"), "imap");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_options_by_their_whole_name),
        cmocka_unit_test(finds_values_by_their_whole_word),
        cmocka_unit_test(takes_exactly_the_choices),
        cmocka_unit_test(takes_counts),
        cmocka_unit_test(takes_durations),
        cmocka_unit_test(takes_fractions),
        cmocka_unit_test(reads_a_jobs_values),
        cmocka_unit_test(sets_a_jobs_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
