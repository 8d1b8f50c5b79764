/*
 * Unit tests of drivers/tables/columns.h: results/README.md has a row for each column, in the
 * table's order and with its words; and of the verdict.
 */
#define _GNU_SOURCE
#include "columns.h"
#include "tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_row(FILE *stream, const struct column *column)
{
    const struct {
        unsigned where;
        const char *name;
    } places[] = {{COLUMN_CSV, "CSV"},
                  {COLUMN_JSON, "JSON"},
                  {COLUMN_FACTORS, "JSON, in factors"},
                  {COLUMN_FOM, "FOM"}};
    const char *separator = "";
    (void)fprintf(stream, "| `%s` | ", column->name);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (column->where & places[i].where) {
            (void)fprintf(stream, "%s%s", separator, places[i].name);
            separator = ", ";
        }
    (void)fprintf(stream, " | %s | %s |\n", column->unit, column->help);
}

static char *read_readme(void)
{
    enum { MOST = 1 << 18 };
    char *text = calloc(MOST, 1);
    FILE *stream = fopen(README, "re");
    assert_non_null(stream);
    assert_non_null(text);
    assert_true(fread(text, 1, MOST - 1, stream) < MOST - 1);
    (void)fclose(stream);
    return text;
}

static void test_the_readme_has_them(void **state)
{
    char *expected = NULL, *readme = read_readme();
    size_t length = 0;
    FILE *stream = open_memstream(&expected, &length);
    (void)state;
    assert_non_null(stream);
    (void)fputs("| column | where | unit | value |\n|---|---|---|---|\n", stream);
    for (size_t i = 0; i < columns_count; i++)
        write_row(stream, &columns[i]);
    assert_int_equal(fclose(stream), 0);
    if (!strstr(readme, expected)) {
        (void)fprintf(stderr, "%s", expected);
        fail_msg("%s should have that", README);
    }
    free(expected);
    free(readme);
}

static void test_no_place_has_a_name_twice(void **state)
{
    const unsigned places[] = {COLUMN_CSV, COLUMN_JSON, COLUMN_FACTORS, COLUMN_FOM};
    (void)state;
    for (size_t p = 0; p < sizeof places / sizeof *places; p++)
        for (size_t i = 0; i < columns_count; i++)
            for (size_t j = 0; j < i; j++)
                assert_false(columns[i].where & columns[j].where & places[p] &&
                             strcmp(columns[i].name, columns[j].name) == 0);
}

/* What was to be read before it is not there: whoever looks for it alone must not find it. */
static void test_there_is_no_verdict_behind_what_could_not_be_written(void **state)
{
    const struct analysed_run run = {.verdict = RUN_PASS};
    (void)state;
    for (int fails = 0; fails < 2; fails++) {
        char text[64] = "";
        FILE *stream = fmemopen(text, sizeof text, "w");
        assert_non_null(stream);
        if (fails)
            assert_int_equal(fgetc(stream), EOF); /* it is not for reading */
        tables_print_verdict(stream, &run);
        (void)fclose(stream);
        assert_string_equal(text, fails ? "" : "VALIDATION: PASS\n");
    }
}

/* How many cells lost updates does not make the line longer; and they are no reason to fail. */
static void test_the_verdict_names_the_first_cell_with_losses(void **state)
{
    static const char named[] = " (updates were lost, as expected: pi shared workers=2";
    struct cell planned = {.kernel = "pi", .label = "shared", .workers = 2};
    struct analysis_of_cell cells[] = {{.verified = true}, {.has_lost = true}, {.has_lost = true}};
    (void)state;
    for (size_t i = 0; i < 3; i++)
        cells[i].cell = &planned;
    for (enum run_verdict verdict = RUN_PASS; verdict <= RUN_FAIL; verdict++)
        for (size_t losses = 0; losses < 3; losses++) {
            const struct analysed_run run = {
                .verdict = verdict, .count = 3, .cells = cells, .totals = {.with_losses = losses}};
            const bool has_names = losses > 0 && verdict == RUN_PASS;
            char text[128] = "", expected[128];
            FILE *stream = fmemopen(text, sizeof text, "w");
            assert_non_null(stream);
            tables_print_verdict(stream, &run);
            assert_int_equal(fclose(stream), 0);
            (void)snprintf(expected, sizeof expected, "VALIDATION: %s%s%s%s\n",
                           run_verdict_name[verdict], has_names ? named : "",
                           has_names && losses > 1 ? " and 1 more" : "", has_names ? ")" : "");
            assert_string_equal(text, expected);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_readme_has_them),
        cmocka_unit_test(test_no_place_has_a_name_twice),
        cmocka_unit_test(test_there_is_no_verdict_behind_what_could_not_be_written),
        cmocka_unit_test(test_the_verdict_names_the_first_cell_with_losses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
