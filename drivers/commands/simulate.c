/* parbench simulate: what a run's models of ranks would do with more ranks than were measured. */
#include "arguments.h"
#include "clock.h"
#include "commands.h"
#include "gnuplot.h"
#include "json.h"
#include "listener.h"
#include "memory.h"
#include "messages.h"
#include "quantities.h"
#include "report.h"
#include "safe_file.h"
#include "signals.h"
#include "simulation.h"
#include "simulation_figure.h"
#include "simulation_table.h"
#include "smpi.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct options {
    const char *ranks, *kernels;
    double latency_s, node_latency_s;
    uint64_t bytes_s, node_bytes_s;
    unsigned ppn, shared_cores;
    double budget_s, timeout_s;
    bool no_figures;
};

/* What a simulation is made with and of. */
struct simulating {
    const struct options *options;
    const struct analysed_run *run;
    struct catalog catalog;
    struct simulation_costs costs;
    bool knows_nodes;        /* what messages take within one */
    struct simulation known; /* what an earlier one left */
    size_t count;
    struct simulated_point *wanted; /* those that were measured first of all, of each curve */
    size_t unchecked;               /* curves of which nothing with several ranks was measured */
    size_t crowded;                 /* measured points left out, as ranks share a node */
    size_t failed, left;
    uint64_t begun_ns;
};

/* ---- what messages take ---- */

/* Of those that the run has measured there: the latency of one message, and the bandwidth of
 * collectives, which is what inputs and outputs are moved by. */
static void take_measured(const struct analysed_run *run, unsigned nodes, double *latency_s,
                          double *bytes_s)
{
    struct message_costs costs;
    if (!messages_find(run, nodes, &costs))
        return;
    const struct summary *latency =
        costs.direct.latency.count > 0 ? &costs.direct.latency : &costs.collective.latency;
    if (*latency_s == 0 && latency->count > 0 && latency->median > 0)
        *latency_s = latency->median;
    if (*bytes_s == 0 && costs.collective.bandwidth.count > 0 &&
        costs.collective.bandwidth.median > 0)
        *bytes_s = costs.collective.bandwidth.median;
}

/* What was asked for goes before what was measured. */
static enum status find_costs(struct simulating *all)
{
    const struct options *options = all->options;
    struct simulation_costs *costs = &all->costs;
    *costs = (struct simulation_costs){options->latency_s, (double)options->bytes_s,
                                       options->node_latency_s, (double)options->node_bytes_s};
    take_measured(all->run, 2, &costs->latency_s, &costs->bytes_s);
    take_measured(all->run, 1, &costs->node_latency_s, &costs->node_bytes_s);
    all->knows_nodes = costs->node_latency_s > 0 && costs->node_bytes_s > 0;
    if (!(costs->latency_s > 0) || !(costs->bytes_s > 0))
        return status_fail(STATUS_USAGE,
                           "the run does not tell what messages between nodes take: parbench run "
                           "nodes measures it as well; else say it by --latency and --bandwidth");
    if (!all->knows_nodes) {
        costs->node_latency_s = costs->latency_s;
        costs->node_bytes_s = costs->bytes_s;
    }
    return STATUS_OK;
}

/* ---- which points ---- */

static bool is_wanted(const struct options *options, const char *kernel)
{
    char name[PLAN_NAME_MAX];
    for (const char *list = options->kernels; text_next(&list, name, sizeof name);)
        if (strcmp(name, kernel) == 0)
            return true;
    return !options->kernels;
}

static enum status check_kernels(const struct options *options, const struct analysed_run *run)
{
    char name[PLAN_NAME_MAX];
    for (const char *list = options->kernels; text_next(&list, name, sizeof name);) {
        bool is_there = false;
        for (size_t k = 0; k < run->kernel_count; k++)
            is_there = is_there || strcmp(run->kernels[k].name, name) == 0;
        if (!is_there)
            return status_fail(STATUS_USAGE, "the run has no kernel \"%s\"", name);
    }
    return STATUS_OK;
}

/* The next number of ranks of the list; 0 at its end. */
static unsigned next_ranks(const char **list)
{
    char word[32];
    uint64_t ranks = 0;
    return text_next(list, word, sizeof word) && count_parse(word, &ranks) ? (unsigned)ranks : 0;
}

static enum status check_ranks(void *context)
{
    const struct options *options = context;
    char word[32];
    uint64_t ranks;
    for (const char *list = options->ranks; text_next(&list, word, sizeof word);)
        if (!count_parse(word, &ranks) || ranks > PLAN_WORKERS_MAX)
            return status_fail(STATUS_USAGE, "--ranks takes numbers such as 16,64,256, not \"%s\"",
                               word);
    return STATUS_OK;
}

static bool shares_nodes(const struct simulated_point *point)
{
    return point->ranks > point->nodes;
}

/* Unless it is there already. */
static void want(struct simulating *all, const struct simulated_point *like, unsigned ranks,
                 unsigned nodes)
{
    struct simulated_point point = *like;
    point.ranks = ranks;
    point.nodes = nodes;
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->wanted[i].kernel, point.kernel) == 0 &&
            strcmp(all->wanted[i].model, point.model) == 0 && all->wanted[i].ranks == ranks &&
            all->wanted[i].nodes == nodes)
            return;
    if (shares_nodes(&point) && !all->knows_nodes) {
        all->crowded++;
        return;
    }
    all->wanted = memory_grow(all->wanted, all->count, sizeof *all->wanted);
    all->wanted[all->count++] = point;
}

/* Ranks on each node of what is predicted: the most that were measured on the most nodes. */
static unsigned per_node(const struct options *options, const struct analysed_kernel *kernel,
                         const char *model)
{
    unsigned most = 1, ranks = 1;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct cell *cell = kernel->cells[i]->cell;
        const bool is_wider = cell->nodes > most || (cell->nodes == most && cell->ranks > ranks);
        if (strcmp(cell->model, model) == 0 && is_wider &&
            simulation_is_comparable(kernel, kernel->cells[i])) {
            most = cell->nodes;
            ranks = cell->ranks;
        }
    }
    return options->ppn ? options->ppn : ranks / most;
}

static void want_curve(struct simulating *all, const struct analysed_kernel *kernel,
                       const char *model)
{
    const struct options *options = all->options;
    const struct analysis_of_cell *base = kernel->bases.relative;
    struct simulated_point like = {.size = base->cell->size,
                                   .base = {base->time.median, all->costs, options->shared_cores}};
    (void)snprintf(like.kernel, sizeof like.kernel, "%s", kernel->name);
    (void)snprintf(like.model, sizeof like.model, "%s", model);
    const size_t before = all->count;
    bool has_several = false;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct cell *cell = kernel->cells[i]->cell;
        if (strcmp(cell->model, model) != 0 || !simulation_is_comparable(kernel, kernel->cells[i]))
            continue;
        want(all, &like, cell->ranks, cell->nodes);
    }
    for (size_t i = before; i < all->count; i++)
        has_several = has_several || all->wanted[i].ranks > 1;
    if (!has_several) {
        all->count = before;
        all->unchecked++;
        return;
    }
    const unsigned each = per_node(options, kernel, model);
    const char *list = options->ranks;
    for (unsigned ranks; (ranks = next_ranks(&list)) > 0;)
        want(all, &like, ranks, (ranks - 1) / each + 1);
}

static enum status want_all(struct simulating *all)
{
    char path[PATH_MAX], program[64];
    for (size_t k = 0; k < all->run->kernel_count; k++)
        for (size_t m = 0; m < all->catalog.count; m++) {
            const struct model *model = &all->catalog.entries[m].model;
            const struct analysed_kernel *kernel = &all->run->kernels[k];
            (void)snprintf(program, sizeof program, SMPI_CELL "%.40s", model->name);
            if (model->launch == LAUNCH_RANKS && model->helpers == 0 && kernel->bases.relative &&
                (all->options->kernels || !messages_is_of(kernel)) &&
                is_wanted(all->options, kernel->name) && smpi_find(&all->catalog, program, path))
                want_curve(all, kernel, model->name);
        }
    if (all->crowded > 0)
        status_say("left out, as ranks share a node: %zu point%s; --node-latency and "
                   "--node-bandwidth tell what messages take there",
                   all->crowded, plural(all->crowded));
    if (all->count > 0)
        return STATUS_OK;
    return status_fail(STATUS_FAILED,
                       "nothing in %s can be held against a simulation: measure several ranks "
                       "first, by parbench run nodes --nodes 1,2",
                       all->run->folder);
}

/* ---- simulating ---- */

static double time_left(const struct simulating *all)
{
    const double budget_s = all->options->budget_s > 0 ? all->options->budget_s : INFINITY;
    return fmin(all->options->timeout_s, budget_s - clock_seconds_since(all->begun_ns));
}

static void write_work(FILE *stream, const void *what)
{
    json_write(stream, json_incref((json_t *)what), JSON_COMPACT);
}

/* What charged_kernel.c reads, in the simulation's folder. */
static enum status make_work(const struct simulating *all, const struct simulated_point *point,
                             char *path)
{
    char name[PLAN_NAME_MAX];
    json_t *told = NULL, *until = json_array();
    double sum = 0, before = 0;
    size_t i;
    json_t *piece;
    (void)snprintf(name, sizeof name, "%s", point->kernel);
    text_file_name(name);
    if (snprintf(path, PATH_MAX, "%s/" SIMULATION_FOLDER "/work-%s.json", all->run->folder, name) >=
        PATH_MAX)
        return status_fail(STATUS_FAILED, "the path of %s is too long", all->run->folder);
    const enum status status =
        smpi_work(&all->catalog, point->kernel, point->size, all->options->timeout_s, &told);
    json_t *seconds = json_object_get(told, "seconds");
    json_array_foreach(seconds, i, piece) sum += json_number_value(piece);
    (void)json_array_append_new(until, json_real(0));
    json_array_foreach(seconds, i, piece)
    {
        before += json_number_value(piece);
        (void)json_array_append_new(until, json_real(before / sum));
    }
    json_t *work = json_pack("{s:f, s:f, s:o}", "seconds", point->base.serial_s, "rate",
                             point->base.serial_s / sum, "until", until);
    const struct kernel *kernel = kernel_find(point->kernel);
    if (kernel && kernel_grows(kernel))
        (void)json_object_del(work, "until");
    const char *wrong = status == STATUS_OK ? safe_file_write(path, write_work, work) : NULL;
    json_decref(work);
    json_decref(told);
    if (wrong)
        return status_fail(STATUS_FAILED, "cannot write %s: %s", path, wrong);
    return status;
}

/* A line more, which outlives whatever comes next. */
static enum status keep(const struct simulating *all, const struct simulated_point *point)
{
    char path[PATH_MAX];
    FILE *file = run_folder_path(all->run->folder, SIMULATION_FILE, path, sizeof path)
                     ? safe_file_append(path)
                     : NULL;
    bool is_kept = file;
    if (file) {
        json_write(file, simulation_line(point), JSON_COMPACT);
        is_kept = fflush(file) == 0 && fsync(fileno(file)) == 0;
        is_kept = fclose(file) == 0 && is_kept;
    }
    return is_kept ? STATUS_OK
                   : status_fail(STATUS_FAILED, "cannot write %s/" SIMULATION_FILE ": %s",
                                 all->run->folder, strerror(errno));
}

static enum status simulate_point(struct simulating *all, struct simulated_point *point,
                                  const char *work)
{
    char program[PATH_MAX], name[64], folder[PATH_MAX], log[PATH_MAX];
    struct launch_result launched = {0};
    const struct simulation_costs *costs = &point->base.costs;
    const double cores = point->base.shared_cores;
    const uint64_t begun = clock_now_ns();
    (void)snprintf(name, sizeof name, SMPI_CELL "%.40s", point->model);
    if (!smpi_find(&all->catalog, name, program) ||
        !run_folder_path(all->run->folder, SIMULATION_FOLDER, folder, sizeof folder) ||
        !run_folder_path(all->run->folder, SIMULATION_FOLDER "/log", log, sizeof log))
        return status_fail(STATUS_FAILED, "cannot find %s", name);
    const enum status status = smpi_run(
        &(struct smpi_cell){.program = program,
                            .kernel = point->kernel,
                            .size = point->size,
                            .cluster = {.between = {costs->latency_s, costs->bytes_s},
                                        .within = {costs->node_latency_s, costs->node_bytes_s},
                                        .ranks = point->ranks,
                                        .per_node = (point->ranks - 1) / point->nodes + 1,
                                        .speed = cores > 0 ? fmin(1, cores / point->ranks) : 1},
                            .folder = folder,
                            .work = work,
                            .log = log,
                            .timeout_s = time_left(all)},
        &launched);
    point->wall_s = clock_seconds_since(begun);
    point->seconds = json_number_value(launch_told(&launched, "sample", "seconds"));
    enum status kept = status;
    if (status == STATUS_OK && launched.ended && point->seconds > 0) {
        kept = keep(all, point);
        simulation_print_point(stdout, point);
        (void)fflush(stdout);
    } else if (status == STATUS_OK) {
        all->failed++;
        status_say("%s %s with %u ranks was not simulated: %s", point->kernel, point->model,
                   point->ranks, launched.failure);
    }
    launch_result_free(&launched);
    return kept;
}

/* What was simulated before from the same is not simulated again. */
static enum status simulate_all(struct simulating *all)
{
    char work[PATH_MAX] = "";
    const char *of = "";
    for (size_t i = 0; i < all->count; i++) {
        struct simulated_point *point = &all->wanted[i];
        if (simulation_find(&all->known, point))
            continue;
        if (signals_caught() || time_left(all) <= 0) {
            all->left++;
            continue;
        }
        if (strcmp(of, point->kernel) != 0)
            TRY(make_work(all, point, work));
        of = point->kernel;
        const enum status status = simulate_point(all, point, work);
        all->left += status == STATUS_INTERRUPTED;
        if (status != STATUS_OK && status != STATUS_INTERRUPTED)
            return status;
    }
    return STATUS_OK;
}

/* ---- what came of it ---- */

static enum status show(const struct simulating *all)
{
    char gnuplot[256], plots[PATH_MAX];
    enum status status = STATUS_OK;
    struct simulation made = simulation_read(all->run);
    simulation_print(stdout, &made);
    (void)fflush(stdout);
    if (!all->options->no_figures && gnuplot_is_there(gnuplot, sizeof gnuplot)) {
        status = catalog_plots(plots);
        if (status == STATUS_OK)
            status = simulation_draw(all->run, &made, plots);
    }
    simulation_free(&made);
    const enum status reported =
        run_folder_write(all->run->folder, "report.html", report_write, all->run);
    if (reported == STATUS_OK)
        printf("report    %s/report.html\n", all->run->folder);
    return status == STATUS_OK ? reported : status;
}

static enum status simulate(struct simulating *all)
{
    char folder[PATH_MAX], told[256];
    if (!smpi_answers(&all->catalog, told, sizeof told))
        return status_fail(STATUS_FAILED, "nothing can be simulated: %s", told);
    TRY(check_kernels(all->options, all->run));
    TRY(find_costs(all));
    TRY(want_all(all));
    if (!run_folder_path(all->run->folder, SIMULATION_FOLDER, folder, sizeof folder) ||
        (mkdir(folder, 0777) != 0 && errno != EEXIST))
        return status_fail(STATUS_FAILED, "cannot make the folder %s/" SIMULATION_FOLDER ": %s",
                           all->run->folder, strerror(errno));
    all->known = simulation_read(all->run);
    const enum status status = simulate_all(all);
    const enum status shown = show(all);
    if (all->left > 0)
        status_say("%zu point%s not simulated yet: the same command goes on", all->left,
                   all->left == 1 ? " is" : "s are");
    TRY(status);
    TRY(shown);
    return all->failed > 0 ? STATUS_FAILED : STATUS_OK;
}

static enum status run(void *context, const struct words *words)
{
    const struct options *options = context;
    struct analysed_run analysed;
    if (!options->ranks)
        return status_fail(STATUS_USAGE, "simulate needs --ranks, such as 16,64,256,1024");
    signals_block();
    TRY(analysed_run_read(words->all[0], true, &analysed));
    struct simulating all = {.options = options, .run = &analysed, .begun_ns = clock_now_ns()};
    enum status status = catalog_load(NULL, 0, &all.catalog);
    if (status == STATUS_OK) {
        status = simulate(&all);
        catalog_free(&all.catalog);
    }
    simulation_free(&all.known);
    free(all.wanted);
    analysed_run_free(&analysed);
    return signals_caught() ? STATUS_INTERRUPTED : status;
}

static const struct options initial = {.timeout_s = 600};

static const struct argument arguments[] = {
    {"ranks", "N,N", "how many ranks are simulated", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct options, ranks), .check = check_ranks},
    {"latency", "TIME", "of a message between two nodes (default: measured)",
     .kind = ARGUMENT_DURATION, .place = offsetof(struct options, latency_s)},
    {"bandwidth", "BYTES", "a second, of a collective (default: measured)", .kind = ARGUMENT_SIZE,
     .place = offsetof(struct options, bytes_s)},
    {"node-latency", "TIME", "of a message within a node", .kind = ARGUMENT_DURATION,
     .place = offsetof(struct options, node_latency_s)},
    {"node-bandwidth", "BYTES", "a second, within a node", .kind = ARGUMENT_SIZE,
     .place = offsetof(struct options, node_bytes_s)},
    {"kernels", "NAME,NAME", "of these alone", .kind = ARGUMENT_TEXT,
     .place = offsetof(struct options, kernels)},
    {"ppn", "N", "ranks on each node (default: as on the most nodes)", .kind = ARGUMENT_COUNT,
     .place = offsetof(struct options, ppn), .least = 1, .most = 4096},
    {"shared-cores", "N", "that nodes have together, which are one machine", .kind = ARGUMENT_COUNT,
     .place = offsetof(struct options, shared_cores), .least = 1, .most = 4096},
    {"budget", "TIME", "begin no more after this (default: all)", .kind = ARGUMENT_DURATION,
     .place = offsetof(struct options, budget_s)},
    {"timeout", "TIME", "for each point (default: 10m)", .kind = ARGUMENT_DURATION,
     .place = offsetof(struct options, timeout_s)},
    {"no-figures", NULL, "do not draw (gnuplot is not needed then)", .kind = ARGUMENT_SWITCH,
     .place = offsetof(struct options, no_figures)},
    {0},
};

const struct subcommand subcommand_simulate = {
    .name = "simulate",
    .help = "predicts a run's models of ranks with more ranks, by SimGrid",
    .line = {"simulate DIR --ranks N,N [OPTION...]",
             "Predicts a run's models of ranks with more ranks, by SimGrid's SMPI.", arguments, 1,
             "one folder is simulated", 1, "simulate needs the folder of a run",
             .example = "simulate DIR --ranks 16,64,256 --latency 10us --bandwidth 6G"},
    .options_size = sizeof(struct options),
    .initial = &initial,
    .run = run,
};
