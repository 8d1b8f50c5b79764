/*
 * Unit tests of drivers/record/merge.h: several runs made one, in memory; and of sources.h, which
 * reads of which runs it is. Folders: tests/cli/together.bats.
 */
#include "merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "made_up_experiments.h"
#include "manifest.h"
#include "sources.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PARTS = 3 };

static json_t *manifests[PARTS];
static struct plan plans[PARTS];
static struct merge_part parts[PARTS];

/* What each differs by from the others is when it began and its cells. */
static int begin(void **state)
{
    static const char *const folders[PARTS] = {"a", "b", "c"};
    (void)state;
    for (int i = 0; i < PARTS; i++) {
        char started[32];
        (void)snprintf(started, sizeof started, "2026-01-02T03:04:%02dZ", 10 - i);
        manifests[i] = json_pack(
            "{s:i, s:s, s:i, s:f, s:{s:s, s:s, s:i, s:I}, s:{s:s}, s:{s:{s:s}}}", "schema", 1,
            "started", started, "seed", i, "precision", 0.02, "machine", "host", "node1", "cpu",
            "a cpu", "allowed", 2, "memory", (json_int_t)1000000000, "environment", "OMP_A", "1",
            "models", "mpi", "mpi_library", "Open MPI 4");
        assert_non_null(manifests[i]);
        plans[i] = (struct plan){.count = 0};
        parts[i] = (struct merge_part){folders[i],  manifests[i],  &plans[i],
                                       .rounds = 6, .samples = 12, .ending = ENDING_ROUNDS};
    }
    return 0;
}

static int end(void **state)
{
    (void)state;
    for (int i = 0; i < PARTS; i++) {
        json_decref(manifests[i]);
        plan_free(&plans[i]);
    }
    return 0;
}

static struct cell *add(int part, const char *kernel, const char *label, unsigned workers)
{
    struct cell cell = {.workers = workers,
                        .ranks = 1,
                        .threads = workers,
                        .nodes = 1,
                        .size = 1000,
                        .base_size = 1000,
                        .experiments = 1u << EXPERIMENT_STRONG};
    (void)snprintf(cell.kernel, sizeof cell.kernel, "%s", kernel);
    (void)snprintf(cell.label, sizeof cell.label, "%s", label);
    (void)snprintf(cell.model, sizeof cell.model, "%s", label);
    (void)snprintf(cell.id, sizeof cell.id, "%s/%s/%u", kernel, label, workers);
    plan_append(&plans[part], &cell);
    return &plans[part].cells[plans[part].count - 1];
}

static void assert_order(const struct plan *plan, const char *const *ids, size_t count)
{
    assert_int_equal(plan->count, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(plan->cells[i].id, ids[i]);
        assert_ptr_equal(plan_find(plan, ids[i]), &plan->cells[i]);
    }
}

/* ---- cells ---- */

static void cells_join_in_the_order_of_one_run(void **state)
{
    static const char *const expected[] = {"pi/serial/1",      "pi/threads/1", "pi/threads/2",
                                           "pi/threads/4",     "pi/threads/8", "pi/pool/2",
                                           "pi/pool/4",        "pi/mpi/2",     "primes/serial/1",
                                           "primes/threads/2", "squares/mpi/2"};
    struct plan merged = {.count = 0};
    (void)state;
    (void)add(0, "pi", "serial", 1);
    (void)add(0, "pi", "threads", 2);
    (void)add(0, "pi", "threads", 8);
    (void)add(0, "pi", "pool", 2);
    (void)add(0, "primes", "serial", 1);
    (void)add(1, "pi", "serial", 1);
    (void)add(1, "pi", "threads", 1);
    (void)add(1, "pi", "threads", 4);
    (void)add(1, "pi", "pool", 4);
    (void)add(1, "pi", "mpi", 2);
    (void)add(2, "squares", "mpi", 2);
    (void)add(2, "primes", "threads", 2);
    assert_int_equal(merge_plans(parts, PARTS, &merged), STATUS_OK);
    assert_order(&merged, expected, sizeof expected / sizeof *expected);
    plan_free(&merged);
}

static void what_one_run_says_of_a_cell_holds(void **state)
{
    struct plan merged = {.count = 0};
    struct cell *cell = add(0, "pi", "threads", 2);
    (void)state;
    (void)snprintf(cell->told_with, sizeof cell->told_with, "primes");
    cell->experiments = 0;
    cell = add(1, "pi", "threads", 2);
    cell->oversubscribed = true;
    cell->limit.kind = LIMIT_OF_MACHINE;
    (void)snprintf(cell->limit.cell, sizeof cell->limit.cell, "move/threads/2");
    assert_int_equal(merge_plans(parts, 2, &merged), STATUS_OK);
    assert_int_equal(merged.count, 1);
    assert_false(plan_is_aside(&merged.cells[0]));
    assert_true(merged.cells[0].oversubscribed);
    assert_int_equal(merged.cells[0].experiments, 1u << EXPERIMENT_STRONG);
    assert_string_equal(merged.cells[0].limit.cell, "move/threads/2");
    plan_free(&merged);
}

static void more_cells_than_a_run_has_are_refused(void **state)
{
    struct plan merged = {.count = 0};
    (void)state;
    for (int part = 0; part < 2; part++)
        for (unsigned i = 0; i <= PLAN_CELLS_MAX / 2; i++)
            (void)add(part, "pi", part ? "mpi" : "threads", i + 1);
    assert_int_equal(merge_plans(parts, 2, &merged), STATUS_USAGE);
    plan_free(&merged);
}

static void more_kernels_than_a_run_has_are_refused(void **state)
{
    struct plan merged = {.count = 0};
    (void)state;
    for (int i = 0; i <= PLAN_KERNELS_MAX; i++) {
        char kernel[PLAN_NAME_MAX];
        (void)snprintf(kernel, sizeof kernel, "k%d", i);
        (void)add(i % 2, kernel, "serial", 1);
    }
    assert_int_equal(merge_plans(parts, 2, &merged), STATUS_USAGE);
    plan_free(&merged);
}

/* ---- whether they can be one ---- */

static void set_of_machine(int part, const char *key, json_t *value)
{
    assert_int_equal(json_object_set_new(json_object_get(manifests[part], "machine"), key, value),
                     0);
}

static void machines_of_two_kinds_are_refused(void **state)
{
    (void)state;
    assert_int_equal(merge_check(parts, PARTS, false), STATUS_OK);
    set_of_machine(1, "host", json_string("node2"));
    set_of_machine(1, "memory", json_integer(1040000000));
    assert_int_equal(merge_check(parts, PARTS, false), STATUS_OK);
    set_of_machine(2, "memory", json_integer(1100000000));
    assert_int_equal(merge_check(parts, PARTS, false), STATUS_USAGE);
    assert_int_equal(merge_check(parts, PARTS, true), STATUS_OK);
    set_of_machine(2, "memory", json_integer(1000000000));
    set_of_machine(2, "cpu", json_string("another"));
    assert_int_equal(merge_check(parts, PARTS, false), STATUS_USAGE);
    assert_int_equal(merge_check(parts, 2, false), STATUS_OK);
}

/* The first one does not know what the other two differ in. */
static void each_is_compared_with_each(void **state)
{
    (void)state;
    assert_int_equal(json_object_del(json_object_get(manifests[0], "machine"), "cpu"), 0);
    assert_int_equal(merge_check(parts, PARTS, false), STATUS_OK);
    set_of_machine(2, "cpu", json_string("another"));
    assert_int_equal(merge_check(parts, PARTS, false), STATUS_USAGE);
}

static void set_nodes(int part, const char *first_cpu, const char *second_cpu)
{
    (void)json_object_set_new(manifests[part], "nodes",
                              json_pack("[{s:s, s:s}, {s:s, s:s}]", "host", "node1", "cpu",
                                        first_cpu, "host", "node2", "cpu", second_cpu));
}

static void nodes_of_two_kinds_are_refused(void **state)
{
    (void)state;
    set_nodes(1, "a cpu", "a cpu");
    assert_int_equal(merge_check(parts, PARTS, false), STATUS_OK);
    set_nodes(2, "a cpu", "another"); /* the job was mixed itself */
    assert_int_equal(merge_check(parts, PARTS, false), STATUS_USAGE);
    assert_int_equal(merge_check(&parts[1], 2, false), STATUS_USAGE);
    assert_int_equal(merge_check(parts, PARTS, true), STATUS_OK);
    set_nodes(1, "another", "a cpu");
    assert_int_equal(merge_check(&parts[1], 2, false), STATUS_OK);
}

static void a_copy_is_the_same_run(void **state)
{
    (void)state;
    parts[1].manifest = manifests[0];
    parts[1].rounds = 3; /* the copy was made before the run went on */
    assert_int_equal(merge_check(parts, PARTS, true), STATUS_USAGE);
    assert_true(merge_has_common(parts[0].manifest, parts[1].manifest));
    assert_false(merge_has_common(parts[0].manifest, parts[2].manifest));
}

static void two_sizes_of_a_kernel_are_refused(void **state)
{
    (void)state;
    (void)add(0, "pi", "serial", 1);
    struct cell *cell = add(1, "primes", "serial", 1);
    cell->size = cell->base_size = 2000;
    assert_int_equal(merge_check(parts, PARTS, false), STATUS_OK);
    cell = add(2, "pi", "threads", 2);
    cell->size = 2000; /* scaled with the workers: of the same base */
    assert_int_equal(merge_check(parts, PARTS, false), STATUS_OK);
    cell->base_size = 2000;
    assert_int_equal(merge_check(parts, PARTS, true), STATUS_USAGE);
}

/* ---- the manifest ---- */

static const char *text_at(const json_t *object, const char *key, const char *below)
{
    return json_string_value(json_object_get(json_object_get(object, key), below));
}

static json_t *merged_manifest(const struct merge_part *of, size_t count)
{
    struct plan merged = {.count = 0};
    json_t *manifest = NULL;
    assert_int_equal(merge_plans(of, count, &merged), STATUS_OK);
    assert_int_equal(merge_manifests(of, count, &merged, "parbench report a b", &manifest),
                     STATUS_OK);
    plan_free(&merged);
    return manifest;
}

static void a_manifest_has_what_is_the_same_in_all(void **state)
{
    (void)state;
    (void)json_object_set_new(json_object_get(manifests[1], "environment"), "OMP_B",
                              json_string("2"));
    (void)json_object_set_new(manifests[1], "models",
                              json_pack("{s:{}, s:{s:s}}", "pool", "mpi", "mpi_library", "MPICH"));
    set_of_machine(1, "host", json_string("node2"));
    set_nodes(0, "a cpu", "a cpu");
    set_nodes(2, "a cpu", "a cpu");
    parts[1].precision = 0.01;
    json_t *manifest = merged_manifest(parts, PARTS);
    assert_string_equal(json_string_value(json_object_get(manifest, "started")),
                        "2026-01-02T03:04:08Z");
    assert_string_equal(json_string_value(json_object_get(manifest, "command")),
                        "parbench report a b");
    assert_null(json_object_get(manifest, "seed"));
    assert_true(json_real_value(json_object_get(manifest, "precision")) == 0.01);
    assert_string_equal(text_at(manifest, "environment", "OMP_A"), "1");
    assert_null(text_at(manifest, "environment", "OMP_B"));
    assert_string_equal(text_at(manifest, "machine", "host"), "node1");
    assert_string_equal(text_at(manifest, "machine", "cpu"), "a cpu");
    json_t *models = json_object_get(manifest, "models");
    assert_non_null(json_object_get(models, "pool"));
    assert_non_null(json_object_get(models, "mpi"));
    assert_null(text_at(models, "mpi", "mpi_library"));
    assert_true(json_is_false(json_object_get(manifest, "mixed")));
    assert_int_equal(json_array_size(json_object_get(manifest, "nodes")), 2);
    /* Those that it was made of are as they were. */
    assert_int_equal(json_integer_value(json_object_get(manifests[2], "seed")), 2);
    assert_string_equal(text_at(manifests[1], "machine", "host"), "node2");
    json_decref(manifest);
}

static void assert_merged_slots(size_t count, unsigned expected)
{
    json_t *manifest = merged_manifest(parts, count);
    assert_int_equal(manifest_slots(manifest), expected);
    json_decref(manifest);
}

/* Jobs have numbers and slots of their own. */
static void nodes_have_room_as_in_the_largest_job(void **state)
{
    (void)state;
    assert_merged_slots(PARTS, 2); /* nobody named nodes: the machine's cores */
    (void)json_object_set_new(manifests[0], "allocation", json_null());
    (void)json_object_set_new(manifests[1], "allocation",
                              json_pack("{s:s, s:i}", "job", "17", "slots", 4));
    assert_merged_slots(2, 4);
    (void)json_object_set_new(manifests[2], "allocation",
                              json_pack("{s:s, s:i}", "job", "18", "slots", 16));
    assert_merged_slots(PARTS, 16);
    (void)json_object_set_new(
        manifests[0], "allocation",
        json_pack("{s:s, s:s, s:i}", "given_by", "--hosts", "job", "17", "slots", 8));
    assert_merged_slots(2, 8);
    json_t *manifest = merged_manifest(parts, 2);
    assert_string_equal(text_at(manifest, "allocation", "job"), "17");
    assert_null(text_at(manifest, "allocation", "given_by"));
    json_decref(manifest);
    assert_int_equal(manifest_slots(manifests[0]), 8); /* as it was */
    assert_int_equal(manifest_slots(manifests[1]), 4);
}

static void several_machines_have_no_host(void **state)
{
    (void)state;
    set_of_machine(1, "cpu", json_string("another"));
    set_of_machine(1, "allowed", json_integer(16));
    json_t *manifest = merged_manifest(parts, PARTS);
    assert_true(json_is_true(json_object_get(manifest, "mixed")));
    assert_null(text_at(manifest, "machine", "host"));
    assert_null(text_at(manifest, "machine", "cpu"));
    assert_int_equal(manifest_whole(json_object_get(manifest, "machine"), "allowed", 1, 100), 16);
    json_decref(manifest);
}

static void its_sources_tell_of_which_run_a_round_is(void **state)
{
    struct sources sources;
    (void)state;
    parts[1].rounds = 0; /* cut off before its first sample */
    parts[1].ending = ENDING_NONE;
    parts[2].ending = ENDING_PRECISION;
    json_t *manifest = merged_manifest(parts, PARTS);
    sources_read(manifest, &sources);
    assert_int_equal(sources.count, PARTS);
    assert_false(sources.mixed);
    assert_string_equal(sources_find(&sources, 0)->folder, "a");
    assert_string_equal(sources_find(&sources, 5)->folder, "a");
    assert_string_equal(sources_find(&sources, 6)->folder, "c");
    assert_string_equal(sources_find(&sources, 11)->folder, "c");
    assert_null(sources_find(&sources, 12));
    assert_int_equal(sources.all[1].ending, ENDING_NONE);
    assert_int_equal(sources.all[2].ending, ENDING_PRECISION);
    assert_null(json_object_get(sources.all[0].manifest, "cells"));
    sources_free(&sources);
    json_decref(manifest);
}

/* One that was put together stands for those that it is of. */
static void merged_runs_merge(void **state)
{
    struct sources sources;
    (void)state;
    json_t *two = merged_manifest(parts, 2);
    struct merge_part of[] = {
        {"ab", two, &plans[0], .rounds = 12, .samples = 24, .ending = ENDING_ROUNDS}, parts[2]};
    assert_int_equal(merge_check(of, 2, false), STATUS_OK);
    json_t *three = merged_manifest(of, 2);
    sources_read(three, &sources);
    assert_int_equal(sources.count, PARTS);
    assert_string_equal(sources.all[1].folder, "b");
    assert_int_equal(sources.all[2].first, 12);
    sources_free(&sources);
    assert_true(merge_has_common(three, manifests[1]));
    of[1] = parts[1];
    assert_int_equal(merge_check(of, 2, false), STATUS_USAGE);
    json_decref(three);
    json_decref(two);
}

/* ---- the samples ---- */

static void it_ends_as_its_runs_did(void **state)
{
    (void)state;
    assert_int_equal(merge_ending(parts, PARTS), ENDING_ROUNDS);
    parts[0].ending = parts[1].ending = parts[2].ending = ENDING_PRECISION;
    assert_int_equal(merge_ending(parts, PARTS), ENDING_PRECISION);
    parts[1].ending = ENDING_BUDGET;
    assert_int_equal(merge_ending(parts, PARTS), ENDING_BUDGET);
    parts[0].ending = ENDING_SIGNAL;
    assert_int_equal(merge_ending(parts, PARTS), ENDING_SIGNAL);
    parts[2].ending = ENDING_NONE;
    assert_int_equal(merge_ending(parts, PARTS), ENDING_NONE);
}

static void lines_are_of_later_rounds(void **state)
{
    json_t *sample = json_pack("{s:s, s:i}", "cell", "pi/serial/1", "round", 2);
    json_t *noise = json_pack("{s:{s:i, s:s}}", "noise", "round", 3, "host", "node1");
    json_t *ended = json_pack("{s:s}", "ended", "budget"),
           *resumed = json_pack("{s:{}}", "resumed");
    (void)state;
    assert_true(merge_line(sample, 6));
    assert_int_equal(json_integer_value(json_object_get(sample, "round")), 8);
    assert_true(merge_line(noise, 6));
    assert_int_equal(json_integer_value(json_object_get(json_object_get(noise, "noise"), "round")),
                     9);
    assert_null(json_object_get(noise, "round"));
    assert_false(merge_line(ended, 6));
    assert_false(merge_line(resumed, 6));
    json_decref(sample);
    json_decref(noise);
    json_decref(ended);
    json_decref(resumed);
}

/* Whatever stands there, no round is of two runs, and there are no more than a run can have. */
static void sources_of_rubbish_are_read(void **state)
{
    static const char *const texts[] = {
        "{\"sources\":7}", "{\"sources\":{\"a\":1}}", "{\"sources\":[],\"mixed\":true}",
        "{\"sources\":[1,null,{\"rounds\":-4,\"samples\":\"x\",\"machine\":7,\"ended\":[]}]}",
        "{\"sources\":[{\"rounds\":1e300},{\"rounds\":99999},{\"rounds\":5}],\"mixed\":true}"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct sources sources;
        size_t next = 0;
        json_t *manifest = json_loads(texts[i], 0, NULL);
        assert_non_null(manifest);
        sources_read(manifest, &sources);
        assert_int_equal(sources.count, i < 3 ? 0 : 3);
        assert_int_equal(sources.mixed, i == 4);
        for (size_t j = 0; j < sources.count; j++) {
            assert_non_null(sources.all[j].folder);
            assert_non_null(sources.all[j].host);
            assert_int_equal(sources.all[j].first, next);
            next += sources.all[j].rounds;
        }
        assert_true(next <= RECORD_ROUNDS_MAX);
        sources_free(&sources);
        json_decref(manifest);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cells_join_in_the_order_of_one_run),
        TEST(what_one_run_says_of_a_cell_holds),
        TEST(more_cells_than_a_run_has_are_refused),
        TEST(more_kernels_than_a_run_has_are_refused),
        TEST(machines_of_two_kinds_are_refused),
        TEST(each_is_compared_with_each),
        TEST(nodes_of_two_kinds_are_refused),
        TEST(a_copy_is_the_same_run),
        TEST(two_sizes_of_a_kernel_are_refused),
        TEST(a_manifest_has_what_is_the_same_in_all),
        TEST(nodes_have_room_as_in_the_largest_job),
        TEST(several_machines_have_no_host),
        TEST(its_sources_tell_of_which_run_a_round_is),
        TEST(merged_runs_merge),
        TEST(it_ends_as_its_runs_did),
        TEST(lines_are_of_later_rounds),
        TEST(sources_of_rubbish_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
