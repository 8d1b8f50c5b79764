/*
 * Unit tests of drivers/record/node_sums.h: that nodes tell the same of an execution as their
 * workers do, and what of nodes cannot be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drawn.h"
#include "instrumented.h"
#include "node_sums.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NODES = 5, EACH = 7, WORKERS = NODES * EACH, TRIES = 500 };

/* From 0 to 1, without 1. */
static double drawn(uint64_t *random)
{
    return (double)draw(random, 1000000) / 1e6;
}

/* A number that a worker may lack. */
static json_t *some(uint64_t *random, bool lacks)
{
    return lacks ? json_null() : json_integer((json_int_t)draw(random, 1000000));
}

/* What a launch that counts tells of a worker; one in so many is idle, or lacks something. */
static json_t *counted_worker(uint64_t *random, int number, double idle, double lacking)
{
    const bool is_idle = drawn(random) < idle;
    char node[16];
    (void)snprintf(node, sizeof node, "n%d", number / EACH);
    json_t *worker = json_pack(
        "{s:s, s:i, s:i, s:f, s:f, s:i, s:s, s:{s:o, s:o}}", "node", node, "rank", number, "thread",
        0, "busy_s", is_idle ? 0 : drawn(random), "cpu_s", drawn(random), "processor",
        is_idle ? -1 : number % EACH, "processors", "0-6", "counters", "PAPI_TOT_INS",
        some(random, is_idle || drawn(random) < lacking), "PAPI_L3_TCM", some(random, is_idle));
    json_t *counts = json_pack(
        "{s:o, s:o, s:o, s:o, s:o}", "voluntary_switches", some(random, drawn(random) < lacking),
        "involuntary_switches", some(random, false), "minor_faults", some(random, false),
        "major_faults", some(random, false), "peak_memory_bytes", some(random, is_idle));
    (void)json_object_update_new(worker, counts);
    const double first_s = drawn(random);
    (void)json_object_set_new(worker, "first_s", is_idle ? json_null() : json_real(first_s));
    (void)json_object_set_new(worker, "last_s", is_idle ? json_null() : json_real(first_s + 0.5));
    return worker;
}

/* Takes the workers over. */
static struct instrumented sum_of(const char *key, json_t *told, struct instrumented_events *events)
{
    json_t *execution = json_pack("{s:f, s:o, s:{}}", "wall_s", 2.0, key, told, "counters_absent");
    struct instrumented sums;
    *events = (struct instrumented_events){0};
    assert_true(instrumented_is_told(execution));
    assert_true(instrumented_sum(execution, events, &sums));
    json_decref(execution);
    return sums;
}

/* The same but for what rounding leaves of a sum in another order. */
static void assert_alike(double value, double expected)
{
    if (!(isnan(value) && isnan(expected)) && !(fabs(value - expected) <= 1e-12 * fabs(expected)))
        fail_msg("%.17g is not %.17g", value, expected);
}

static void assert_same_sums(json_t *workers)
{
    struct instrumented_events named_by_nodes, named_by_workers;
    const struct instrumented nodes = sum_of("nodes_busy", node_sums(workers), &named_by_nodes);
    const struct instrumented all = sum_of("workers_busy", workers, &named_by_workers);
    assert_memory_equal(&named_by_nodes, &named_by_workers, sizeof named_by_nodes);
    assert_int_equal(nodes.workers, all.workers);
    assert_alike(nodes.busy_sum_s, all.busy_sum_s);
    assert_alike(nodes.busy_max_s, all.busy_max_s);
    assert_alike(nodes.handed_out_s, all.handed_out_s);
    assert_alike(nodes.collected_s, all.collected_s);
    assert_alike(nodes.cpu_s, all.cpu_s);
    assert_alike(nodes.voluntary_switches, all.voluntary_switches);
    assert_alike(nodes.involuntary_switches, all.involuntary_switches);
    assert_alike(nodes.minor_faults, all.minor_faults);
    assert_alike(nodes.major_faults, all.major_faults);
    assert_alike(nodes.peak_memory_bytes, all.peak_memory_bytes);
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS; i++)
        assert_alike(nodes.count[i], all.count[i]);
}

static void nodes_tell_what_their_workers_do(void **state)
{
    static const double shares[] = {0, 0.1, 0.7, 1};
    uint64_t seed = 1;
    (void)state;
    for (int try = 0; try < TRIES; try++) {
        json_t *workers = json_array();
        for (int i = 0; i < WORKERS; i++)
            (void)json_array_append_new(
                workers, counted_worker(&seed, i, shares[try % 4], try % 3 == 0 ? 0.02 : 0));
        assert_same_sums(workers);
    }
}

static const json_t *item_of(const json_t *table, const char *column, size_t node)
{
    return json_array_get(json_object_get(table, column), node);
}

static void a_launch_that_does_not_count_has_busy_times_alone(void **state)
{
    json_t *workers = json_array();
    (void)state;
    for (int i = 0; i < WORKERS; i++)
        (void)json_array_append_new(workers,
                                    json_pack("{s:s, s:i, s:i, s:f}", "node", i % 2 ? "b" : "a",
                                              "rank", i, "thread", 0, "busy_s", 1 + i / 100.0));
    json_t *table = node_sums(workers);
    assert_int_equal(json_object_size(table), 5);
    assert_string_equal(json_string_value(item_of(table, "node", 1)), "b");
    assert_int_equal(json_integer_value(item_of(table, "ranks", 0)), 18);
    assert_int_equal(json_integer_value(item_of(table, "ranks", 1)), 17);
    json_decref(table);
    assert_same_sums(workers);
}

static void a_node_tells_where_its_workers_were(void **state)
{
    static const int processors[] = {0, 1, 2, 64, -1, 2, 9, 8};
    json_t *workers = json_array();
    (void)state;
    for (int i = 0; i < 8; i++)
        (void)json_array_append_new(workers,
                                    json_pack("{s:s, s:i, s:i, s:f, s:i, s:{}}", "node", "a",
                                              "rank", i / 2, "thread", i % 2, "busy_s", 1.0,
                                              "processor", processors[i], "counters"));
    json_t *table = node_sums(workers);
    assert_string_equal(json_string_value(item_of(table, "processors", 0)), "0-2,8-9,64");
    assert_int_equal(json_integer_value(item_of(table, "idle", 0)), 1);
    assert_int_equal(json_integer_value(item_of(table, "ranks", 0)), 4);
    assert_int_equal(json_integer_value(item_of(table, "workers", 0)), 8);
    json_decref(table);
    json_decref(workers);
}

static json_t *on_nodes(unsigned workers, unsigned nodes)
{
    json_t *all = json_array();
    for (unsigned i = 0; i < workers; i++)
        (void)json_array_append_new(all, json_pack("{s:i}", "node", (int)(i * nodes / workers)));
    return all;
}

static void few_workers_are_told_one_by_one(void **state)
{
    static const struct {
        unsigned workers, nodes;
        bool due;
    } cases[] = {{1, 1, false}, {1024, 1, false}, {1025, 1, true}, {256, 2, false}, {257, 2, true}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *workers = on_nodes(cases[i].workers, cases[i].nodes);
        assert_int_equal(node_sums_are_due(workers), cases[i].due);
        json_decref(workers);
    }
}

static void nodes_that_cannot_be_are_refused(void **state)
{
    static const char *const tables[] = {
        "{}",
        "[]",
        "7",
        "{'node':[]}",
        "{'node':['a']}",
        "{'node':['a'],'workers':[1],'busy_s':[1]}",
        "{'node':['a'],'workers':[0],'busy_s':[1],'busy_max_s':[1]}",
        "{'node':['a'],'workers':[1.5],'busy_s':[1],'busy_max_s':[1]}",
        "{'node':['a'],'workers':[1048577],'busy_s':[1],'busy_max_s':[1]}",
        "{'node':['a','b'],'workers':[1048576,1],'busy_s':[1,1],'busy_max_s':[1,1]}",
        "{'node':['a'],'workers':[2],'busy_s':[1],'busy_max_s':[1.5]}",
        "{'node':['a'],'workers':[2],'busy_s':[1],'busy_max_s':[-1]}",
        "{'node':['a','b'],'workers':[2,2],'busy_s':[1],'busy_max_s':[1]}",
        "{'node':['a'],'workers':[2],'busy_s':[1],'busy_max_s':[1],'minor_faults':[-1]}",
        "{'node':['a'],'workers':[2],'busy_s':[1],'busy_max_s':[1],'counters':{'X':[-1]}}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "{'wall_s':1,'nodes_busy':%s}", tables[i]);
        for (char *quote = text; (quote = strchr(quote, '\'')); quote++)
            *quote = '"';
        json_t *execution = json_loads(text, 0, NULL);
        struct instrumented_events events = {0};
        struct instrumented sums;
        assert_non_null(execution);
        if (instrumented_sum(execution, &events, &sums))
            fail_msg("%s is taken", tables[i]);
        json_decref(execution);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_tell_what_their_workers_do),
        cmocka_unit_test(a_launch_that_does_not_count_has_busy_times_alone),
        cmocka_unit_test(a_node_tells_where_its_workers_were),
        cmocka_unit_test(few_workers_are_told_one_by_one),
        cmocka_unit_test(nodes_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
