/*
 * Unit tests of drivers/tables/worker_placement.h: what workers tell of where they were, whatever
 * it is, and which of them share a core.
 */
#define _GNU_SOURCE
#include "worker_placement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static const struct cell two = {.model = "pool", .label = "pool", .workers = 2};
static const struct cell many = {
    .model = "mpi", .label = "mpi", .workers = 3, .oversubscribed = true};

/* Returns how many share a core. */
static size_t add(json_t *placements, const struct cell *cell, const char *workers)
{
    json_t *array = json_loads(workers, 0, NULL);
    assert_non_null(array);
    const size_t sharing = worker_placement_add(placements, cell, array, NULL);
    json_decref(array);
    return sharing;
}

/* What is printed, which the caller frees. */
static char *printed(const json_t *placements)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    worker_placement_print(stream, placements);
    assert_int_equal(fclose(stream), 0);
    return text;
}

static void prints_a_line_a_worker(void **state)
{
    json_t *here = json_array();
    (void)state;
    (void)add(
        here, &two,
        "[{\"node\": \"n1\", \"rank\": 0, \"thread\": 0, \"processor\": 4, \"processors\": \"4\"},"
        " {\"node\": \"n1\", \"rank\": 0, \"thread\": 1, \"processor\": -1, \"processors\": "
        "\"\"}]");
    char *text = printed(here);
    assert_string_equal(text, "model  node  rank  thread  mask  core\n"
                              "pool   n1       0       0  4        4\n"
                              "pool   n1       0       1  -        -\n"
                              "- it got no work.\n");
    free(text);
    json_decref(here);
}

static void marks_workers_that_share_a_core(void **state)
{
    json_t *here = json_array();
    (void)state;
    assert_int_equal(add(here, &two,
                         "[{\"node\": \"a\", \"processor\": 3},"
                         " {\"node\": \"a\", \"processor\": 3}]"),
                     2);
    assert_int_equal(add(here, &many,
                         "[{\"node\": \"a\", \"processor\": 3},"
                         " {\"node\": \"a\", \"processor\": 3},"
                         " {\"node\": \"a\", \"processor\": 1}]"),
                     0); /* they must */
    assert_int_equal(json_array_size(here), 5);
    char *text = printed(here);
    assert_non_null(strstr(text, "3!\n"));
    assert_non_null(strstr(text, "1*\n* more workers than cores.\n! on one core with another"));
    free(text);
    json_decref(here);
}

static void tells_nodes_and_idle_workers_apart(void **state)
{
    json_t *here = json_array();
    (void)state;
    assert_int_equal(add(here, &two,
                         "[{\"node\": \"a\", \"processor\": 3},"
                         " {\"node\": \"b\", \"processor\": 3}]"),
                     0);
    assert_int_equal(add(here, &two,
                         "[{\"node\": \"a\", \"processor\": -1},"
                         " {\"node\": \"a\", \"processor\": -1}]"),
                     0);
    json_decref(here);
}

/* Two hardware threads of one core are no two cores; those of this machine, where it has such. */
static void knows_the_cores_of_hardware_threads(void **state)
{
    struct placement *placement = placement_read();
    const struct processors processors = placement_processors(placement);
    unsigned cores = 0;
    (void)state;
    for (size_t i = 0; i < processors.count; i++) {
        bool is_new = true;
        for (size_t j = 0; j < i; j++)
            is_new = is_new &&
                     !placement_same_core(placement, processors.numbers[i], processors.numbers[j]);
        cores += is_new;
    }
    assert_int_equal(cores, placement_cores(placement));
    assert_true(placement_same_core(placement, 7000, 7000));
    assert_false(placement_same_core(placement, 7000, 7001));
    assert_false(placement_same_core(NULL, 0, 1));
    assert_true(placement_same_core(NULL, 1, 1));
    free(placement);
}

static void survives_nonsense(void **state)
{
    json_t *here = json_array();
    (void)state;
    (void)add(here, &two, "[]");
    (void)add(here, &two, "{}");
    assert_int_equal(json_array_size(here), 0);
    (void)add(
        here, &two,
        "[1, null, {}, {\"node\": 3, \"processor\": \"x\", \"processors\": [], \"rank\": \"r\"}]");
    assert_int_equal(json_array_size(here), 4);
    assert_true(json_is_null(json_object_get(json_array_get(here, 2), "processor")));
    char *text = printed(here);
    assert_non_null(strstr(text, "pool   -        0       0  -        -\n"));
    free(text);
    json_decref(here);
}

static void keeps_to_80_columns(void **state)
{
    json_t *here = json_array();
    struct cell cell = {.oversubscribed = true};
    (void)state;
    memset(cell.label, 'm', sizeof cell.label - 1);
    (void)add(
        here, &cell,
        "[{\"node\": \"a-node-whose-name-is-rather-long.in.a.domain\", \"rank\": 4096, \"thread\":"
        " 128, \"processor\": 1023, \"processors\": \"0-3,8-11,16-19,24-27,32-35\"}]");
    char *text = printed(here);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(strlen(line) <= 80);
    free(text);
    const json_t *worker = json_array_get(here, 0);
    assert_string_equal(json_string_value(json_object_get(worker, "label")), cell.label);
    assert_string_equal(json_string_value(json_object_get(worker, "processors")),
                        "0-3,8-11,16-19,24-27,32-35");
    json_decref(here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_a_line_a_worker),
        cmocka_unit_test(marks_workers_that_share_a_core),
        cmocka_unit_test(tells_nodes_and_idle_workers_apart),
        cmocka_unit_test(knows_the_cores_of_hardware_threads),
        cmocka_unit_test(survives_nonsense),
        cmocka_unit_test(keeps_to_80_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
