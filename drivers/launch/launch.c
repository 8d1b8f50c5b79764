#define _GNU_SOURCE
#include "launch.h"

#include "child.h"
#include "description.h"
#include "instrumented.h"
#include "launcher.h"
#include "listener.h"
#include "memory.h"
#include "protocol.h"
#include "quantities.h"
#include "text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* ---- how it is started ---- */

const struct launcher *launcher_for(const struct cell *cell, const struct model_entry *entry,
                                    const struct allocation *allocation)
{
    const struct launcher *best = NULL;
    unsigned most = 0;
    for (size_t i = 0; launcher_table[i]; i++) {
        const unsigned suits = launcher_table[i]->suits(cell, entry, allocation);
        if (suits > most)
            best = launcher_table[i];
        most = suits > most ? suits : most;
    }
    return best;
}

/* The program of a cell, and what starts it. */
static enum status choose(const struct cell *cell, const struct catalog *catalog,
                          const struct allocation *allocation, const struct model_entry **entry,
                          const struct launcher **launcher)
{
    TRY(catalog_find(catalog, cell->model, entry));
    *launcher = launcher_for(cell, *entry, allocation);
    return *launcher ? STATUS_OK
                     : status_fail(STATUS_FAILED, "nothing here can launch %s on %u node%s",
                                   cell->label, cell->nodes, plural(cell->nodes));
}

/* The launcher's program; NULL: there is none, or it was not asked. */
static const struct starter *find_starter(const struct catalog *catalog,
                                          const struct launcher *launcher)
{
    for (size_t i = 0; launcher->program && i < catalog->starter_count; i++)
        if (strcmp(catalog->starters[i].program, launcher->program) == 0)
            return &catalog->starters[i];
    return NULL;
}

/* What the launcher's program says of itself; each is asked once. */
static const struct starter *ask_starter(struct catalog *catalog, const struct launcher *launcher,
                                         const struct machine *machine)
{
    if (!find_starter(catalog, launcher)) {
        catalog->starters =
            memory_grow(catalog->starters, catalog->starter_count, sizeof *catalog->starters);
        struct starter *starter = &catalog->starters[catalog->starter_count++];
        *starter = (struct starter){.program = launcher->program};
        if (launcher->choose)
            launcher->choose(machine, starter->chosen);
        starter->answers = child_version(launcher->program, launcher->advice, CHILD_ANSWER_S,
                                         starter->told, sizeof starter->told);
    }
    return find_starter(catalog, launcher);
}

/* Notes it where nothing here starts cells of the model. */
static void check_starter(struct catalog *catalog, struct model_entry *entry,
                          const struct allocation *allocation)
{
    const struct cell cell = {.nodes = 1};
    const struct launcher *launcher = launcher_for(&cell, entry, allocation);
    const struct starter *starter =
        launcher && launcher->program ? ask_starter(catalog, launcher, allocation->machine) : NULL;
    const char *library = description_library(entry->description, "mpi_library");
    if (!launcher)
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
    const struct launcher **launchers = memory_new(plan->count + 1, sizeof *launchers);
    enum status status = STATUS_OK;
    size_t count = 0;
    if (tell)
        allocation_say(allocation);
    for (size_t i = 0; i < plan->count && status == STATUS_OK; i++) {
        const struct model_entry *entry;
        status = choose(&plan->cells[i], catalog, allocation, &entry, &launchers[count]);
        bool is_new = status == STATUS_OK;
        for (size_t j = 0; j < count; j++)
            is_new = is_new && launchers[j] != launchers[count];
        if (is_new && tell && launchers[count]->tell)
            launchers[count]->tell();
        count += is_new;
    }
    if (tell && status == STATUS_OK)
        say_overridden(launchers, count);
    free(launchers);
    return status;
}

/* The words of the command as a text, each in a line of its own. The caller frees it. */
static char *make_command(const struct launcher *launcher, const struct cell *cell,
                          const struct model_entry *entry, const struct launch_options *options,
                          unsigned executions)
{
    char *text;
    size_t length;
    FILE *command = memory_open(&text, &length);
    if (launcher->print_words)
        launcher->print_words(command, cell, &entry->model, options->allocation);
    (void)fprintf(command, "%s\n%s\n%" PRIu64 "\n%u\n%u\n%u\n%u\n%u\n", entry->program,
                  cell->kernel, cell->size, cell->workers, cell->ranks, cell->threads,
                  options->samples, executions);
    for (unsigned i = 0; i < cell->options; i++)
        (void)fprintf(command, "%s=%s\n", cell->option_names[i], cell->option_values[i]);
    if (cell->oversubscribed)
        (void)fputs(PROTOCOL_OVERSUBSCRIBE "\n", command);
    if (options->cold)
        (void)fputs(PROTOCOL_COLD "\n", command);
    if (cell->tasks)
        (void)fprintf(command, PROTOCOL_TASKS "%s\n", cell->tasks);
    if (options->fail_times > 0)
        (void)fprintf(command, PROTOCOL_FAIL_TASK "%" PRIu64 ":%" PRIu64 "\n", options->fail_item,
                      options->fail_times);
    memory_close(command, &text);
    return text;
}

/* ---- one launch ---- */

static void explain_end(const struct launcher *launcher, const struct child *child,
                        double timeout_s, struct launch_result *launched)
{
    char *failure = launched->failure;
    if (child_succeeded(child) && launched->ended)
        return;
    launched->ended = false;
    if (child->end == CHILD_TIMED_OUT) {
        launched->explained = true;
        (void)snprintf(failure, sizeof launched->failure,
                       "it did not end within %s: raise --cell-timeout or take a smaller size",
                       text_duration(timeout_s).text);
    } else if (!launched->explained && child_succeeded(child)) {
        (void)snprintf(failure, sizeof launched->failure, "it succeeded, but gave no result");
    } else if (!launched->explained && launcher->explain) {
        launcher->explain(child->status, launched->last_words, failure, sizeof launched->failure);
    } else if (!launched->explained) {
        child_explain("it", child->status, failure, sizeof launched->failure);
    }
}

/* What its child gets, as child.h takes it. The caller frees it. */
static const char **make_environment(const struct launcher *launcher, const char *const *chosen)
{
    const char *const *const lists[] = {launcher->environment, launcher->around, chosen};
    const char **all = NULL;
    size_t count = 0;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (const char *const *word = lists[i]; word && *word; word++) {
            all = memory_grow(all, count, sizeof *all);
            all[count++] = *word;
        }
    all = memory_grow(all, count, sizeof *all);
    all[count] = NULL;
    return all;
}

/* Its name, and what was chosen. */
static void note_launcher(const struct launcher *launcher, const char *const *chosen,
                          struct launch_result *launched)
{
    (void)snprintf(launched->launcher, sizeof launched->launcher, "%s", launcher->name);
    for (; chosen && *chosen; chosen++)
        text_append(launched->launcher, sizeof launched->launcher, " %s", *chosen);
}

/* With as many executions to a sample as `launched` has. */
static enum status launch_once(const struct cell *cell, const struct launch_options *options,
                               struct launch_result *launched)
{
    const struct model_entry *entry;
    const struct launcher *launcher;
    TRY(choose(cell, options->catalog, options->allocation, &entry, &launcher));
    const struct starter *starter = find_starter(options->catalog, launcher);
    const char *const *chosen = starter ? starter->chosen : NULL;
    note_launcher(launcher, chosen, launched);
    char *command = make_command(launcher, cell, entry, options, launched->executions);
    char **words = child_words(command);
    const char **environment = make_environment(launcher, chosen);
    struct listener listener = listener_begin(launched, options->log);
    struct child child = {.words = words,
                          .environment = environment,
                          .end_signal = launcher->end_signal,
                          .take = listener_take,
                          .context = &listener};
    child_run(&child, 1, options->timeout_s);
    free(environment);
    free(words);
    free(command);
    listener_end(&listener);
    if (child.end == CHILD_INTERRUPTED)
        return STATUS_INTERRUPTED;
    explain_end(launcher, &child, options->timeout_s, launched);
    return STATUS_OK;
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
    (void)json_array_append_new(
        too_short, json_pack("{s:i, s:o}", "executions", (int)launched->executions, "seconds",
                             launch_told_by_all(launched, "sample", "seconds")));
    launch_result_free(launched);
    launched->too_short = too_short;
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

void launch_say_failure(const struct cell *cell, const struct launch_result *launched)
{
    status_say("%s under %s failed: %s", cell->kernel, cell->label, launched->failure);
    if (!launched->explained)
        (void)fputs(launched->last_words, stderr);
}
