#define _GNU_SOURCE
#include "launch.h"

#include "child.h"
#include "description.h"
#include "instrumented.h"
#include "launcher.h"
#include "memory.h"
#include "names.h"
#include "protocol.h"
#include "quantities.h"
#include "start.h"
#include "text.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* ---- how it is started ---- */

/* Whether it is the one that was asked for to start ranks, if any was: "mpirun" is "mpirun-nodes"
 * as well. */
static bool is_wanted(const struct launcher *launcher, const struct model_entry *entry,
                      const char *asked)
{
    const size_t length = asked ? strlen(asked) : 0;
    return !asked || !launch_has_ranks(entry->model.launch) ||
           (strncmp(launcher->name, asked, length) == 0 && strchr("-", launcher->name[length]));
}

const struct launcher *launcher_for(const struct cell *cell, const struct model_entry *entry,
                                    const struct allocation *allocation)
{
    const struct launcher *best = NULL;
    unsigned most = 0;
    for (size_t i = 0; launcher_table[i]; i++) {
        const unsigned suits = is_wanted(launcher_table[i], entry, allocation->launcher)
                                   ? launcher_table[i]->suits(cell, entry, allocation)
                                   : 0;
        if (suits > most)
            best = launcher_table[i];
        most = suits > most ? suits : most;
    }
    return best;
}

/* Whether its ranks could be started here, if not where the cell or the allocation has them. */
static bool is_of_one_node(const struct model_entry *entry)
{
    const struct allocation here = {.nodes = 1};
    return launcher_for(&(struct cell){.nodes = 1}, entry, &here) == &launcher_hydra;
}

static const char of_one_node[] =
    "MPICH starts ranks on this host only: over nodes take a build with Open MPI";

/* The program of a cell, and what starts it. */
static enum status choose(const struct cell *cell, const struct catalog *catalog,
                          const struct allocation *allocation, const struct model_entry **entry,
                          const struct launcher **launcher)
{
    TRY(catalog_find(catalog, cell->model, entry));
    *launcher = launcher_for(cell, *entry, allocation);
    const bool is_told = !*launcher && !allocation->launcher && is_of_one_node(*entry);
    return *launcher ? STATUS_OK
                     : status_fail(STATUS_FAILED, "nothing here can launch %s on %u node%s%s%s",
                                   cell->label, cell->nodes, plural(cell->nodes),
                                   is_told ? ": " : "", is_told ? of_one_node : "");
}

/* What the launcher's program says of itself; each is asked once. */
static const struct starter *ask_starter(struct catalog *catalog, const struct launcher *launcher,
                                         const struct allocation *allocation)
{
    if (!catalog_starter(catalog, launcher->program)) {
        catalog->starters =
            memory_grow(catalog->starters, catalog->starter_count, sizeof *catalog->starters);
        struct starter *starter = &catalog->starters[catalog->starter_count++];
        *starter = (struct starter){.program = launcher->program};
        if (launcher->choose)
            launcher->choose(allocation, starter->chosen);
        starter->answers =
            child_version(launcher->program, launcher->advice, CHILD_ANSWER_S, starter->told,
                          sizeof starter->told) &&
            (!launcher->can_start || launcher->can_start(starter->told, sizeof starter->told));
    }
    return catalog_starter(catalog, launcher->program);
}

/* Notes it where nothing here starts cells of the model. */
static void check_starter(struct catalog *catalog, struct model_entry *entry,
                          const struct allocation *allocation)
{
    const struct cell cell = {.nodes = 1};
    const struct launcher *launcher = launcher_for(&cell, entry, allocation);
    const struct starter *starter =
        launcher && launcher->program ? ask_starter(catalog, launcher, allocation) : NULL;
    const char *library = description_library(entry->description, "mpi_library");
    if (!launcher && allocation->launcher)
        (void)snprintf(entry->unusable, sizeof entry->unusable,
                       "--launcher %.32s cannot start it here: leave that out",
                       allocation->launcher);
    else if (!launcher && is_of_one_node(entry))
        (void)snprintf(entry->unusable, sizeof entry->unusable, "%s", of_one_node);
    else if (!launcher)
        (void)snprintf(entry->unusable, sizeof entry->unusable, "%s%.160s",
                       *library ? "it needs Open MPI or MPICH, and was built with "
                                : "no launcher here suits it",
                       library);
    else if (starter && !starter->answers)
        (void)snprintf(entry->unusable, sizeof entry->unusable, "%s %.200s", starter->program,
                       starter->told);
}

void launch_limit(struct catalog *catalog, const struct allocation *allocation)
{
    for (size_t i = 0; i < catalog->count; i++)
        check_starter(catalog, &catalog->entries[i], allocation);
    catalog_sort(catalog);
}

/* Whether the launcher sets the variable, such as "NAME=value", to something else. */
static bool overrides(const struct launcher *launcher, const char *variable)
{
    const size_t name = strcspn(variable, "=");
    for (const char *const *word = launcher->environment; word && *word; word++)
        if (strcspn(*word, "=") == name && strncmp(*word, variable, name) == 0)
            return strcasecmp(*word, variable) != 0;
    return false;
}

/* What a user or a site has set in vain, for any of the launchers. */
static void say_overridden(const struct launcher *const *launchers, size_t count)
{
    char names[512] = "";
    for (char **variable = environ; *variable; variable++) {
        bool is_in_vain = false;
        for (size_t i = 0; i < count; i++)
            is_in_vain = is_in_vain || overrides(launchers[i], *variable);
        if (is_in_vain)
            text_append(names, sizeof names, "%s%.*s", *names ? ", " : "",
                        (int)strcspn(*variable, "="), *variable);
    }
    if (*names)
        status_say("not as you have set them for cells, which need them otherwise: %s", names);
}

/* Each launcher once. */
enum status launch_check(const struct plan *plan, const struct catalog *catalog,
                         const struct allocation *allocation, bool tell)
{
    enum status status = STATUS_OK;
    size_t count = 0;
    unsigned nodes = 1;
    for (size_t i = 0; i < plan->count; i++)
        nodes = plan->cells[i].nodes > nodes ? plan->cells[i].nodes : nodes;
    if (allocation->launcher && !names_find("launcher", allocation->launcher, launcher_table, 0))
        return STATUS_USAGE;
    if (tell)
        allocation_say(allocation, nodes);
    const struct launcher **launchers = memory_new(plan->count + 1, sizeof *launchers);
    for (size_t i = 0; i < plan->count && status == STATUS_OK; i++) {
        const struct model_entry *entry;
        status = choose(&plan->cells[i], catalog, allocation, &entry, &launchers[count]);
        bool is_new = status == STATUS_OK, is_told = !tell || !is_new || !launchers[count]->tell;
        for (size_t j = 0; j < count && is_new; j++) {
            is_new = launchers[j] != launchers[count];
            is_told = is_told || launchers[j]->tell == launchers[count]->tell;
        }
        if (!is_told)
            launchers[count]->tell();
        count += is_new;
    }
    if (tell && status == STATUS_OK)
        say_overridden(launchers, count);
    free(launchers);
    return status;
}

/* Its processes on other nodes end by themselves some time after those here have been ended, where
 * they are still there. */
static void print_limit(FILE *command, const struct cell *cell, const struct model_entry *entry,
                        const struct launch_options *options)
{
    static const double after_s = 5;
    if ((cell->nodes > 1 || options->allocation->is_elsewhere) &&
        options->timeout_s + after_s < INT_MAX &&
        description_takes(entry->description, PROTOCOL_LIMIT))
        (void)fprintf(command, PROTOCOL_LIMIT "%.0f\n", ceil(options->timeout_s + after_s));
}

/* The words of the command as a text, each in a line of its own. The caller frees it. */
static char *make_command(const struct launcher *launcher, const struct cell *cell,
                          const struct model_entry *entry, const struct launch_options *options,
                          unsigned executions)
{
    char *text;
    size_t length;
    FILE *command = memory_open(&text, &length);
    start_print_words(command, launcher, cell, &entry->model, options->allocation);
    if (catalog_interpreter(entry))
        (void)fprintf(command, "%s\n", catalog_interpreter(entry));
    (void)fprintf(command, "%s\n%s\n%" PRIu64 "\n%u\n%u\n%u\n%u\n%u\n", entry->program,
                  cell->kernel, cell->size, cell->workers, cell->ranks, cell->threads,
                  options->samples, executions);
    for (unsigned i = 0; i < cell->options; i++)
        (void)fprintf(command, "%s=%s\n", cell->option_names[i], cell->option_values[i]);
    if (cell->oversubscribed)
        (void)fputs(PROTOCOL_OVERSUBSCRIBE "\n", command);
    if (options->cold)
        (void)fputs(PROTOCOL_COLD "\n", command);
    if (options->uncounted && description_takes(entry->description, PROTOCOL_UNCOUNTED))
        (void)fputs(PROTOCOL_UNCOUNTED "\n", command);
    if (options->pieces > 0 && description_takes(entry->description, PROTOCOL_TIMELINE))
        (void)fprintf(command, PROTOCOL_TIMELINE "%u\n", options->pieces);
    if (options->outputs && description_takes(entry->description, PROTOCOL_OUTPUTS))
        (void)fputs(PROTOCOL_OUTPUTS "\n", command);
    if (cell->tasks)
        (void)fprintf(command, PROTOCOL_TASKS "%s\n", cell->tasks);
    if (options->fail_times > 0)
        (void)fprintf(command, PROTOCOL_FAIL_TASK "%" PRIu64 ":%" PRIu64 "\n", options->fail_item,
                      options->fail_times);
    print_limit(command, cell, entry, options);
    memory_close(command, &text);
    return text;
}

/* ---- what came of what was asked for ---- */

/* What of a cell is there. */
struct on_node {
    const char *name;
    unsigned ranks, workers;
};

static struct on_node *find_node(struct on_node *nodes, unsigned *count, const char *name)
{
    for (unsigned i = 0; i < *count; i++)
        if (strcmp(nodes[i].name, name) == 0)
            return &nodes[i];
    nodes[*count] = (struct on_node){.name = name};
    return &nodes[(*count)++];
}

/* Fails the launch, and says where they are. */
static void say_misplaced(const struct cell *cell, const struct on_node *nodes, unsigned count,
                          struct launch_result *launched)
{
    char there[160] = "";
    const unsigned each = cell->ranks / cell->nodes;
    for (unsigned i = 0; i < count; i++)
        text_append(there, sizeof there, "%s%u on %s", i > 0 ? ", " : "", nodes[i].ranks,
                    nodes[i].name);
    launched->ended = false;
    launched->explained = true;
    (void)snprintf(launched->failure, sizeof launched->failure,
                   "%u rank%s on each of %u node%s %s asked for, and there are %s", each,
                   plural(each), cell->nodes, plural(cell->nodes), each == 1 ? "was" : "were",
                   there);
}

/* The same where it is their threads that are too few or too many. */
static void say_miscounted(const struct cell *cell, const struct on_node *node,
                           struct launch_result *launched)
{
    const unsigned each = cell->workers / cell->nodes, ranks = cell->ranks > 0 ? cell->ranks : 1;
    launched->ended = false;
    launched->explained = true;
    (void)snprintf(launched->failure, sizeof launched->failure,
                   "%u worker%s, %u of each rank, %s asked for on each node, and there %s %u on %s",
                   each, plural(each), cell->workers / ranks, each == 1 ? "was" : "were",
                   node->workers == 1 ? "is" : "are", node->workers, node->name);
}

/* Whether its workers, which tell their nodes and ranks, are as the cell has them, where any do. A
 * process without MPI is one rank. */
static void check_nodes(const struct cell *cell, struct launch_result *launched)
{
    const json_t *workers = launch_said(launched, "worker"), *worker;
    struct on_node *nodes = memory_new(json_array_size(workers) + 1, sizeof *nodes);
    const struct on_node *odd = NULL;
    unsigned count = 0;
    size_t i;
    bool right = true;
    json_array_foreach(workers, i, worker)
    {
        const char *name = json_string_value(json_object_get(worker, "node"));
        struct on_node *node = find_node(nodes, &count, name ? name : "");
        node->ranks += json_integer_value(json_object_get(worker, "thread")) == 0;
        node->workers++;
    }
    for (unsigned n = 0; n < count; n++) {
        right = right && nodes[n].ranks == cell->ranks / cell->nodes;
        odd = nodes[n].workers == cell->workers / cell->nodes ? odd : &nodes[n];
    }
    if (count > 0 && launched->ended && (!right || count != cell->nodes))
        say_misplaced(cell, nodes, count, launched);
    else if (launched->ended && odd)
        say_miscounted(cell, odd, launched);
    free(nodes);
}

/* Its name, and what was chosen. */
static void note_launcher(const struct launcher *launcher, const char *const *chosen,
                          struct launch_result *launched)
{
    (void)snprintf(launched->launcher, sizeof launched->launcher, "%s", launcher->name);
    for (; chosen && *chosen; chosen++)
        text_append(launched->launcher, sizeof launched->launcher, " %s", *chosen);
}

/* Tells some of the nodes of a cell on several, from that one on, behind `words`. */
static void name_nodes(const struct cell *cell, const struct allocation *allocation, unsigned first,
                       const char *words, struct launch_result *launched)
{
    enum { NAMES_MAX = 4 };
    const unsigned count = cell->nodes - first;
    for (unsigned i = 0; cell->nodes > 1 && i < count && i < NAMES_MAX; i++)
        text_append(launched->failure, sizeof launched->failure, "%s%s", i > 0 ? ", " : words,
                    allocation->list.all[first + i].name);
    if (cell->nodes > 1 && count > NAMES_MAX)
        text_append(launched->failure, sizeof launched->failure, ", ...");
}

/* What did not end may wait for a node that nobody misses. Where ranks could not be started and
 * nobody says where, it was on another node than this. */
static void name_suspects(const struct cell *cell, const struct allocation *allocation,
                          const struct child *child, bool is_started,
                          struct launch_result *launched)
{
    bool is_told = false;
    for (unsigned i = 0; i < cell->nodes && i < allocation->list.count; i++)
        is_told = is_told || node_is_told(launched->failure, allocation->list.all[i].name);
    if (child->end == CHILD_TIMED_OUT)
        name_nodes(cell, allocation, 0, "; or see whether all is well on its nodes: ", launched);
    else if (!is_started && !is_told)
        name_nodes(cell, allocation, !allocation->is_elsewhere, "; it was to start on ", launched);
}

/* With as many executions to a sample as `launched` has. */
static enum status start_cell(const struct cell *cell, const struct launch_options *options,
                              struct launch_result *launched, bool *is_started)
{
    const struct model_entry *entry;
    struct start start = {.log = options->log, .timeout_s = options->timeout_s};
    struct child child;
    TRY(choose(cell, options->catalog, options->allocation, &entry, &start.launcher));
    const struct starter *starter = catalog_starter(options->catalog, start.launcher->program);
    start.chosen = starter ? starter->chosen : NULL;
    if (entry->model.traits & TRAIT_PEER) /* some have files that nobody else clears away */
        start.end_signal = SIGTERM;
    note_launcher(start.launcher, start.chosen, launched);
    if (!start_command(&start,
                       make_command(start.launcher, cell, entry, options, launched->executions),
                       &child, launched))
        return STATUS_INTERRUPTED;
    *is_started = !start_has_failed(&start, &child, launched);
    name_suspects(cell, options->allocation, &child, *is_started, launched);
    check_nodes(cell, launched);
    return STATUS_OK;
}

static enum status launch_once(const struct cell *cell, const struct launch_options *options,
                               struct launch_result *launched)
{
    bool is_started;
    TRY(start_cell(cell, options, launched, &is_started));
    if (is_started)
        return STATUS_OK;
    struct launch_result again = {.executions = launched->executions,
                                  .too_short = json_incref(launched->too_short),
                                  .not_started = json_string(launched->failure)};
    launch_result_free(launched);
    *launched = again;
    return start_cell(cell, options, launched, &is_started);
}

/* ---- samples that are long enough ---- */

/*
 * How many executions make a sample twice as long as it must be, so that the next launch, which
 * may be faster, does not fall short of it: more than twice as many as now, or as many when those
 * are enough. Where the most are not enough, the launch has failed.
 */
static unsigned executions_for(struct launch_result *launched, double shortest_s)
{
    double one = INFINITY;
    const json_t *samples = launch_said(launched, "sample");
    for (size_t i = 0; i < json_array_size(samples); i++)
        one = fmin(one, json_number_value(json_object_get(json_array_get(samples, i), "seconds")));
    if (!launched->ended || one * launched->executions >= shortest_s)
        return launched->executions;
    if (launched->executions == LAUNCH_EXECUTIONS_MAX) {
        launched->ended = false;
        launched->explained = true;
        (void)snprintf(launched->failure, sizeof launched->failure,
                       "%d executions take less than the %s that this clock needs: take a larger "
                       "size",
                       LAUNCH_EXECUTIONS_MAX, text_duration(shortest_s).text);
    }
    const double wanted = ceil(2 * shortest_s / one);
    return wanted < LAUNCH_EXECUTIONS_MAX ? (unsigned)wanted : LAUNCH_EXECUTIONS_MAX;
}

/* Leaves of a launch whose samples were too short what is kept of it. */
static void shorten(struct launch_result *launched)
{
    json_t *too_short = launched->too_short ? json_incref(launched->too_short) : json_array();
    json_t *not_started = json_incref(launched->not_started);
    (void)json_array_append_new(
        too_short, json_pack("{s:i, s:o}", "executions", (int)launched->executions, "seconds",
                             launch_told_by_all(launched, "sample", "seconds")));
    launch_result_free(launched);
    launched->too_short = too_short;
    launched->not_started = not_started;
}

/* ---- counters that are insisted on ---- */

static void check_counters(struct launch_result *launched)
{
    struct instrumented_events events = {.name = {"PAPI_TOT_INS", "PAPI_TOT_CYC"}};
    struct instrumented sums;
    json_t *execution = launch_execution(launched);
    const bool told = instrumented_sum(execution, &events, &sums);
    json_decref(execution);
    if (!launched->ended || (told && sums.instructions > 0 && sums.cycles > 0))
        return;
    const unsigned event =
        told && sums.instructions > 0 ? INSTRUMENTED_CYCLES : INSTRUMENTED_INSTRUCTIONS;
    launched->ended = false;
    launched->explained = true;
    (void)snprintf(launched->failure, sizeof launched->failure,
                   "not counted: %s: %.180s (--require-counters insists on it)", events.name[event],
                   *events.absent[event] ? events.absent[event] : "nobody says why");
}

enum status launch_cell(const struct cell *cell, const struct launch_options *options,
                        struct launch_result *launched)
{
    unsigned executions = options->executions;
    *launched = (struct launch_result){.executions = 0};
    while (launched->executions < executions) {
        if (launched->executions > 0)
            shorten(launched);
        launched->executions = executions;
        TRY(launch_once(cell, options, launched));
        executions = executions_for(launched, options->shortest_s);
    }
    if (options->require_counters)
        check_counters(launched);
    return STATUS_OK;
}

/* ---- what would be started ---- */

/* What is taken out of the environment comes first. */
static void print_environment(FILE *stream, const struct launcher *launcher,
                              const char *const *environment)
{
    (void)fprintf(stream, "# %s: env", launcher->name);
    for (int sets = 0; sets < 2; sets++)
        for (const char *const *word = environment; *word; word++) {
            if ((strchr(*word, '=') != NULL) != sets)
                continue;
            (void)fputs(sets ? " " : " -u ", stream);
            text_print_word(stream, *word);
        }
    (void)fputc('\n', stream);
}

/* `told` has the launchers whose environment was printed, ended by NULL. */
static enum status print_cell(FILE *stream, const struct cell *cell,
                              const struct launch_options *options, const struct launcher **told)
{
    const struct model_entry *entry;
    const struct launcher *launcher;
    TRY(choose(cell, options->catalog, options->allocation, &entry, &launcher));
    const struct starter *starter = catalog_starter(options->catalog, launcher->program);
    const char **environment = start_environment(launcher, starter ? starter->chosen : NULL);
    while (*told && *told != launcher)
        told++;
    if (!*told)
        print_environment(stream, launcher, environment);
    *told = launcher;
    free(environment);
    char *command = make_command(launcher, cell, entry, options, options->executions);
    char **words = child_words(command);
    (void)fprintf(stream, "# %s\n", cell->id);
    for (char **word = words; *word; word++) {
        (void)fputs(word > words ? " " : "", stream);
        text_print_word(stream, *word);
    }
    (void)fputc('\n', stream);
    free(words);
    free(command);
    return STATUS_OK;
}

enum status launch_print(FILE *stream, const struct plan *plan,
                         const struct launch_options *options)
{
    const struct launcher **told = memory_new(plan->count + 1, sizeof *told);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < plan->count && status == STATUS_OK; i++)
        status = print_cell(stream, &plan->cells[i], options, told);
    free(told);
    return status;
}

void launch_say_again(const struct cell *cell, const struct launch_result *launched)
{
    if (launched->not_started)
        status_say("%s under %s did not start, and was launched once more: %s", cell->kernel,
                   cell->label, json_string_value(launched->not_started));
}

void launch_say_failure(const struct cell *cell, const struct launch_result *launched)
{
    status_say("%s under %s failed: %s", cell->kernel, cell->label, launched->failure);
    if (!launched->explained)
        (void)fputs(launched->last_words, stderr);
}
