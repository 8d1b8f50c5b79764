/*
 * Unit tests of drivers/plan/sweep.h and drivers/plan/plan.h: which cells a request makes, on
 * made-up machines with made-up models and the suite's own kernels. Nothing is launched.
 */
#define _GNU_SOURCE
#include "made_up_traits.h"
#include "names.h"
#include "sweep.h"

#include "made_up_experiments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the world that a plan is made for ---- */

const struct unbuilt catalog_unbuilt[] = {{"gpu", "needs a card"}, {NULL, NULL}};

enum { MODELS = 8 };
static struct model_entry entries[MODELS + 1] = {
    {.model = {.name = "serial",
               .launch = LAUNCH_ALONE,
               .traits = TRAIT_BASE | TRAIT_SHARED_MEMORY,
               .copies = 1}},
    {.model = {.name = "gil",
               .launch = LAUNCH_THREADS,
               .traits = TRAIT_LOCKED | TRAIT_SHARED_MEMORY,
               .copies = 1,
               .options =
                   (const struct model_option[]){
                       {.name = "interval", .kind = OPTION_DURATION, .initial = "5ms"}, {0}}}},
    {.model = {.name = "threads",
               .launch = LAUNCH_THREADS,
               .traits = TRAIT_SHARED_MEMORY | TRAIT_CHUNKS,
               .copies = 1,
               .options = (const struct model_option[]){{.name = "schedule",
                                                         .kind = OPTION_CHOICE,
                                                         .values = {{.word = "static"},
                                                                    {.word = "dynamic"}},
                                                         .initial = "static"},
                                                        {.name = "chunk",
                                                         .kind = OPTION_COUNT,
                                                         .values = {{.word = "auto"}},
                                                         .initial = "auto"},
                                                        {0}}}},
    {.model =
         {.name = "pool", .launch = LAUNCH_PROCESSES, .traits = TRAIT_SHARED_MEMORY, .copies = 1}},
    {.model = {.name = "mpi",
               .launch = LAUNCH_RANKS,
               .copies = 2,
               .max_map_size = 1 << 27,
               .options =
                   (const struct model_option[]){
                       {.name = "transport",
                        .kind = OPTION_CHOICE,
                        .values = {{.word = "buffer"},
                                   {.word = "object", .copies = 1, .max_bytes = 1 << 27}},
                        .initial = "buffer"},
                       {.name = "inputs",
                        .kind = OPTION_CHOICE,
                        .values = {{.word = "scatter"},
                                   {.word = "equal", .traits = TRAIT_EQUAL_SHARES},
                                   {.word = "bcast", .traits = TRAIT_ALL_INPUTS}},
                        .initial = "scatter"},
                       {.name = "combine",
                        .kind = OPTION_CHOICE,
                        .values = {{.word = "reduce"},
                                   {.word = "gather", .traits = TRAIT_ALL_PARTIALS}},
                        .initial = "reduce"},
                       {0}}}},
    {.model = {.name = "asked",
               .launch = LAUNCH_RANKS,
               .traits = TRAIT_ON_REQUEST,
               .copies = 2,
               .max_map_size = 1 << 26}},
    {.model = {.name = "hybrid",
               .launch = LAUNCH_HYBRID,
               .traits = TRAIT_RANKS,
               .copies = 2,
               .options = (const struct model_option[]){{.name = "ranks",
                                                         .kind = OPTION_COUNT,
                                                         .values = {{.word = "auto"}},
                                                         .initial = "auto"},
                                                        {0}}}},
    {.model = {.name = "common",
               .launch = LAUNCH_THREADS,
               .traits = TRAIT_SHARED_MEMORY | TRAIT_CHUNKS | TRAIT_ANY_ORDER | TRAIT_ON_REQUEST,
               .copies = 1,
               .options =
                   (const struct model_option[]){
                       {.name = "guard",
                        .kind = OPTION_CHOICE,
                        .values = {{.word = "lock"}, {.word = "none", .traits = TRAIT_MAY_LOSE}},
                        .initial = "lock"},
                       {.name = "chunk",
                        .kind = OPTION_COUNT,
                        .values = {{.word = "auto"}},
                        .initial = "auto"},
                       {0}}}},
};
static const struct catalog catalog = {.count = MODELS, .total = MODELS, .entries = entries};

static struct machine machine_of(unsigned cores)
{
    return (struct machine){.hardware_threads = cores,
                            .cores = cores,
                            .quota = INFINITY,
                            .allowed = cores,
                            .memory = (uint64_t)64 << 30,
                            .memory_available = (uint64_t)64 << 30};
}

/* All of the machine, until the next call. */
static const struct allocation *all_of(const struct machine *machine)
{
    static struct allocation allocation;
    allocation = (struct allocation){.machine = machine, .nodes = 1, .slots = machine->allowed};
    return &allocation;
}

static struct request request_of(const char *kernels, const char *models)
{
    return (struct request){.kernels = kernels, .models = models, .profile = &profile_table[1]};
}

static struct plan sweep(const struct request *request, unsigned cores)
{
    const struct machine machine = machine_of(cores);
    struct plan plan;
    assert_int_equal(sweep_plan(request, &catalog, all_of(&machine), &plan), STATUS_OK);
    for (size_t i = 0; i < plan.count; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(plan.cells[i].id, plan.cells[j].id);
    return plan;
}

static void refuse_sweep(const struct request *request, unsigned cores)
{
    const struct machine machine = machine_of(cores);
    struct plan plan;
    assert_int_equal(sweep_plan(request, &catalog, all_of(&machine), &plan), STATUS_USAGE);
    plan_free(&plan);
}

static const struct cell *find(const struct plan *plan, const char *label, unsigned workers)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->cells[i].label, label) == 0 && plan->cells[i].workers == workers)
            return &plan->cells[i];
    return NULL;
}

static unsigned count(const struct plan *plan, const char *label)
{
    unsigned found = 0;
    for (size_t i = 0; i < plan->count; i++)
        found += strcmp(plan->cells[i].label, label) == 0;
    return found;
}

/* How many cells are told with another kernel than theirs. */
static unsigned count_aside(const struct plan *plan)
{
    unsigned found = 0;
    for (size_t i = 0; i < plan->count; i++)
        found += plan_is_aside(&plan->cells[i]);
    return found;
}

static enum status single_status(const struct single *single, const struct machine *machine)
{
    struct plan plan = {0};
    enum status status = plan_single(single, &catalog, all_of(machine), &plan);
    assert_int_equal(plan.count, status == STATUS_OK);
    plan_free(&plan);
    return status;
}

/* Behind the cell, unless that is one itself. */
static void plans_the_base_with_a_single(void **state)
{
    const struct machine machine = machine_of(4);
    struct single single = {.kernel = "pi", .model = "pool", .workers = 3, .with_base = true};
    struct plan plan = {0};
    (void)state;
    assert_int_equal(plan_single(&single, &catalog, all_of(&machine), &plan), STATUS_OK);
    assert_int_equal(plan.count, 2);
    assert_string_equal(plan.cells[0].label, "pool");
    assert_ptr_equal(plan_base(&plan, plan.cells), &plan.cells[1]);
    assert_int_equal(plan.cells[1].workers, 1);
    plan_free(&plan);
    single.model = "serial";
    single.workers = 1;
    assert_int_equal(single_status(&single, &machine), STATUS_OK); /* it alone */
    single = (struct single){
        .kernel = "primes:algorithm=sieve", .model = "pool", .workers = 3, .with_base = true};
    assert_int_equal(plan_single(&single, &catalog, all_of(&machine), &plan), STATUS_OK);
    assert_string_equal(plan.cells[0].kernel, "primes:algorithm=sieve");
    assert_ptr_equal(plan_base(&plan, plan.cells), &plan.cells[1]);
    assert_false(plan_is_aside(&plan.cells[1]));
    plan_free(&plan);
    single.kernel = "primes:algorithm=trial";
    assert_int_equal(plan_single(&single, &catalog, all_of(&machine), &plan), STATUS_OK);
    assert_string_equal(plan.cells[0].kernel, "primes");
    plan_free(&plan);
}

static struct cell single_cell(const struct single *single, unsigned cores)
{
    const struct machine machine = machine_of(cores);
    struct plan plan = {0};
    assert_int_equal(plan_single(single, &catalog, all_of(&machine), &plan), STATUS_OK);
    assert_int_equal(plan.count, 1);
    struct cell cell = plan.cells[0];
    plan_free(&plan);
    return cell;
}

/* ---- how many workers ---- */

static void assert_widths(unsigned most, unsigned widths_max, const unsigned *expected,
                          unsigned expected_count)
{
    unsigned widths[SWEEP_WIDTHS_MAX] = {0};
    unsigned got = sweep_widths(most, widths_max, widths);
    assert_int_equal(got, expected_count);
    for (unsigned i = 0; i < expected_count; i++)
        if (widths[i] != expected[i])
            fail_msg("width %u of %u is %u, not %u", i, most, widths[i], expected[i]);
}

#define WIDTHS(most, widths_max, ...)                                                              \
    assert_widths(most, widths_max, (const unsigned[]){__VA_ARGS__},                               \
                  sizeof((const unsigned[]){__VA_ARGS__}) / sizeof(unsigned))

static void doubles_up_to_all_cores(void **state)
{
    (void)state;
    WIDTHS(1, 40, 1);
    WIDTHS(2, 40, 1, 2);
    WIDTHS(3, 40, 1, 2, 3);
    WIDTHS(6, 40, 1, 2, 4, 6);
    WIDTHS(64, 40, 1, 2, 4, 8, 16, 32, 64);
    WIDTHS(96, 40, 1, 2, 4, 8, 16, 32, 64, 96);
}

static void thins_and_keeps_both_ends(void **state)
{
    (void)state;
    WIDTHS(64, 1, 64);
    WIDTHS(64, 2, 1, 64);
    WIDTHS(1, 4, 1);
    WIDTHS(8, 4, 1, 2, 4, 8);
    for (unsigned most = 1; most < 3000; most++)
        for (unsigned widths_max = 2; widths_max < 14; widths_max++) {
            unsigned widths[SWEEP_WIDTHS_MAX];
            unsigned got = sweep_widths(most, widths_max, widths);
            assert_in_range(got, 1, widths_max);
            assert_int_equal(widths[got - 1], most);
            assert_int_equal(widths[0], 1);
            for (unsigned i = 1; i < got; i++)
                assert_true(widths[i - 1] < widths[i]);
        }
    unsigned widths[SWEEP_WIDTHS_MAX];
    assert_in_range(sweep_widths(1u << 31, SWEEP_WIDTHS_MAX, widths), 32, SWEEP_WIDTHS_MAX);
}

/* ---- sweeps ---- */

static void measures_everything_by_default(void **state)
{
    struct request request = request_of(NULL, NULL);
    (void)state;
    request.sizes = "1000";
    unsigned kernels = 0, algorithms = 0, limits = 0;
    for (unsigned k = 0; kernel_table[k]; k++) {
        kernels += kernel_is_default(kernel_table[k]);
        algorithms += kernel_table[k]->of != NULL;
        limits += !kernel_table[k]->limit.kernel || kernel_table[k]->of ? 0
                  : kernel_table[k]->limit.kind == LIMIT_OF_MACHINE     ? 2
                                                                        : 1;
    }
    struct plan plan = sweep(&request, 2);
    /* Of each kernel: serial; gil, threads and pool with 1, 2 and 4; mpi and hybrid with 1 and 2;
     * all but serial with 2 and twice the work. Of each of their algorithms: serial, threads. Of
     * what limits them: serial, or threads with 1 and 2. */
    assert_int_equal(plan.count, kernels * (1 + 3 * 3 + 2 * 2 + 5) + 2 * algorithms + limits);
    assert_null(find(&plan, "mpi", 4));
    assert_null(find(&plan, "asked", 2)); /* which is for requests */
    plan_free(&plan);
}

/* A kernel that waits is for requests, and has all of its size in each profile. */
static void measures_waits_where_they_are_named(void **state)
{
    struct request request = request_of(NULL, "serial");
    (void)state;
    struct plan plan = sweep(&request, 1);
    for (size_t i = 0; i < plan.count; i++)
        assert_string_not_equal(plan.cells[i].kernel, "wait");
    plan_free(&plan);
    request.kernels = "wait";
    plan = sweep(&request, 1);
    assert_true(plan.count > 0);
    for (size_t i = 0; i < plan.count; i++)
        assert_int_equal(plan.cells[i].size, kernel_find("wait")->default_size);
    plan_free(&plan);
}

static void merges_cells_of_several_experiments(void **state)
{
    const unsigned gil = 1u << EXPERIMENT_GIL, strong = 1u << EXPERIMENT_STRONG,
                   weak = 1u << EXPERIMENT_WEAK;
    const struct request request = request_of("pi", "gil,mpi");
    (void)state;
    struct plan plan = sweep(&request, 4);
    assert_int_equal(find(&plan, "serial", 1)->experiments, gil | strong | weak);
    assert_int_equal(find(&plan, "mpi", 1)->experiments, strong | weak);
    assert_int_equal(find(&plan, "gil", 2)->experiments, gil | strong);
    assert_int_equal(find(&plan, "gil", 8)->experiments, gil);
    assert_int_equal(find(&plan, "mpi", 2)->experiments, strong);
    plan_free(&plan);

    struct request one = request_of("pi", NULL);
    one.experiments = gil;
    plan = sweep(&one, 4);
    assert_null(find(&plan, "mpi", 2));
    assert_int_equal(find(&plan, "gil", 2)->experiments, gil);
    plan_free(&plan);
}

static void refuses_a_named_model_that_takes_no_part(void **state)
{
    struct request request = request_of("pi", "gil,mpi");
    (void)state;
    request.experiments = 1u << EXPERIMENT_GIL;
    refuse_sweep(&request, 4);
}

static void takes_what_is_named_twice_once(void **state)
{
    struct request request = request_of("pi,pi", "serial,gil,gil,gil:interval=5ms,serial");
    (void)state;
    request.alone = true;
    request.workers = "2,1,2";
    struct plan plan = sweep(&request, 2);
    assert_int_equal(plan.count, 4); /* serial; gil with 1, with 2, with 2 and twice the work */
    plan_free(&plan);
}

static uint64_t size_of(const struct plan *plan, const char *kernel)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->cells[i].kernel, kernel) == 0 && !plan_is_aside(&plan->cells[i]) &&
            strcmp(plan->cells[i].label, "serial") == 0)
            return plan->cells[i].size;
    return 0;
}

static void takes_one_size_a_kernel(void **state)
{
    static const char *const several[] = {"1e5,2e5", "pi=1000,pi=1000", "pi=5,7,8", "1e5,1e5"};
    static const char *const right[] = {"pi=1000,2000", "2000,pi=1000", "2000,pi=1000,factorial=9"};
    struct request request = request_of("pi,primes", "pool");
    (void)state;
    request.experiments = 1u << EXPERIMENT_STRONG;
    for (size_t i = 0; i < sizeof several / sizeof *several; i++) {
        request.sizes = several[i];
        refuse_sweep(&request, 2);
    }
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        request.sizes = right[i];
        struct plan plan = sweep(&request, 2);
        assert_int_equal(size_of(&plan, "pi"), 1000);
        assert_int_equal(size_of(&plan, "primes"), 2000);
        plan_free(&plan);
    }
}

static void takes_ranges_of_workers(void **state)
{
    static const char *const wrong[] = {"1-",    "-2",  "0-2",       "3-2",
                                        "1-2-3", "1-x", "1-1048577", "1..2"};
    struct request request = request_of("pi", "pool");
    (void)state;
    request.alone = true;
    request.experiments = 1u << EXPERIMENT_STRONG;
    request.workers = "1,3-5,64";
    struct plan plan = sweep(&request, 64);
    assert_int_equal(count(&plan, "pool"), 5);
    for (unsigned workers = 3; workers <= 5; workers++)
        assert_non_null(find(&plan, "pool", workers));
    plan_free(&plan);
    request.workers = "1-64"; /* more than a sweep has by itself */
    plan = sweep(&request, 64);
    assert_int_equal(count(&plan, "pool"), 64);
    plan_free(&plan);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        request.workers = wrong[i];
        refuse_sweep(&request, 64);
    }
}

/* What follows a value and is no model is another value of that option. */
static void takes_lists_of_values(void **state)
{
    struct request request =
        request_of("pi", "threads:chunk=10,20,auto,gil,threads:schedule=dynamic");
    (void)state;
    request.alone = true;
    request.experiments = 1u << EXPERIMENT_STRONG;
    request.workers = "2";
    struct plan plan = sweep(&request, 2);
    assert_int_equal(plan.count, 6);
    static const char *const labels[] = {"threads:chunk=10", "threads:chunk=20", "threads", "gil",
                                         "threads:schedule=dynamic"};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        assert_non_null(find(&plan, labels[i], 2));
    plan_free(&plan);
    static const char *const wrong[] = {
        "threads:chunk=10,x", "threads,10",           "10",
        "gil:interval=1ms,1", "threads:chunk=10,gpu", "threads:chunk=10,"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        request.models = wrong[i];
        refuse_sweep(&request, 2);
    }
}

/* What follows an algorithm and is no kernel is another one of the same kernel. */
static void takes_lists_of_algorithms(void **state)
{
    struct request request = request_of("primes:algorithm=sieve,trial,pi", "serial");
    (void)state;
    request.experiments = 1u << EXPERIMENT_STRONG;
    struct plan plan = sweep(&request, 1);
    assert_true(size_of(&plan, "primes") > 0);
    assert_true(size_of(&plan, "primes:algorithm=sieve") > 0);
    assert_true(size_of(&plan, "pi") > 0);
    plan_free(&plan);
    static const char *const wrong[] = {"primes,sieve",
                                        "sieve",
                                        "pi,trial",
                                        "pi:algorithm=sieve",
                                        "primes:algorithm=seive",
                                        "primes:algorithm=sieve,seive",
                                        "primes:sieve",
                                        "primes:way=sieve",
                                        "primes:algorithm=",
                                        "primes:"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        request.kernels = wrong[i];
        refuse_sweep(&request, 1);
    }
}

/* What is said of a kernel holds for its algorithms, unless one is named itself. */
static void sizes_of_algorithms_are_their_kernels(void **state)
{
    static const struct {
        const char *sizes;
        uint64_t trial, sieve, pi;
    } cases[] = {{"1000", 1000, 1000, 1000},
                 {"primes=1000,5", 1000, 1000, 5},
                 {"5,primes=1000", 1000, 1000, 5},
                 {"primes:algorithm=sieve=1e3,primes=7,5", 7, 1000, 5},
                 {"5,primes=7,primes:algorithm=sieve=1e3", 7, 1000, 5},
                 {"5,primes:algorithm=sieve=1e3", 5, 1000, 5}};
    struct request request = request_of("primes:algorithm=trial,sieve,pi", "serial");
    (void)state;
    request.experiments = 1u << EXPERIMENT_STRONG;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        request.sizes = cases[i].sizes;
        struct plan plan = sweep(&request, 1);
        assert_int_equal(size_of(&plan, "primes"), cases[i].trial);
        assert_int_equal(size_of(&plan, "primes:algorithm=sieve"), cases[i].sieve);
        assert_int_equal(size_of(&plan, "pi"), cases[i].pi);
        plan_free(&plan);
    }
    static const char *const wrong[] = {"primes:algorithm=sieve=1,primes:algorithm=sieve=1",
                                        "primes:algorithm=sieve", "primes:algorithm=sieve="};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        request.sizes = wrong[i];
        refuse_sweep(&request, 1);
    }
}

/* As many as somebody writes. */
static void leaves_nothing_out_of_long_lists(void **state)
{
    enum { MANY = 100 };
    char list[16 * MANY] = "threads:chunk=1", kernels[8 * MANY] = "";
    struct request request = request_of(kernels, list);
    (void)state;
    for (unsigned i = 2; i <= MANY; i++)
        text_append(list, sizeof list, ",%u", i);
    for (unsigned i = 1; i < MANY; i++)
        text_append(kernels, sizeof kernels, "pi,");
    text_append(kernels, sizeof kernels, "primes");
    request.experiments = 1u << EXPERIMENT_STRONG;
    request.workers = "1";
    request.sizes = "100000";
    struct plan plan = sweep(&request, 1);
    assert_int_equal(plan.count - count_aside(&plan), 2 * (MANY + 1));
    plan_free(&plan);
}

static void always_has_serial(void **state)
{
    struct request request = request_of("pi,primes", "pool");
    (void)state;
    request.workers = "2";
    struct plan plan = sweep(&request, 2);
    assert_int_equal(plan.count - count_aside(&plan), 6);
    for (size_t i = 0; i < plan.count; i++) {
        const struct cell *base = plan_base(&plan, &plan.cells[i]);
        assert_non_null(base);
        assert_string_equal(base->model, "serial");
        assert_string_equal(base->kernel, plan.cells[i].kernel);
        assert_int_equal(base->workers, 1);
    }
    struct cell foreign = plan.cells[0];
    foreign.base_size++;
    assert_null(plan_base(&plan, &foreign));
    plan_free(&plan);
}

static void tells_models_by_their_options(void **state)
{
    const struct request request =
        request_of("pi", "threads,threads:schedule=dynamic:chunk=7,threads:schedule=static");
    (void)state;
    struct plan plan = sweep(&request, 1);
    assert_int_equal(count(&plan, "threads"), 2); /* with 1 and, for gil, with 2 */
    const struct cell *cell = find(&plan, "threads:schedule=dynamic:chunk=7", 1);
    assert_non_null(cell);
    assert_int_equal(cell->options, 2);
    assert_string_equal(cell->option_names[0], "schedule");
    assert_string_equal(cell->option_values[0], "dynamic");
    assert_string_equal(cell->option_values[1], "7");
    cell = find(&plan, "threads", 1);
    assert_string_equal(cell->option_values[0], "static");
    assert_string_equal(cell->option_values[1], "auto");
    plan_free(&plan);
}

static void oversubscribes_only_where_that_is_the_question(void **state)
{
    struct request request = request_of("pi", "gil,pool");
    (void)state;
    struct plan plan = sweep(&request, 2);
    for (size_t i = 0; i < plan.count; i++) {
        assert_int_equal(plan.cells[i].oversubscribed, plan.cells[i].workers > 2);
        if (plan.cells[i].oversubscribed)
            assert_int_equal(plan.cells[i].experiments, 1u << EXPERIMENT_GIL);
    }
    assert_true(find(&plan, "gil", 4)->oversubscribed);
    plan_free(&plan);

    request.workers = "4";
    refuse_sweep(&request, 2);
    request.experiments = 1u << EXPERIMENT_GIL;
    plan = sweep(&request, 2);
    assert_true(find(&plan, "pool", 4)->oversubscribed);
    plan_free(&plan);
    request.experiments = 1u << EXPERIMENT_STRONG;
    refuse_sweep(&request, 2);
    request.oversubscribe = true;
    plan = sweep(&request, 2);
    assert_true(find(&plan, "pool", 4)->oversubscribed);
    plan_free(&plan);
}

static void reads_sizes_for_all_or_for_each(void **state)
{
    struct request request = request_of("pi,primes", "serial");
    (void)state;
    request.alone = true;
    struct plan plan = sweep(&request, 1);
    assert_int_equal(plan.cells[0].size, 250000000 / profile_table[1].size_divisor);
    plan_free(&plan);

    request.sizes = "1M";
    plan = sweep(&request, 1);
    assert_int_equal(plan.cells[0].size, 1000000);
    assert_int_equal(plan.cells[1].size, 1000000);
    plan_free(&plan);

    request.sizes = "primes=2.5k,pi=1e6";
    plan = sweep(&request, 1);
    assert_int_equal(plan.cells[0].size, 1000000);
    assert_int_equal(plan.cells[1].size, 2500);
    plan_free(&plan);

    request.sizes = "5k,pi=1e6,factorial=5";
    plan = sweep(&request, 1);
    assert_int_equal(plan.cells[0].size, 1000000);
    assert_int_equal(plan.cells[1].size, 5000);
    plan_free(&plan);
}

static void refuses_what_is_wrong_in_a_sweep(void **state)
{
    static const char *const sizes[] = {"",
                                        "0",
                                        "pi=",
                                        "=5",
                                        "pi=0",
                                        "nosuch=5",
                                        "pi=1e6,",
                                        "pi=1e6,primes",
                                        "1e30",
                                        "1e13",
                                        "primes=4294967296"};
    static const char *const workers[] = {
        "", "0", "-1", "1,,2", "1,", "two", "1.5", "1e1", "9999999", "99999999999999999999", "3"};
    static const char *const models[] = {"",
                                         "nosuch",
                                         "serial,",
                                         "gpu",
                                         "threads:",
                                         "threads:schedule",
                                         "threads:schedule=",
                                         "threads:=",
                                         "threads:schedule=static|dynamic",
                                         "pool:chunk=1",
                                         "threads:chunk=0",
                                         "threads schedule=static"};
    struct request request = request_of("pi,primes", "pool");
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        request.sizes = sizes[i];
        refuse_sweep(&request, 2);
    }
    request.sizes = NULL;
    for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
        request.workers = workers[i];
        request.experiments = 1u << EXPERIMENT_STRONG;
        refuse_sweep(&request, 2);
    }
    request.workers = NULL;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        request.models = models[i];
        refuse_sweep(&request, 2);
    }
    request = request_of("pi,nosuch", "pool");
    refuse_sweep(&request, 2);
}

/* ---- algorithms ---- */

/* The cells that are there for the sake of primes. */
static const struct cell *find_aside(const struct plan *plan, const char *label)
{
    const struct cell *found = NULL;
    for (size_t i = 0; i < plan->count; i++) {
        const struct cell *cell = &plan->cells[i];
        if (!plan_is_aside(cell) || strcmp(cell->label, label) != 0)
            continue;
        assert_null(found);
        assert_string_equal(cell->kernel, "primes:algorithm=sieve");
        assert_string_equal(cell->told_with, "primes");
        assert_string_equal(plan_told_with(cell), "primes");
        assert_string_equal(plan_algorithm(cell), "sieve");
        assert_int_equal(cell->experiments, 0);
        assert_int_equal(cell->size, 1000);
        found = cell;
    }
    return found;
}

/* With one worker, and with as many as may be under the first model that shares memory and is not
 * locked. */
static void measures_other_algorithms_beside(void **state)
{
    static const struct {
        const char *models, *workers, *parallel;
        unsigned count;
    } cases[] = {{NULL, NULL, "threads", 4},
                 {"mpi,pool,threads", NULL, "pool", 4},
                 {"threads:schedule=dynamic", "1-3", "threads:schedule=dynamic", 3},
                 {"gil,threads", "2,64", "threads", 2},
                 {"gil,mpi", NULL, NULL, 0},
                 {"threads", "1", NULL, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct request request = request_of("primes", cases[i].models);
        request.sizes = "1000";
        request.workers = cases[i].workers;
        request.oversubscribe = true;
        request.experiments = 1u << EXPERIMENT_STRONG;
        struct plan plan = sweep(&request, 4);
        const struct cell *base = find_aside(&plan, "serial");
        assert_int_equal(base->workers, 1);
        assert_int_equal(count_aside(&plan), cases[i].parallel ? 2 : 1);
        if (cases[i].parallel) {
            const struct cell *parallel = find_aside(&plan, cases[i].parallel);
            assert_int_equal(parallel->workers, cases[i].count);
            assert_ptr_equal(plan_base(&plan, parallel), base);
        }
        plan_free(&plan);
    }
}

/* What the plan's cells of the kernel name as their limits, by their workers; "" where none. */
static void expect_limits(const struct plan *plan, const char *kernel, enum limit_kind kind,
                          const char *limit)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct cell *cell = &plan->cells[i];
        const bool is_none = cell->oversubscribed || cell->size != cell->base_size;
        char expected[PLAN_ID_MAX];
        if (strcmp(cell->kernel, kernel) != 0)
            continue;
        (void)snprintf(expected, sizeof expected, limit, cell->workers, cell->workers);
        assert_string_equal(cell->limit.cell, is_none ? "" : expected);
        assert_int_equal(cell->limit.kind, is_none ? LIMIT_NONE : kind);
        assert_true(is_none || plan_limits(plan_find(plan, expected)));
        assert_true(is_none || plan_find(plan, expected)->experiments == 0);
    }
}

/* Of each size that is the kernel's own, where there is a core for each worker. */
static void measures_what_limits_kernels(void **state)
{
    struct request request = request_of("squares,pi,factorial,primes", NULL);
    (void)state;
    request.sizes = "1000";
    struct plan plan = sweep(&request, 4);
    expect_limits(&plan, "squares", LIMIT_OF_MACHINE,
                  "copy/threads/workers:%u/ranks:1/threads:%u/nodes:1/n:1000");
    expect_limits(&plan, "pi", LIMIT_OF_CORES,
                  "divide/serial/workers:1/ranks:1/threads:1/nodes:1/n:1000");
    expect_limits(&plan, "factorial", LIMIT_OF_SERIAL_PART,
                  "multiply/serial/workers:1/ranks:1/threads:1/nodes:1/n:1000");
    for (size_t i = 0; i < plan.count; i++)
        if (strcmp(plan.cells[i].kernel, "primes") == 0)
            assert_string_equal(plan.cells[i].limit.cell, "");
    plan_free(&plan);
}

static unsigned count_limits(const struct request *request)
{
    struct plan plan = sweep(request, 2);
    unsigned found = 0;
    for (size_t i = 0; i < plan.count; i++)
        found += plan_limits(&plan.cells[i]) || *plan.cells[i].limit.cell;
    plan_free(&plan);
    return found;
}

/* Where nothing draws it, no model tells it, or nobody wants it; what is asked for itself is no
 * limit, and tells one all the same. */
static void measures_no_limit(void **state)
{
    struct request request = request_of("squares", "mpi,threads");
    (void)state;
    request.sizes = "1000";
    assert_int_equal(count_limits(&request), 5 + 2 + 2); /* two of another algorithm */
    request.kernels = "squares,copy";
    assert_int_equal(count_limits(&request), 5 + 2);
    request.kernels = "copy,squares";
    assert_int_equal(count_limits(&request), 5 + 2);
    request.kernels = "squares";
    request.alone = true;
    assert_int_equal(count_limits(&request), 0);
    request.alone = false;
    request.models = "mpi,gil";
    assert_int_equal(count_limits(&request), 0);
    request.models = "threads";
    request.experiments = 1u << EXPERIMENT_WEAK;
    assert_int_equal(count_limits(&request), 0);
}

static void measures_no_algorithm_beside(void **state)
{
    struct request request = request_of("primes", "pool");
    (void)state;
    request.sizes = "1000";
    request.experiments = 1u << EXPERIMENT_WEAK; /* where the work is scaled */
    struct plan plan = sweep(&request, 2);
    assert_int_equal(count_aside(&plan), 0);
    plan_free(&plan);
    /* One that was asked for is measured for itself, before or after. */
    request.experiments = 0;
    static const char *const kernels[] = {"primes:algorithm=trial,sieve", "primes:algorithm=sieve",
                                          "primes:algorithm=sieve,trial"};
    for (size_t i = 0; i < 3; i++) {
        request.kernels = kernels[i];
        plan = sweep(&request, 2);
        assert_int_equal(count_aside(&plan), 0);
        assert_true(size_of(&plan, "primes:algorithm=sieve") == 1000);
        for (size_t c = 1; c < plan.count; c++) { /* in the order of its own cells */
            const struct cell *cell = &plan.cells[c];
            assert_true(plan_is_base(cell) || strcmp(cell->kernel, cell[-1].kernel) == 0);
            assert_true(strcmp(cell->kernel, cell[-1].kernel) != 0 || cell->size != 1000 ||
                        cell[-1].size != 1000 || cell->workers >= cell[-1].workers);
        }
        plan_free(&plan);
    }
}

static void tells_algorithms_of_one_result(void **state)
{
    (void)state;
    assert_true(plan_have_one_result("primes", "primes:algorithm=sieve"));
    assert_true(plan_have_one_result("primes:algorithm=a", "primes:algorithm=sieve"));
    assert_true(plan_have_one_result("pi", "pi"));
    assert_false(plan_have_one_result("pi", "primes"));
    assert_false(plan_have_one_result("prime", "primes:algorithm=sieve"));
    assert_false(plan_have_one_result("primes", "prime:algorithm=sieve"));
}

/* ---- weak scaling ---- */

static void scales_the_work_with_the_workers(void **state)
{
    struct request request = request_of("pi,factorial", "gil,mpi");
    (void)state;
    request.experiments = 1u << EXPERIMENT_WEAK;
    request.sizes = "1000";
    struct plan plan = sweep(&request, 4);
    assert_int_equal(plan.count, 2 * (1 + 2 * 3));
    assert_int_equal(count(&plan, "serial"), 2);
    for (size_t i = 0; i < plan.count; i++) {
        const struct cell *cell = &plan.cells[i], *base = plan_base(&plan, cell);
        const struct kernel *kernel = kernel_find(cell->kernel);
        assert_int_equal(cell->base_size, 1000);
        assert_true(cell->size == kernel_weak_size(kernel, 1000, cell->workers));
        assert_true(cell->workers == 1 || cell->size > 1000);
        assert_non_null(base);
        assert_int_equal(base->size, 1000);
        assert_int_equal(base->workers, 1);
    }
    assert_int_equal(find(&plan, "mpi", 4)->size, 4000);
    plan_free(&plan);
}

static void keeps_weak_sweeps_short_unless_asked(void **state)
{
    struct request request = request_of("pi", "pool,gil");
    unsigned weak = 0;
    (void)state;
    struct plan plan = sweep(&request, 64);
    for (size_t i = 0; i < plan.count; i++)
        if (strcmp(plan.cells[i].label, "pool") == 0 &&
            plan.cells[i].experiments & 1u << EXPERIMENT_WEAK) {
            assert_true(plan.cells[i].workers == 1 || plan.cells[i].workers == 64);
            weak++;
        }
    assert_int_equal(weak, 2);
    plan_free(&plan);

    request.experiments = 1u << EXPERIMENT_WEAK;
    request.profile = &profile_table[2];
    plan = sweep(&request, 64);
    assert_int_equal(count(&plan, "pool"), 7);
    assert_int_equal(count(&plan, "gil"), 4); /* with 1, 2, 4 and 8: the others would take long */
    plan_free(&plan);
    request.workers = "16";
    plan = sweep(&request, 64);
    assert_int_equal(count(&plan, "gil"), 1);
    plan_free(&plan);
}

static void refuses_work_that_cannot_be_scaled(void **state)
{
    struct request request = request_of("pi", "pool");
    (void)state;
    request.alone = true;
    request.workers = "4";
    request.experiments = 1u << EXPERIMENT_WEAK;
    request.sizes = "249999999999";
    struct plan plan = sweep(&request, 4);
    assert_int_equal(find(&plan, "pool", 4)->size, 999999999996);
    plan_free(&plan);
    request.sizes = "250000000001"; /* four times that is beyond max_size, 10^12 */
    refuse_sweep(&request, 4);
    /* What nobody asked for by name is left out. */
    request.experiments = 0;
    plan = sweep(&request, 4);
    assert_int_equal(count(&plan, "pool"), 1);
    assert_false(find(&plan, "pool", 4)->experiments & 1u << EXPERIMENT_WEAK);
    plan_free(&plan);
}

static void leaves_out_scaled_work_that_the_memory_does_not_hold(void **state)
{
    struct request request = request_of("squares", "pool");
    struct machine machine = machine_of(4);
    struct plan plan;
    (void)state;
    request.sizes = "1M"; /* 16 MB, and 64 MB for four workers */
    machine.memory_available = 40000000;
    assert_int_equal(sweep_plan(&request, &catalog, all_of(&machine), &plan), STATUS_OK);
    for (size_t i = 0; i < plan.count; i++)
        assert_true(plan.cells[i].size == 1000000);
    plan_free(&plan);
    request.experiments = 1u << EXPERIMENT_WEAK;
    assert_int_equal(sweep_plan(&request, &catalog, all_of(&machine), &plan), STATUS_USAGE);
    plan_free(&plan);
}

/* ---- shapes ---- */

static void assert_shape(const struct single *single, unsigned workers, unsigned ranks,
                         unsigned threads)
{
    struct cell cell = single_cell(single, 12);
    if (cell.workers != workers || cell.ranks != ranks || cell.threads != threads)
        fail_msg("%s with %u workers, %u ranks, %u threads: %u = %u x %u", single->model,
                 single->workers, single->ranks, single->threads, cell.workers, cell.ranks,
                 cell.threads);
}

static struct single asked(const char *model, unsigned workers, unsigned ranks, unsigned threads)
{
    return (struct single){.kernel = "pi",
                           .model = model,
                           .workers = workers,
                           .ranks = ranks,
                           .threads = threads,
                           .size = 1000};
}

static void fills_shapes_in(void **state)
{
    static const struct {
        const char *model;
        unsigned asked[3], got[3];
    } cases[] = {
        {"serial", {0, 0, 0}, {1, 1, 1}},  {"pool", {0, 0, 0}, {12, 1, 1}},
        {"pool", {3, 0, 0}, {3, 1, 1}},    {"threads", {0, 0, 0}, {12, 1, 12}},
        {"threads", {5, 0, 0}, {5, 1, 5}}, {"threads", {0, 0, 5}, {5, 1, 5}},
        {"threads", {2, 1, 2}, {2, 1, 2}}, {"mpi", {0, 0, 0}, {12, 12, 1}},
        {"mpi", {3, 0, 0}, {3, 3, 1}},     {"mpi", {0, 4, 0}, {4, 4, 1}},
        {"mpi", {4, 4, 1}, {4, 4, 1}},     {"hybrid", {1, 0, 0}, {1, 1, 1}},
        {"hybrid", {2, 0, 0}, {2, 1, 2}},  {"hybrid", {3, 0, 0}, {3, 1, 3}},
        {"hybrid", {4, 0, 0}, {4, 2, 2}},  {"hybrid", {5, 0, 0}, {5, 1, 5}},
        {"hybrid", {6, 0, 0}, {6, 2, 3}},  {"hybrid", {0, 2, 3}, {6, 2, 3}},
        {"hybrid", {6, 3, 0}, {6, 3, 2}},  {"hybrid", {6, 0, 3}, {6, 2, 3}},
        {"hybrid", {0, 3, 0}, {3, 3, 1}},  {"hybrid", {0, 0, 3}, {3, 1, 3}},
        {"hybrid", {6, 6, 1}, {6, 6, 1}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct single single =
            asked(cases[i].model, cases[i].asked[0], cases[i].asked[1], cases[i].asked[2]);
        assert_shape(&single, cases[i].got[0], cases[i].got[1], cases[i].got[2]);
    }
}

static void gives_each_memory_node_a_rank(void **state)
{
    const struct single single = asked("hybrid", 12, 0, 0), uneven = asked("hybrid", 6, 0, 0);
    struct machine machine = machine_of(12);
    struct plan plan = {0};
    (void)state;
    machine.has_topology = true;
    machine.topology.numa_nodes = 4;
    assert_int_equal(plan_single(&single, &catalog, all_of(&machine), &plan), STATUS_OK);
    assert_int_equal(plan.cells[0].ranks, 4);
    assert_int_equal(plan.cells[0].threads, 3);
    plan_free(&plan);
    assert_int_equal(plan_single(&uneven, &catalog, all_of(&machine), &plan), STATUS_OK);
    assert_int_equal(plan.cells[0].ranks * plan.cells[0].threads, 6);
    plan_free(&plan);
}

/* Of a hybrid: a rank for each memory node, where that leaves threads to each; else one or two. */
static struct shape shape_of(const char *model, unsigned workers, const struct machine *machine)
{
    struct model_spec choice;
    assert_int_equal(model_spec_read(&catalog, model, &choice), STATUS_OK);
    return plan_shape(&choice, workers, machine);
}

static void shapes_have_the_ranks_that_were_chosen(void **state)
{
    static const struct {
        struct single single;
        struct shape shape;
    } taken[] = {{{.model = "hybrid:ranks=4"}, {12, 4, 3}},
                 {{.model = "hybrid:ranks=4", .workers = 8}, {8, 4, 2}},
                 {{.model = "hybrid:ranks=4", .ranks = 4, .workers = 8}, {8, 4, 2}},
                 {{.model = "hybrid:ranks=4", .threads = 3}, {12, 4, 3}},
                 {{.model = "hybrid:ranks=auto", .workers = 8}, {8, 2, 4}}};
    static const struct single refused[] = {
        {.model = "hybrid:ranks=5"},
        {.model = "hybrid:ranks=4", .workers = 6},
        {.model = "hybrid:ranks=4", .workers = 2},
        {.model = "hybrid:ranks=4", .workers = 8, .ranks = 2},
        {.model = "hybrid:ranks=9223372036854775808", .threads = 2}};
    const struct machine machine = machine_of(12);
    (void)state;
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        struct single single = taken[i].single;
        single.kernel = "pi";
        single.size = 1000;
        const struct cell cell = single_cell(&single, 12);
        assert_int_equal(cell.workers, taken[i].shape.workers);
        assert_int_equal(cell.ranks, taken[i].shape.ranks);
        assert_int_equal(cell.threads, taken[i].shape.threads);
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct single single = refused[i];
        single.kernel = "pi";
        single.size = 1000;
        assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
    }
}

/* Cells with other ranks are other cells; where the ranks do not divide the workers, there are
 * none. */
static void sweeps_over_ranks(void **state)
{
    struct request request = request_of("pi", "hybrid:ranks=1,2,4,hybrid");
    (void)state;
    request.experiments = 1u << EXPERIMENT_STRONG;
    request.workers = "2,4,6";
    struct plan plan = sweep(&request, 8);
    assert_int_equal(count(&plan, "hybrid:ranks=1"), 3);
    assert_int_equal(count(&plan, "hybrid:ranks=2"), 3);
    assert_int_equal(count(&plan, "hybrid:ranks=4"), 1);
    assert_int_equal(count(&plan, "hybrid"), 3);
    assert_int_equal(find(&plan, "hybrid:ranks=1", 6)->threads, 6);
    assert_int_equal(find(&plan, "hybrid:ranks=2", 6)->threads, 3);
    assert_int_equal(find(&plan, "hybrid:ranks=4", 4)->threads, 1);
    assert_int_equal(find(&plan, "hybrid:ranks=4", 4)->ranks, 4);
    plan_free(&plan);
    request.models = "hybrid:ranks=5";
    refuse_sweep(&request, 8);
    request.workers = NULL;
    refuse_sweep(&request, 8);
    request.models = "hybrid:ranks=4";
    plan = sweep(&request, 8);
    assert_int_equal(count(&plan, "hybrid:ranks=4"), 2);
    plan_free(&plan);
}

static void shapes_follow_workers_and_memory_nodes(void **state)
{
    static const struct {
        unsigned nodes, workers, ranks;
    } cases[] = {{0, 8, 2}, {1, 1, 1},  {1, 2, 1}, {1, 3, 1},  {1, 4, 2}, {1, 5, 1}, {1, 6, 2},
                 {2, 1, 1}, {2, 2, 1},  {2, 3, 1}, {2, 4, 2},  {2, 5, 1}, {2, 6, 2}, {3, 3, 1},
                 {3, 4, 2}, {3, 6, 3},  {3, 9, 3}, {4, 2, 1},  {4, 4, 2}, {4, 6, 2}, {4, 8, 4},
                 {4, 9, 1}, {4, 12, 4}, {8, 8, 2}, {8, 16, 8}, {8, 7, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct machine machine = machine_of(16);
        machine.has_topology = cases[i].nodes > 0;
        machine.topology.numa_nodes = cases[i].nodes > 0 ? cases[i].nodes : 4;
        const struct shape shape = shape_of("hybrid", cases[i].workers, &machine);
        if (shape.workers != cases[i].workers || shape.ranks != cases[i].ranks ||
            shape.threads != cases[i].workers / cases[i].ranks)
            fail_msg("%u workers on %u nodes: %u ranks x %u threads", cases[i].workers,
                     cases[i].nodes, shape.ranks, shape.threads);
    }
}

static void shapes_of_all_but_hybrids_are_one_kind(void **state)
{
    static const struct {
        const char *model;
        unsigned ranks, threads;
    } cases[] = {{"serial", 1, 1}, {"threads", 1, 8}, {"pool", 1, 1}, {"mpi", 8, 1}};
    struct machine machine = machine_of(8);
    (void)state;
    machine.has_topology = true;
    machine.topology.numa_nodes = 4;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct shape shape = shape_of(cases[i].model, 8, &machine);
        assert_int_equal(shape.workers, 8);
        assert_int_equal(shape.ranks, cases[i].ranks);
        assert_int_equal(shape.threads, cases[i].threads);
    }
}

static void refuses_shapes_that_do_not_fit(void **state)
{
    static const struct {
        const char *model;
        unsigned workers, ranks, threads;
    } bad[] = {
        {"serial", 2, 0, 0},
        {"serial", 0, 2, 0},
        {"serial", 0, 0, 2},
        {"pool", 0, 2, 0},
        {"pool", 0, 0, 2},
        {"threads", 0, 2, 0},
        {"threads", 2, 0, 3},
        {"threads", 6, 0, 3},
        {"gil", 0, 2, 0},
        {"mpi", 4, 2, 0},
        {"mpi", 0, 0, 2},
        {"mpi", 4, 2, 2},
        {"hybrid", 5, 2, 0},
        {"hybrid", 6, 2, 2},
        {"hybrid", 2, 4, 0},
        {"hybrid", 2, 0, 4},
        {"pool", 13, 0, 0},
        {"mpi", 0, 13, 0},
        {"hybrid", 0, 4, 4},
        {"hybrid", 0, 65536, 65536},
        {"hybrid", 0, 2147483647, 2147483647},
    };
    const struct machine machine = machine_of(12);
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct single single =
            asked(bad[i].model, bad[i].workers, bad[i].ranks, bad[i].threads);
        if (single_status(&single, &machine) != STATUS_USAGE)
            fail_msg("%s with %u workers, %u ranks, %u threads was taken", bad[i].model,
                     bad[i].workers, bad[i].ranks, bad[i].threads);
    }
}

static void oversubscribes_when_asked_and_in_reason(void **state)
{
    struct single single = asked("pool", 13, 0, 0);
    (void)state;
    assert_false(single_cell(&(struct single){.kernel = "pi", .model = "pool", .size = 9}, 12)
                     .oversubscribed);
    single.oversubscribe = true;
    assert_true(single_cell(&single, 12).oversubscribed);
    single.workers = 2000000000;
    const struct machine machine = machine_of(12);
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
}

/* Each limit itself is taken, and one more is not. */
static void limits_are_those_that_are_told(void **state)
{
    struct single single = asked("pool", PLAN_WORKERS_MAX, 0, 0);
    struct model_spec choice;
    struct machine machine = machine_of(2);
    struct cell_request wanted = {
        .kernel = kernel_find("pi"), .choice = &choice, .shape = {1, 1, 1}, .size = 1000};
    struct plan plan = {0};
    (void)state;
    single.oversubscribe = true;
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
    single.workers++;
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
    single = asked("hybrid", 0, PLAN_WORKERS_MAX / 2, 2);
    single.oversubscribe = true;
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
    single.ranks++;
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);

    assert_int_equal(model_spec_read(&catalog, "serial", &choice), STATUS_OK);
    wanted.size = wanted.kernel->max_size;
    assert_true(plan_fits(&wanted, &machine));
    wanted.size++;
    assert_false(plan_fits(&wanted, &machine));

    for (wanted.size = 1; wanted.size <= PLAN_CELLS_MAX; wanted.size++)
        assert_int_equal(plan_add(&plan, &wanted, all_of(&machine)), STATUS_OK);
    assert_int_equal(plan_add(&plan, &wanted, all_of(&machine)), STATUS_USAGE);
    wanted.size = 1; /* it is there */
    assert_int_equal(plan_add(&plan, &wanted, all_of(&machine)), STATUS_OK);
    assert_int_equal(plan.count, PLAN_CELLS_MAX);
    plan_free(&plan);
}

/* ---- over nodes ---- */

/* Cells in their order, "LABEL RANKSxTHREADS on NODES", with commas between. */
static void assert_cells(const struct plan *plan, const char *expected)
{
    char text[2048] = "";
    for (size_t i = 0; i < plan->count; i++)
        text_append(text, sizeof text, "%s%s %u=%ux%u on %u", i > 0 ? ", " : "",
                    plan->cells[i].label, plan->cells[i].workers, plan->cells[i].ranks,
                    plan->cells[i].threads, plan->cells[i].nodes);
    assert_string_equal(text, expected);
}

static struct allocation nodes_of(const char *hosts, const struct machine *machine)
{
    struct allocation allocation = {.machine = machine, .slots = machine->allowed};
    assert_true(nodes_read_hosts(hosts, &allocation.list));
    allocation.nodes = (unsigned)allocation.list.count;
    return allocation;
}

static void ranks_span_nodes_and_others_stay_on_one(void **state)
{
    static const struct {
        const char *models, *workers, *nodes;
        unsigned ppn, threads;
        const char *expected; /* NULL: refused */
    } cases[] = {
        {"threads,mpi", "2,4", "1,2", 0, 0,
         "serial 1=1x1 on 1, threads 2=1x2 on 1, threads 4=1x4 on 1, mpi 2=2x1 on 1, "
         "mpi 4=4x1 on 1, mpi:nodes=2 2=2x1 on 2, mpi:nodes=2 4=4x1 on 2"},
        /* More than one node has room for are on several alone; an odd number cannot be halved. */
        {"threads,mpi", "3,8", "1,2", 0, 0,
         "serial 1=1x1 on 1, threads 3=1x3 on 1, mpi 3=3x1 on 1, mpi:nodes=2 8=8x1 on 2"},
        {"hybrid", "8", "2", 0, 0, "serial 1=1x1 on 1, hybrid:nodes=2 8=4x2 on 2"},
        {"hybrid", "8", "2", 4, 0, "serial 1=1x1 on 1, hybrid:nodes=2 8=8x1 on 2"},
        {"hybrid", "8", "2", 0, 4, "serial 1=1x1 on 1, hybrid:nodes=2 8=2x4 on 2"},
        {"hybrid:ranks=2", "8", "2", 0, 0, "serial 1=1x1 on 1, hybrid:ranks=2:nodes=2 8=2x4 on 2"},
        /* As many as were asked for on each node, of every model that can have them. */
        {"threads,mpi,hybrid", NULL, "1,2", 1, 2,
         "serial 1=1x1 on 1, threads 2=1x2 on 1, threads 4=1x4 on 1, mpi 2=2x1 on 1, "
         "mpi 4=4x1 on 1, mpi:nodes=2 4=4x1 on 2, hybrid 2=1x2 on 1, "
         "hybrid:nodes=2 4=2x2 on 2"},
        {"mpi", NULL, "1,2", 0, 0,
         "serial 1=1x1 on 1, mpi 1=1x1 on 1, mpi 2=2x1 on 1, mpi 4=4x1 on 1, "
         "mpi:nodes=2 2=2x1 on 2, mpi:nodes=2 4=4x1 on 2, mpi:nodes=2 8=8x1 on 2"},
        {"mpi", "8,12", "1-3", 0, 0,
         "serial 1=1x1 on 1, mpi:nodes=2 8=8x1 on 2, mpi:nodes=3 12=12x1 on 3"},
        {"mpi", "12", "1-3", 0, 0, NULL}, /* nothing on two */
        {"mpi", "16", "1-3", 0, 0, NULL}, /* too many */
        {"mpi", "9", "1,2", 0, 0, NULL},
        {"mpi", "1", "2", 0, 0, NULL}, /* too few */
        {"mpi", "3", "2", 0, 0, NULL},
        {"mpi", "4", "4", 0, 0, NULL}, /* there are three */
        {"mpi", "4", "0", 0, 0, NULL},
        {"mpi", "4", "two", 0, 0, NULL},
        {"threads", "4", "2", 0, 0, NULL}, /* has no ranks */
        {"threads", "4", "1,2", 0, 0, NULL},
        {"threads,mpi", "4", "2", 0, 0, NULL},
        {"mpi", NULL, "2", PLAN_WORKERS_MAX, 2, NULL},
    };
    const struct machine machine = machine_of(4);
    struct allocation nodes = nodes_of("n1:4,n2:4,n3:4", &machine);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct request request = request_of("pi", cases[i].models);
        struct plan plan;
        request.workers = cases[i].workers;
        request.nodes = cases[i].nodes;
        request.ppn = cases[i].ppn;
        request.threads = cases[i].threads;
        request.experiments = 1u << EXPERIMENT_STRONG;
        request.alone = true;
        assert_int_equal(sweep_plan(&request, &catalog, &nodes, &plan),
                         cases[i].expected ? STATUS_OK : STATUS_USAGE);
        if (cases[i].expected)
            assert_cells(&plan, cases[i].expected);
        plan_free(&plan);
    }
    nodes_free(&nodes.list);
}

/* Of the first kernel those of one experiment. */
static void keep_cells_of(unsigned experiment, struct plan *plan)
{
    size_t kept = 0;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->cells[i].experiments & 1u << experiment)
            plan->cells[kept++] = plan->cells[i];
    plan->count = kept;
}

/* All that there are, and at least one worker on each; with the work that grows, under the same
 * models, which has fewer numbers of workers. */
static void nodes_are_compared_with_one(void **state)
{
    enum { NODES = 1u << EXPERIMENT_NODES, WEAK = 1u << EXPERIMENT_WEAK };
    static const struct {
        const char *hosts, *nodes, *models;
        unsigned profile, experiments, shown;
        const char *expected; /* NULL: refused */
    } cases[] = {
        {"a:4,b:4", NULL, "gil,threads,mpi", 0, NODES, EXPERIMENT_NODES,
         NULL}, /* gil takes no part */
        {"a:4,b:4", NULL, "threads,mpi", 0, NODES, EXPERIMENT_NODES,
         "serial 1=1x1 on 1, threads 1=1x1 on 1, threads 2=1x2 on 1, threads 4=1x4 on 1, "
         "mpi 1=1x1 on 1, mpi 2=2x1 on 1, mpi 4=4x1 on 1, mpi:nodes=2 2=2x1 on 2, "
         "mpi:nodes=2 4=4x1 on 2, mpi:nodes=2 8=8x1 on 2"},
        {"a:4,b:4", NULL, "hybrid", 0, NODES, EXPERIMENT_NODES,
         "serial 1=1x1 on 1, hybrid 1=1x1 on 1, hybrid 2=1x2 on 1, hybrid 4=2x2 on 1, "
         "hybrid:nodes=2 2=2x1 on 2, hybrid:nodes=2 4=2x2 on 2, hybrid:nodes=2 8=4x2 on 2"},
        /* With it comes weak scaling, of one worker and of nodes that are full. */
        {"a:4,b:4", NULL, "mpi", 1, NODES, EXPERIMENT_WEAK,
         "serial 1=1x1 on 1, mpi 1=1x1 on 1, mpi 4=4x1 on 1, mpi:nodes=2 4=4x1 on 2, "
         "mpi:nodes=2 8=8x1 on 2"},
        /* By its own name as many as the profile has. */
        {"a:4,b:4", NULL, "mpi", 1, NODES | WEAK, EXPERIMENT_WEAK,
         "serial 1=1x1 on 1, mpi 1=1x1 on 1, mpi 2=2x1 on 1, mpi 4=4x1 on 1, "
         "mpi:nodes=2 2=2x1 on 2, mpi:nodes=2 4=4x1 on 2, mpi:nodes=2 8=8x1 on 2"},
        /* The profile takes two numbers of nodes, and the next one four. */
        {"a:1,b:1,c:1,d:1,e:1,f:1", NULL, "mpi", 0, NODES, EXPERIMENT_NODES,
         "serial 1=1x1 on 1, mpi 1=1x1 on 1, mpi:nodes=6 6=6x1 on 6"},
        {"a:1,b:1,c:1,d:1,e:1,f:1", NULL, "mpi", 1, NODES, EXPERIMENT_NODES,
         "serial 1=1x1 on 1, mpi 1=1x1 on 1, mpi:nodes=2 2=2x1 on 2, mpi:nodes=4 4=4x1 on 4, "
         "mpi:nodes=6 6=6x1 on 6"},
        {"a:1,b:1,c:1,d:1,e:1,f:1", "1,3", "mpi", 0, NODES, EXPERIMENT_NODES,
         "serial 1=1x1 on 1, mpi 1=1x1 on 1, mpi:nodes=3 3=3x1 on 3"},
        /* Without a name only where several were asked for. */
        {"a:1,b:1", NULL, "mpi", 1, 0, EXPERIMENT_NODES, ""},
        {"a:1,b:1", "1,2", "mpi", 1, 0, EXPERIMENT_NODES,
         "serial 1=1x1 on 1, mpi 1=1x1 on 1, mpi:nodes=2 2=2x1 on 2"},
        {"a:4", NULL, "mpi", 1, NODES, EXPERIMENT_NODES, NULL},
        {"a:4,b:4", "1", "mpi", 1, NODES, EXPERIMENT_NODES, NULL},
        {"a:4,b:4", NULL, "threads", 1, NODES, EXPERIMENT_NODES, NULL},
        {"a:4,b:3", NULL, "mpi", 1, NODES, EXPERIMENT_NODES, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct machine machine = machine_of(strchr(cases[i].hosts, '4') ? 4 : 1);
        struct allocation allocation = nodes_of(cases[i].hosts, &machine);
        struct request request = request_of("pi", cases[i].models);
        struct plan plan;
        request.nodes = cases[i].nodes;
        request.profile = &profile_table[cases[i].profile];
        request.experiments = cases[i].experiments;
        request.alone = true;
        assert_int_equal(sweep_plan(&request, &catalog, &allocation, &plan),
                         cases[i].expected ? STATUS_OK : STATUS_USAGE);
        keep_cells_of(cases[i].shown, &plan);
        if (cases[i].expected)
            assert_cells(&plan, cases[i].expected);
        plan_free(&plan);
        nodes_free(&allocation.list);
    }
}

/* Of the cells that the experiment has: how many there are, and how many of them are on two
 * nodes. */
static void assert_messages(const struct plan *plan, size_t all, size_t on_two)
{
    size_t found = 0, spread = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct cell *cell = &plan->cells[i];
        if (!(cell->experiments & 1u << EXPERIMENT_MESSAGES))
            continue;
        assert_string_equal(cell->kernel, "copy");
        assert_int_equal(cell->workers, cell->traits & TRAIT_BASE ? 1 : 2);
        assert_int_equal(cell->experiments, 1u << EXPERIMENT_MESSAGES);
        found++;
        spread += cell->nodes == 2;
    }
    assert_int_equal(found, all);
    assert_int_equal(spread, on_two);
}

/* Also beside an experiment that has none of these of its own. */
static void messages_have_kernels_sizes_and_workers_of_their_own(void **state)
{
    enum { MESSAGES = 1u << EXPERIMENT_MESSAGES, BOTH = MESSAGES | 1u << EXPERIMENT_STRONG };
    static const struct {
        const char *hosts, *nodes, *kernels, *sizes, *workers;
        unsigned profile, experiments;
        size_t all, on_two; /* 0: refused */
    } cases[] = {
        {"a:4,b:4", NULL, NULL, NULL, NULL, 0, MESSAGES, 9, 3},
        {"a:4,b:4", "1", NULL, NULL, NULL, 0, MESSAGES, 6, 0},
        {"a:4,b:4,c:4", "1,3", NULL, NULL, NULL, 0, MESSAGES, 9, 3},
        {"a:1,b:1", NULL, NULL, NULL, NULL, 0, MESSAGES, 6, 3}, /* two do not fit on one */
        {"a:4", NULL, NULL, NULL, NULL, 1, MESSAGES, 16, 0},
        {"a:4", NULL, NULL, NULL, NULL, 2, MESSAGES, 48, 0},
        {"a:4", NULL, "pi,copy", "100", "1,4", 0, BOTH, 6, 0},
        {"a:1", NULL, NULL, NULL, NULL, 0, MESSAGES, 0, 0},
        {"a:4", NULL, "pi", NULL, NULL, 0, MESSAGES, 0, 0},
        {"a:4", NULL, NULL, "100", NULL, 0, MESSAGES, 0, 0},
        {"a:4", NULL, NULL, NULL, "2", 0, MESSAGES, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct machine machine = machine_of(strchr(cases[i].hosts, '4') ? 4 : 1);
        struct allocation allocation = nodes_of(cases[i].hosts, &machine);
        struct request request = request_of(cases[i].kernels, "asked");
        struct plan plan;
        request.nodes = cases[i].nodes;
        request.sizes = cases[i].sizes;
        request.workers = cases[i].workers;
        request.profile = &profile_table[cases[i].profile];
        request.experiments = cases[i].experiments;
        const enum status status = sweep_plan(&request, &catalog, &allocation, &plan);
        assert_int_equal(status, cases[i].all > 0 ? STATUS_OK : STATUS_USAGE);
        if (status == STATUS_OK)
            assert_messages(&plan, cases[i].all, cases[i].on_two);
        plan_free(&plan);
        nodes_free(&allocation.list);
    }
}

/* The fewest and the most are among those that a profile takes; the axis tells half of their
 * bytes. */
static void messages_are_from_8_bytes_to_64_mebibytes(void **state)
{
    static const char *const texts[] = {"8 B", "32 KiB", "64 MiB"};
    const struct axis *axis = &experiment_table[EXPERIMENT_MESSAGES]->axis;
    struct request request = request_of(NULL, "asked");
    (void)state;
    request.profile = profile_table;
    request.experiments = 1u << EXPERIMENT_MESSAGES;
    struct plan plan = sweep(&request, 2);
    assert_int_equal(plan.count, 6);
    for (size_t i = 0; i < plan.count; i++)
        assert_string_equal(axis_text(axis, &plan.cells[i]).text, texts[i % 3]);
    assert_true(axis_value(axis, &plan.cells[1]) == 32768);
    assert_string_equal(axis_name(axis), "bytes to the other rank");
    plan_free(&plan);
}

/* Its identity has the nodes once. */
static void a_single_cell_spans_nodes(void **state)
{
    static const struct {
        struct single single;
        const char *expected; /* NULL: refused */
    } cases[] = {
        {{.model = "mpi", .nodes = 2}, "mpi:nodes=2 8=8x1 on 2"},
        {{.model = "mpi", .nodes = 2, .workers = 4}, "mpi:nodes=2 4=4x1 on 2"},
        {{.model = "mpi", .nodes = 3, .ppn = 2}, "mpi:nodes=3 6=6x1 on 3"},
        {{.model = "mpi", .ppn = 2}, "mpi 2=2x1 on 1"},
        {{.model = "hybrid", .nodes = 2, .ppn = 2, .threads = 2}, "hybrid:nodes=2 8=4x2 on 2"},
        {{.model = "hybrid", .nodes = 2, .threads = 2, .workers = 8}, "hybrid:nodes=2 8=4x2 on 2"},
        {{.model = "hybrid:ranks=2", .nodes = 2}, "hybrid:ranks=2:nodes=2 8=2x4 on 2"},
        {{.model = "mpi", .nodes = 2, .ranks = 4, .ppn = 2}, "mpi:nodes=2 4=4x1 on 2"},
        {{.model = "mpi", .nodes = 2, .ranks = 4, .ppn = 4}, NULL},
        {{.model = "mpi", .nodes = 2, .workers = 3}, NULL},
        {{.model = "mpi", .nodes = 2, .ranks = 3}, NULL},
        {{.model = "mpi", .nodes = 2, .workers = 10}, NULL},
        {{.model = "mpi", .nodes = 4}, NULL},
        {{.model = "mpi", .nodes = 3, .ppn = PLAN_WORKERS_MAX}, NULL},
        {{.model = "hybrid:ranks=3", .nodes = 2, .workers = 6}, NULL},
        {{.model = "threads", .nodes = 2}, NULL},
        {{.model = "serial", .nodes = 2}, NULL},
        {{.model = "threads", .ppn = 2}, NULL},
    };
    const struct machine machine = machine_of(4);
    struct allocation nodes = nodes_of("n1:4,n2:4,n3:4", &machine);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct single single = cases[i].single;
        struct plan plan = {0};
        single.kernel = "pi";
        single.size = 1000;
        assert_int_equal(plan_single(&single, &catalog, &nodes, &plan),
                         cases[i].expected ? STATUS_OK : STATUS_USAGE);
        if (cases[i].expected)
            assert_cells(&plan, cases[i].expected);
        if (i == 0)
            assert_string_equal(plan.cells->id,
                                "pi/mpi/workers:8/ranks:8/threads:1/nodes:2/n:1000");
        plan_free(&plan);
    }
    nodes_free(&nodes.list);
}

/* Where this host is none of them, ranks can be measured, and have no base. */
static void single_processes_are_not_started_elsewhere(void **state)
{
    const struct machine machine = machine_of(4);
    struct allocation nodes = nodes_of("n1:4,n2:4", &machine);
    struct single single = {.kernel = "pi", .model = "mpi", .size = 1000, .with_base = true};
    struct plan plan = {0};
    (void)state;
    nodes.is_elsewhere = true;
    assert_int_equal(plan_single(&single, &catalog, &nodes, &plan), STATUS_OK);
    assert_cells(&plan, "mpi 4=4x1 on 1");
    single.model = "pool";
    assert_int_equal(plan_single(&single, &catalog, &nodes, &plan), STATUS_FAILED);
    plan_free(&plan);
    nodes_free(&nodes.list);
}

/* ---- what a machine cannot do ---- */

static void refuses_sizes(void **state)
{
    struct machine machine = machine_of(2);
    struct single single = {.kernel = "pi", .model = "serial", .size = 1000000000000};
    (void)state;
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
    single.size++;
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
    single.size = UINT64_MAX;
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);

    /* 8 bytes in, 8 bytes out an item, and a copy of each more under mpi. */
    single = (struct single){.kernel = "squares", .model = "serial", .size = 1000000};
    machine.memory_available = 17000000;
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
    single.model = "mpi";
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
    machine.memory_available = 34000000;
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
    machine.memory_available = UINT64_MAX; /* nobody tells: what there is is all that is known */
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
    machine.memory = 17000000;
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
    machine.memory_available = (uint64_t)1 << 40;
    single.size = (1 << 27) + 1; /* the model's own limit */
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
    single.kernel = "primes";
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
}

/* The one worker would wait, whatever experiment it is in. */
static void refuses_less_than_a_core(void **state)
{
    struct machine machine = machine_of(1);
    struct single single = {.kernel = "pi", .model = "serial", .workers = 1};
    struct request request = request_of("pi", NULL);
    struct plan plan = {0};
    (void)state;
    machine.quota = 0.35;
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
    for (unsigned e = 0; experiment_table[e]; e++) {
        request.experiments = 1u << e;
        assert_int_equal(sweep_plan(&request, &catalog, all_of(&machine), &plan), STATUS_USAGE);
        plan_free(&plan);
    }
    single.oversubscribe = request.oversubscribe = true;
    assert_int_equal(plan_single(&single, &catalog, all_of(&machine), &plan), STATUS_OK);
    assert_true(plan.cells->oversubscribed);
    plan_free(&plan);
    request.experiments = 0;
    assert_int_equal(sweep_plan(&request, &catalog, all_of(&machine), &plan), STATUS_OK);
    for (size_t i = 0; i < plan.count; i++)
        assert_true(plan.cells[i].oversubscribed);
    plan_free(&plan);
    machine.quota = 1;
    single.oversubscribe = false;
    assert_int_equal(plan_single(&single, &catalog, all_of(&machine), &plan), STATUS_OK);
    assert_false(plan.cells->oversubscribed);
    plan_free(&plan);
}

static void counts_the_partials_of_chunks(void **state)
{
    struct machine machine = machine_of(2);
    struct single single = {
        .kernel = "pi", .model = "threads:chunk=10", .workers = 1, .size = 1000000};
    (void)state;
    machine.memory_available = 8100000; /* a cache line and notes each of 100,000 chunks: 8 MB */
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
    single.model = "threads:chunk=9";
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
    single.model = "threads:chunk=500001"; /* two */
    machine.memory_available = 4 * sizeof(double) + 2 * (size_t)80;
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
    machine.memory_available--;
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
    machine.memory_available = 4 * sizeof(double);
    single.model = "threads:chunk=1000000";
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
}

/* A partial a worker, however short the chunks; without a lock three results each more. */
static void counts_what_workers_hold_where_no_partial_is_kept(void **state)
{
    struct machine machine = machine_of(2);
    struct single single = {
        .kernel = "pi", .model = "common:chunk=1", .workers = 2, .size = 1000000000};
    (void)state;
    machine.memory_available = 5 * sizeof(double) + 2 * (size_t)80;
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
    machine.memory_available--;
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
    single.model = "common:guard=none:chunk=1";
    machine.memory_available += sizeof(double) * 2 * 3;
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
    machine.memory_available++;
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
}

/* The least that is enough, and no byte less. */
static void assert_needs(const struct single *single, uint64_t bytes)
{
    struct machine machine = machine_of(4);
    machine.memory_available = bytes;
    assert_int_equal(single_status(single, &machine), STATUS_OK);
    machine.memory_available--;
    assert_int_equal(single_status(single, &machine), STATUS_USAGE);
}

/* All inputs of a map on each of four ranks; objects on their way; a partial of each on one. */
static void counts_what_each_rank_holds(void **state)
{
    enum { ITEMS = 1000000, BYTES = 8 * ITEMS, PARTIALS = 6 * 16 };
    struct single single = {.kernel = "squares", .workers = 4, .size = ITEMS};
    (void)state;
    single.model = "mpi";
    assert_needs(&single, 4 * BYTES + PARTIALS);
    single.model = "mpi:inputs=bcast";
    assert_needs(&single, (4 + 3) * BYTES + PARTIALS);
    single.model = "mpi:transport=object";
    assert_needs(&single, 6 * BYTES + PARTIALS);
    single.model = "mpi:transport=object:inputs=bcast";
    assert_needs(&single, (6 + 2 * 3) * BYTES + PARTIALS);
    single.model = "mpi:combine=gather";
    assert_needs(&single, 4 * BYTES + PARTIALS + 4 * 16);

    struct model_spec choice; /* on two nodes two of the ranks, of which one has them anyway */
    struct machine machine = machine_of(4);
    const struct cell_request wanted = {.kernel = kernel_find("squares"),
                                        .choice = &choice,
                                        .shape = {4, 4, 1},
                                        .nodes = 2,
                                        .size = ITEMS};
    assert_int_equal(model_spec_read(&catalog, "mpi:inputs=bcast", &choice), STATUS_OK);
    machine.memory_available = (4 + 1) * BYTES + PARTIALS;
    assert_true(plan_fits(&wanted, &machine));
    machine.memory_available--;
    assert_false(plan_fits(&wanted, &machine));
}

static void refuses_shares_that_are_not_equal(void **state)
{
    struct machine machine = machine_of(4);
    struct single single = {.kernel = "squares", .model = "mpi:inputs=equal", .workers = 4};
    (void)state;
    for (single.size = 40; single.size < 48; single.size++)
        assert_int_equal(single_status(&single, &machine),
                         single.size % 4 == 0 ? STATUS_OK : STATUS_USAGE);
    single.kernel = "pi"; /* without inputs, too */
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
    single.size++;
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
    single.workers = 1;
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
}

static void refuses_more_bytes_than_can_be_moved(void **state)
{
    struct machine machine = machine_of(4);
    struct single single = {.kernel = "squares", .model = "mpi:transport=object", .workers = 2};
    (void)state;
    single.size = 1 << 24;
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
    single.size++;
    assert_int_equal(single_status(&single, &machine), STATUS_USAGE);
    single.model = "mpi";
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
    single.model = "mpi:transport=object";
    single.kernel = "primes"; /* moves none */
    assert_int_equal(single_status(&single, &machine), STATUS_OK);
}

static void names_cells_for_ever(void **state)
{
    struct single single = {
        .kernel = "primes", .model = "threads:chunk=5", .workers = 2, .size = 77};
    (void)state;
    struct cell cell = single_cell(&single, 2);
    assert_string_equal(cell.id, "primes/threads:chunk=5/workers:2/ranks:1/threads:2/nodes:1/n:77");
    assert_string_equal(cell.label, "threads:chunk=5");
    assert_string_equal(cell.model, "threads");
    assert_int_equal(cell.nodes, 1);
    single = (struct single){
        .kernel = "primes", .model = "pool", .workers = 2, .size = 3, .tasks = "70+80+90"};
    cell = single_cell(&single, 2);
    assert_string_equal(cell.id,
                        "primes/pool/workers:2/ranks:1/threads:1/nodes:1/n:3/tasks=70+80+90");
}

static void finds_experiments_by_name(void **state)
{
    static const char *const names[] = {
        [EXPERIMENT_GIL] = "gil",           [EXPERIMENT_STRONG] = "strong",
        [EXPERIMENT_WEAK] = "weak",         [EXPERIMENT_NODES] = "nodes",
        [EXPERIMENT_MESSAGES] = "messages", [EXPERIMENT_COMM] = "comm",
        [EXPERIMENT_OVERLAP] = "overlap"};
    const struct experiment *found;
    (void)state;
    for (unsigned e = 0; e < EXPERIMENT_COUNT; e++) {
        found = names_find("experiment", names[e], experiment_table, 0);
        assert_ptr_equal(found, experiment_table[e]);
        assert_int_equal(experiment_bit(found), 1u << e);
    }
    assert_null(experiment_table[EXPERIMENT_COUNT]);
    assert_null(names_find("experiment", "stron", experiment_table, 0));
}

/* An axis that is an option: numbers as they are, words by their place among the values. */
static void places_cells_on_an_axis(void **state)
{
    const struct axis workers = {.kind = AXIS_WORKERS}, size = {.kind = AXIS_SIZE, .values = "4,1"},
                      chunk = {.kind = AXIS_OPTION, .option = "chunk", .values = "1,16"},
                      among = {.kind = AXIS_OPTION, .option = "chunk", .values = "auto,16"},
                      schedule = {.kind = AXIS_OPTION,
                                  .option = "schedule",
                                  .values = "static,dynamic,guided"};
    struct single single = asked("threads:chunk=16:schedule=dynamic", 2, 0, 0);
    (void)state;
    struct cell cell = single_cell(&single, 2);
    assert_true(axis_value(&workers, &cell) == 2 && axis_value(&size, &cell) == (double)cell.size);
    assert_true(axis_value(&chunk, &cell) == 16 && axis_value(&schedule, &cell) == 2);
    assert_string_equal(axis_text(&schedule, &cell).text, "dynamic");
    assert_string_equal(axis_series(&schedule, &cell).text, "threads:chunk=16");
    assert_string_equal(axis_series(&chunk, &cell).text, "threads:schedule=dynamic");
    single.model = "threads"; /* "auto" is not among the values */
    cell = single_cell(&single, 2);
    assert_true(axis_value(&chunk, &cell) == 0 && axis_value(&schedule, &cell) == 1);
    assert_true(axis_value(&among, &cell) == 0); /* a word among numbers has no place */
    single.model = "pool";
    cell = single_cell(&single, 2);
    assert_true(axis_value(&chunk, &cell) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_experiments_by_name),
        cmocka_unit_test(places_cells_on_an_axis),
        cmocka_unit_test(doubles_up_to_all_cores),
        cmocka_unit_test(thins_and_keeps_both_ends),
        cmocka_unit_test(measures_everything_by_default),
        cmocka_unit_test(measures_waits_where_they_are_named),
        cmocka_unit_test(merges_cells_of_several_experiments),
        cmocka_unit_test(refuses_a_named_model_that_takes_no_part),
        cmocka_unit_test(takes_what_is_named_twice_once),
        cmocka_unit_test(takes_one_size_a_kernel),
        cmocka_unit_test(takes_ranges_of_workers),
        cmocka_unit_test(takes_lists_of_values),
        cmocka_unit_test(takes_lists_of_algorithms),
        cmocka_unit_test(sizes_of_algorithms_are_their_kernels),
        cmocka_unit_test(leaves_nothing_out_of_long_lists),
        cmocka_unit_test(always_has_serial),
        cmocka_unit_test(tells_models_by_their_options),
        cmocka_unit_test(oversubscribes_only_where_that_is_the_question),
        cmocka_unit_test(reads_sizes_for_all_or_for_each),
        cmocka_unit_test(refuses_what_is_wrong_in_a_sweep),
        cmocka_unit_test(measures_other_algorithms_beside),
        cmocka_unit_test(measures_no_algorithm_beside),
        cmocka_unit_test(measures_what_limits_kernels),
        cmocka_unit_test(measures_no_limit),
        cmocka_unit_test(tells_algorithms_of_one_result),
        cmocka_unit_test(scales_the_work_with_the_workers),
        cmocka_unit_test(keeps_weak_sweeps_short_unless_asked),
        cmocka_unit_test(refuses_work_that_cannot_be_scaled),
        cmocka_unit_test(leaves_out_scaled_work_that_the_memory_does_not_hold),
        cmocka_unit_test(fills_shapes_in),
        cmocka_unit_test(gives_each_memory_node_a_rank),
        cmocka_unit_test(plans_the_base_with_a_single),
        cmocka_unit_test(shapes_follow_workers_and_memory_nodes),
        cmocka_unit_test(shapes_have_the_ranks_that_were_chosen),
        cmocka_unit_test(sweeps_over_ranks),
        cmocka_unit_test(shapes_of_all_but_hybrids_are_one_kind),
        cmocka_unit_test(refuses_shapes_that_do_not_fit),
        cmocka_unit_test(oversubscribes_when_asked_and_in_reason),
        cmocka_unit_test(limits_are_those_that_are_told),
        cmocka_unit_test(ranks_span_nodes_and_others_stay_on_one),
        cmocka_unit_test(nodes_are_compared_with_one),
        cmocka_unit_test(messages_have_kernels_sizes_and_workers_of_their_own),
        cmocka_unit_test(messages_are_from_8_bytes_to_64_mebibytes),
        cmocka_unit_test(a_single_cell_spans_nodes),
        cmocka_unit_test(single_processes_are_not_started_elsewhere),
        cmocka_unit_test(refuses_sizes),
        cmocka_unit_test(refuses_less_than_a_core),
        cmocka_unit_test(counts_the_partials_of_chunks),
        cmocka_unit_test(counts_what_workers_hold_where_no_partial_is_kept),
        cmocka_unit_test(counts_what_each_rank_holds),
        cmocka_unit_test(refuses_shares_that_are_not_equal),
        cmocka_unit_test(refuses_more_bytes_than_can_be_moved),
        cmocka_unit_test(names_cells_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
