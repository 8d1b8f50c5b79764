/*
 * Unit tests of what experiments have of their own in drivers/plan/sweep.h: kernels that they suit,
 * options that they vary, worker counts of their series. The experiments, models and machines are
 * made up; nothing is launched.
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

static uint64_t of_hundred_pieces(const struct kernel *kernel, const struct model_spec *choice,
                                  const struct profile *profile)
{
    (void)kernel, (void)profile;
    const uint64_t chunk = model_spec_chunk(choice);
    return chunk == 7 ? 0 : 100 * chunk;
}

static const char *tasks_of(const struct kernel *kernel)
{
    return kernel->commutative ? "70+80+90" : "70+70+70";
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
               .is_on_request = true},
    sized = {.name = "sized",
             .axis = {.kind = AXIS_OPTION, .option = "chunk", .values = "7,10,40"},
             .size = of_hundred_pieces,
             .is_on_request = true},
    many = {.name = "many",
            .axis = {.kind = AXIS_OPTION, .option = "chunk", .values = "auto,1,2,3,4,5,6,7,8,1000"},
            .widths = "4,8",
            .is_on_request = true},
    whole = {.name = "whole", .tasks = tasks_of, .takes_on_request = true, .is_on_request = true},
    enlarged = {.name = "enlarged", .enlarged = 3, .is_on_request = true};

const struct experiment *const experiment_table[] = {&plain, &waiting,  &varied,   &wide,
                                                     &held,  &numbered, &crowded,  &sized,
                                                     &many,  &whole,    &enlarged, NULL};

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

/* With as many as there are where all of its numbers are too many. Of numbers a profile takes as
 * many as it does of sizes, of those that cells come of, and both ends. */
static void a_profile_thins_numbers(void **state)
{
    struct request request = request_of(&many, "pi");
    (void)state;
    request.profile = &profile_table[0];
    assert_string_equal(sweep(&request, 2).text,
                        ",pi serial 1,pi team 2,pi team:chunk=4 2,pi team:chunk=8 2,");
}

/* ---- sizes of its own ---- */

/* Each cell has its base, before all others; a size that was asked for goes before it. */
static void sizes_cells_by_what_they_are(void **state)
{
    struct request request = request_of(&sized, "pi");
    struct plan plan;
    (void)state;
    request.sizes = NULL;
    assert_int_equal(try_sweep(&request, 2, &plan), STATUS_OK);
    assert_int_equal(plan.count, 4);
    for (size_t i = 0; i < plan.count; i++) {
        const struct cell *cell = &plan.cells[i], *base = plan_base(&plan, cell);
        assert_int_equal(cell->size, i % 2 == 0 ? 1000 : 4000);
        assert_int_equal(plan_is_base(cell), i < 2);
        assert_ptr_equal(base, &plan.cells[i % 2]);
        assert_int_equal(cell->experiments, experiment_bit(&sized));
    }
    plan_free(&plan);
    request.sizes = "500";
    assert_int_equal(try_sweep(&request, 2, &plan), STATUS_OK);
    assert_int_equal(plan.count, 4);
    for (size_t i = 0; i < plan.count; i++)
        assert_int_equal(plan.cells[i].size, 500);
    plan_free(&plan);
    assert_false(experiment_is_of_one_size(&sized));
    assert_true(experiment_is_of_one_size(&wide));
}

/* ---- whole tasks ---- */

/* No map has them, and no model that combines in any order. The text is the plan's. */
static void makes_tasks_of_all_that_have_them(void **state)
{
    struct request request = request_of(&whole, NULL);
    struct plan plan;
    unsigned bases = 0, alone = 0, different = 0;
    (void)state;
    request.sizes = NULL;
    assert_int_equal(try_sweep(&request, 1, &plan), STATUS_OK);
    for (size_t i = 0; i < plan.count; i++) {
        const struct cell *cell = &plan.cells[i];
        const struct kernel *kernel = kernel_find(cell->kernel);
        assert_false(kernel_is_map(kernel));
        if (plan_is_one_task(cell)) {
            assert_true(plan_is_base(cell) && !cell->tasks && plan_base(&plan, cell) == cell);
            assert_in_range(cell->size, 70, 90);
            alone++;
            continue;
        }
        assert_string_equal(cell->tasks, tasks_of(kernel));
        assert_non_null(
            strstr(cell->id, kernel->commutative ? "/n:3/tasks=70+80+90" : "/n:3/tasks=70+70+70"));
        different += kernel->commutative ? 3 : 1;
        assert_string_not_equal(cell->model, "asked");
        assert_string_equal(plan_base(&plan, cell)->kernel, cell->kernel);
        bases += plan_is_base(cell);
    }
    assert_true(bases > 2);
    assert_int_equal(plan.count, 2 * bases + alone);
    assert_int_equal(different, 2 * alone);
    plan_free(&plan);
}

/* Whatever a profile has, but not what was asked for. */
static void has_sizes_of_its_own_in_every_profile(void **state)
{
    struct request request = request_of(&enlarged, "pi");
    struct plan plan;
    (void)state;
    for (unsigned asked = 0; asked < 2; asked++) {
        request.sizes = asked ? "1000" : NULL;
        assert_int_equal(try_sweep(&request, 1, &plan), STATUS_OK);
        assert_int_equal(plan.count, 2);
        for (size_t i = 0; i < plan.count; i++)
            assert_int_equal(plan.cells[i].size,
                             asked ? 1000 : 3 * kernel_find("pi")->default_size);
        plan_free(&plan);
    }
    assert_true(experiment_is_of_one_size(&enlarged));
}

/* Cells of as many items that are no tasks have a base of their own. */
static void tasks_have_a_base_of_their_own(void **state)
{
    struct request request = request_of(&whole, "pi");
    struct plan plan;
    (void)state;
    request.experiments |= experiment_bit(&plain);
    request.sizes = "3";
    assert_int_equal(try_sweep(&request, 1, &plan), STATUS_OK);
    assert_int_equal(plan.count, 4 + 3);
    for (size_t i = 0; i < plan.count; i++) {
        if (plan_is_one_task(&plan.cells[i]))
            continue;
        const struct cell *base = plan_base(&plan, &plan.cells[i]);
        assert_int_equal(plan.cells[i].size, 3);
        assert_true(plan_have_same_tasks(base, &plan.cells[i]));
    }
    plan_free(&plan);
}

/* What was named is refused where it cannot be: tasks of a map, a size beside those of tasks, a
 * model that combines as it comes. */
static void refuses_what_has_no_tasks(void **state)
{
    static const char *const asked[][3] = {
        {"squares", NULL, NULL}, {"pi", NULL, "100"}, {"pi", "asked", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct request request = request_of(&whole, asked[i][0]);
        struct plan plan;
        request.models = asked[i][1];
        request.sizes = asked[i][2];
        assert_int_equal(try_sweep(&request, 1, &plan), STATUS_USAGE);
        plan_free(&plan);
    }
}

/* What a manifest says of a cell is all of it. */
static void tasks_are_written_and_read(void **state)
{
    struct request request = request_of(&whole, "pi");
    struct plan plan;
    (void)state;
    request.sizes = NULL;
    assert_int_equal(try_sweep(&request, 1, &plan), STATUS_OK);
    json_t *object = cell_json_planned(plan.cells);
    struct cell cell = {.options = 0};
    assert_null(cell_json_read(object, &cell));
    assert_string_equal(cell.tasks, plan.cells->tasks);
    assert_string_equal(cell.id, plan.cells->id);
    static const char *const wrong[] = {"", "70 80", "70+80;"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct cell other = {.options = 0};
        (void)json_object_set_new(object, "tasks", json_string(wrong[i]));
        assert_non_null(cell_json_read(object, &other));
    }
    json_decref(object);
    plan_free(&plan);
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
        cmocka_unit_test(a_profile_thins_numbers),
        cmocka_unit_test(sizes_cells_by_what_they_are),
        cmocka_unit_test(makes_tasks_of_all_that_have_them),
        cmocka_unit_test(has_sizes_of_its_own_in_every_profile),
        cmocka_unit_test(tasks_have_a_base_of_their_own),
        cmocka_unit_test(refuses_what_has_no_tasks),
        cmocka_unit_test(tasks_are_written_and_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
