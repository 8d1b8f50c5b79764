/* parbench run: experiments, measured in rounds, stored as they come, analysed and drawn. */
#define _GNU_SOURCE
#include "arguments.h"
#include "catalog.h"
#include "child.h"
#include "clock.h"
#include "commands.h"
#include "counters.h"
#include "launch.h"
#include "machine.h"
#include "options.h"
#include "rounds.h"
#include "run_folder.h"
#include "run_output.h"
#include "signals.h"
#include "sweep.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

struct options {
    struct request request;
    const char *out, *resume;
    struct run_config config; /* zero where nothing was given */
    bool plans;               /* something was given that only a new run can take */
    bool json, no_figures, require_counters;
};

/* ---- arguments ---- */

static enum status take_experiment(struct request *request, const char *word)
{
    const struct experiment *experiment;
    enum status status = experiment_find(word, &experiment);
    if (status == STATUS_OK)
        request->experiments |= experiment_bit(experiment);
    return status;
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
        options->config.rounds = (unsigned)rounds;
        return STATUS_OK;
    }
    if (strcmp(name, "precision") == 0)
        return text_parse_percent(value, &options->config.precision)
                   ? STATUS_OK
                   : argument_wrong(name, value, "a share such as 2%");
    if (strcmp(name, "seed") == 0)
        return count_parse(value, &options->config.seed) && options->config.seed <= INT64_MAX
                   ? STATUS_OK
                   : argument_wrong(name, value, "a whole number > 0");
    if (strcmp(name, "nodes") == 0)
        return strcmp(value, "1") == 0
                   ? STATUS_OK
                   : argument_wrong(name, value, "1: no experiment here spans several nodes");
    double *duration =
        strcmp(name, "budget") == 0 ? &options->config.budget_s : &options->config.timeout_s;
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
                 {"out", &options->out},
                 {"resume", &options->resume},
                 {"by-turns", &options->config.by_turns}};
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
                    {"no-figures", &options->no_figures},
                    {"require-counters", &options->require_counters}};
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if (strcmp(switches[i].name, name) == 0) {
            *switches[i].place = true;
            return true;
        }
    return false;
}

/* Options that a run which goes on takes as well; the others say what is to be measured. */
static bool is_for_resumed(const char *name)
{
    static const char *const names[] = {"resume", "rounds",          "precision",
                                        "budget", "cell-timeout",    "no-figures",
                                        "json",   "require-counters"};
    for (size_t i = 0; name && i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static enum status take(void *context, const char *name, const char *value)
{
    struct options *options = context;
    options->plans = options->plans || !is_for_resumed(name);
    if (!name)
        return take_experiment(&options->request, value);
    if (take_text(options, name, value) || take_switch(options, name))
        return STATUS_OK;
    return strcmp(name, "profile") == 0 ? take_profile(&options->request, value)
                                        : take_figure(options, name, value);
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

/* A run that can be measured: a new one, or one that goes on. */
struct run {
    const struct options *options;
    const struct catalog *catalog;
    const struct machine *machine;
    struct run_config config;
    struct plan plan;
    struct record record;
    struct run_folder results;
    json_t *manifest;
};

/* With the other run, if it takes turns with one. */
static enum status meet(const struct run *run, struct rounds *rounds)
{
    const struct run_config *config = &run->config;
    char about[96];
    (void)snprintf(about, sizeof about, "%u rounds of %zu cells with the seed %llu", config->rounds,
                   run->plan.count, (unsigned long long)config->seed);
    return config->by_turns
               ? interleave_open(config->by_turns, about, rounds->interrupts, &rounds->turns)
               : STATUS_OK;
}

static enum status present(const struct run *run)
{
    struct analysed_run analysed = {.folder = NULL};
    enum status status =
        analysed_run_make(run->results.folder, run->manifest, &run->record, &analysed);
    if (status == STATUS_OK)
        status = run_output(&analysed, run->options->no_figures ? NULL : run->catalog->plots,
                            run->options->json);
    analysed_run_free(&analysed);
    return status;
}

/* An interrupted run keeps, analyses and shows what it has. */
static enum status measure_and_present(struct run *run)
{
    struct rounds rounds = {.config = &run->config,
                            .catalog = run->catalog,
                            .results = &run->results,
                            .record = &run->record,
                            .shortest_s = run->machine->shortest_s};
    enum status status = signals_open(&rounds.interrupts);
    if (status != STATUS_OK)
        return status;
    launch_say_as_root(&run->plan, run->catalog);
    status = meet(run, &rounds);
    if (status == STATUS_OK)
        status = rounds_measure(&rounds);
    interleave_free(rounds.turns);
    run_folder_close(&run->results);
    if (status == STATUS_INTERRUPTED)
        status_say("ended by a signal: go on with parbench run --resume %s", run->results.folder);
    if (run->record.count == 0 && status != STATUS_OK)
        return status;
    enum status presented = present(run);
    if (status == STATUS_OK && signals_caught())
        status = STATUS_INTERRUPTED; /* when all was measured */
    return status != STATUS_OK ? status : presented;
}

/* What was not asked for is the profile's. */
static struct run_config complete(const struct options *options, const char *command)
{
    const struct profile *profile = options->request.profile;
    struct run_config config = options->config;
    config.command = command;
    config.profile = profile->name;
    config.samples = profile->samples;
    if (config.rounds == 0)
        config.rounds = profile->rounds_max;
    config.rounds_min = profile->rounds_min;
    config.budget_most_s = config.budget_s;
    if (!(config.budget_s > 0)) {
        config.budget_s = profile->budget_s;
        config.budget_most_s = profile->budget_most_s;
    }
    if (!(config.precision > 0))
        config.precision = 0.02;
    if (!(config.timeout_s > 0))
        config.timeout_s = 60;
    if (config.seed == 0 &&
        getrandom(&config.seed, sizeof config.seed, 0) != (ssize_t)sizeof config.seed)
        config.seed = clock_now_ns();
    config.seed &= INT64_MAX; /* what JSON's integers hold */
    return config;
}

/* Both runs must end at once: by their number of rounds. */
static enum status check_turns(const struct options *options, const char *name)
{
    if (name && (!*name || strlen(name) > INTERLEAVE_NAME_MAX))
        return argument_wrong("by-turns", name, "a short name");
    if (name && (options->config.precision > 0 || options->config.budget_s > 0))
        return status_fail(STATUS_USAGE, "runs that take turns end by --rounds alone: leave out "
                                         "--precision and --budget");
    return STATUS_OK;
}

static enum status begin(struct run *run, const char *command)
{
    const struct options *options = run->options;
    run->config = complete(options, command);
    enum status status = check_turns(options, run->config.by_turns);
    if (status == STATUS_OK)
        status = sweep_plan(&options->request, run->catalog, run->machine, &run->plan);
    if (status == STATUS_OK)
        status = record_new(&run->plan, &run->record);
    if (status == STATUS_OK)
        status = run_folder_create(options->out, &run->config, &run->plan, run->catalog,
                                   run->machine, &run->manifest, &run->results);
    return status;
}

/* Its manifest stays as it is: it says what was planned. */
static enum status go_on(struct run *run)
{
    const struct options *options = run->options;
    if (options->plans)
        return status_fail(STATUS_USAGE, "--resume measures what the run was begun with: it goes "
                                         "with --rounds, --precision, --budget and --cell-timeout");
    enum status status = run_folder_reopen(options->resume, run->machine, &run->manifest,
                                           &run->plan, &run->record, &run->config, &run->results);
    if (status == STATUS_OK)
        status = check_turns(options, run->config.by_turns);
    if (status != STATUS_OK)
        return status;
    if (options->config.rounds > 0)
        run->config.rounds = options->config.rounds;
    if (options->config.precision > 0)
        run->config.precision = options->config.precision;
    if (options->config.budget_s > 0)
        run->config.budget_s = run->config.budget_most_s = options->config.budget_s;
    if (options->config.timeout_s > 0)
        run->config.timeout_s = options->config.timeout_s;
    run->record.precision = run->config.precision;
    run->record.budget_s = run->config.budget_s;
    run->record.budget_most_s = run->config.budget_most_s;
    return run_folder_resume(&run->results, &run->config);
}

static enum status run_all(const struct options *options, const char *command)
{
    struct catalog catalog = {0};
    struct machine machine;
    struct run run = {.options = options, .catalog = &catalog, .machine = &machine};
    if (!options->no_figures && !child_in_path("gnuplot"))
        return status_fail(STATUS_FAILED, "gnuplot is not in PATH: install it (scripts/setup) or "
                                          "take --no-figures");
    machine_read(&machine);
    enum status status = options->require_counters ? counters_require() : STATUS_OK;
    if (status == STATUS_OK)
        status = catalog_load(&catalog);
    if (status == STATUS_OK)
        status = options->resume ? go_on(&run) : begin(&run, command);
    if (options->require_counters)
        plan_require_counters(&run.plan);
    if (status == STATUS_OK)
        status = measure_and_present(&run);
    run_folder_close(&run.results);
    record_free(&run.record);
    plan_free(&run.plan);
    json_decref(run.manifest);
    catalog_free(&catalog);
    return status;
}

static enum status command(int argc, char **argv)
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
        {"by-turns", "NAME", "launch by launch with the run that is given it, too"},
        {"out", "DIR", "the run's folder (default: a new one in results/)"},
        {"resume", "DIR", "go on with the run in this folder"},
        {"oversubscribe", NULL, "allow more workers than cores"},
        {"cell-timeout", "TIME", "end a launch after this time (default 60s)"},
        {"require-counters", NULL, "fail if instructions or cycles are not counted"},
        {"no-figures", NULL, "do not draw (gnuplot is not needed then)"},
        {"json", NULL, "print one JSON object instead of tables"},
        {0},
    };
    static const struct command_line line = {
        "run [gil] [strong] [weak] [OPTION...]",
        "Measures experiments (default: all) and writes tables, figures and a report.", arguments};
    struct options options = {.request.profile = &profile_table[1]};
    bool helped;
    enum status status = arguments_parse(&line, argc, argv, take, &options, &helped);
    if (status != STATUS_OK || helped)
        return status;
    char *command = join_arguments(argc, argv);
    status = command ? run_all(&options, command) : status_no_memory("the command line");
    free(command);
    return status;
}

const struct subcommand subcommand_run = {
    .name = "run",
    .help = "experiments: measured in rounds, stored, drawn",
    .run = command,
};
