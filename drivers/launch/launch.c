#define _GNU_SOURCE
#include "launch.h"

#include "child.h"
#include "command.h"
#include "instrumented.h"
#include "printable.h"
#include "protocol.h"
#include "safe_file.h"
#include "text.h"

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_BYTES = 8192 };

static void make_command(struct command *command, const struct cell *cell,
                         const struct model_entry *entry, unsigned samples, unsigned executions)
{
    *command = (struct command){.count = 0};
    if (launch_has_ranks(entry->model.launch))
        command_add_mpirun(command, cell->ranks + entry->model.helpers,
                           cell->oversubscribed || entry->model.helpers > 0);
    command_add(command, "%s", entry->program);
    command_add(command, "%s", cell->kernel);
    command_add(command, "%" PRIu64, cell->size);
    command_add(command, "%u", cell->workers);
    command_add(command, "%u", cell->ranks);
    command_add(command, "%u", cell->threads);
    command_add(command, "%u", samples);
    command_add(command, "%u", executions);
    for (unsigned i = 0; i < cell->options; i++)
        command_add(command, "%s=%s", cell->option_names[i], cell->option_values[i]);
    if (cell->oversubscribed)
        command_add(command, PROTOCOL_OVERSUBSCRIBE);
}

/* ---- what it says ---- */

/* What a cell writes comes in pieces, and is taken line by line. */
struct listener {
    struct launch_result *launched;
    const char *log;
    FILE *log_stream; /* opened with the first line, so that quiet launches leave no file */
    struct {
        size_t used;
        char text[LINE_BYTES];
    } lines[CHILD_STREAMS];
};

static void keep_in_log(struct listener *listener, const char *line)
{
    if (!listener->log_stream && listener->log)
        listener->log_stream = safe_file_append(listener->log);
    if (listener->log_stream)
        (void)fprintf(listener->log_stream, "%s\n", line);
}

static bool take_sample(struct launch_result *launched, json_t *object)
{
    double seconds;
    int verified;
    json_t *counts, *start = NULL;
    if (json_unpack(object, "{s:F, s:b, s:o, s?o}", "seconds", &seconds, "verified", &verified,
                    "counts", &counts, "start", &start) != 0)
        return false;
    struct sample *grown = realloc(launched->samples, (launched->count + 1) * sizeof *grown);
    if (!grown)
        return false;
    launched->samples = grown;
    launched->samples[launched->count++] =
        (struct sample){seconds, verified != 0, json_incref(counts), json_incref(start)};
    return true;
}

static bool take_worker(struct launch_result *launched, json_t *object)
{
    if (!launched->workers)
        launched->workers = json_array();
    return json_object_del(object, "event") == 0 &&
           json_array_append(launched->workers, object) == 0;
}

static bool take_start(struct launch_result *launched, json_t *object)
{
    launched->understood = protocol_is_spoken(object, launched->failure, sizeof launched->failure);
    launched->explained = launched->explained || !launched->understood;
    launched->startup_s = json_number_value(json_object_get(object, "startup_s"));
    json_decref(launched->libraries);
    launched->libraries = json_incref(json_object_get(object, "libraries"));
    return true;
}

static bool take_passes(struct launch_result *launched, json_t *object)
{
    launched->wall_s = json_number_value(json_object_get(object, "wall_s"));
    json_decref(launched->counters_absent);
    launched->counters_absent = json_incref(json_object_get(object, "counters_absent"));
    return true;
}

static bool take_result(struct launch_result *launched, json_t *object)
{
    const char *result = json_string_value(json_object_get(object, "result"));
    if (result)
        printable_copy(result, launched->result, sizeof launched->result);
    launched->ended = result && launched->understood;
    return launched->ended;
}

/* A line of the protocol; false for one that is none. */
static bool take_event(struct launch_result *launched, const char *text)
{
    static const struct {
        const char *name;
        bool (*take)(struct launch_result *launched, json_t *object);
    } events[] = {{"started", take_start},
                  {"sample", take_sample},
                  {"result", take_result},
                  {"passes", take_passes},
                  {"worker", take_worker}};
    json_t *object = json_loads(text, 0, NULL);
    const char *event = json_string_value(json_object_get(object, "event"));
    bool taken = false;
    for (size_t i = 0; event && i < sizeof events / sizeof *events; i++)
        if (strcmp(event, events[i].name) == 0)
            taken = events[i].take(launched, object);
    json_decref(object);
    return taken;
}

/* A cell's own error explains a failure better than what mpirun says after it. */
static void take_error(struct launch_result *launched, const char *line)
{
    const char *colon = strstr(line, ": ");
    if (launched->explained || !colon ||
        strncmp(line, PROTOCOL_PROGRAM, strlen(PROTOCOL_PROGRAM)) != 0)
        return;
    launched->explained = true;
    printable_copy(colon + 2, launched->failure, sizeof launched->failure);
}

/* Whole lines, as many of the last ones as there is room for. */
static void remember(struct launch_result *launched, const char *line)
{
    char *words = launched->last_words;
    const size_t length = strnlen(line, sizeof launched->last_words - 2);
    while (strlen(words) + length + 2 > sizeof launched->last_words) {
        const char *next = strchr(words, '\n') + 1; /* every line there has its end */
        memmove(words, next, strlen(next) + 1);
    }
    text_append(words, sizeof launched->last_words, "%.*s\n", (int)length, line);
}

static void take_line(struct listener *listener, const char *line)
{
    const size_t prefix = strlen(PROTOCOL_PREFIX);
    if (strncmp(line, PROTOCOL_PREFIX, prefix) == 0 &&
        take_event(listener->launched, line + prefix))
        return;
    take_error(listener->launched, line);
    remember(listener->launched, line);
    keep_in_log(listener, line);
}

/* Takes the line that has come so far, if there is one. */
static void end_line(struct listener *listener, enum child_stream stream, bool even_empty)
{
    const size_t used = listener->lines[stream].used;
    if (used == 0 && !even_empty)
        return;
    listener->lines[stream].text[used] = '\0';
    listener->lines[stream].used = 0;
    take_line(listener, listener->lines[stream].text);
}

static void take_bytes(void *context, enum child_stream stream, const char *bytes, size_t count)
{
    struct listener *listener = context;
    for (size_t i = 0; i < count; i++)
        if (bytes[i] == '\n') {
            end_line(listener, stream, true);
        } else {
            if (listener->lines[stream].used == LINE_BYTES - 1)
                end_line(listener, stream, false);
            listener->lines[stream].text[listener->lines[stream].used++] = bytes[i];
        }
}

/* ---- its end ---- */

static void explain_end(const struct child *child, double timeout_s, struct launch_result *launched)
{
    if (child_succeeded(child) && launched->ended)
        return;
    launched->ended = false;
    if (child->end == CHILD_TIMED_OUT) {
        launched->explained = true;
        (void)snprintf(launched->failure, sizeof launched->failure,
                       "it did not end within %g s: raise --cell-timeout or take a smaller size",
                       timeout_s);
    }
    /* mpirun reports a rank's signal as a shell does. */
    else if (!launched->explained)
        child_explain(WIFEXITED(child->status) && WEXITSTATUS(child->status) > 128
                          ? WEXITSTATUS(child->status) - 128
                          : child->status,
                      launched->failure, sizeof launched->failure);
}

static enum status launch_once(const struct cell *cell, const struct model_entry *entry,
                               const struct launch_options *options, unsigned executions,
                               struct launch_result *launched)
{
    struct command command;
    struct listener listener = {.launched = launched, .log = options->log};
    *launched = (struct launch_result){.executions = executions};
    make_command(&command, cell, entry, options->samples, executions);
    struct child child = {.words = command.words,
                          .environment = command_environment,
                          .end_signal = launch_has_ranks(entry->model.launch) ? SIGTERM : SIGKILL,
                          .take = take_bytes,
                          .context = &listener};
    const bool complete = !command.incomplete;
    if (complete)
        child_run(&child, 1, options->timeout_s, options->interrupts);
    command_free(&command);
    if (!complete)
        return status_no_memory("the command of a cell");
    for (int i = 0; i < CHILD_STREAMS; i++)
        end_line(&listener, (enum child_stream)i, false);
    if (listener.log_stream)
        (void)fclose(listener.log_stream);
    if (child.end == CHILD_INTERRUPTED)
        return STATUS_INTERRUPTED;
    explain_end(&child, options->timeout_s, launched);
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
    if (status == STATUS_OK && cell->require_counters)
        check_counters(launched);
    return status;
}

void launch_say_failure(const struct cell *cell, const struct launch_result *launched)
{
    status_say("%s under %s failed: %s", cell->kernel, cell->label, launched->failure);
    if (!launched->explained)
        (void)fputs(launched->last_words, stderr);
}

void launch_say_as_root(const struct plan *plan, const struct catalog *catalog)
{
    const struct model_entry *entry;
    for (size_t i = 0; geteuid() == 0 && i < plan->count; i++)
        if (catalog_find(catalog, plan->cells[i].model, &entry) == STATUS_OK &&
            launch_has_ranks(entry->model.launch)) {
            status_say("this is root, so mpirun gets --allow-run-as-root");
            return;
        }
}
