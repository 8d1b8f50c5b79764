/* parbench run: experiments, measured in rounds, stored as they come, analysed and drawn. */
#include "arguments.h"
#include "catalog.h"
#include "clock.h"
#include "commands.h"
#include "counters.h"
#include "export_format.h"
#include "gnuplot.h"
#include "interleave.h"
#include "launch.h"
#include "machine.h"
#include "probe.h"
#include "rounds.h"
#include "run_folder.h"
#include "run_output.h"
#include "samples_lines.h"
#include "signals.h"
#include "sweep.h"
#include "tables.h"
#include "text.h"

#include <limits.h>
#include <string.h>
#include <sys/random.h>

/* A run that can be measured: a new one, or one that goes on. */
struct run {
    struct run_config asked;
    const struct export_format *format; /* of that name */
    struct machine machine;
    struct allocation allocation;
    char gnuplot[256];                   /* its version, where figures are to be drawn */
    struct side sides[ROUNDS_SIDES_MAX]; /* this build's, and the one's of --beside */
    size_t count;
};

/* The first one's, which is told, becomes the worst of all. */
static void join_verdicts(struct analysed_run *runs, size_t count)
{
    for (size_t i = 1; i < count; i++)
        runs->verdict = runs[i].verdict > runs->verdict ? runs[i].verdict : runs->verdict;
}

/* The figures and the page. A run without all of its output does not pass: it is one that was
 * interrupted, of which nothing is wrong. */
static enum status draw(const struct run *run, struct analysed_run *analysed,
                        struct run_output *written)
{
    const enum status drawn = run_output_draw(analysed, !run->asked.no_figures, written);
    if (drawn == STATUS_OK || analysed->verdict != RUN_PASS)
        return drawn;
    analysed->verdict = RUN_INTERRUPTED;
    if (written->fom)
        TRY(run_folder_write(analysed->folder, "fom.txt", tables_write_fom, analysed));
    return drawn;
}

static struct run_output_asked shown_of(const struct run *run)
{
    const struct run_config *asked = &run->asked;
    return (struct run_output_asked){
        .format = run->format, .json = asked->json, .tables = asked->tables, .fom = asked->fom};
}

/* The numbers, of both on disk and of this build's to see; then what is drawn of both. */
static enum status write_and_print(const struct run *run, struct analysed_run *runs)
{
    const struct run_output_asked asked = shown_of(run);
    const struct analysed_run *rest = NULL; /* of which one lacks something */
    struct run_output written[ROUNDS_SIDES_MAX];
    enum status status = STATUS_OK;
    for (size_t i = 0; i < run->count; i++)
        written[i] = run_output_begin(&runs[i]);
    run_output_print(runs, &asked);
    for (size_t i = 0; i < run->count; i++) {
        const enum status drawn = draw(run, &runs[i], &written[i]);
        status = status == STATUS_OK ? drawn : status;
        if (drawn != STATUS_OK && runs[i].verdict == RUN_INTERRUPTED)
            rest = &runs[i];
        if (i > 0)
            status_say("to compare both: parbench compare %s %s", text_word(runs[i].folder).text,
                       text_word(runs->folder).text);
    }
    join_verdicts(runs, run->count);
    const enum status printed = run_output_end(runs, written, &asked);
    status = status == STATUS_OK ? printed : status;
    (void)fflush(stdout);
    if (rest && ending_is_whole(runs->record->ending))
        status_say("%s is measured: write the rest with parbench report %s", rest->folder,
                   text_word(rest->folder).text);
    return status;
}

/* The tables are of this build's run, the verdict is of both: without samples it is all that there
 * is to say. Fails where one does not pass. */
static enum status present(struct run *run, bool has_samples)
{
    struct analysed_run runs[ROUNDS_SIDES_MAX] = {{.folder = NULL}};
    enum status status = STATUS_FAILED;
    for (size_t i = 0; i < run->count; i++) {
        const struct side *side = &run->sides[i];
        analysed_run_make(side->folder, side->manifest, &side->record, &runs[i]);
    }
    if (has_samples)
        status = write_and_print(run, runs);
    else
        join_verdicts(runs, run->count);
    if (!has_samples && !run->asked.json && !run->format)
        tables_print_verdict(stdout, runs);
    (void)fflush(stdout);
    analysed_run_say_cut(runs);
    for (size_t i = 0; i < run->count; i++)
        analysed_run_free(&runs[i]);
    return status;
}

/* An interrupted run keeps, analyses and shows what it has. */
static enum status measure_and_present(struct run *run)
{
    signals_block();
    TRY(launch_check(&run->sides->plan, &run->sides->catalog, &run->allocation, true));
    enum status status = rounds_measure(run->sides, run->count, &run->allocation);
    const int came = signals_take(); /* another one ends what presents it */
    enum status presented = present(run, status == STATUS_OK || run->sides->record.count > 0);
    if (came)
        (void)raise(came);
    if (status == STATUS_OK && signals_caught())
        status = STATUS_INTERRUPTED; /* when all was measured */
    return status != STATUS_OK ? status : presented;
}

/* What was not asked for is the profile's. */
static void complete(struct run_config *config)
{
    const struct profile *profile = config->request.profile;
    config->profile = profile->name;
    config->samples = profile->samples;
    if (config->rounds == 0)
        config->rounds = profile->rounds_max;
    config->rounds_min = profile->rounds_min;
    config->budget_most_s = config->budget_s;
    if (!(config->budget_s > 0)) {
        config->budget_s = profile->budget_s;
        config->budget_most_s = profile->budget_most_s;
    }
    if (!(config->precision > 0))
        config->precision = 0.02;
    if (!(config->timeout_s > 0))
        config->timeout_s = 60;
    if (config->seed == 0 &&
        getrandom(&config->seed, sizeof config->seed, 0) != (ssize_t)sizeof config->seed)
        config->seed = clock_now_ns();
    config->seed &= INT64_MAX; /* what JSON's integers hold */
}

static enum status plan(const struct run *run, struct side *own)
{
    own->config = run->asked;
    complete(&own->config);
    if (!own->config.request.models)
        catalog_say_unusable(&own->catalog);
    TRY(sweep_plan(&own->config.request, &own->catalog, &run->allocation, &own->plan));
    return launch_check(&own->plan, &own->catalog, &run->allocation, false);
}

/* Whether an experiment was asked for by name that peers take part in without being named. */
static bool is_of_peers(const struct request *request)
{
    bool is = false;
    for (unsigned e = 0; experiment_table[e]; e++)
        is = is || (request->experiments & 1u << e && experiment_table[e]->is_of_peers);
    return is;
}

/* Peers only where they are wanted: nobody else waits for their answers. */
static enum status load_catalog(struct run *run)
{
    struct catalog *catalog = &run->sides->catalog;
    TRY(catalog_load(NULL, 0, catalog));
    if (is_of_peers(&run->asked.request) && !run->asked.request.models)
        catalog_ask_peers(catalog);
    catalog_ask_named(catalog, run->asked.request.models);
    launch_limit(catalog, &run->allocation);
    return STATUS_OK;
}

/* The cells of a new run, and how each would be started. */
static enum status print_plan(struct run *run)
{
    struct side *own = run->sides;
    if (run->asked.resume)
        return status_fail(STATUS_USAGE, "--dry-run plans a new run: leave --resume out");
    if (run->asked.other)
        return status_fail(STATUS_USAGE, "--dry-run prints what this build would start: leave "
                                         "--beside out");
    TRY(load_catalog(run));
    TRY(plan(run, own));
    TRY(launch_check(&own->plan, &own->catalog, &run->allocation, true));
    const struct launch_options options = {.catalog = &own->catalog,
                                           .allocation = &run->allocation,
                                           .samples = own->config.samples,
                                           .cold = own->config.cold,
                                           .executions = 1,
                                           .timeout_s = own->config.timeout_s};
    return launch_print(stdout, &own->plan, &options);
}

static enum status ask_nodes(struct run *run)
{
    struct side *own = run->sides;
    return probe_nodes(&own->plan, &own->catalog, run->count > 1 ? &own[1].catalog : NULL,
                       &run->allocation, own->config.timeout_s, &own->nodes);
}

static enum status begin(struct run *run)
{
    const char *front = run->asked.other;
    struct side *own = run->sides, *other = run->sides + 1;
    TRY(plan(run, own));
    TRY(run_folder_check_new(own->config.out));
    own->gnuplot = run->asked.no_figures ? NULL : run->gnuplot;
    if (front)
        TRY(interleave_load(front, own, &run->allocation, other));
    TRY(ask_nodes(run));
    other->nodes = json_incref(own->nodes);
    record_new(&own->plan, &own->record);
    TRY(run_folder_make(own->config.out, own));
    return front ? interleave_begin(front, &run->allocation, own, other)
                 : run_folder_begin(own, &own->config, &run->allocation);
}

/* What is asked for now holds from here on; the manifest stays as it is: it says what was
 * planned. */
static enum status go_on(struct run *run, const char *folder)
{
    struct side *own = run->sides;
    TRY(run_folder_reopen(folder, &run->machine, own));
    plan_ask_models(&own->plan, &own->catalog);
    launch_limit(&own->catalog, &run->allocation);
    TRY(allocation_check(&run->allocation, own->plan.cells->oversubscribed));
    TRY(plan_check(&own->plan, &own->catalog, &run->allocation));
    TRY(interleave_reopen(run->asked.other, &run->allocation, own, run->sides + 1));
    TRY(ask_nodes(run));
    TRY(run_folder_check_nodes(own));
    for (size_t i = 0; i < run->count; i++) {
        struct side *side = &run->sides[i];
        if (record_has_retries(&side->record))
            status_say("%s: cells that failed are launched once more", side->folder);
        run_config_change(&side->config, &run->asked);
        TRY(side_append(side, lines_of_resumption(&side->config)));
    }
    return STATUS_OK;
}

/* What the folder has that a run is to be measured in. */
enum stage { STAGE_NEW, STAGE_BEGUN, STAGE_WHOLE };

static enum status check_resumed(const struct run_config *asked)
{
    return run_config_is_new(asked)
               ? status_fail(STATUS_USAGE,
                             "--resume measures what the run was begun with: it goes with "
                             "--rounds, --precision, --budget and --cell-timeout")
               : STATUS_OK;
}

/* By other words it would be another run. */
static enum status check_words(const struct run_config *asked, const json_t *manifest)
{
    const char *before = json_string_value(json_object_get(manifest, "command"));
    if (before && strcmp(before, asked->command) == 0)
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "%s was begun by other words (%s): take another --out, or go on with "
                       "parbench run --resume %s",
                       asked->out, before ? before : "not known", text_word(asked->out).text);
}

static enum status find_stage(const struct run_config *asked, enum stage *stage)
{
    struct side there = {.folder = ""};
    *stage = asked->resume ? STAGE_BEGUN : STAGE_NEW;
    if (asked->resume)
        return check_resumed(asked);
    if (asked->continues && !asked->out)
        return status_fail(STATUS_USAGE, "--continue needs --out DIR, which tells where to go on");
    if (!asked->continues || !run_folder_is_run(asked->out))
        return STATUS_OK;
    enum status status = run_folder_load(asked->out, &there);
    if (status == STATUS_OK)
        status = run_folder_check_single(asked->out, there.manifest);
    if (status == STATUS_OK)
        status = check_words(asked, there.manifest);
    if (ending_is_whole(there.record.ending) && !record_has_retries(&there.record))
        *stage = STAGE_WHOLE;
    else
        *stage = STAGE_BEGUN;
    side_free(&there);
    return status;
}

static enum status run_all(struct run *run)
{
    const struct run_config *asked = &run->asked;
    const struct run_output_asked shown = shown_of(run);
    enum stage stage;
    if (asked->dry_run)
        return print_plan(run);
    TRY(find_stage(asked, &stage));
    if (stage == STAGE_WHOLE) {
        status_say("%s is complete: nothing is measured", asked->out);
        return run_output_anew(asked->out, !asked->no_figures, &shown);
    }
    if (asked->require_counters)
        TRY(counters_require());
    TRY(load_catalog(run));
    TRY(stage == STAGE_NEW ? begin(run) : go_on(run, asked->resume ? asked->resume : asked->out));
    return measure_and_present(run);
}

static enum status run_experiments(void *options, const struct words *experiments)
{
    struct run run = {.asked = *(const struct run_config *)options};
    TRY(export_choose(run.asked.format, run.asked.json, &run.format));
    signals_outlive_readers();
    run.asked.command = experiments->whole;
    run.count = run.asked.other ? 2 : 1;
    TRY(sweep_take_experiments(experiments, &run.asked.request));
    run.asked.no_figures =
        run.asked.no_figures || !gnuplot_is_there(run.gnuplot, sizeof run.gnuplot);
    machine_read("", &run.machine);
    TRY(allocation_read(&run.machine, &run.asked.allocation, &run.allocation));
    const enum status status = run_all(&run);
    for (size_t i = 0; i < run.count; i++)
        side_free(&run.sides[i]);
    allocation_free(&run.allocation);
    return status;
}

const struct subcommand subcommand_run = {
    .name = "run",
    .help = "measures experiments in rounds, stores and draws them",
    .line = {"run [EXPERIMENT,...] [OPTION...]",
             "Measures experiments (default: what make bench does) and writes tables, figures\n"
             "and a report. parbench list names experiments, kernels and models.",
             run_config_arguments, UINT_MAX, .example = "run --profile smoke"},
    .options_size = sizeof(struct run_config),
    .initial = &(const struct run_config){.request.profile = &profile_table[1]},
    .run = run_experiments,
};
