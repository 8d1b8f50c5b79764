#include "launch.h"

#include "child.h"
#include "command.h"
#include "instrumented.h"
#include "launcher.h"
#include "listener.h"
#include "protocol.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* ---- how it is started ---- */

/* The index of the one that suits the cell best. */
static enum status choose(const struct cell *cell, const struct model *model,
                          const struct allocation *allocation, size_t *chosen)
{
    unsigned most = 0;
    for (size_t i = 0; launcher_table[i]; i++) {
        const unsigned suits = launcher_table[i]->suits(cell, model, allocation);
        if (suits > most)
            *chosen = i;
        most = suits > most ? suits : most;
    }
    return most > 0 ? STATUS_OK
                    : status_fail(STATUS_FAILED, "nothing here can launch %s on %u nodes",
                                  cell->label, cell->nodes);
}

static enum status check(const struct launcher *launcher, const struct cell *cell, bool tell)
{
    if (launcher->program && !child_in_path(launcher->program))
        return status_fail(STATUS_FAILED, "%s needs %s, which is not in PATH: %s", cell->model,
                           launcher->program, launcher->advice);
    if (tell && launcher->tell)
        launcher->tell();
    return STATUS_OK;
}

/* Each launcher once, for the first of its cells. */
enum status launch_check(const struct plan *plan, const struct catalog *catalog,
                         const struct allocation *allocation, bool tell)
{
    enum status status = STATUS_OK;
    uint64_t checked = 0; /* a bit for each of the table */
    if (tell)
        allocation_say(allocation);
    for (size_t i = 0; i < plan->count && status == STATUS_OK; i++) {
        const struct cell *cell = &plan->cells[i];
        const struct model_entry *entry;
        size_t chosen = 0;
        status = catalog_find(catalog, cell->model, &entry);
        if (status == STATUS_OK)
            status = choose(cell, &entry->model, allocation, &chosen);
        if (status == STATUS_OK && !(checked >> chosen & 1))
            status = check(launcher_table[chosen], cell, tell);
        checked |= (uint64_t)1 << chosen;
    }
    return status;
}

static void make_command(struct command *command, const struct launcher *launcher,
                         const struct cell *cell, const struct model_entry *entry,
                         const struct launch_options *options, unsigned executions)
{
    *command = (struct command){.count = 0};
    if (launcher->add_words)
        launcher->add_words(command, cell, &entry->model, options->allocation);
    command_add(command, "%s", entry->program);
    command_add(command, "%s", cell->kernel);
    command_add_words(command, "%" PRIu64 " %u %u %u %u %u", cell->size, cell->workers, cell->ranks,
                      cell->threads, options->samples, executions);
    for (unsigned i = 0; i < cell->options; i++)
        command_add(command, "%s=%s", cell->option_names[i], cell->option_values[i]);
    if (cell->oversubscribed)
        command_add(command, PROTOCOL_OVERSUBSCRIBE);
    if (cell->tasks)
        command_add(command, PROTOCOL_TASKS "%s", cell->tasks);
    if (options->fail_times > 0)
        command_add(command, PROTOCOL_FAIL_TASK "%" PRIu64 ":%" PRIu64, options->fail_item,
                    options->fail_times);
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
                       "it did not end within %g s: raise --cell-timeout or take a smaller size",
                       timeout_s);
    } else if (!launched->explained && launcher->explain) {
        launcher->explain(child->status, launched->last_words, failure, sizeof launched->failure);
    } else if (!launched->explained) {
        child_explain("it", child->status, failure, sizeof launched->failure);
    }
}

static enum status launch_once(const struct cell *cell, const struct model_entry *entry,
                               const struct launch_options *options, unsigned executions,
                               struct launch_result *launched)
{
    size_t chosen = 0;
    struct listener listener = {.launched = launched, .log = options->log};
    struct command command;
    *launched = (struct launch_result){.executions = executions};
    enum status status = choose(cell, &entry->model, options->allocation, &chosen);
    if (status != STATUS_OK)
        return status;
    const struct launcher *launcher = launcher_table[chosen];
    make_command(&command, launcher, cell, entry, options, executions);
    struct child child = {.words = command.words,
                          .environment = launcher->environment,
                          .end_signal = launcher->end_signal,
                          .take = listener_take,
                          .context = &listener};
    if (command.incomplete)
        return status_fail(STATUS_FAILED, "the words of %s are too many or too long", cell->label);
    child_run(&child, 1, options->timeout_s, options->signals);
    listener_end(&listener);
    if (child.end == CHILD_INTERRUPTED)
        return STATUS_INTERRUPTED;
    explain_end(launcher, &child, options->timeout_s, launched);
    return STATUS_OK;
}

/* ---- samples that are long enough ---- */

static double shortest_sample(const struct launch_result *launched)
{
    double shortest = INFINITY;
    for (unsigned i = 0; i < launched->count; i++)
        shortest = fmin(shortest, launched->samples[i].seconds);
    return shortest;
}

/*
 * How many executions make a sample twice as long as it must be, so that the next launch, which
 * may be faster, does not fall short of it: more than twice as many as now, or as many when those
 * are enough.
 */
static unsigned executions_for(const struct launch_result *launched, double shortest_s)
{
    const double one = shortest_sample(launched);
    if (!launched->ended || one * launched->executions >= shortest_s)
        return launched->executions;
    const double wanted = ceil(2 * shortest_s / one);
    return wanted < LAUNCH_EXECUTIONS_MAX ? (unsigned)wanted : LAUNCH_EXECUTIONS_MAX;
}

/* What is kept of a launch whose samples were too short. */
static json_t *too_short_object(const struct launch_result *launched)
{
    json_t *seconds = json_array();
    for (unsigned i = 0; i < launched->count; i++)
        (void)json_array_append_new(seconds, json_real(launched->samples[i].seconds));
    return json_pack("{s:i, s:o}", "executions", (int)launched->executions, "seconds", seconds);
}

/* ---- counters that are insisted on ---- */

static void check_counters(struct launch_result *launched)
{
    struct instrumented_events events = {0};
    struct instrumented sums;
    const bool told = instrumented_sum(launched->wall_s, launched->workers, &events, &sums);
    if (!launched->ended || (told && sums.instructions > 0 && sums.cycles > 0))
        return;
    instrumented_absent(launched->counters_absent, &events);
    const unsigned event =
        told && sums.instructions > 0 ? INSTRUMENTED_CYCLES : INSTRUMENTED_INSTRUCTIONS;
    launched->ended = false;
    launched->explained = true;
    (void)snprintf(launched->failure, sizeof launched->failure,
                   "not counted: %s: %s (--require-counters insists on it)", events.name[event],
                   *events.absent[event] ? events.absent[event] : "nobody says why");
}

enum status launch_cell(const struct cell *cell, const struct model_entry *entry,
                        const struct launch_options *options, struct launch_result *launched)
{
    enum status status = launch_once(cell, entry, options, options->executions, launched);
    while (status == STATUS_OK) {
        const unsigned executions = executions_for(launched, options->shortest_s);
        if (executions <= launched->executions)
            break;
        json_t *too_short = launched->too_short ? launched->too_short : json_array();
        (void)json_array_append_new(too_short, too_short_object(launched));
        launched->too_short = NULL;
        launch_result_free(launched);
        status = launch_once(cell, entry, options, executions, launched);
        launched->too_short = too_short;
    }
    if (status == STATUS_OK && options->require_counters)
        check_counters(launched);
    return status;
}

void launch_say_failure(const struct cell *cell, const struct launch_result *launched)
{
    status_say("%s under %s failed: %s", cell->kernel, cell->label, launched->failure);
    if (!launched->explained)
        (void)fputs(launched->last_words, stderr);
}
