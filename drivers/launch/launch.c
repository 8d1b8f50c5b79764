#define _GNU_SOURCE
#include "launch.h"

#include "clock.h"
#include "command.h"
#include "instrumented.h"
#include "printable.h"
#include "protocol.h"
#include "safe_file.h"
#include "signals.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_BYTES = 8192, POLL_MS = 50 };

/* What mpirun gets to end its ranks before it is killed. */
static const double grace_s = 3.0;

static void make_command(struct command *command, const struct cell *cell,
                         const struct model_entry *entry, unsigned samples, unsigned executions)
{
    *command = (struct command){.count = 0};
    if (launch_has_ranks(entry->model.launch))
        command_add_mpirun(command, cell->ranks, cell->oversubscribed);
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

/* ---- the child ---- */

struct child {
    pid_t process;
    int output, errors; /* the ends that we read */
};

static void become_cell(const struct command *command, int output, int errors, pid_t parent)
{
    /* mpirun ends its ranks when it is asked to end, and not when it is killed. */
    bool mpirun = strcmp(command->words[0], "mpirun") == 0;
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    (void)setpgid(0, 0);
    /* Dies with the front door, however that ends. */
    (void)prctl(PR_SET_PDEATHSIG, mpirun ? SIGTERM : SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
    if (dup2(null, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(errors, STDERR_FILENO) < 0)
        _exit(EXIT_FAILURE);
    signals_unblock();
    command_execute(command);
    _exit(EXIT_FAILURE);
}

static enum status spawn(const struct command *command, struct child *child)
{
    int output[2] = {-1, -1}, errors[2] = {-1, -1};
    const pid_t parent = getpid();
    if (pipe2(output, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0 ||
        (child->process = fork()) < 0) {
        int error = errno;
        for (int i = 0; i < 2; i++) {
            (void)close(output[i]);
            (void)close(errors[i]);
        }
        return status_fail(STATUS_FAILED, "cannot start a process: %s", strerror(error));
    }
    if (child->process == 0)
        become_cell(command, output[1], errors[1], parent);
    (void)setpgid(child->process, child->process);
    (void)close(output[1]);
    (void)close(errors[1]);
    (void)fcntl(output[0], F_SETFL, O_NONBLOCK);
    (void)fcntl(errors[0], F_SETFL, O_NONBLOCK);
    child->output = output[0];
    child->errors = errors[0];
    return STATUS_OK;
}

/* ---- what it says ---- */

/* One of the child's two streams, cut into lines; `take` gets each without its end. */
struct stream {
    int descriptor;
    bool open;
    size_t used;
    char line[LINE_BYTES];
};

struct listener {
    struct launch_result *launched;
    const char *log;
    FILE *log_stream; /* opened with the first line, so that quiet launches leave no file */
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
    launched->ended = result != NULL;
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

/* Hands on the lines that have come; false when there was nothing to read. */
static bool read_stream(struct stream *stream, struct listener *listener)
{
    ssize_t count = read(stream->descriptor, stream->line + stream->used,
                         sizeof stream->line - 1 - stream->used);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    stream->open = count > 0;
    stream->used += count > 0 ? (size_t)count : 0;
    stream->line[stream->used] = '\0';
    char *start = stream->line;
    for (char *end; (end = strchr(start, '\n')); start = end + 1) {
        *end = '\0';
        take_line(listener, start);
    }
    size_t rest = strlen(start);
    bool full = rest == sizeof stream->line - 1;
    if (rest > 0 && (full || !stream->open)) {
        take_line(listener, start);
        rest = 0;
    }
    memmove(stream->line, start, rest);
    stream->used = rest;
    return stream->open;
}

/* ---- its end ---- */

static void explain_end(int ended, struct launch_result *launched)
{
    char *failure = launched->failure;
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == 0 && launched->ended)
        return;
    launched->ended = false;
    if (launched->explained)
        return;
    /* mpirun reports a rank's signal as a shell does. */
    int signal = WIFSIGNALED(ended)         ? WTERMSIG(ended)
                 : WEXITSTATUS(ended) > 128 ? WEXITSTATUS(ended) - 128
                                            : 0;
    if (signal > 0 && signal < NSIG)
        (void)snprintf(failure, sizeof launched->failure, "it was killed by signal %d (%s)", signal,
                       strsignal(signal));
    else
        (void)snprintf(failure, sizeof launched->failure, "it ended with exit status %d",
                       WEXITSTATUS(ended));
}

/* Asks the whole group to end, then makes it; returns what became of its leader. */
static int end_group(pid_t leader)
{
    int ended = 0;
    uint64_t start = clock_now_ns();
    (void)kill(-leader, SIGTERM);
    while (waitpid(leader, &ended, WNOHANG) == 0 && clock_seconds_since(start) < grace_s)
        (void)poll(NULL, 0, POLL_MS);
    (void)kill(-leader, SIGKILL);
    (void)waitpid(leader, &ended, 0);
    return ended;
}

/* Waits a moment for something to read. */
static void await(const struct stream *streams, int interrupts)
{
    struct pollfd wait[3] = {{interrupts, POLLIN, 0}};
    for (int i = 0; i < 2; i++)
        wait[1 + i] = (struct pollfd){streams[i].open ? streams[i].descriptor : -1, POLLIN, 0};
    bool both_closed = !streams[0].open && !streams[1].open;
    (void)poll(wait, 3, both_closed ? 1 : POLL_MS);
}

/* Reads until the child has ended, its time is over, or a signal came. */
static enum status listen_to(const struct child *child, const struct launch_options *options,
                             struct listener *listener)
{
    struct stream streams[2] = {{.descriptor = child->output, .open = true},
                                {.descriptor = child->errors, .open = true}};
    const uint64_t start = clock_now_ns();
    int ended = 0;
    bool running = true;
    while (running) {
        await(streams, options->interrupts);
        running = waitpid(child->process, &ended, WNOHANG) == 0;
        for (int i = 0; i < 2; i++)
            while (streams[i].open && read_stream(&streams[i], listener))
                continue;
        if (running && signals_caught()) {
            (void)end_group(child->process);
            return STATUS_INTERRUPTED;
        }
        if (running && clock_seconds_since(start) > options->timeout_s) {
            ended = end_group(child->process);
            running = false;
            listener->launched->explained = true;
            (void)snprintf(
                listener->launched->failure, sizeof listener->launched->failure,
                "it did not end within %g s: raise --cell-timeout or take a smaller size",
                options->timeout_s);
        }
    }
    /* Processes that the leader may have left behind in its group. */
    (void)kill(-child->process, SIGKILL);
    explain_end(ended, listener->launched);
    return STATUS_OK;
}

static enum status launch_once(const struct cell *cell, const struct model_entry *entry,
                               const struct launch_options *options, unsigned executions,
                               struct launch_result *launched)
{
    struct command command;
    struct child child = {-1, -1, -1};
    struct listener listener = {launched, options->log, NULL};
    *launched = (struct launch_result){.executions = executions};
    make_command(&command, cell, entry, options->samples, executions);
    enum status status =
        command.incomplete ? status_no_memory("the command of a cell") : spawn(&command, &child);
    command_free(&command);
    if (status != STATUS_OK)
        return status;
    status = listen_to(&child, options, &listener);
    (void)close(child.output);
    (void)close(child.errors);
    if (listener.log_stream)
        (void)fclose(listener.log_stream);
    return status;
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
