/*
 * Unit tests of peers in drivers/plan/sweep.h and model_spec.h: where they take part, and what is
 * measured beside them. Experiments, models and machines are made up; nothing is launched.
 */
#define _GNU_SOURCE
#include "cell_json.h"
#include "sweep.h"
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- the world that a plan is made for ---- */

const struct unbuilt catalog_unbuilt[] = {{NULL, NULL}};

/* herd has all that its peer has, and a word and an option more. */
static const struct model_option herd_options[] = {
    {.name = "order",
     .kind = OPTION_CHOICE,
     .values = {{.word = "map"}, {.word = "any"}, {.word = "auto"}},
     .initial = "map"},
    {.name = "chunk", .kind = OPTION_COUNT, .values = {{.word = "auto"}}, .initial = "auto"},
    {.name = "pages", .kind = OPTION_COUNT, .initial = "1"},
    {0},
};
static const struct model_option peer_options[] = {
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .python = "chunksize"},
    {.name = "order",
     .kind = OPTION_CHOICE,
     .values = {{.word = "any", .python = "Herd.any"}, {.word = "map", .python = "Herd.map"}},
     .initial = "any"},
    {.name = "colour",
     .kind = OPTION_CHOICE,
     .values = {{.word = "red"}, {.word = "blue"}},
     .initial = "red"},
    {0},
};
static const struct model_option loop_options[] = {
    {.name = "body",
     .kind = OPTION_CHOICE,
     .values = {{.word = "c"}, {.word = "own", .python = "a loop", .kernels = "primes,pi"}},
     .initial = "c"},
    {0},
};

enum { SERIAL, HERD, PEER, LOOP, LONELY };
static struct model_entry entries[] = {
    {.model = {.name = "serial", .launch = LAUNCH_ALONE, .traits = TRAIT_BASE, .copies = 1}},
    {.model = {.name = "herd",
               .launch = LAUNCH_PROCESSES,
               .traits = TRAIT_CHUNKS,
               .copies = 1,
               .options = herd_options}},
    {.model = {.name = "peer-herd",
               .python = "herding.Herd",
               .mirrors = "herd",
               .launch = LAUNCH_PROCESSES,
               .traits = TRAIT_CHUNKS | TRAIT_PEER | TRAIT_ON_REQUEST,
               .copies = 1,
               .options = peer_options}},
    {.model = {.name = "peer-loop",
               .python = "a call",
               .mirrors = "serial",
               .launch = LAUNCH_ALONE,
               .traits = TRAIT_PEER | TRAIT_ON_REQUEST,
               .copies = 1,
               .options = loop_options}},
    {.model = {.name = "peer-lonely",
               .python = "lonely",
               .mirrors = "gone",
               .launch = LAUNCH_PROCESSES,
               .traits = TRAIT_PEER | TRAIT_ON_REQUEST,
               .copies = 1}},
    {.model = {.name = NULL}},
};
static const struct catalog catalog = {.count = 5, .total = 5, .entries = entries};

static bool is_no_map(const struct kernel *kernel)
{
    return kernel_is_default(kernel) && !kernel_is_map(kernel) && !kernel->waits;
}

/* Of what has a loop of its own fewer, and each a task only of pi. */
static uint64_t own_size(const struct kernel *kernel, const struct model_spec *choice,
                         const struct profile *profile)
{
    const bool is_loop = strcmp(choice->entry->model.name, "peer-loop") == 0;
    (void)profile;
    if (model_spec_chunk(choice) == 1)
        return strcmp(kernel->name, "pi") == 0 ? 70 : 0;
    return is_loop && strcmp(choice->values[0], "own") == 0 ? 80 : 900;
}

static const struct experiment plain = {.name = "plain"},
                               asking = {.name = "asking", .takes_on_request = true},
                               peers = {.name = "peers",
                                        .traits = TRAIT_PEER,
                                        .takes_on_request = true,
                                        .is_of_peers = true,
                                        .suits = is_no_map,
                                        .varies = "body,chunk=1",
                                        .is_on_request = true},
                               sized = {.name = "sized",
                                        .traits = TRAIT_PEER,
                                        .takes_on_request = true,
                                        .is_of_peers = true,
                                        .size = own_size,
                                        .varies = "body,chunk=1",
                                        .is_on_request = true};

const struct experiment *const experiment_table[] = {&plain, &asking, &peers, &sized, NULL};

static enum status try_sweep(const struct experiment *experiment, const char *kernels,
                             const char *models, struct plan *plan)
{
    const struct machine machine = {.hardware_threads = 2,
                                    .cores = 2,
                                    .quota = INFINITY,
                                    .allowed = 2,
                                    .memory = (uint64_t)64 << 30,
                                    .memory_available = (uint64_t)64 << 30};
    const struct allocation allocation = {.machine = &machine, .nodes = 1, .slots = 2};
    const struct request request = {.experiments = experiment_bit(experiment),
                                    .kernels = kernels,
                                    .models = models,
                                    .sizes = experiment->size ? NULL : "1000",
                                    .workers = "2",
                                    .alone = true,
                                    .profile = &profile_table[1]};
    return sweep_plan(&request, &catalog, &allocation, plan);
}

/* Its cells as "kernel label workers" behind each other, each between commas. */
static struct listed {
    char text[2048];
} sweep(const struct experiment *experiment, const char *kernels, const char *models)
{
    struct listed listed = {","};
    struct plan plan;
    assert_int_equal(try_sweep(experiment, kernels, models, &plan), STATUS_OK);
    for (size_t i = 0; i < plan.count; i++)
        text_append(listed.text, sizeof listed.text, "%s %s %u,", plan.cells[i].kernel,
                    plan.cells[i].label, plan.cells[i].workers);
    plan_free(&plan);
    return listed;
}

/* ---- where they take part ---- */

static void take_no_part_without_a_name(void **state)
{
    (void)state;
    assert_string_equal(sweep(&plain, "pi", NULL).text, ",pi serial 1,pi herd 2,");
    assert_string_equal(sweep(&asking, "pi", NULL).text, ",pi serial 1,pi herd 2,");
    assert_string_equal(sweep(&plain, "pi", "peer-herd").text, ",pi serial 1,pi peer-herd 2,");
}

/* Another default there is another word here; what only one of them has stays as it is. */
static void are_measured_beside_what_they_mirror(void **state)
{
    (void)state;
    assert_string_equal(sweep(&peers, "pi", NULL).text,
                        ",pi serial 1,pi peer-herd 2,pi herd:order=any 2,pi peer-herd:chunk=1 2,"
                        "pi herd:order=any:chunk=1 2,pi peer-loop 1,pi peer-loop:body=own 1,"
                        "pi peer-lonely 2,");
    assert_string_equal(sweep(&peers, "pi", "peer-herd:order=map:colour=blue").text,
                        ",pi serial 1,pi peer-herd:order=map:colour=blue 2,pi herd 2,");
}

/* Its "kernel label size" likewise. */
static struct listed sizes(const char *kernels, const char *models)
{
    struct listed listed = {","};
    struct plan plan;
    assert_int_equal(try_sweep(&sized, kernels, models, &plan), STATUS_OK);
    for (size_t i = 0; i < plan.count; i++)
        text_append(listed.text, sizeof listed.text, "%s %s %d,", plan.cells[i].kernel,
                    plan.cells[i].label, (int)plan.cells[i].size);
    plan_free(&plan);
    return listed;
}

static void what_they_mirror_has_their_size(void **state)
{
    (void)state;
    assert_string_equal(sizes("pi", "peer-herd,peer-loop").text,
                        ",pi serial 900,pi serial 70,pi serial 80,pi peer-herd 900,"
                        "pi herd:order=any 900,pi peer-herd:chunk=1 70,pi herd:order=any:chunk=1 "
                        "70,pi peer-loop 900,pi peer-loop:body=own 80,");
    assert_string_equal(sizes("primes", "peer-herd").text,
                        ",primes serial 900,primes peer-herd 900,primes herd:order=any 900,");
}

/* ---- what goes with some kernels only ---- */

static void a_loop_of_its_own_is_left_out_with_other_kernels(void **state)
{
    (void)state;
    const struct listed listed = sweep(&peers, NULL, "peer-loop,peer-loop:body=own");
    assert_non_null(strstr(listed.text, ",pi peer-loop:body=own 1,"));
    assert_non_null(strstr(listed.text, ",primes peer-loop:body=own 1,"));
    assert_non_null(strstr(listed.text, ",factorial peer-loop 1,"));
    assert_null(strstr(listed.text, ",factorial peer-loop:body=own 1,"));
}

static void a_loop_of_its_own_is_refused_where_both_are_named(void **state)
{
    struct plan plan;
    (void)state;
    assert_int_equal(try_sweep(&peers, "factorial", "peer-loop:body=own", &plan), STATUS_USAGE);
    plan_free(&plan);
    assert_string_equal(sweep(&peers, "primes", "peer-loop:body=own").text,
                        ",primes serial 1,primes peer-loop:body=own 1,");
}

/* ---- what a cell keeps of it ---- */

static void a_cell_tells_what_it_mirrors(void **state)
{
    struct plan plan;
    (void)state;
    assert_int_equal(try_sweep(&peers, "pi", "peer-herd:chunk=7:order=map:colour=blue", &plan),
                     STATUS_OK);
    assert_int_equal(plan.count, 3);
    assert_string_equal(plan.cells[1].mirrors, "herd");
    assert_string_equal(plan.cells[1].python, "herding.Herd, chunksize 7, Herd.map, colour blue");
    assert_true(plan.cells[1].traits & TRAIT_PEER);
    assert_string_equal(plan.cells[2].mirrors, "");
    assert_string_equal(plan.cells[2].label, "herd:chunk=7");
    for (size_t i = 0; i < plan.count; i++) {
        json_t *object = cell_json_planned(&plan.cells[i]);
        struct cell read = {.workers = 0};
        assert_null(cell_json_read(object, &read));
        assert_string_equal(read.mirrors, plan.cells[i].mirrors);
        assert_string_equal(read.python, plan.cells[i].python);
        json_decref(object);
    }
    plan_free(&plan);
}

static void a_cell_that_mirrors_no_name_is_none(void **state)
{
    struct plan plan;
    (void)state;
    assert_int_equal(try_sweep(&peers, "pi", "peer-herd", &plan), STATUS_OK);
    json_t *object = cell_json_planned(&plan.cells[1]);
    struct cell read = {.workers = 0}, again = {.workers = 0};
    assert_int_equal(json_object_del(object, "python"), 0);
    assert_string_equal(cell_json_read(object, &read), "what it is in Python is no text");
    assert_int_equal(json_object_set_new(object, "mirrors", json_string("a b")), 0);
    assert_string_equal(cell_json_read(object, &again), "the model that it mirrors is no name");
    json_decref(object);
    plan_free(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(take_no_part_without_a_name),
        cmocka_unit_test(are_measured_beside_what_they_mirror),
        cmocka_unit_test(what_they_mirror_has_their_size),
        cmocka_unit_test(a_loop_of_its_own_is_left_out_with_other_kernels),
        cmocka_unit_test(a_loop_of_its_own_is_refused_where_both_are_named),
        cmocka_unit_test(a_cell_tells_what_it_mirrors),
        cmocka_unit_test(a_cell_that_mirrors_no_name_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
