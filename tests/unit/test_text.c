/*
 * Unit tests of drivers/support/text.h, names.h and measure/quantities.h: what people write is read
 * to the letter or refused, and numbers are written as people read them.
 */
#define _GNU_SOURCE
#include "names.h"
#include "quantities.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.17g is not %.17g", value, expected);
}

static void reads_sizes(void **state)
{
    static const struct {
        const char *text;
        uint64_t size;
    } good[] = {
        {"1", 1},
        {"1000000", 1000000},
        {"1e6", 1000000},
        {"1E6", 1000000},
        {"1e+6", 1000000},
        {"1M", 1000000},
        {"1m", 1000000},
        {"2.5k", 2500},
        {"2.5e3", 2500},
        {"0.5k", 500},
        {"0.001M", 1000},
        {"1.1M", 1100000},
        {"0.3G", 300000000},
        {"0.000007e6", 7},
        {"10.0", 10},
        {"007", 7},
        {"4G", 4000000000u},
        {"1e3k", 1000000},
        {"1e19", 10000000000000000000u},
        {"9007199254740993", 9007199254740993u}, /* the first that a double cannot hold */
        {"18446744073709551615", UINT64_MAX},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        uint64_t size = 0;
        if (!size_parse(good[i].text, &size))
            fail_msg("\"%s\" was refused", good[i].text);
        if (size != good[i].size)
            fail_msg("\"%s\" was read as %llu", good[i].text, (unsigned long long)size);
    }
}

static void refuses_what_is_no_size(void **state)
{
    static const char *const bad[] = {
        "",        "0",     "0.0",     "-5",         "+5",    " 5",
        "5 ",      "1.5",   "0.0005k", "1.0000001M", "0.1",   "0.9999999999999",
        "abc",     "k",     "e6",      ".5k",        "1e",    "1e-3",
        "1ee6",    "1.2.3", "1,000",   "1 000",      "0x10",  "0x1p4",
        "inf",     "nan",   "INF",     "1T",         "1kk",   "1MB",
        "1e20",    "1e30",  "1e5000",  "20e18k",     "1_000", "1e6\n",
        "1000000%"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        uint64_t size = 42;
        if (size_parse(bad[i], &size))
            fail_msg("\"%s\" was read as %llu", bad[i], (unsigned long long)size);
        assert_int_equal(size, 42);
    }
    uint64_t size = 42;
    assert_false(size_parse("18446744073709551616", &size));
    assert_int_equal(size, 42);
}

static void reads_percentages(void **state)
{
    static const char *const bad[] = {"",     "0.02", "0.09", "101", "%",   "0%",
                                      "-2%",  "+2%",  "101%", "2 %", "2%%", "nan%",
                                      "inf%", "0x2%", "abc",  " 2%", "2%x"};
    double share = 0;
    (void)state;
    assert_true(percent_parse("2%", &share));
    assert_near(share, 0.02, 1e-15);
    assert_true(percent_parse("2", &share));
    assert_near(share, 0.02, 1e-15);
    assert_true(percent_parse("0.5%", &share));
    assert_near(share, 0.005, 1e-15);
    assert_true(percent_parse("0.02%", &share));
    assert_near(share, 0.0002, 1e-15);
    assert_true(percent_parse("0.1", &share));
    assert_near(share, 0.001, 1e-15);
    assert_true(percent_parse("100%", &share));
    assert_near(share, 1, 1e-15);
    share = 42;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (percent_parse(bad[i], &share))
            fail_msg("\"%s\" was read as %g", bad[i], share);
    assert_near(share, 42, 0);
}

static void walks_a_list(void **state)
{
    char item[8];
    (void)state;
    const char *list = "pi,,primes";
    assert_true(text_next(&list, item, sizeof item));
    assert_string_equal(item, "pi");
    assert_true(text_next(&list, item, sizeof item));
    assert_string_equal(item, "");
    assert_true(text_next(&list, item, sizeof item));
    assert_string_equal(item, "primes");
    assert_false(text_next(&list, item, sizeof item));
    assert_false(text_next(&list, item, sizeof item));

    list = "";
    assert_true(text_next(&list, item, sizeof item));
    assert_string_equal(item, "");
    assert_false(text_next(&list, item, sizeof item));

    list = "a,";
    assert_true(text_next(&list, item, sizeof item));
    assert_true(text_next(&list, item, sizeof item));
    assert_string_equal(item, "");
    assert_false(text_next(&list, item, sizeof item));

    list = "factorial,pi";
    assert_true(text_next(&list, item, sizeof item));
    assert_string_equal(item, "factori");
    assert_true(text_next(&list, item, sizeof item));
    assert_string_equal(item, "pi");

    list = NULL;
    assert_false(text_next(&list, item, sizeof item));
}

static void finds_what_was_meant(void **state)
{
    static const char *const kernels[] = {"factorial", "pi", "primes", "squares", NULL};
    static const char *const models[] = {"serial", "gil", "threads", "pool", "mpi", "hybrid", NULL};
    static const struct {
        const char *word, *kernel, *model;
    } cases[] = {
        {"pri", "pi", "mpi"},
        {"prims", "primes", NULL},
        {"prime", "primes", NULL},
        {"primse", "primes", NULL},
        {"sqares", "squares", NULL},
        {"factorail", "factorial", NULL},
        {"thread", NULL, "threads"},
        {"trheads", NULL, "threads"},
        {"pol", "pi", "pool"},
        {"openmp", NULL, NULL},
        {"xyzzy", NULL, NULL},
        {"", NULL, NULL},
        {"p", "pi", NULL},
        {"x", NULL, NULL},
        {"supercalifragilistic", NULL, NULL},
    };
    char long_one[5000];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *kernel = names_nearest(cases[i].word, kernels, sizeof *kernels);
        const char *model = names_nearest(cases[i].word, models, sizeof *models);
        if (kernel != cases[i].kernel &&
            (!kernel || !cases[i].kernel || strcmp(kernel, cases[i].kernel) != 0))
            fail_msg("\"%s\" means the kernel %s", cases[i].word, kernel ? kernel : "none");
        if (model != cases[i].model &&
            (!model || !cases[i].model || strcmp(model, cases[i].model) != 0))
            fail_msg("\"%s\" means the model %s", cases[i].word, model ? model : "none");
    }
    memset(long_one, 'p', sizeof long_one - 1);
    long_one[sizeof long_one - 1] = '\0';
    assert_null(names_nearest(long_one, kernels, sizeof *kernels));
    const char *const long_names[] = {long_one, NULL};
    assert_null(names_nearest("pppppp", long_names, sizeof *long_names));
    assert_null(names_nearest("pi", &kernels[COUNT_OF(kernels) - 1], sizeof *kernels));
}

static void writes_seconds(void **state)
{
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {
        {1.5, "1.50 s"},      {12.34, "12.3 s"},      {123.4, "123 s"},     {1, "1.00 s"},
        {0.0591, "59.1 ms"},  {0.00105, "1.05 ms"},   {0.5, "500 ms"},      {226e-6, "226 us"},
        {8.2e-6, "8.20 us"},  {41e-9, "41.0 ns"},     {0.25e-9, "0.25 ns"}, {0, "0.00 ns"},
        {86400, "86400 s"},   {0.9996, "1.00 s"},     {0.9994, "999 ms"},   {9.996, "10.0 s"},
        {99.96e-3, "100 ms"}, {-4.12e-6, "-4.12 us"}, {-9.996, "-10.0 s"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(text_seconds(cases[i].seconds).text, cases[i].text);
    assert_string_equal(text_seconds_beside(0.85e-3, 1.2e-3).text, "0.85");
    assert_string_equal(text_seconds_beside(1.034e-3, 999e-6).text, "1034");
    assert_string_equal(text_seconds_beside(39.07e-6, 33.7e-6).text, "39.1");
    assert_string_equal(text_duration(1.5).text, "1.5 s");
    assert_string_equal(text_duration(0.3).text, "300 ms");
    assert_string_equal(text_duration(1e-6).text, "1 us");
    assert_string_equal(text_duration(900).text, "900 s");
}

static void groups_digits(void **state)
{
    static const struct {
        uint64_t number;
        const char *text;
    } cases[] = {
        {0, "0"},
        {7, "7"},
        {999, "999"},
        {1000, "1 000"},
        {12345, "12 345"},
        {999999, "999 999"},
        {1000000, "1 000 000"},
        {UINT64_MAX, "18 446 744 073 709 551 615"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(text_grouped(cases[i].number).text, cases[i].text);
}

static void tells_how_many_digits_are_shown(void **state)
{
    static const struct {
        double number;
        int digits;
    } cases[] = {{1234, 0}, {100, 0},    {49.9, 1},   {10, 1}, {2.06, 2}, {0.98, 2},
                 {0.1, 2},  {0.0404, 4}, {0.0016, 5}, {0, 0},  {-12.3, 1}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(text_digits(cases[i].number), cases[i].digits);
}

static void writes_bytes(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0 B"},
        {1023, "1023 B"},
        {1024, "1.0 KiB"},
        {1536, "1.5 KiB"},
        {25125558681, "23.4 GiB"},
        {(uint64_t)1 << 40, "1.0 TiB"},
        {UINT64_MAX, "16777216.0 TiB"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(text_bytes(cases[i].bytes).text, cases[i].text);
}

static void appends_what_fits(void **state)
{
    char text[8] = "";
    (void)state;
    text_append(text, sizeof text, "%s", "abc");
    text_append(text, sizeof text, "%d", 12);
    assert_string_equal(text, "abc12");
    text_append(text, sizeof text, "%s", "XYZ");
    assert_string_equal(text, "abc12XY");
    text_append(text, sizeof text, "%s", "more");
    assert_string_equal(text, "abc12XY");
}

/* What text_wrapped() prints; until the next call. */
static const char *wrapped(const char *mark, const char *text)
{
    static char printed[1000];
    FILE *stream = fmemopen(printed, sizeof printed, "w");
    assert_non_null(stream);
    text_wrapped(stream, mark, "%s", text);
    assert_int_equal(fclose(stream), 0);
    return printed;
}

static void quotes_what_a_shell_would_not_take_for_a_word(void **state)
{
    static const struct {
        const char *word, *quoted;
    } cases[] = {
        {"results/2024-01-01T10:00:00", "results/2024-01-01T10:00:00"},
        {"--precision=2%", "--precision=2%"},
        {"pi=1e6,primes=1e5", "pi=1e6,primes=1e5"},
        {"a folder", "'a folder'"},
        {"", "''"},
        {"$(rm x)", "'$(rm x)'"},
        {"it's", "'it'\\''s'"},
        {"~", "'~'"},
        {"*", "'*'"},
        {"a;b", "'a;b'"},
        {"\303\244", "'\303\244'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(text_word(cases[i].word).text, cases[i].quoted);
}

static void wraps_between_words(void **state)
{
    (void)state;
    assert_string_equal(wrapped("- ", "a few words"), "- a few words\n");
    assert_string_equal(wrapped("", "  "), "\n");
    assert_string_equal(wrapped("- ", "one|two  |three"), "- one|two |three\n");
    /* 80 columns are full, 81 too many. */
    const char *tens = "123456789 123456789 123456789 123456789 123456789 123456789 123456789 ";
    char text[200];
    (void)snprintf(text, sizeof text, "%s12345678 next", tens);
    assert_string_equal(wrapped("- ", text) + 71, " 12345678\n  next\n");
    (void)snprintf(text, sizeof text, "%s123456789 next", tens);
    assert_string_equal(wrapped("- ", text) + 71, "\n  123456789 next\n");
    /* A sign of per cent stays with its number. */
    (void)snprintf(text, sizeof text, "%s1234567 10 %% of it", tens);
    assert_string_equal(wrapped("", text) + 69, " 1234567\n10 % of it\n");
    /* A word that is too long stays whole. */
    memset(text, 'x', 100);
    text[100] = '\0';
    assert_int_equal(strlen(wrapped("- ", text)), 103);
    memset(text, 'x', 100);
    text[60] = text[99] = '|';
    assert_int_equal(strcspn(wrapped("- ", text), "\n"), 2 + 61);
    /* So is a model with options. */
    text[60] = text[99] = ':';
    text[20] = ':';
    assert_int_equal(strcspn(wrapped("- ", text), "\n"), 2 + 61);
    text[60] = 'x'; /* for 20 letters no line is begun */
    assert_int_equal(strlen(wrapped("- ", text)), 103);
}

static void makes_names_of_files(void **state)
{
    char text[] = "pi/a:b=c=d/workers:2.log", none[] = "";
    (void)state;
    text_file_name(text);
    assert_string_equal(text, "pi_a-b-c-d_workers-2.log");
    text_file_name(none);
    assert_string_equal(none, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_sizes),
        cmocka_unit_test(refuses_what_is_no_size),
        cmocka_unit_test(reads_percentages),
        cmocka_unit_test(walks_a_list),
        cmocka_unit_test(finds_what_was_meant),
        cmocka_unit_test(writes_seconds),
        cmocka_unit_test(tells_how_many_digits_are_shown),
        cmocka_unit_test(groups_digits),
        cmocka_unit_test(writes_bytes),
        cmocka_unit_test(appends_what_fits),
        cmocka_unit_test(quotes_what_a_shell_would_not_take_for_a_word),
        cmocka_unit_test(wraps_between_words),
        cmocka_unit_test(makes_names_of_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
