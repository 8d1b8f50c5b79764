/* parbench affinity: which cores may be used, and where the workers of each model really are. */
#include "catalog.h"
#include "cell_options.h"
#include "commands.h"
#include "json.h"
#include "launch.h"
#include "machine.h"
#include "node_report.h"
#include "placement.h"
#include "probe.h"
#include "signals.h"
#include "text.h"
#include "worker_placement.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

/* Its default size takes a core some hundredths of a second; this part of it is for each worker. */
enum { PART = 10 };

/* When a worker got nothing of it, there is so many times as much, as often as this. */
enum { MORE = 4, RETRIES = 2 };

/* What is there, and what came of it. */
struct survey {
    const struct cell_options *asked; /* for every model */
    const struct words *models;       /* none: every model that is built */
    struct machine machine;
    struct allocation allocation;
    struct catalog catalog;
    struct placement *placement;
    struct plan plan;
    json_t *nodes;      /* see probe.h */
    json_t *placements; /* see worker_placement.h */
    bool failed;        /* a cell could not be planned or launched, which was said */
};

/* ---- which cells ---- */

/* The kernel that workers are given: it has equal work for all, and moves nothing. NULL: there is
 * none. */
static const struct kernel *even_kernel(void)
{
    for (const struct kernel *const *kernel = kernel_table; *kernel; kernel++)
        if (kernel_is_default(*kernel) && (*kernel)->is_linear && !kernel_is_map(*kernel) &&
            !kernel_grows(*kernel))
            return *kernel;
    return NULL;
}

/* Enough for each worker to get some of it before others have done it all. */
static uint64_t size_for(const struct kernel *kernel, const struct single *single,
                         const struct machine *machine)
{
    const uint64_t nodes = MAX(single->nodes, 1), ranks = MAX(single->ranks, nodes * single->ppn);
    const uint64_t shaped = MAX(ranks, 1) * MAX(single->threads, 1);
    const uint64_t workers = MAX(MAX(single->workers, shaped), nodes * machine->allowed);
    return kernel_weak_size(kernel, kernel->default_size / PART,
                            (unsigned)MIN(workers, PLAN_WORKERS_MAX));
}

/* A model that cannot be launched here is told of, and the others are looked at all the same. */
static enum status plan_model(struct survey *survey, const char *model, struct single single)
{
    const struct kernel *kernel = even_kernel();
    if (!kernel)
        return status_fail(STATUS_FAILED, "no kernel here has equal work for all workers");
    single.kernel = kernel->name;
    single.model = model;
    single.size = size_for(kernel, &single, &survey->machine);
    const enum status status =
        plan_single(&single, &survey->catalog, &survey->allocation, &survey->plan);
    survey->failed = survey->failed || status == STATUS_FAILED;
    return status == STATUS_FAILED ? STATUS_OK : status;
}

/* What the model does not have although that was asked for; NULL: nothing. */
static const char *find_lack(enum launch launch, const struct single *single)
{
    if (launch_has_ranks(launch))
        return NULL;
    if (single->ranks > 0 || single->ppn > 0 || single->nodes > 1)
        return "ranks";
    return single->threads > 0 && !launch_has_threads(launch) ? "threads" : NULL;
}

/* As a run has it: ranks without threads are as many as there would be threads. */
static void count_ranks(enum launch launch, struct single *single)
{
    const uint64_t threads = MAX(single->threads, 1);
    if (!launch_has_ranks(launch) || launch_has_threads(launch) || single->threads == 0)
        return;
    if (single->ranks > 0 || (single->ppn == 0 && single->nodes <= 1))
        single->ranks = (unsigned)MIN(MAX(single->ranks, 1) * threads, PLAN_WORKERS_MAX);
    single->ppn = (unsigned)MIN(single->ppn * threads, PLAN_WORKERS_MAX);
    single->threads = 0;
}

/* Those that lack it. */
static void say_left_out(const struct survey *survey, const char *lack)
{
    const struct catalog *catalog = &survey->catalog;
    char names[512] = "";
    for (size_t i = 0; i < catalog->count; i++) {
        const struct model *model = &catalog->entries[i].model;
        const char *lacks = find_lack(model->launch, &survey->asked->single);
        if (lacks && strcmp(lacks, lack) == 0)
            text_append(names, sizeof names, "%s%s", *names ? ", " : "", model->name);
    }
    if (*names)
        status_say("left out, as they have no %s: %s", lack, names);
}

static enum status plan_all(struct survey *survey)
{
    const struct cell_options *asked = survey->asked;
    const struct words *models = survey->models;
    const struct catalog *catalog = &survey->catalog;
    if (models->count == 0)
        catalog_say_unusable(catalog);
    for (unsigned i = 0; i < models->count; i++)
        TRY(plan_model(survey, models->all[i], asked->single));
    for (size_t i = 0; models->count == 0 && i < catalog->count; i++) {
        const struct model *model = &catalog->entries[i].model;
        struct single single = asked->single;
        if (model->launch == LAUNCH_ALONE)
            single.workers = 1; /* however many the others have */
        if (find_lack(model->launch, &single))
            continue;
        count_ranks(model->launch, &single);
        TRY(plan_model(survey, model->name, single));
    }
    if (models->count == 0) {
        say_left_out(survey, "ranks");
        say_left_out(survey, "threads");
    }
    return STATUS_OK;
}

/* ---- where their workers are ---- */

static bool all_worked(const json_t *workers)
{
    bool all = true;
    for (size_t i = 0; i < json_array_size(workers); i++)
        all = all &&
              json_integer_value(json_object_get(json_array_get(workers, i), "processor")) >= 0;
    return all;
}

/* On a busy machine a worker may wake up when others have done all the work. */
static enum status launch_until_all_work(const struct survey *survey, struct cell *cell,
                                         struct launch_result *launched)
{
    const struct launch_options options = {.catalog = &survey->catalog,
                                           .allocation = &survey->allocation,
                                           .samples = 1,
                                           .executions = 1,
                                           .timeout_s = survey->asked->timeout_s};
    for (unsigned retry = 0;; retry++) {
        const enum status status = launch_cell(cell, &options, launched);
        if (status != STATUS_OK || retry == RETRIES || !launched->ended || cell->oversubscribed ||
            all_worked(launch_said(launched, "worker")))
            return status;
        launch_result_free(launched);
        cell->size = kernel_weak_size(kernel_find(cell->kernel), cell->size, MORE);
    }
}

static enum status launch(struct survey *survey, struct cell *cell)
{
    struct launch_result launched = {0};
    size_t sharing = 0;
    const enum status status = launch_until_all_work(survey, cell, &launched);
    launch_say_again(cell, &launched);
    if (status == STATUS_OK && !launched.ended) {
        launch_say_failure(cell, &launched);
        survey->failed = true;
    } else if (status == STATUS_OK) {
        sharing = worker_placement_add(survey->placements, cell, launch_said(&launched, "worker"),
                                       survey->placement);
    }
    launch_result_free(&launched);
    if (sharing > 0)
        status_say("%s: %zu of %u workers share cores although %u core%s allowed: look for what "
                   "binds processes here (a wrapper, a daemon) before you measure",
                   cell->label, sharing, cell->workers, survey->machine.allowed,
                   survey->machine.allowed == 1 ? " is" : "s are");
    return status;
}

/* ---- showing ---- */

static void print_machine(const struct machine *machine)
{
    char processors[512];
    placement_print(processors, sizeof processors);
    printf("host              %s\nprocessors        %s\n", machine->host, processors);
    printf("hardware threads  %u\ncores             %u\n", machine->hardware_threads,
           machine->cores);
    if (isfinite(machine->quota))
        printf("cgroup quota      %.2f cores\n", machine->quota);
    else
        puts("cgroup quota      none");
    printf("allowed workers   %u\n", machine->allowed);
}

/* The nodes that workers are on, where these are several: a line for each kind. */
static void print_nodes(const json_t *nodes)
{
    json_t *lines = node_report_lines(nodes), *line;
    size_t i;
    json_array_foreach(lines, i, line)
    {
        text_wrapped(stdout, i == 0 ? "nodes             " : "                  ", "%s",
                     json_string_value(line));
    }
    json_decref(lines);
}

static void print_json(const struct survey *survey)
{
    const struct machine *machine = &survey->machine;
    char processors[512];
    placement_print(processors, sizeof processors);
    json_print(json_pack(
        "{s:o, s:s, s:i, s:i, s:o, s:i, s:O*, s:o}", "host", json_text(machine->host), "processors",
        processors, "hardware_threads", (int)machine->hardware_threads, "cores",
        (int)machine->cores, "cgroup_quota_cores", json_known(machine->quota), "allowed",
        (int)machine->allowed, "nodes", survey->nodes, "workers", json_incref(survey->placements)));
}

static enum status look(struct survey *survey)
{
    const bool json = survey->asked->json;
    TRY(catalog_load(survey->models->all, survey->models->count, &survey->catalog));
    launch_limit(&survey->catalog, &survey->allocation);
    TRY(plan_all(survey));
    if (!json)
        print_machine(&survey->machine);
    (void)fflush(stdout);
    signals_block();
    /* What needs no such launcher is looked at all the same. */
    survey->failed |=
        launch_check(&survey->plan, &survey->catalog, &survey->allocation, true) != STATUS_OK;
    TRY(probe_nodes(&survey->plan, &survey->catalog, NULL, &survey->allocation,
                    survey->asked->timeout_s, &survey->nodes));
    if (!json)
        print_nodes(survey->nodes);
    for (size_t i = 0; i < survey->plan.count; i++)
        TRY(launch(survey, &survey->plan.cells[i]));
    if (json) {
        print_json(survey);
    } else if (json_array_size(survey->placements) > 0) {
        puts("");
        worker_placement_print(stdout, survey->placements);
    }
    return survey->failed ? STATUS_FAILED : STATUS_OK;
}

static enum status run(void *options, const struct words *models)
{
    struct survey survey = {.asked = options, .models = models};
    machine_read("", &survey.machine);
    TRY(allocation_read(&survey.machine, &survey.asked->nodes, &survey.allocation));
    survey.placement = placement_read();
    survey.placements = json_array();
    const enum status status = look(&survey);
    json_decref(survey.nodes);
    json_decref(survey.placements);
    plan_free(&survey.plan);
    catalog_free(&survey.catalog);
    free(survey.placement);
    allocation_free(&survey.allocation);
    return status;
}

const struct subcommand subcommand_affinity = {
    .name = "affinity",
    .help = "shows which cores may be used, and where workers really are",
    .line = {"affinity [MODEL[:option=value...]...] [OPTION...]",
             "Shows which cores may be used, and where each worker of models (default: all)\n"
             "really is: node, rank, thread, mask and the core that it ran on.",
             cell_options_arguments + CELL_OPTIONS_OF_MEASURE, UINT_MAX,
             .example = "affinity --workers 2"},
    .options_size = sizeof(struct cell_options),
    .initial = &(const struct cell_options){.timeout_s = CELL_OPTIONS_TIMEOUT_S},
    .run = run,
};
