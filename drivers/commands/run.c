/* parbench run: experiments, measured in rounds, stored as they come, analysed and drawn. */
#define _GNU_SOURCE
#include "arguments.h"
#include "catalog.h"
#include "child.h"
#include "clock.h"
#include "commands.h"
#include "counters.h"
#include "interleave.h"
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
    const char *beside;       /* another build's front door; NULL: this one is measured alone */
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
    } texts[] = {{"kernels", &request->kernels}, {"models", &request->models},
                 {"workers", &request->workers}, {"size", &request->sizes},
                 {"out", &options->out},         {"resume", &options->resume},
                 {"beside", &options->beside}};
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
    static const char *const names[] = {"resume", "rounds",           "precision",
                                        "budget", "cell-timeout",     "no-figures",
                                        "json",   "require-counters", "beside"};
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
    struct machine machine;
    struct side sides[ROUNDS_SIDES_MAX]; /* this build's, and the one's of --beside */
    size_t count;
};

/* What was measured of a side, with its files. Fails where it does not pass. */
static enum status conclude(const struct run *run, struct side *side, struct analysed_run *analysed)
{
    run_folder_close(&side->results);
    enum status status =
        analysed_run_make(side->results.folder, side->manifest, &side->record, analysed);
    return status == STATUS_OK
               ? run_output_write(analysed,
                                  run->options->no_figures ? NULL : run->sides->catalog.plots)
               : status;
}

/* The tables are of this build's run, the verdict is of both. */
static enum status present(struct run *run)
{
    struct analysed_run runs[ROUNDS_SIDES_MAX] = {{.folder = NULL}};
    enum status status = conclude(run, run->sides, runs);
    for (size_t i = 1; i < run->count; i++) {
        const enum status others = conclude(run, &run->sides[i], &runs[i]);
        status = status == STATUS_OK ? others : status;
        runs->passes = runs->passes && runs[i].passes;
        status_say("to compare both: parbench compare %s %s", runs[i].folder,
                   run->sides->results.folder);
    }
    enum status printed = STATUS_OK;
    if (runs->kernels)
        printed = run_output_print(runs, !run->options->no_figures, run->options->json);
    for (size_t i = 0; i < run->count; i++)
        analysed_run_free(&runs[i]);
    return status == STATUS_OK ? printed : status;
}

/* An interrupted run keeps, analyses and shows what it has. */
static enum status measure_and_present(struct run *run)
{
    struct rounds rounds = {
        .sides = run->sides, .count = run->count, .shortest_s = run->machine.shortest_s};
    enum status status = signals_open(&rounds.interrupts);
    if (status != STATUS_OK)
        return status;
    launch_say_as_root(&run->sides->plan, &run->sides->catalog);
    status = rounds_measure(&rounds);
    if (status == STATUS_INTERRUPTED)
        status_say("ended by a signal: go on with parbench run --resume %s%s%s",
                   run->sides->results.folder, run->options->beside ? " --beside " : "",
                   run->options->beside ? run->options->beside : "");
    if (run->sides->record.count == 0 && status != STATUS_OK)
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

static enum status begin(struct run *run, const char *command)
{
    const struct options *options = run->options;
    struct side *own = run->sides, *other = run->sides + 1;
    own->config = complete(options, command);
    enum status status = sweep_plan(&options->request, &own->catalog, &run->machine, &own->plan);
    if (status == STATUS_OK)
        status = record_new(&own->plan, &own->record);
    if (status == STATUS_OK && options->beside)
        status = interleave_load(options->beside, &own->plan, other);
    if (status == STATUS_OK)
        status = run_folder_make(options->out, &own->results);
    if (status != STATUS_OK)
        return status;
    return options->beside ? interleave_begin(options->beside, &run->machine, own, other)
                           : run_folder_begin(&own->results, &own->config, &own->plan,
                                              &own->catalog, &run->machine, &own->manifest);
}

/* What is asked for now holds from here on; the manifest stays as it is: it says what was planned. */
static enum status resume(const struct options *options, struct side *side)
{
    struct run_config *config = &side->config;
    if (options->config.rounds > 0)
        config->rounds = options->config.rounds;
    if (options->config.precision > 0)
        config->precision = options->config.precision;
    if (options->config.budget_s > 0)
        config->budget_s = config->budget_most_s = options->config.budget_s;
    if (options->config.timeout_s > 0)
        config->timeout_s = options->config.timeout_s;
    side->record.precision = config->precision;
    side->record.budget_s = config->budget_s;
    side->record.budget_most_s = config->budget_most_s;
    return run_folder_resume(&side->results, config);
}

static enum status go_on(struct run *run)
{
    const struct options *options = run->options;
    struct side *own = run->sides;
    if (options->plans)
        return status_fail(STATUS_USAGE, "--resume measures what the run was begun with: it goes "
                                         "with --rounds, --precision, --budget and --cell-timeout");
    enum status status =
        run_folder_reopen(options->resume, &own->catalog, &run->machine, &own->manifest, &own->plan,
                          &own->record, &own->config, &own->results);
    if (status == STATUS_OK)
        status = interleave_reopen(options->beside, &run->machine, own, run->sides + 1);
    for (size_t i = 0; i < run->count && status == STATUS_OK; i++)
        status = resume(options, &run->sides[i]);
    return status;
}

static enum status run_all(const struct options *options, const char *command)
{
    struct run run = {.options = options, .count = options->beside ? 2 : 1};
    if (!options->no_figures && !child_in_path("gnuplot"))
        return status_fail(STATUS_FAILED, "gnuplot is not in PATH: install it (scripts/setup) or "
                                          "take --no-figures");
    machine_read(&run.machine);
    enum status status = options->require_counters ? counters_require() : STATUS_OK;
    if (status == STATUS_OK)
        status = catalog_load(&run.sides->catalog);
    if (status == STATUS_OK)
        status = options->resume ? go_on(&run) : begin(&run, command);
    for (size_t i = 0; i < run.count && options->require_counters; i++)
        plan_require_counters(&run.sides[i].plan);
    if (status == STATUS_OK)
        status = measure_and_present(&run);
    for (size_t i = 0; i < ROUNDS_SIDES_MAX; i++)
        side_free(&run.sides[i]);
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
        {"beside", "OTHER/parbench", "measure another build as well, launch by launch"},
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
