/*
 * overhead [--try] [--hosts A:N,B:N] [MODEL…]: what the suite itself costs, model by model, against
 * the same work without it. With --try it measures next to nothing, to show that each row can be
 * measured. Models of ranks have rows over nodes as well, where --hosts names several, or a batch
 * system has given them; where those differ, they are named instead.
 *
 * Each model has a probe, a program of its own, as each has a cell. This one describes the machine,
 * runs the probes one after the other in the environment in which cells run, compares models with
 * each other by launches of their cells in turn, and tells how much of the machine others took
 * meanwhile. It never fails because something was slow.
 *
 * Exit status: 0; 1 a probe could not measure, or a result was wrong; 2 the command line was wrong.
 */
#include "child.h"
#include "clock.h"
#include "launcher.h"
#include "machine.h"
#include "memory.h"
#include "names.h"
#include "noise.h"
#include "placement.h"
#include "row.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct probe {
    const char *model;
    unsigned helpers; /* ranks beside the workers */
    bool is_built, is_of_ranks;
    bool is_over_nodes; /* it has rows over nodes, too */
};

static const struct probe probes[] = {
    {.model = "threads", .is_built = OVERHEAD_HAS_threads},
    {.model = "mpi", .is_built = OVERHEAD_HAS_mpi, .is_of_ranks = true, .is_over_nodes = true},
    {.model = "mpi-p2p", .is_built = OVERHEAD_HAS_mpi_p2p, .is_of_ranks = true},
    {.model = "mpi-rma", .is_built = OVERHEAD_HAS_mpi_rma, .is_of_ranks = true},
    {.model = "mpi-pool", .is_built = OVERHEAD_HAS_mpi_pool, .is_of_ranks = true, .helpers = 1},
    {.model = "gil", .is_built = OVERHEAD_HAS_gil},
    {.model = "pool", .is_built = OVERHEAD_HAS_pool},
    {.model = "futures", .is_built = OVERHEAD_HAS_futures},
    {.model = "queue", .is_built = OVERHEAD_HAS_queue},
    {.model = "manager", .is_built = OVERHEAD_HAS_manager},
    {.model = "tasks", .is_built = OVERHEAD_HAS_tasks},
    {0},
};
enum { PROBES = sizeof probes / sizeof *probes - 1 };

/* Of whose kernels a probe of ranks has rows over nodes; each takes a launch. */
static const char *const over_nodes[] = {"pi", "squares", NULL};

/* A row: the time of one model over that of another, launch by launch. It stands behind those of
 * the first one's probe. */
struct race {
    const char *what, *goal, *kernel, *size, *above, *below;
};

static const struct race races[] = {
    {"threads: factorial / mpi", "<= 1", "factorial", "1000000", "threads", "mpi"},
    {"pool: factorial / mpi", "<= 1", "factorial", "1000000", "pool", "mpi"},
    {"pool: squares / mpi-shared", ">= 0.95", "squares", "33554432", "pool", "mpi-shared"},
};
enum { RACES = sizeof races / sizeof *races, LAUNCHES = 11, LAUNCH_SAMPLES = 3 };

/* What the command line asks for. */
struct asked {
    bool models[PROBES];
    bool tries;
    struct allocation_asked where;
};

/* What is measured, and where. */
struct setting {
    struct asked asked;
    struct machine machine;
    struct allocation allocation;
};

/* ---- the machine ---- */

/* Rows over nodes are of nodes with as many ranks on each. */
static bool nodes_differ(const struct allocation *allocation)
{
    return allocation_find_larger(allocation, allocation->nodes) < allocation->nodes;
}

static void print_nodes(const struct allocation *allocation)
{
    const bool differ = nodes_differ(allocation);
    if (allocation->nodes < 2)
        return;
    if (differ)
        printf("nodes     %u that differ, so that rows over nodes are left out:",
               allocation->nodes);
    else
        printf("nodes     %u with %u rank%s on each, for the rows that say so:", allocation->nodes,
               allocation->slots, allocation->slots == 1 ? "" : "s");
    for (unsigned i = 0; i < allocation->nodes; i++) {
        const struct node *node = &allocation->list.all[i];
        printf(differ ? " %s:%u" : " %s", node->name, node_slots(node));
    }
    (void)putchar('\n');
}

static void print_head(const struct machine *machine, const struct allocation *allocation)
{
    const double load = machine->settings.load[0];
    char started[32] = "unknown";
    if (!isnan(load))
        (void)snprintf(started, sizeof started, "%.2f", load);
    printf("What the models cost, against the same work without them\n\n"
           "machine   %s, %u core%s allowed, %s\n"
           "compiler  %s; the suite with %s\n"
           "          the plain loops with %s\n"
           "load      %s when it started%s\n",
           machine->cpu, machine->allowed, machine->allowed == 1 ? "" : "s", machine->system,
           OVERHEAD_COMPILER, OVERHEAD_FLAGS, OVERHEAD_PLAIN_FLAGS, started,
           load > machine->allowed ? ": more than there are cores" : "");
    print_nodes(allocation);
    printf("\nRatios are of pairs whose sides ran in turn in one process; those of two models\n"
           "of launches in turn. The median comes with its exact 95 %% interval. The goals\n"
           "are for idle cores.\n\n");
    (void)puts(ROW_HEAD);
    (void)fflush(stdout);
}

static void print_noise(const struct noise *noise)
{
    printf("\nIt took %.0f s.", noise->seconds);
    if (isnan(noise->stolen) || isnan(noise->others))
        (void)puts(" What others took of the cores' time cannot be told here.");
    else
        printf(" Of the cores' time others took %.1f %%, the hypervisor %.1f %%%s.\n",
               noise->others * 100, noise->stolen * 100,
               noise->others + noise->stolen > NOISE_MEDIAN_MAX
                   ? ":\ntoo noisy to judge by the goals"
                   : "");
    if (noise->throttled > NOISE_MEDIAN_MAX)
        printf(
            "A control group's quota held the probes back for %.1f %% of the time that they asked\n"
            "for: too much to judge by the goals\n",
            noise->throttled * 100);
}

/* ---- the probes ---- */

static void pass_on(void *context, enum child_stream stream, const char *bytes, size_t count)
{
    FILE *to = stream == CHILD_OUTPUT ? stdout : stderr;
    (void)context;
    (void)fwrite(bytes, 1, count, to);
    (void)fflush(to);
}

/* How ranks, or one process, are started. */
struct start {
    const struct launcher *launcher;
    unsigned nodes, workers;
};

static struct start start_on_one(const struct setting *setting)
{
    return (struct start){&OVERHEAD_LAUNCHER, 1, setting->machine.allowed};
}

static struct start start_over_nodes(const struct setting *setting)
{
    const unsigned nodes = setting->allocation.nodes;
    return (struct start){&launcher_mpirun_nodes, nodes,
                          allocation_cores(&setting->allocation, nodes)};
}

/* Its words, each in a line of its own, and those of the program; `ranks`: whose probe it is, if it
 * is one of ranks. The caller frees. */
static char *make_command(const struct setting *setting, const struct start *start,
                          const struct probe *ranks, const char *program, const char *arguments)
{
    char *text;
    size_t length;
    FILE *command = memory_open(&text, &length);
    if (ranks)
        start->launcher->print_words(
            command, &(struct cell){.ranks = start->workers, .nodes = start->nodes},
            &(struct model){.helpers = ranks->helpers}, &setting->allocation);
    (void)fprintf(command, "%s\n%s", program, arguments);
    memory_close(command, &text);
    return text;
}

/* As cells are started. */
static struct child child_of(const struct start *start, char **words)
{
    return (struct child){.words = words,
                          .environment = start->launcher->environment,
                          .end_signal = start->launcher->end_signal,
                          .take = pass_on};
}

/* The probes lie in a folder beside this program. */
static enum status find_probe(const char *model, char program[static PATH_MAX])
{
    char name[64];
    (void)snprintf(name, sizeof name, "/" OVERHEAD_FOLDER "/overhead-%s", model);
    return child_beside(CHILD_SELF, name, program);
}

/* `kernel`: whose row over nodes it is to measure; NULL: all that it has on one. */
static enum status run_probe(const struct probe *probe, const struct setting *setting,
                             const char *kernel)
{
    const struct start start = kernel ? start_over_nodes(setting) : start_on_one(setting);
    char program[PATH_MAX], arguments[128];
    TRY(find_probe(probe->model, program));
    (void)snprintf(arguments, sizeof arguments, "%u\n%s%s%s%s", start.workers,
                   kernel ? "--over-nodes\n" : "", kernel ? kernel : "", kernel ? "\n" : "",
                   setting->asked.tries ? "--try\n" : "");
    char *text =
        make_command(setting, &start, probe->is_of_ranks ? probe : NULL, program, arguments);
    char **words = child_words(text);
    struct child child = child_of(&start, words);
    (void)fflush(stdout);
    child_run(&child, 1, INFINITY);
    free(words);
    free(text);
    if (!child_succeeded(&child))
        return status_fail(STATUS_FAILED, "the probe of %s failed", probe->model);
    return STATUS_OK;
}

/* Says nothing of what the program does. */
static void drop(void *context, enum child_stream stream, const char *bytes, size_t count)
{
    (void)context;
    if (stream == CHILD_ERRORS)
        pass_on(NULL, stream, bytes, count);
}

/* How long a launch over nodes takes, from its start until all of it has ended. */
static enum status time_launch(const struct setting *setting, const char *program,
                               const char *arguments, double *seconds)
{
    const struct start start = start_over_nodes(setting);
    const struct probe mpi = {.model = "mpi"};
    char *text = make_command(setting, &start, &mpi, program, arguments);
    char **words = child_words(text);
    struct child child = child_of(&start, words);
    child.take = drop;
    const uint64_t begun = clock_now_ns();
    child_run(&child, 1, INFINITY);
    *seconds = clock_seconds_since(begun);
    free(words);
    free(text);
    return child_succeeded(&child)
               ? STATUS_OK
               : status_fail(STATUS_FAILED, "%s could not be launched over nodes", program);
}

/* What a cell of two samples takes longer than a program of which MPI begins and ends. */
static enum status compare_launches(const struct setting *setting)
{
    const int launches = setting->asked.tries ? 1 : LAUNCHES;
    const unsigned ranks = start_over_nodes(setting).workers;
    double more[LAUNCHES];
    char cell[PATH_MAX], probe[PATH_MAX], measuring[64], nothing[64];
    TRY(child_beside(CHILD_SELF, "/parbench-cell-mpi", cell));
    TRY(find_probe("mpi", probe));
    (void)snprintf(measuring, sizeof measuring, "pi\n1000\n%u\n%u\n1\n2\n1\n", ranks, ranks);
    (void)snprintf(nothing, sizeof nothing, "%u\n--over-nodes\nnothing\n", ranks);
    for (int pair = 0; pair < launches; pair++) {
        const bool swapped = pair % 2 != 0;
        double first, second;
        TRY(time_launch(setting, swapped ? probe : cell, swapped ? nothing : measuring, &first));
        TRY(time_launch(setting, swapped ? cell : probe, swapped ? measuring : nothing, &second));
        more[pair] = swapped ? second - first : first - second;
    }
    row_print("mpi, nodes: s, cell - empty", "<= 0.2", more, (size_t)launches);
    return STATUS_OK;
}

/* Rows over nodes, where there are several. */
static enum status run_probe_over_nodes(const struct probe *probe, const struct setting *setting)
{
    if (!probe->is_over_nodes || setting->allocation.nodes < 2 ||
        nodes_differ(&setting->allocation))
        return STATUS_OK;
    if (!OVERHEAD_SPANS_NODES) {
        printf("%s, nodes: left out, only Open MPI's ranks are started over nodes\n", probe->model);
        return STATUS_OK;
    }
    for (const char *const *kernel = over_nodes; *kernel; kernel++)
        TRY(run_probe(probe, setting, *kernel));
    return compare_launches(setting);
}

/* ---- models against each other ---- */

/* The median of a launch with all cores, by the front door, which lies beside this program. */
static enum status launch(const struct race *race, const char *model, bool tries, double *seconds)
{
    static struct capture capture;
    char program[PATH_MAX], samples[16];
    TRY(child_beside(CHILD_SELF, "/parbench", program));
    (void)snprintf(samples, sizeof samples, "%d", tries ? 1 : LAUNCH_SAMPLES);
    char *const words[] = {program,       "measure", (char *)race->kernel,
                           (char *)model, "--size",  (char *)(tries ? "1000" : race->size),
                           "--samples",   samples,   "--alone",
                           "--json",      NULL};
    struct child child = child_captured(words, &capture);
    child_run(&child, 1, INFINITY);
    json_t *told = json_loads(capture.text[CHILD_OUTPUT], 0, NULL);
    *seconds = json_number_value(json_object_get(told, "median_s"));
    json_decref(told);
    if (child_succeeded(&child) && *seconds > 0)
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "%s under %s could not be measured: %s", race->kernel, model,
                       capture.text[CHILD_ERRORS]);
}

static enum status run_race(const struct race *race, bool tries)
{
    const int launches = tries ? 1 : LAUNCHES;
    double ratios[LAUNCHES];
    for (int pair = 0; pair < launches; pair++) {
        const bool swapped = pair % 2 != 0;
        double before, after;
        TRY(launch(race, swapped ? race->below : race->above, tries, &before));
        TRY(launch(race, swapped ? race->above : race->below, tries, &after));
        ratios[pair] = swapped ? after / before : before / after;
    }
    row_print(race->what, race->goal, ratios, (size_t)launches);
    return STATUS_OK;
}

/* Whether a model's cells have a program: it lies beside this one. */
static bool is_built(const char *model)
{
    char name[64], program[PATH_MAX];
    (void)snprintf(name, sizeof name, "/parbench-cell-%s", model);
    return child_beside(CHILD_SELF, name, program) == STATUS_OK && access(program, X_OK) == 0;
}

/* All that is told of a model. */
static enum status measure(const struct probe *probe, const struct setting *setting)
{
    const bool tries = setting->asked.tries;
    if (!probe->is_built) {
        printf("%s: left out, the model was not built\n", probe->model);
        return STATUS_OK;
    }
    TRY(run_probe(probe, setting, NULL));
    TRY(run_probe_over_nodes(probe, setting));
    for (int i = 0; i < RACES; i++)
        if (strcmp(races[i].above, probe->model) == 0 && is_built(races[i].below))
            TRY(run_race(&races[i], tries));
    return STATUS_OK;
}

/* Reads options up to the first model; returns that. */
static char *const *read_options(char *const *words, struct asked *asked)
{
    for (;; words++)
        if (*words && strcmp(*words, "--try") == 0)
            asked->tries = true;
        else if (*words && words[1] && strcmp(*words, "--hosts") == 0)
            asked->where.hosts = *++words;
        else
            return words;
}

/* Those that the command line names; all of them when it names none. */
static enum status read_words(char *const *words, struct asked *asked)
{
    *asked = (struct asked){.tries = false};
    words = read_options(words, asked);
    for (int i = 0; i < PROBES; i++)
        asked->models[i] = !*words;
    for (; *words; words++) {
        const struct probe *chosen = names_find("probe", *words, probes, sizeof *probes);
        if (!chosen)
            return STATUS_USAGE;
        asked->models[chosen - probes] = true;
    }
    return STATUS_OK;
}

/* False where something could not be measured. */
static bool measure_all(const struct setting *setting)
{
    struct noise_reading before, after;
    bool all_well = true;
    struct placement *placement = placement_read();
    noise_read("", placement_processors(placement), &before);
    for (int i = 0; i < PROBES; i++)
        if (setting->asked.models[i])
            all_well = measure(&probes[i], setting) == STATUS_OK && all_well;
    noise_read("", placement_processors(placement), &after);
    free(placement);
    const struct noise noise = noise_between(&before, &after);
    print_noise(&noise);
    return all_well;
}

int main(int argc, char **argv)
{
    struct setting setting;
    if (read_words(argv + (argc > 0), &setting.asked) != STATUS_OK)
        return 2;
    machine_read("", &setting.machine);
    if (allocation_read(&setting.machine, &setting.asked.where, &setting.allocation) != STATUS_OK)
        return 2;
    /* What a job has is told and left out; what the user names must do. */
    const bool will_do =
        !setting.allocation.given_by ||
        allocation_check_nodes(&setting.allocation, setting.allocation.nodes) == STATUS_OK;
    if (will_do)
        print_head(&setting.machine, &setting.allocation);
    const bool all_well = will_do && measure_all(&setting);
    allocation_free(&setting.allocation);
    return !will_do ? 2 : all_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
