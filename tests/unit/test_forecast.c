/*
 * Unit tests of commands/forecast.h: what people read of a forecast. That there is one for each
 * experiment is tried from the outside, in cli/list.bats.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "forecast.h"

#include <stdlib.h>

static void test_times_are_rounded(void **state)
{
    static const struct {
        double least_s, most_s;
        const char *words;
    } cases[] = {
        {0, 0, "about 5 s"},
        {0.4, 6, "about 5 s"},
        {7.6, 31, "about 10 s to 30 s"},
        {57.4, 57.6, "about 55 s to 1 min"},
        {62, 80, "about 1 min"},
        {118, 240, "about 2 min to 4 min"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct forecast forecast = {1, cases[i].least_s, cases[i].most_s};
        assert_string_equal(forecast_words(&forecast).text, cases[i].words);
    }
}

static void test_without_a_catalog_nobody_knows(void **state)
{
    struct catalog nothing = {.count = 0};
    (void)state;
    struct forecast *forecasts = forecast_all(&nothing);
    assert_non_null(forecasts);
    for (size_t e = 0; experiment_table[e]; e++)
        assert_int_equal(forecasts[e].cells, 0);
    free(forecasts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times_are_rounded),
        cmocka_unit_test(test_without_a_catalog_nobody_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
