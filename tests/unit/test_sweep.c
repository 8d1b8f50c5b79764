/*
 * Unit tests of what experiments have of their own in drivers/plan/sweep.h: kernels that they suit,
 * options that they vary, worker counts of their series. The experiments, models and machines are
 * made up; nothing is launched.
 */
#define _GNU_SOURCE
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

static const struct model_option team_options[] = {
    {.name = "schedule",
     .kind = OPTION_CHOICE,
     .values = {{.word = "even"},
                {.word = "free"},
                {.word = "batch"},
                {.word = "held", .traits = TRAIT_LOCKED}},
     .initial = "even"},
    {.name = "chunk", .kind = OPTION_COUNT, .values = {{.word = "auto"}}, .initial = "auto"},
    {0},
};
static const struct refusal team_refusals[] = {
    {"schedule=batch", "chunk", "it chooses the batch itself"}, {0}};

static struct model_entry entries[] = {
    {.model = {.name = "serial",
               .launch = LAUNCH_ALONE,
               .traits = TRAIT_BASE | TRAIT_SHARED_MEMORY,
               .copies = 1}},
    {.model = {.name = "team",
               .launch = LAUNCH_THREADS,
               .traits = TRAIT_SHARED_MEMORY | TRAIT_CHUNKS,
               .copies = 1,
               .options = team_options,
               .refusals = team_refusals}},
    {.model = {.name = "asked",
               .launch = LAUNCH_THREADS,
               .traits = TRAIT_SHARED_MEMORY | TRAIT_CHUNKS | TRAIT_ANY_ORDER | TRAIT_ON_REQUEST,
               .copies = 1,
               .options = team_options}},
    {.model = {.name = NULL}},
};
static const struct catalog catalog = {.count = 3, .total = 3, .entries = entries};

static bool waits(const struct kernel *kernel)
{
    return kernel->waits;
}

static const struct experiment
    plain = {.name = "plain", .is_on_request = true},
    waiting = {.name = "waiting", .suits = waits, .is_on_request = true},
    varied = {.name = "varied",
              .without = TRAIT_LOCKED,
              .varies = "schedule,dispatch",
              .axis = {.kind = AXIS_OPTION, .option = "chunk", .values = "1,100,400,500,1000"},
              .is_on_request = true},
    wide = {.name = "wide",
            .axis = {.kind = AXIS_OPTION, .option = "chunk", .values = "1,10"},
            .widths = "1,2,4,8,16,32",
            .is_on_request = true},
    held = {.name = "held",
            .traits = TRAIT_LOCKED,
            .varies = "chunk=7,schedule=held:chunk=7,schedule=held:pages=2,schedule=gone,schedule",
            .is_on_request = true},
    numbered = {.name = "numbered",
                .axis = {.kind = AXIS_WORKERS, .values = "1,3,6"},
                .is_on_request = true},
    crowded = {.name = "crowded",
               .axis = {.kind = AXIS_WORKERS, .values = "1,3,6"},
               .oversubscription = 2,
               .is_on_request = true};

const struct experiment *const experiment_table[] = {&plain, &waiting,  &varied,  &wide,
                                                     &held,  &numbered, &crowded, NULL};

static struct request request_of(const struct experiment *experiment, const char *kernels)
{
    return (struct request){.experiments = experiment_bit(experiment),
                            .kernels = kernels,
                            .sizes = "1000",
                            .alone = true,
                            .profile = &profile_table[1]};
}

/* On so many cores of one node. The caller frees. */
static enum status try_sweep(const struct request *request, unsigned cores, struct plan *plan)
{
    const struct machine machine = {.hardware_threads = cores,
                                    .cores = cores,
                                    .quota = INFINITY,
                                    .allowed = cores,
                                    .memory = (uint64_t)64 << 30,
                                    .memory_available = (uint64_t)64 << 30};
    const struct allocation allocation = {.machine = &machine, .nodes = 1, .slots = cores};
    return sweep_plan(request, &catalog, &allocation, plan);
}

/* Its cells as "kernel label workers" behind each other, each between commas. */
static struct listed {
    char text[2048];
} sweep(const struct request *request, unsigned cores)
{
    struct listed listed = {","};
    struct plan plan;
    assert_int_equal(try_sweep(request, cores, &plan), STATUS_OK);
    for (size_t i = 0; i < plan.count; i++)
        text_append(listed.text, sizeof listed.text, "%s %s %u,", plan.cells[i].kernel,
                    plan.cells[i].label, plan.cells[i].workers);
    plan_free(&plan);
    return listed;
}

/* ---- kernels that an experiment suits ---- */

static void measures_the_kernels_that_it_suits(void **state)
{
    struct request request = request_of(&waiting, NULL);
    (void)state;
    assert_string_equal(sweep(&request, 1).text, ",wait serial 1,wait team 1,");
    request.kernels = "pi"; /* what is named goes before it */
    assert_string_equal(sweep(&request, 1).text, ",pi serial 1,pi team 1,");
}

/* Others that are measured meanwhile do not get them, and keep their own. */
static void adds_no_kernels_to_other_experiments(void **state)
{
    struct request request = request_of(&waiting, NULL);
    struct plan plan;
    unsigned waited = 0;
    (void)state;
    request.experiments |= experiment_bit(&plain);
    assert_int_equal(try_sweep(&request, 1, &plan), STATUS_OK);
    for (size_t i = 0; i < plan.count; i++) {
        const struct cell *cell = &plan.cells[i];
        const bool waits_here = strcmp(cell->kernel, "wait") == 0;
        waited += waits_here;
        if (!plan_is_aside(cell))
            assert_int_equal(cell->experiments, experiment_bit(waits_here ? &waiting : &plain));
    }
    assert_int_equal(waited, 2);
    assert_true(plan.count > waited + 2);
    plan_free(&plan);
}

/* ---- options that it varies ---- */

/* Each other value, but for one that its traits rule out; a chunk with which a worker would have
 * none is left out, and so is what the model refuses beside it. */
static void varies_options_one_at_a_time(void **state)
{
    struct request request = request_of(&varied, "pi");
    (void)state;
    assert_string_equal(sweep(&request, 2).text,
                        ",pi serial 1,pi team:chunk=1 2,pi team:chunk=100 2,pi team:chunk=400 2,"
                        "pi team:chunk=500 2,pi team:schedule=free:chunk=1 2,"
                        "pi team:schedule=free:chunk=100 2,pi team:schedule=free:chunk=400 2,"
                        "pi team:schedule=free:chunk=500 2,");
}

static void varies_nothing_of_a_model_with_options(void **state)
{
    struct request request = request_of(&varied, "pi");
    (void)state;
    request.models = "team:schedule=free";
    const struct listed listed = sweep(&request, 2);
    assert_non_null(strstr(listed.text, "pi team:schedule=free:chunk=1 2,"));
    assert_null(strstr(listed.text, "pi team:chunk"));
}

/* One that was named with what its axis does not go with would have no cells. */
static void refuses_a_named_model_without_cells(void **state)
{
    struct request request = request_of(&varied, "pi");
    struct plan plan;
    (void)state;
    request.models = "team:schedule=batch";
    assert_int_equal(try_sweep(&request, 2, &plan), STATUS_USAGE);
    plan_free(&plan);
    request.models = "team,team:schedule=batch";
    assert_int_equal(try_sweep(&request, 2, &plan), STATUS_USAGE);
    plan_free(&plan);
}

/* Settings go together, of models that take them, and give a model traits that it lacks without. */
static void varies_several_settings_at_once(void **state)
{
    struct request request = request_of(&held, "pi");
    (void)state;
    request.workers = "2";
    assert_string_equal(sweep(&request, 2).text,
                        ",pi serial 1,pi team:schedule=held:chunk=7 2,pi team:schedule=held 2,");
}

/* ---- numbers of workers along the axis ---- */

static void has_the_numbers_of_workers_of_its_axis(void **state)
{
    struct request request = request_of(&numbered, "pi");
    (void)state;
    assert_string_equal(sweep(&request, 4).text, ",pi serial 1,pi team 1,pi team 3,");
    request.workers = "2";
    assert_string_equal(sweep(&request, 4).text, ",pi serial 1,pi team 2,");
    request = request_of(&crowded, "pi");
    assert_string_equal(sweep(&request, 2).text, ",pi serial 1,pi team 1,pi team 3,pi team 6,");
    request.profile = &profile_table[0]; /* which takes two */
    assert_string_equal(sweep(&request, 2).text, ",pi serial 1,pi team 1,pi team 6,");
}

/* ---- numbers of workers, a series each ---- */

static void has_a_series_for_each_number_of_workers(void **state)
{
    struct request request = request_of(&wide, "pi");
    (void)state;
    request.profile = &profile_table[2];
    assert_string_equal(sweep(&request, 4).text,
                        ",pi serial 1,pi team:chunk=1 1,pi team:chunk=10 1,pi team:chunk=1 2,"
                        "pi team:chunk=10 2,pi team:chunk=1 4,pi team:chunk=10 4,");
    request.workers = "3,2";
    assert_string_equal(sweep(&request, 4).text,
                        ",pi serial 1,pi team:chunk=1 3,pi team:chunk=10 3,pi team:chunk=1 2,"
                        "pi team:chunk=10 2,");
}

/* As worker counts are elsewhere: the first and the last are kept. */
static void a_profile_thins_series(void **state)
{
    struct request request = request_of(&wide, "pi");
    (void)state;
    request.profile = &profile_table[0];
    assert_string_equal(sweep(&request, 16).text,
                        ",pi serial 1,pi team:chunk=1 1,pi team:chunk=10 1,pi team:chunk=1 16,"
                        "pi team:chunk=10 16,");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_the_kernels_that_it_suits),
        cmocka_unit_test(adds_no_kernels_to_other_experiments),
        cmocka_unit_test(varies_options_one_at_a_time),
        cmocka_unit_test(varies_several_settings_at_once),
        cmocka_unit_test(has_the_numbers_of_workers_of_its_axis),
        cmocka_unit_test(varies_nothing_of_a_model_with_options),
        cmocka_unit_test(refuses_a_named_model_without_cells),
        cmocka_unit_test(has_a_series_for_each_number_of_workers),
        cmocka_unit_test(a_profile_thins_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
