/* parbench measure: one cell, and what its speedup is over, to the terminal. */
#include "catalog.h"
#include "cell_options.h"
#include "commands.h"
#include "counters.h"
#include "export_format.h"
#include "json.h"
#include "launch.h"
#include "machine.h"
#include "manifest.h"
#include "measure_outputs.h"
#include "measure_timeline.h"
#include "memory.h"
#include "probe.h"
#include "quantities.h"
#include "samples_lines.h"
#include "signals.h"
#include "tables.h"
#include "text.h"
#include "timeline.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is measured, and all that it takes. */
struct setup {
    struct cell_options *asked;
    const struct words *words;
    const struct export_format *format; /* NULL: text, or JSON */
    char *tasks;
    struct machine machine;
    struct allocation allocation;
    struct catalog catalog;
    struct plan plan; /* of one cell, and its base, where that is measured */
    json_t *nodes;    /* see probe.h */
    struct launch_result launched, base;
};

/* "A,B,C", each as a size is written, becomes "A+B+C" in plain numbers, which the caller frees. */
static enum status read_tasks(const char *given, char **tasks)
{
    const char *list = given, *separator = "";
    char item[48];
    size_t length;
    bool right = true;
    FILE *stream = memory_open(tasks, &length);
    for (; right && text_next(&list, item, sizeof item); separator = "+") {
        uint64_t size = 0;
        right = size_parse(item, &size);
        (void)fprintf(stream, "%s%" PRIu64, separator, size);
    }
    memory_close(stream, tasks);
    return right ? STATUS_OK : argument_wrong("tasks", given, "sizes, such as 1e5,2e5,3e5");
}

/* "I[:TIMES]"; items count from 0. */
static enum status read_fault(struct cell_options *asked)
{
    char copy[48], *times = copy;
    (void)snprintf(copy, sizeof copy, "%s", asked->fail_task);
    const char *item = strsep(&times, ":");
    asked->fail_times = 1;
    return (strcmp(item, "0") == 0 || count_parse(item, &asked->fail_item)) &&
                   (!times || count_parse(times, &asked->fail_times))
               ? STATUS_OK
               : argument_wrong("fail-task", asked->fail_task,
                                "the number of an item, from 0, or ITEM:TIMES");
}

static enum status read_items(struct setup *setup)
{
    struct cell_options *asked = setup->asked;
    if (asked->tasks && asked->single.size)
        return status_fail(STATUS_USAGE, "--tasks has the sizes: leave --size out");
    if (asked->tasks)
        TRY(read_tasks(asked->tasks, &setup->tasks));
    asked->single.tasks = setup->tasks;
    return asked->fail_task ? read_fault(asked) : STATUS_OK;
}

static enum status check_fault(const struct cell_options *asked, const struct cell *cell)
{
    if (asked->fail_times > 0 && asked->fail_item >= cell->size)
        return status_fail(STATUS_USAGE,
                           "--fail-task: there is no item %" PRIu64 ": they are 0 to %" PRIu64,
                           asked->fail_item, cell->size - 1);
    return STATUS_OK;
}

/* The object that `measure --json` prints. */
static json_t *json_of(const struct analysis_of_cell *analysed,
                       const struct launch_result *launched)
{
    json_t *object = tables_json(analysed), *workers = launch_said(launched, "worker");
    static const char *const names[][2] = {
        {"seconds", "seconds"}, {"counts", "counts"}, {"starts", "start"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)json_object_set_new(object, names[i][0],
                                  launch_told_by_all(launched, "sample", names[i][1]));
    (void)json_object_set_new(object, "workers_busy",
                              json_array_size(workers) > 0 ? json_incref(workers) : json_null());
    return object;
}

/* What the processor counted, and PAPI's words for what it did not. */
static void print_counters(const struct analysis_of_cell *cell)
{
    const struct instrumented *execution = cell->factors.execution;
    char text[ANALYSIS_MISSING_MAX] = "", absent[ANALYSIS_MISSING_MAX];
    for (unsigned i = 0; i < INSTRUMENTED_EVENTS; i++) {
        const double count = execution->count[i];
        if (!isnan(count))
            text_append(text, sizeof text, "%s%s %s", *text ? ", " : "",
                        cell->state->events.name[i], text_grouped((uint64_t)count).text);
    }
    if (isfinite(cell->factors.ipc))
        text_append(text, sizeof text, "; IPC %.2f", cell->factors.ipc);
    analysis_say_missing(cell, 1, absent, sizeof absent);
    if (*absent)
        text_append(text, sizeof text, "%s%s", *text ? "; not counted: " : "Not counted: ", absent);
    if (*text)
        text_append(text, sizeof text, ".");
    text_wrapped(stdout, "", "%s", text);
}

/* What the system counted, in an execution that is no sample. */
static void print_counted(const struct analysis_of_cell *cell)
{
    const struct instrumented *execution = cell->factors.execution;
    if (!execution || isnan(execution->cpu_s)) /* a peer counts nothing */
        return;
    const double peak = execution->peak_memory_bytes;
    text_wrapped(
        stdout, "",
        "Counted in one more execution: CPU time %s; switches: %.0f voluntary, %.0f involuntary; "
        "faults: %.0f minor, %.0f major; peak memory %s.",
        text_seconds(execution->cpu_s).text, execution->voluntary_switches,
        execution->involuntary_switches, execution->minor_faults, execution->major_faults,
        isnan(peak) ? "unknown" : text_bytes((uint64_t)peak).text);
    print_counters(cell);
}

/* It is that of the last sample, of which updates may have been lost. */
static bool is_result_wrong(const struct analysis_of_cell *cell)
{
    return cell->rows.count > 0 && !cell->rows.rows[cell->rows.count - 1]->verified;
}

/* `cell` is the one that was asked for; NULL in place of `drawn`: there is no picture of it. */
static void print_people(const struct analysed_run *run, const struct analysis_of_cell *cell,
                         const struct launch_result *launched, const struct cell_options *drawn)
{
    tables_print(stdout, run);
    if (launched->ended) {
        if (run->count > 1)
            text_wrapped(stdout, "",
                         "Launched by turns with serial. An interval of the speedup takes %d "
                         "rounds: parbench run.",
                         STATS_MIN_FOR_INTERVAL);
        printf("%s took %s. Result%s: %s\n",
               run->count > 1 ? "Start-up" : "One launch, whose start-up",
               text_seconds(cell->startup_s).text, is_result_wrong(cell) ? ", which is wrong" : "",
               cell->state->result);
        print_counted(cell);
        if (drawn && drawn->timeline)
            text_wrapped(stdout, "", "Who computed what when in another one: %s", drawn->timeline);
        if (drawn && drawn->outputs)
            text_wrapped(stdout, "", "What was computed: %s", drawn->outputs);
    }
    tables_print_fom_of(stdout, cell);
    tables_print_verdict(stdout, run);
}

/* Where the launch failed, there is none, and that is told. */
static enum status draw(const struct setup *setup)
{
    const struct cell_options *asked = setup->asked;
    if (asked->outputs && setup->launched.ended)
        TRY(measure_outputs_draw(asked->outputs, setup->plan.cells, &setup->launched));
    return asked->timeline && setup->launched.ended
               ? measure_timeline_draw(asked->timeline, setup->plan.cells, &setup->launched,
                                       &setup->machine, setup->nodes)
               : STATUS_OK;
}

/* Some formats tell of the machine, as a run's manifest does; nothing where the launch failed. */
static enum status print_format(const struct setup *setup, struct analysed_run *run)
{
    const struct run_config config = {.out = NULL};
    if (!setup->launched.ended)
        return STATUS_OK;
    json_t *manifest = manifest_make(&config, run->plan, &setup->catalog, &setup->allocation, NULL);
    run->manifest = manifest;
    const enum status status = export_print(setup->format, run);
    run->manifest = NULL;
    json_decref(manifest);
    return status;
}

/* Without the base unless both have ended well: the verdict is on the cell that was asked for.
 * `drawn` tells what came of a picture. */
static enum status present(const struct setup *setup, enum status drawn)
{
    const struct launch_result *launched = &setup->launched;
    const bool has_base = launched->ended && setup->base.ended;
    struct plan plan = {0};
    struct record record;
    struct analysed_run run = {.folder = NULL};
    enum status printed = STATUS_OK;
    json_t *lines = lines_of_launch(setup->plan.cells, 0, 0, launched);
    if (has_base) {
        plan_append(&plan, &setup->plan.cells[1]);
        json_t *of_base = lines_of_launch(&setup->plan.cells[1], 0, 0, &setup->base);
        (void)json_array_extend(lines, of_base);
        json_decref(of_base);
    }
    plan_append(&plan, setup->plan.cells);
    record_new(&plan, &record);
    lines_take_all(lines, &record);
    json_decref(lines);
    analysed_run_make(NULL, NULL, &record, &run);
    const struct analysis_of_cell *cell = &run.cells[run.count - 1];
    launch_say_again(setup->plan.cells, launched);
    if (setup->format)
        printed = print_format(setup, &run);
    else if (setup->asked->json)
        json_print(json_of(cell, launched));
    else
        print_people(&run, cell, launched, drawn == STATUS_OK ? setup->asked : NULL);
    if (!launched->ended)
        launch_say_failure(setup->plan.cells, launched);
    analysed_run_free(&run);
    record_free(&record);
    plan_free(&plan);
    if (!launched->ended)
        return STATUS_FAILED;
    return drawn == STATUS_OK ? printed : drawn;
}

/* Half of the cell's samples, its base's, and the other half: what slows the machine down more and
 * more is in both alike. */
static enum status launch_interleaved(struct setup *setup, struct launch_options *options)
{
    const unsigned samples = options->samples;
    struct launch_result rest;
    options->samples = samples - samples / 2;
    TRY(launch_cell(setup->plan.cells, options, &setup->launched));
    if (!setup->launched.ended)
        return STATUS_OK;
    options->samples = samples;
    options->pieces = 0;
    options->outputs = false;
    TRY(launch_cell(&setup->plan.cells[1], options, &setup->base));
    if (!setup->base.ended)
        status_say("there is no speedup: %s failed: %s", setup->plan.cells[1].label,
                   setup->base.failure);
    if (samples == 1)
        return STATUS_OK;
    options->samples = samples / 2;
    options->executions = setup->launched.executions;
    options->shortest_s = 0; /* that many suit both halves */
    TRY(launch_cell(setup->plan.cells, options, &rest));
    launch_result_join(&setup->launched, &rest);
    return STATUS_OK;
}

/* Asks the model's program; and the others where it needs a base, which one that is only they
 * tell. */
static enum status find_models(struct setup *setup)
{
    struct cell_options *asked = setup->asked;
    struct model_spec choice;
    TRY(catalog_load(setup->words->all + 1, 1, &setup->catalog));
    launch_limit(&setup->catalog, &setup->allocation);
    TRY(model_spec_read(&setup->catalog, asked->single.model, &choice));
    const bool is_base = model_spec_traits(&choice) & TRAIT_BASE;
    asked->single.with_base = !is_base && !asked->alone && !asked->fail_task;
    if (asked->single.with_base)
        catalog_ask_others(&setup->catalog);
    return STATUS_OK;
}

static enum status measure(struct setup *setup)
{
    struct cell_options *asked = setup->asked;
    TRY(read_items(setup));
    if (asked->require_counters)
        TRY(counters_require());
    TRY(find_models(setup));
    TRY(plan_single(&asked->single, &setup->catalog, &setup->allocation, &setup->plan));
    TRY(check_fault(asked, setup->plan.cells));
    if (asked->timeline)
        TRY(measure_timeline_check(asked->timeline, setup->plan.cells, &setup->catalog));
    if (asked->outputs)
        TRY(measure_outputs_check(asked->outputs, setup->plan.cells, &setup->catalog));
    struct launch_options options = {.catalog = &setup->catalog,
                                     .allocation = &setup->allocation,
                                     .samples = asked->samples,
                                     .cold = asked->cold,
                                     .outputs = asked->outputs != NULL,
                                     .pieces = asked->timeline ? TIMELINE_PIECES : 0,
                                     .executions = 1,
                                     .shortest_s = setup->machine.shortest_s,
                                     .timeout_s = asked->timeout_s,
                                     .require_counters = asked->require_counters,
                                     .fail_item = asked->fail_item,
                                     .fail_times = asked->fail_times};
    signals_block();
    TRY(launch_check(&setup->plan, &setup->catalog, &setup->allocation, true));
    TRY(probe_nodes(&setup->plan, &setup->catalog, NULL, &setup->allocation, asked->timeout_s,
                    &setup->nodes));
    if (setup->plan.count > 1)
        TRY(launch_interleaved(setup, &options));
    else
        TRY(launch_cell(setup->plan.cells, &options, &setup->launched));
    return present(setup, draw(setup));
}

/* A list, which no name and no value of an option is, is what `run` takes. */
static enum status check_words(const struct words *words)
{
    static const char *const whats[] = {"kernel", "model"};
    for (unsigned i = 0; i < sizeof whats / sizeof *whats; i++)
        if (strchr(words->all[i], ','))
            return status_fail(STATUS_USAGE,
                               "one %s is measured, not the list \"%s\": parbench run --%ss takes "
                               "several",
                               whats[i], words->all[i], whats[i]);
    return STATUS_OK;
}

static enum status run(void *options, const struct words *words)
{
    struct setup setup = {.asked = options, .words = words};
    TRY(check_words(words));
    TRY(export_choose(setup.asked->format, setup.asked->json, &setup.format));
    signals_outlive_readers();
    setup.asked->single.kernel = words->all[0];
    setup.asked->single.model = words->all[1];
    machine_read("", &setup.machine);
    TRY(allocation_read(&setup.machine, &setup.asked->nodes, &setup.allocation));
    const enum status status = measure(&setup);
    launch_result_free(&setup.launched);
    launch_result_free(&setup.base);
    json_decref(setup.nodes);
    plan_free(&setup.plan);
    catalog_free(&setup.catalog);
    free(setup.tasks);
    allocation_free(&setup.allocation);
    return status;
}

#define PUT(kind_, member)                                                                         \
    .kind = (kind_), .place = offsetof(struct cell_options, member), .least = 1, .most = INT_MAX

#define SEVERAL_WORKERS "parbench run --workers takes several"

const struct argument cell_options_arguments[] = {
    {"size", "N", "1000000, 1e6 or 1M (default: the kernel's)", PUT(ARGUMENT_SIZE, single.size),
     .of_several = "parbench run --size takes one for each kernel"},
    {"tasks", "A,B,C", "whole tasks of these sizes instead of one range",
     PUT(ARGUMENT_TEXT, tasks)},
    {"fail-task", "I[:TIMES]", "the piece with item I fails, once or TIMES times",
     PUT(ARGUMENT_TEXT, fail_task)},
    {"samples", "S", "executions that are timed (default 10)", PUT(ARGUMENT_COUNT, samples)},
    {"timeline", "FILE", "draw who computed what when: FILE.svg, .png or .tsv",
     PUT(ARGUMENT_TEXT, timeline)},
    {"outputs", "FILE", "likewise what was computed, where a kernel shows it",
     PUT(ARGUMENT_TEXT, outputs)},
    {"cold", NULL, "time a launch's first execution, too", PUT(ARGUMENT_SWITCH, cold)},
    {"require-counters", NULL, "fail if instructions or cycles are not counted",
     PUT(ARGUMENT_SWITCH, require_counters)},
    {"alone", NULL, "leave serial out, and the speedup with it", PUT(ARGUMENT_SWITCH, alone)},
    {"format", "FORMAT", "print it alone: parbench export --help lists them",
     PUT(ARGUMENT_TEXT, format)},
    /* CELL_OPTIONS_OF_MEASURE */
    {"workers", "W", "how many compute at once (default: all allowed cores)",
     PUT(ARGUMENT_COUNT, single.workers), .of_several = SEVERAL_WORKERS},
    {"ranks", "R", "MPI ranks, of models that have any", PUT(ARGUMENT_COUNT, single.ranks),
     .of_several = "parbench run takes several as --models MODEL:ranks=1,2"},
    {"threads", "T", "threads of each of these ranks", PUT(ARGUMENT_COUNT, single.threads),
     .of_several = SEVERAL_WORKERS},
    {"oversubscribe", NULL, "allow more workers than cores",
     PUT(ARGUMENT_SWITCH, single.oversubscribe)},
    {"nodes", "N", "spread the ranks over so many nodes (default 1)",
     PUT(ARGUMENT_COUNT, single.nodes), .of_several = "parbench run --nodes takes several"},
    {"ppn", "K", "ranks on each node", PUT(ARGUMENT_COUNT, single.ppn)},
    ALLOCATION_ARGUMENTS(struct cell_options, nodes),
    {"cell-timeout", "TIME", "end it after this time (default 60s)",
     PUT(ARGUMENT_DURATION, timeout_s)},
    {"json", NULL, "print one JSON object instead", PUT(ARGUMENT_SWITCH, json)},
    {0},
};

const struct subcommand subcommand_measure = {
    .name = "measure",
    .help = "measures one cell, and its speedup",
    .line = {"measure KERNEL MODEL[:option=value...] [OPTION...]",
             "Measures a cell and, for its speedup, serial. parbench list has all names.",
             cell_options_arguments, 2,
             "one kernel and one model are measured, several by parbench run", 2,
             "measure needs a kernel and a model: parbench list",
             .example = "measure " PARBENCH_EXAMPLE " --workers 2"},
    .options_size = sizeof(struct cell_options),
    .initial = &(const struct cell_options){.samples = 10, .timeout_s = CELL_OPTIONS_TIMEOUT_S},
    .run = run,
};
