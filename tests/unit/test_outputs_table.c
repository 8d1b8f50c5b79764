/*
 * What a kernel shows of its outputs: a grid of numbers is taken, from a cell and from a folder,
 * and nothing else.
 */
#define _GNU_SOURCE
#include "outputs_table.h"

#include "own_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <sys/stat.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static const char *const columns[] = {"x, m", "y, m", "height, m", NULL};
static const struct kernel hills = {.name = "hills:algorithm=steep", .columns = columns};

/* As a cell tells it, in lines of two rows. */
static struct launch_result told(const char *const *rows)
{
    struct launch_result launched = {.said = json_pack("{s:[]}", "outputs")};
    json_t *line = NULL;
    for (size_t i = 0; rows[i]; i++) {
        if (i % 2 == 0) {
            line = json_pack("{s:[]}", "rows");
            (void)json_array_append_new(launch_said(&launched, "outputs"), line);
        }
        (void)json_array_append_new(json_object_get(line, "rows"), json_string(rows[i]));
    }
    return launched;
}

static bool is_taken(const char *const *rows)
{
    struct launch_result launched = told(rows);
    struct outputs_table table;
    const bool taken = outputs_table_take(&launched, &hills, &table);
    if (taken)
        outputs_table_free(&table);
    launch_result_free(&launched);
    return taken;
}

static const char *const grid[] = {"0 1 10", "0.5 1 11",  "0 2 12", "0.5 2 1.3e1",
                                   "0 4 14", "0.5 4 -15", NULL};

static void check(const struct outputs_table *table)
{
    assert_int_equal(table->points, 6);
    assert_int_equal(table->per_row, 2);
    assert_int_equal(table->columns, 3);
    assert_true(outputs_table_point(table, 3)[0] == 0.5);
    assert_true(outputs_table_point(table, 3)[1] == 2);
    assert_true(outputs_table_point(table, 3)[2] == 13);
    assert_true(outputs_table_point(table, 5)[2] == -15);
}

static void test_a_grid_is_taken_kept_and_read(void **state)
{
    struct launch_result launched = told(grid);
    struct outputs_table table, read;
    (void)state;
    assert_true(outputs_table_take(&launched, &hills, &table));
    check(&table);
    assert_false(outputs_table_is_kept(".", &hills));
    assert_false(outputs_table_read(".", &hills, &read));
    assert_int_equal(outputs_table_keep(".", &table), STATUS_OK);
    assert_true(outputs_table_is_kept(".", &hills));
    assert_int_equal(access("outputs/hills-algorithm-steep.tsv", R_OK), 0);
    assert_true(outputs_table_read(".", &hills, &read));
    check(&read);
    outputs_table_free(&read);
    outputs_table_free(&table);
    launch_result_free(&launched);
}

static void test_what_is_no_grid_is_not_taken(void **state)
{
    static const char *const wrong[][6] = {
        {NULL},
        {"0 1 10", "0.5 1 11", "0 2 12", NULL},               /* a row is short */
        {"0 1 10", "0.5 1 11", "0 2 12", "0.6 2 13", NULL},   /* another place */
        {"0 1 10", "0.5 1 11", "0 2 12", "0.5 2.1 13", NULL}, /* another row */
        {"0 2 10", "0.5 2 11", "0 1 12", "0.5 1 13", NULL},   /* downward */
        {"0 1 10", "0.5 1 11", "0 1 12", "0.5 1 13", NULL},   /* the same row again */
        {"0 1", NULL},
        {"0 1 10 3", NULL},
        {"0 1 nan", NULL},
        {"0 1 inf", NULL},
        {"0 1 1e999", NULL},
        {"0 one 1", NULL},
        {"0 1 1x", NULL},
        {"", NULL}};
    static const char *const one[] = {"0 0 0", NULL},
                             *const row[] = {"1 5 0", "2 5 0", "3 5 0", NULL},
                             *const column[] = {"1 5 0", "1 6 0", "1 7 0", NULL};
    (void)state;
    for (size_t i = 0; i < LENGTH(wrong); i++)
        if (is_taken(wrong[i]))
            fail_msg("table %zu is taken", i);
    assert_true(is_taken(one));
    assert_true(is_taken(row));
    assert_true(is_taken(column));
}

/* Nor one of too many points, or whose rows are no texts. */
static void test_too_many_rows(void **state)
{
    struct launch_result launched = {.said = json_pack("{s:[{s:[]}]}", "outputs", "rows")};
    json_t *rows = json_object_get(json_array_get(launch_said(&launched, "outputs"), 0), "rows");
    struct outputs_table table;
    char text[64];
    (void)state;
    for (int i = 0; i < KERNEL_ROWS_MAX; i++) {
        (void)snprintf(text, sizeof text, "%d 1 1", i);
        (void)json_array_append_new(rows, json_string(text));
    }
    assert_true(outputs_table_take(&launched, &hills, &table));
    assert_int_equal(table.per_row, KERNEL_ROWS_MAX);
    outputs_table_free(&table);
    (void)json_array_append_new(rows, json_string("1000000 1 1"));
    assert_false(outputs_table_take(&launched, &hills, &table));
    (void)json_array_clear(rows);
    (void)json_array_append_new(rows, json_integer(1));
    assert_false(outputs_table_take(&launched, &hills, &table));
    launch_result_free(&launched);
}

/* Whatever lies in the folder. */
static void test_files_that_are_none(void **state)
{
    static const char *const texts[] = {"", "# only what it is\n", "0 1\n", "\x1b[31m\n",
                                        "0 1 2\n\n"};
    static const char path[] = "outputs/hills-algorithm-steep.tsv";
    struct outputs_table table;
    (void)state;
    assert_int_equal(mkdir("outputs", 0777), 0);
    for (size_t i = 0; i < LENGTH(texts); i++) {
        FILE *file = fopen(path, "we");
        assert_non_null(file);
        assert_true(fputs(texts[i], file) >= 0);
        assert_int_equal(fclose(file), 0);
        assert_false(outputs_table_read(".", &hills, &table));
    }
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0666), 0); /* which nobody waits for */
    assert_false(outputs_table_read(".", &hills, &table));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_grid_is_taken_kept_and_read, own_folder_enter,
                                        own_folder_leave),
        cmocka_unit_test(test_what_is_no_grid_is_not_taken),
        cmocka_unit_test(test_too_many_rows),
        cmocka_unit_test_setup_teardown(test_files_that_are_none, own_folder_enter,
                                        own_folder_leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
