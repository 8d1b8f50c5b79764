/*
 * Unit tests of drivers/record/node_report.h: which nodes are of one kind, and what is said of
 * them.
 */
#define _GNU_SOURCE
#include "node_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "own_folder.h"

static const json_int_t gib = 1 << 30;

/* One of 64 GiB, but for some MiB. */
static json_t *node(const char *host, const char *cpu, const char *processors, json_int_t less_mib)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:I}", "host", host, "cpu", cpu,
                     "architecture", "x86_64", "system", "Linux 6.1", "processors", processors,
                     "allowed", 16, "memory", 64 * gib - less_mib * (1 << 20));
}

static void assert_differ(json_t *one, json_t *other, const char *expected)
{
    char difference[512] = "";
    assert_int_equal(node_report_is_of_kind(one, other, difference, sizeof difference), !expected);
    if (expected)
        assert_string_equal(difference, expected);
    json_decref(one);
    json_decref(other);
}

static void nodes_of_a_kind_have_the_same_processors_and_memory(void **state)
{
    (void)state;
    assert_differ(node("n2", "EPYC", "0-15", 0), node("n1", "EPYC", "0-15", 0), NULL);
    assert_differ(node("n2", "EPYC", "0-15", 100), node("n1", "EPYC", "0-15", 0), NULL);
    assert_differ(node("n2", "Xeon", "0-15", 0), node("n1", "EPYC", "0-15", 0),
                  "n2 has Xeon and n1 EPYC");
    assert_differ(node("n2", "EPYC", "0-7", 0), node("n1", "EPYC", "0-15", 0),
                  "n2 has hardware threads 0-7 and n1 0-15");
    assert_differ(node("n2", "EPYC", "0-15", 32 << 10), node("n1", "EPYC", "0-15", 0),
                  "n2 has 32.0 GiB of memory and n1 64.0 GiB");
    assert_differ(node("n2", "EPYC", "0-15", 0), node("n1", "EPYC", "0-15", 32 << 10),
                  "n2 has 64.0 GiB of memory and n1 32.0 GiB");
    /* Whatever a file has in place of one. */
    assert_differ(json_integer(7), node("n1", "EPYC", "0-15", 0), NULL);
    assert_differ(json_pack("{s:s, s:[]}", "memory", "much", "cpu"), node("n1", "EPYC", "0-15", 0),
                  NULL);
}

static void a_node_may_be_of_the_kind_of_any(void **state)
{
    json_t *nodes =
        json_pack("[o, o]", node("n1", "EPYC", "0-15", 0), node("n2", "Xeon", "0-7", 0));
    json_t *same = node("n3", "Xeon", "0-7", 0), *other = node("n4", "Xeon", "0-15", 0);
    char difference[512];
    (void)state;
    assert_true(node_report_is_among(nodes, same, difference, sizeof difference));
    assert_false(node_report_is_among(nodes, other, difference, sizeof difference));
    assert_string_equal(difference, "n4 has Xeon and n1 EPYC");
    assert_true(node_report_is_among(NULL, other, difference, sizeof difference));
    json_decref(nodes);
    json_decref(same);
    json_decref(other);
}

static void tells_a_line_for_each_kind(void **state)
{
    json_t *nodes = json_array();
    (void)state;
    for (int i = 1; i <= 6; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "n%d", i);
        (void)json_array_append_new(nodes, node(name, i == 2 ? "Xeon" : "EPYC", "0-15", i));
    }
    json_t *lines = node_report_lines(nodes);
    assert_int_equal(json_array_size(lines), 2);
    assert_string_equal(json_string_value(json_array_get(lines, 0)),
                        "n1, n3, n4, n5 and 1 other: EPYC, 16 cores, 64.0 GiB, Linux 6.1");
    assert_string_equal(json_string_value(json_array_get(lines, 1)),
                        "n2: Xeon, 16 cores, 64.0 GiB, Linux 6.1");
    json_decref(lines);
    json_decref(nodes);
    lines = node_report_lines(NULL);
    assert_int_equal(json_array_size(lines), 0);
    json_decref(lines);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* As the programs are found, and as they are after that. */
static void programs_of_another_build_are_told(void **state)
{
    char same[] = "same", changed[] = "changed", *programs[] = {same, changed};
    bool is_there = false;
    (void)state;
    write_file(same, "built");
    write_file(changed, "built");
    json_t *here = node_report_make(programs, 2);
    json_t *there = node_report_make(programs, 2);
    assert_null(node_report_other_program(there, here, programs, &is_there));
    json_decref(there);
    write_file(changed, "build");
    there = node_report_make(programs, 2);
    assert_ptr_equal(node_report_other_program(there, here, programs, &is_there), changed);
    assert_true(is_there);
    json_decref(there);
    assert_int_equal(unlink(changed), 0);
    there = node_report_make(programs, 2);
    assert_ptr_equal(node_report_other_program(there, here, programs, &is_there), changed);
    assert_false(is_there);
    assert_true(*node_report_host(there));
    json_decref(there);
    json_decref(here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_of_a_kind_have_the_same_processors_and_memory),
        cmocka_unit_test(a_node_may_be_of_the_kind_of_any),
        cmocka_unit_test(tells_a_line_for_each_kind),
        IN_A_FOLDER(programs_of_another_build_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
