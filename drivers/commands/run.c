/*
 * parbench run: experiments, measured in rounds, stored as they come, analysed and drawn.
 *
 * Every round launches every cell anew, in an order shuffled by a recorded seed, so that a drift
 * of the machine touches all cells alike. Rounds go on until every interval is as narrow as asked
 * for, or the budget or the number of rounds is spent.
 */
#define _GNU_SOURCE
#include "analysis.h"
#include "arguments.h"
#include "catalog.h"
#include "clock.h"
#include "commands.h"
#include "interrupts.h"
#include "launch.h"
#include "machine.h"
#include "options.h"
#include "plan.h"
#include "present.h"
#include "process.h"
#include "progress.h"
#include "results.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

struct options {
    struct request request;
    const char *out;
    unsigned rounds_min, rounds; /* before precision or budget may end the run; at most */
    double precision, budget_s, timeout_s;
    bool json, no_figures;
    uint64_t seed;
};

/* ---- arguments ---- */

static enum status take_experiment(struct request *request, const char *word)
{
    const char *names[EXPERIMENT_COUNT];
    for (unsigned e = 0; e < EXPERIMENT_COUNT; e++) {
        names[e] = experiment_info[e].name;
        if (strcmp(word, names[e]) == 0) {
            request->experiments |= 1u << e;
            return STATUS_OK;
        }
    }
    return argument_unknown("experiment", word, names, EXPERIMENT_COUNT);
}

static enum status take_profile(struct request *request, const char *word)
{
    const char *names[PROFILE_COUNT];
    for (unsigned p = 0; p < PROFILE_COUNT; p++) {
        names[p] = profile_table[p].name;
        if (strcmp(word, names[p]) == 0) {
            request->profile = &profile_table[p];
            return STATUS_OK;
        }
    }
    return argument_unknown("profile", word, names, PROFILE_COUNT);
}

static enum status take_figure(struct options *options, const char *name, const char *value)
{
    uint64_t rounds;
    if (strcmp(name, "rounds") == 0) {
        if (!count_parse(value, &rounds) || rounds > 100000)
            return argument_wrong(name, value, "a whole number from 1 to 100000");
        options->rounds = (unsigned)rounds;
        return STATUS_OK;
    }
    if (strcmp(name, "precision") == 0)
        return text_parse_percent(value, &options->precision)
                   ? STATUS_OK
                   : argument_wrong(name, value, "a share such as 2%");
    if (strcmp(name, "seed") == 0)
        return count_parse(value, &options->seed) && options->seed <= INT64_MAX
                   ? STATUS_OK
                   : argument_wrong(name, value, "a whole number > 0");
    if (strcmp(name, "nodes") == 0)
        return strcmp(value, "1") == 0
                   ? STATUS_OK
                   : argument_wrong(name, value, "1: no experiment here spans several nodes");
    double *duration = strcmp(name, "budget") == 0 ? &options->budget_s : &options->timeout_s;
    return duration_parse(value, duration)
               ? STATUS_OK
               : argument_wrong(name, value, "a time such as 60s or 5m");
}

/* Options whose value is kept as it is; false for another one. */
static bool take_text(struct options *options, const char *name, const char *value)
{
    struct request *request = &options->request;
    const struct {
        const char *name;
        const char **place;
    } texts[] = {{"kernels", &request->kernels},
                 {"models", &request->models},
                 {"workers", &request->workers},
                 {"size", &request->sizes},
                 {"out", &options->out}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].name, name) == 0) {
            *texts[i].place = value;
            return true;
        }
    return false;
}

static bool take_switch(struct options *options, const char *name)
{
    const struct {
        const char *name;
        bool *place;
    } switches[] = {{"oversubscribe", &options->request.oversubscribe},
                    {"json", &options->json},
                    {"no-figures", &options->no_figures}};
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if (strcmp(switches[i].name, name) == 0) {
            *switches[i].place = true;
            return true;
        }
    return false;
}

static enum status take(void *context, const char *name, const char *value)
{
    struct options *options = context;
    if (!name)
        return take_experiment(&options->request, value);
    if (take_text(options, name, value) || take_switch(options, name))
        return STATUS_OK;
    return strcmp(name, "profile") == 0 ? take_profile(&options->request, value)
                                        : take_figure(options, name, value);
}

/* ---- rounds ---- */

struct run {
    const struct options *options;
    const struct catalog *catalog;
    const struct plan *plan;
    struct results *results;
    struct record *record;
    struct progress progress;
    size_t *order;
    uint64_t random; /* the generator's state */
    int interrupts;
};

/* SplitMix64 (Steele, Lea, Flood, OOPSLA'14): small, and the same everywhere for the same seed. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void shuffle(struct run *run)
{
    for (size_t i = run->plan->count; i > 1; i--) {
        size_t j = (size_t)(next_random(&run->random) % i);
        size_t kept = run->order[i - 1];
        run->order[i - 1] = run->order[j];
        run->order[j] = kept;
    }
}

/* The cell's own log: its id without what a file's name should not hold. */
static bool log_path(const struct run *run, const struct cell *cell, char *path, size_t length)
{
    char name[PLAN_ID_MAX + 16];
    (void)snprintf(name, sizeof name, "logs/%.200s.log", cell->id);
    for (char *c = name + strlen("logs/"); *c; c++)
        if (*c == '/' || *c == ':')
            *c = *c == '/' ? '_' : '-';
    return results_path(run->results->folder, name, path, length);
}

static enum status measure_cell(const struct run *run, unsigned round, size_t index)
{
    const struct cell *cell = &run->plan->cells[index];
    const struct entry *entry = NULL;
    struct launched launched = {0};
    char log[PATH_MAX];
    struct launch_options how = {run->options->request.profile->samples, run->options->timeout_s,
                                 run->interrupts,
                                 log_path(run, cell, log, sizeof log) ? log : NULL};
    enum status status = catalog_find(run->catalog, cell->model, &entry);
    if (status == STATUS_OK)
        status = launch_cell(cell, entry, &how, &launched);
    if (status == STATUS_OK)
        status = results_append(run->results, cell, round, &launched);
    if (status == STATUS_OK)
        status = record_launch(run->record, index, round, &launched);
    if (status == STATUS_OK && !launched.ended) {
        progress_end(&run->progress);
        status_say("%s failed: %s", cell->id, launched.failure);
    }
    launched_free(&launched);
    return status;
}

/* A cell that failed once is not launched again: it would only spend the budget. */
static enum status measure_round(struct run *run, unsigned round)
{
    shuffle(run);
    for (size_t i = 0; i < run->plan->count; i++) {
        size_t index = run->order[i];
        progress_show(&run->progress, round, i, run->plan->cells[index].label);
        if (run->record->standings[index].failed)
            continue;
        enum status status =
            interrupts_caught() ? STATUS_INTERRUPTED : measure_cell(run, round, index);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* Whether every cell that has not failed has an interval as narrow as asked for. */
static bool is_precise(const struct run *run)
{
    struct analysis_of_cell *cells;
    if (analysis_make(run->record, &cells) != STATUS_OK)
        return false;
    bool precise = true;
    for (size_t i = 0; i < run->plan->count; i++)
        precise = precise && (cells[i].standing->failed ||
                              stats_relative_width(&cells[i].time) <= run->options->precision);
    free(cells);
    return precise;
}

/*
 * Whether another round is due: a round that would overrun the budget is not begun, but the fewest
 * rounds that a profile promises are measured as long as they take no more than twice its budget.
 */
static bool goes_on(const struct run *run, unsigned done)
{
    const struct options *options = run->options;
    double elapsed = clock_seconds_since(run->progress.start_ns);
    double after_next = elapsed * (done + 1) / done;
    double limit = done < options->rounds_min ? 2 * options->budget_s : options->budget_s;
    return done < options->rounds && after_next <= limit && !is_precise(run);
}

static enum status measure_rounds(struct run *run)
{
    enum status status = STATUS_OK;
    unsigned done = 0;
    run->order = calloc(run->plan->count, sizeof *run->order);
    if (!run->order)
        return status_no_memory("the order of cells");
    for (size_t i = 0; i < run->plan->count; i++)
        run->order[i] = i;
    do
        status = measure_round(run, done++);
    while (status == STATUS_OK && goes_on(run, done));
    progress_end(&run->progress);
    free(run->order);
    return status;
}

/* ---- the command ---- */

static char *join_arguments(int argc, char **argv)
{
    size_t length = sizeof "parbench";
    for (int i = 0; i < argc; i++)
        length += 1 + strlen(argv[i]);
    char *joined = calloc(length, 1);
    if (joined)
        text_append(joined, length, "parbench");
    for (int i = 0; joined && i < argc; i++)
        text_append(joined, length, " %s", argv[i]);
    return joined;
}

/* The manifest is read back, so that a run and a later report of it show the same. */
static enum status present_run(const struct run *run, bool cut_off)
{
    json_t *manifest = NULL;
    char path[PATH_MAX];
    if (!results_path(run->results->folder, "manifest.json", path, sizeof path) ||
        !(manifest = json_load_file(path, 0, NULL)))
        return status_fail(STATUS_FAILED, "cannot read %s", path);
    const struct presentation presentation = {run->results->folder, manifest,
                                              run->options->no_figures ? NULL : run->catalog->plots,
                                              run->options->json, cut_off};
    enum status status = present(&presentation, run->record);
    json_decref(manifest);
    return status;
}

/* An interrupted run keeps, analyses and shows what it has. */
static enum status measure_and_present(struct run *run)
{
    enum status status = interrupts_open(&run->interrupts);
    if (status != STATUS_OK)
        return status;
    launch_say_as_root(run->plan, run->catalog);
    status = measure_rounds(run);
    results_close(run->results);
    if (status == STATUS_INTERRUPTED)
        status_say("ended by a signal: what was measured is in %s", run->results->folder);
    if (run->record->count == 0 && status != STATUS_OK)
        return status;
    enum status presented = present_run(run, status != STATUS_OK);
    return status != STATUS_OK ? status : presented;
}

static enum status prepare_and_run(const struct options *options, const struct catalog *catalog,
                                   const struct machine *machine, const struct plan *plan,
                                   const char *command)
{
    const struct asked asked = {command,
                                options->request.profile,
                                options->request.profile->samples,
                                options->rounds,
                                options->precision,
                                options->budget_s,
                                options->timeout_s,
                                options->seed};
    struct results results = {.samples = NULL};
    struct record record = {0};
    if (!options->no_figures && !process_in_path("gnuplot"))
        return status_fail(STATUS_FAILED, "gnuplot is not in PATH: install it (scripts/setup) or "
                                          "take --no-figures");
    enum status status = record_new(plan, &record);
    if (status == STATUS_OK)
        status = results_create(options->out, &asked, plan, machine, &results);
    if (status == STATUS_OK) {
        struct run run = {options, catalog,
                          plan,    &results,
                          &record, progress_start(plan->count, options->rounds, options->budget_s),
                          NULL,    options->seed,
                          -1};
        status = measure_and_present(&run);
    }
    results_close(&results);
    record_free(&record);
    return status;
}

static void apply_profile(struct options *options)
{
    const struct profile *profile = options->request.profile;
    if (options->rounds == 0)
        options->rounds = profile->rounds_max;
    if (!(options->budget_s > 0)) {
        options->budget_s = profile->budget_s;
        options->rounds_min = profile->rounds_min;
    }
    if (options->seed == 0 &&
        getrandom(&options->seed, sizeof options->seed, 0) != (ssize_t)sizeof options->seed)
        options->seed = clock_now_ns();
    options->seed &= INT64_MAX; /* what JSON's integers hold */
}

enum status command_run(int argc, char **argv)
{
    static const struct argument arguments[] = {
        {"kernels", "LIST", "pi,primes,... (default: all)"},
        {"models", "LIST", "gil,pool:chunk=8,... (default: all; serial always)"},
        {"workers", "LIST", "1,2,4 (default: powers of two up to all cores)"},
        {"nodes", "LIST", "1: the experiments here stay on one node"},
        {"size", "SIZES", "N, or pi=N,primes=N,... (default: the kernels')"},
        {"profile", "NAME", "smoke, quick or full (default quick)"},
        {"rounds", "R", "at most so many fresh launches of every cell"},
        {"precision", "P%", "stop when every interval is within P% (default 2%)"},
        {"budget", "TIME", "begin no round that would end later"},
        {"seed", "N", "of the order of cells (default: random; recorded)"},
        {"out", "DIR", "the run's folder (default: a new one in results/)"},
        {"oversubscribe", NULL, "allow more workers than cores"},
        {"cell-timeout", "TIME", "end a launch after this time (default 60s)"},
        {"no-figures", NULL, "do not draw (gnuplot is not needed then)"},
        {"json", NULL, "print one JSON object instead of tables"},
        {0},
    };
    static const struct command_line line = {
        "run [gil] [strong] [OPTION...]",
        "Measures experiments (default: all) and writes tables, figures and a report.", arguments};
    struct options options = {
        .request.profile = &profile_table[1], .precision = 0.02, .timeout_s = 60};
    struct catalog catalog = {0};
    struct machine machine;
    struct plan plan = {0};
    bool helped;
    enum status status = arguments_parse(&line, argc, argv, take, &options, &helped);
    if (status != STATUS_OK || helped)
        return status;
    apply_profile(&options);
    machine_read(&machine);
    char *command = join_arguments(argc, argv);
    status = command ? catalog_load(&catalog) : status_no_memory("the command line");
    if (status == STATUS_OK)
        status = plan_sweep(&options.request, &catalog, &machine, &plan);
    if (status == STATUS_OK)
        status = prepare_and_run(&options, &catalog, &machine, &plan, command);
    free(command);
    plan_free(&plan);
    catalog_free(&catalog);
    return status;
}
