/*
 * parbench-cell-MODEL: measures one cell, the kernel, size and workers that it is told, under the
 * one model that it is linked with. The front door launches it, by mpirun where that is needed.
 *
 * It writes one JSON object a line, each behind PROTOCOL_PREFIX, to standard output: `started`,
 * then `warm` of an execution that is no sample, `sample` as often as asked, `result` when all were
 * right, and of further executions that are none `passes` and a `worker` for each, and where asked
 * for, `timeline` and its `pieces`, and `outputs`. With --describe it prints what the model is.
 * Errors are a line on standard error and exit status 1, or 2 when the arguments are wrong.
 */
#include "clock.h"
#include "description.h"
#include "events.h"
#include "fault.h"
#include "instrumentation.h"
#include "memory.h"
#include "model.h"
#include "options.h"
#include "outputs.h"
#include "pieces.h"
#include "placement.h"
#include "protocol.h"
#include "sample.h"
#include "standard_streams.h"
#include "storage.h"
#include "tasks.h"

#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What this program is told to measure, and measures it with. */
struct cell {
    struct job job;               /* of the instrumentation's kernel */
    unsigned samples, executions; /* executions of each sample */
    struct team *team;
    struct instrumentation *instrumentation;
    unsigned pieces; /* of a worker that are told in a time line; 0: there is none */
    bool outputs;    /* are told, as the kernel shows them */
    bool cold;       /* the first execution is a sample already */
    bool uncounted;  /* there is no pass that counts */
    bool right;      /* all results so far, or wrong as expected */
};

/* ---- samples ---- */

static json_t *counts_object(const struct outcome *outcome)
{
    json_t *counts = json_object();
    for (unsigned i = 0; i < outcome->counted; i++)
        (void)json_object_set_new(counts, outcome->counts[i].name,
                                  json_real(outcome->counts[i].value));
    return counts;
}

/* How the ranks began; NULL for one process. */
static json_t *start_object(const struct rank_start *start)
{
    if (start->kind == START_ALONE)
        return NULL;
    return json_pack("{s:s, s:f, s:f, s:b}", "by", start->kind == START_CLOCK ? "clock" : "barrier",
                     "skew_s", start->skew_s, "uncertain_s", start->uncertain_s, "late",
                     (int)start->late);
}

/* Only the process that owns the result says and checks anything. */
static enum status judge(struct cell *cell, const struct outcome *outcome, const char *event,
                         unsigned executions)
{
    struct verdict verdict = {""};
    const enum sample_verdict judged = sample_verify(&cell->job, outcome, &verdict);
    const bool verified = judged == SAMPLE_RIGHT;
    cell->right = cell->right && judged != SAMPLE_WRONG;
    return protocol_say(
        event, json_pack("{s:f, s:b, s:s*, s:o, s:o*}", "seconds", outcome->seconds / executions,
                         "verified", (int)verified, "reason", verified ? NULL : verdict.reason,
                         "counts", counts_object(outcome), "start", start_object(&outcome->start)));
}

/* All processes have started then: what fails later is no failed start. Who owns the result says
 * so. */
static enum status tell_start(struct team *team, double startup_s)
{
    if (this_model.group && !this_model.group->owns(team))
        return STATUS_OK;
    return protocol_say("started",
                        json_pack("{s:i, s:f, s:o*}", "protocol", PROTOCOL_VERSION, "startup_s",
                                  startup_s, "libraries", description_libraries(&this_model)));
}

static enum status tell_result(const struct job *job, const struct outcome *outcome)
{
    char result[KERNEL_RESULT_MAX];
    job->kernel->print(outcome->partial, result, sizeof result);
    return protocol_say("result", json_pack("{s:s}", "result", result));
}

/* The first execution, which is no sample. */
static enum status warm_up(struct cell *cell)
{
    struct outcome outcome;
    TRY(sample_warm_up(&this_model, cell->team, &outcome));
    if (job_traits(&cell->job) & TRAIT_MAY_LOSE) /* whether that is why a result is wrong */
        this_model.count(cell->team, &outcome);
    return outcome.partial ? judge(cell, &outcome, "warm", 1) : STATUS_OK;
}

/* A wrong result ends nothing: other ranks do not know of it, and go on to the next execution. */
static enum status take_samples(struct cell *cell)
{
    if (!cell->cold)
        TRY(warm_up(cell));
    for (unsigned sample = 0; sample < cell->samples; sample++) {
        struct outcome outcome;
        TRY(sample_take(&this_model, cell->team, cell->executions, &outcome));
        events_publish(&outcome);
        if (!outcome.partial)
            continue;
        TRY(judge(cell, &outcome, "sample", cell->executions));
        if (sample + 1 == cell->samples && cell->right)
            TRY(tell_result(&cell->job, &outcome));
    }
    return STATUS_OK;
}

/* ---- executions that are measured and no samples ---- */

/* How many of the cell's workers are in each process. */
static unsigned workers_of_process(const struct job *job)
{
    return launch_has_ranks(this_model.launch) ? job->threads : job->workers;
}

/* Ranks that come before those of the workers. */
static unsigned helping_ranks(void)
{
    return launch_has_ranks(this_model.launch) ? this_model.helpers : 0;
}

/* Clocked passes: as many as make a median steady. A launch of few samples is one of many, whose
 * median counts: there one will do. */
static unsigned clocks_of(const struct cell *cell)
{
    return cell->samples < INSTRUMENTATION_CLOCKS ? 1 : INSTRUMENTATION_CLOCKS;
}

static enum instrumentation_pass last_pass(const struct cell *cell)
{
    return !cell->uncounted   ? INSTRUMENTATION_COUNT
           : cell->pieces > 0 ? INSTRUMENTATION_TIMELINE
                              : INSTRUMENTATION_CLOCK + clocks_of(cell) - 1;
}

static enum status run_pass(struct cell *cell, enum instrumentation_pass pass, unsigned executions,
                            struct outcome *outcome)
{
    struct verdict verdict = {""};
    instrumentation_begin(cell->instrumentation, pass);
    const enum status status =
        sample_watch(&this_model, cell->team, executions, cell->instrumentation, outcome);
    instrumentation_end(cell->instrumentation);
    TRY(status);
    if (cell->instrumentation->unseated)
        return status_fail(STATUS_FAILED,
                           "a worker of the model %s has no seat: whoever makes it calls "
                           "seat_take(), see models/parts/seat.h",
                           this_model.name);
    if (cell->instrumentation->crowded)
        return status_fail(STATUS_FAILED,
                           "two workers of the model %s have one seat at once: each takes that of "
                           "its own number, see models/parts/seat.h",
                           this_model.name);
    if (cell->instrumentation->too_long)
        return status_fail(STATUS_FAILED,
                           "used() of %s tells of more bytes of a partial than partial_size() has: "
                           "see kernels/kernel.h",
                           cell->job.kernel->name);
    events_publish(outcome);
    /* A map's outputs are verified and wiped for the execution that follows. */
    const enum sample_verdict judged =
        (pass == last_pass(cell) ? sample_verify_partial : sample_verify)(&cell->job, outcome,
                                                                          &verdict);
    cell->right = cell->right && judged != SAMPLE_WRONG;
    return pass == last_pass(cell) && cell->outputs && outcome->partial
               ? outputs_tell(&cell->job, outcome->output)
               : STATUS_OK;
}

/* What does not exist is null: neither 0 nor an estimate. */
static json_t *counters_object(const char *const *events, const struct counters_reading *counted)
{
    json_t *counters = json_object();
    for (unsigned i = 0; events[i]; i++)
        (void)json_object_set_new(
            counters, events[i],
            counted->error[i] == 0 ? json_integer((json_int_t)counted->value[i]) : json_null());
    return counters;
}

/* Why some have no value, event by event; the first worker without it speaks for all. */
static json_t *absent_object(const char *const *events, const struct worked *workers,
                             unsigned count)
{
    json_t *absent = json_object();
    for (unsigned i = 0; events[i]; i++)
        for (unsigned worker = 0; worker < count; worker++) {
            char reason[256];
            const int error = workers[worker].counted.error[i];
            if (error == 0 || error == COUNTERS_UNREAD)
                continue;
            counters_explain(events[i], error, reason, sizeof reason);
            (void)json_object_set_new(absent, events[i], json_string(reason));
            break;
        }
    return absent;
}

/* Memory is looked at after a piece of work: a worker that had none was not looked at. */
static json_t *peak_memory(const struct worked *worker)
{
    return worker->peak_memory_bytes > 0 ? json_integer((json_int_t)worker->peak_memory_bytes)
                                         : json_null();
}

/* A sum of whole nanoseconds, without what adding them as seconds left behind. */
static double whole_ns(double seconds)
{
    return (double)(uint64_t)(1e9 * seconds + 0.5) / 1e9;
}

/* What the pass that counts knows of it. */
static json_t *worker_counts(const struct worked *worker, const char *const *events)
{
    return json_pack(
        "{s:f, s:I, s:I, s:I, s:I, s:i, s:s, s:o, s:o}", "cpu_s", whole_ns(worker->cpu_s),
        "voluntary_switches", (json_int_t)worker->voluntary_switches, "involuntary_switches",
        (json_int_t)worker->involuntary_switches, "minor_faults", (json_int_t)worker->minor_faults,
        "major_faults", (json_int_t)worker->major_faults, "processor", worker->processor,
        "processors", worker->processors, "peak_memory_bytes", peak_memory(worker), "counters",
        counters_object(events, &worker->counted));
}

/* Of an execution, on average of those in which it computed; null: it did in none. */
static json_t *mean_or_null(double sum_s, unsigned executions)
{
    return executions > 0 ? json_real(whole_ns(sum_s / executions)) : json_null();
}

static json_t *worker_object(const struct cell *cell, const struct worked *worker, unsigned number,
                             unsigned clock)
{
    const unsigned each = workers_of_process(&cell->job);
    const struct clocked *clocked = &worker->clocked[clock];
    json_t *object = json_pack("{s:s, s:i, s:i, s:f, s:o, s:o}", "node", worker->node, "rank",
                               (int)(number / each), "thread", (int)(number % each), "busy_s",
                               whole_ns(clocked->busy_s / cell->executions), "first_s",
                               mean_or_null(clocked->first_s, clocked->executions), "last_s",
                               mean_or_null(clocked->last_s, clocked->executions));
    if (!cell->uncounted)
        (void)json_object_update_new(object, worker_counts(worker, cell->instrumentation->events));
    return object;
}

/* The one of them whose time is their median. */
static unsigned median_clock(const struct outcome *clocked, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned before = 0;
        for (unsigned j = 0; j < count; j++)
            before += clocked[j].seconds < clocked[i].seconds ||
                      (clocked[j].seconds == clocked[i].seconds && j < i);
        if (before == (count - 1) / 2)
            return i;
    }
    return 0;
}

/* Of this process, which owns the result. */
static json_t *huge_bytes(void)
{
    const double bytes = storage_huge_bytes("");
    return isnan(bytes) ? NULL : json_integer((json_int_t)bytes);
}

/* That were launched beside the workers; NULL for none. */
static json_t *helpers(void)
{
    return this_model.helpers > 0 ? json_integer(this_model.helpers) : NULL;
}

/* Of one clocked execution, and of the counted one, like all else that is said. */
static enum status tell(const struct cell *cell, const struct worked *workers,
                        const struct outcome *clocked)
{
    const unsigned count = cell->job.workers;
    const unsigned clock = median_clock(clocked, clocks_of(cell));
    json_t *absent =
        cell->uncounted ? NULL : absent_object(cell->instrumentation->events, workers, count);
    TRY(protocol_say("passes",
                     json_pack("{s:f, s:o*, s:o*, s:o*}", "wall_s",
                               clocked[clock].seconds / cell->executions, "counters_absent", absent,
                               "huge_bytes", huge_bytes(), "helpers", helpers())));
    for (unsigned i = 0; i < count; i++)
        TRY(protocol_say("worker", worker_object(cell, &workers[i], i, clock)));
    return STATUS_OK;
}

/* An execution of its own, of which all is told that workers noted. */
static enum status run_timeline(struct cell *cell)
{
    struct outcome outcome;
    if (cell->pieces == 0)
        return STATUS_OK;
    TRY(run_pass(cell, INSTRUMENTATION_TIMELINE, 1, &outcome));
    return pieces_tell(cell->team, &cell->job, cell->instrumentation,
                       workers_of_process(&cell->job), helping_ranks(), &outcome);
}

/* One sample for each pass of the instrumentation, after those that are timed. The process that
 * owns the result checks it, and says what came of them; it alone knows how long they took. */
static enum status run_passes(struct cell *cell)
{
    struct outcome clocked[INSTRUMENTATION_CLOCKS] = {0}, counted;
    for (unsigned clock = 0; clock < clocks_of(cell); clock++)
        TRY(run_pass(cell, INSTRUMENTATION_CLOCK + clock, cell->executions, &clocked[clock]));
    TRY(run_timeline(cell));
    if (!cell->uncounted) /* counts need no more than one execution */
        TRY(run_pass(cell, INSTRUMENTATION_COUNT, 1, &counted));
    const unsigned each = workers_of_process(&cell->job);
    struct worked *mine = memory_new(each, sizeof *mine);
    const unsigned before = helping_ranks() * each; /* of helpers, which are not told of */
    struct worked *all = memory_new(before + cell->job.workers, sizeof *all);
    instrumentation_read(cell->instrumentation, mine);
    if (this_model.group)
        this_model.group->collect(cell->team, mine, each * sizeof *mine, all);
    const enum status status =
        clocked->partial ? tell(cell, this_model.group ? all + before : mine, clocked) : STATUS_OK;
    free(mine);
    free(all);
    return status;
}

/* ---- all of it ---- */

/* Workers execute the instrumentation's kernel, which is the kernel itself while samples are
 * taken. */
static enum status measure(struct cell *cell)
{
    const struct job *job = &cell->job;
    /* Ranks must know each other first: their models look for themselves, see ranks.h. */
    if (!job->oversubscribe && !launch_has_ranks(this_model.launch))
        TRY(placement_check("", job->workers));
    cell->instrumentation = instrumentation_new(job->kernel, workers_of_process(job));
    cell->job.kernel = &cell->instrumentation->kernel;
    if (cell->pieces > 0)
        pieces_ask(cell->instrumentation, job, cell->pieces);
    cell->team = memory_new(1, this_model.team_bytes);
    const uint64_t start = clock_now_ns();
    enum status status = this_model.start(job, cell->team);
    if (status == STATUS_OK)
        status = tell_start(cell->team, clock_seconds_since(start));
    if (status == STATUS_OK)
        status = take_samples(cell);
    if (status == STATUS_OK)
        status = run_passes(cell);
    if (status != STATUS_OK)
        fault_say();
    if (status == STATUS_OK || !this_model.group)
        this_model.stop(cell->team);
    free(cell->team);
    instrumentation_free(cell->instrumentation);
    return status != STATUS_OK || cell->right ? status : STATUS_FAILED;
}

/* ---- what is told to be measured ---- */

static enum status read_number(const char *text, const char *what, uint64_t most, uint64_t *number)
{
    if (!count_parse(text, number) || *number > most)
        return status_fail(STATUS_USAGE, "%s must be a whole number from 1 to %llu, not \"%s\"",
                           what, (unsigned long long)most, text);
    return STATUS_OK;
}

/* Where the model is to choose a chunk, it is one task. */
static enum status read_tasks(const char *text, struct job *job)
{
    const struct model_option *chunk = options_find(job->options, "chunk");
    uint64_t count;
    if (chunk && !count_parse(job_choice(job, "chunk"), &count))
        (void)job_set(job, "chunk=1");
    return tasks_new(job->kernel, text, &job->kernel);
}

static enum status read_fault(const char *text)
{
    char *end;
    uint64_t times;
    const uint64_t item = strtoull(text, &end, 10);
    if (*end != ':' || !count_parse(end + 1, &times))
        return status_fail(STATUS_USAGE, "\"%s\" is no ITEM:TIMES", text);
    fault_plan(item, times);
    return STATUS_OK;
}

/* By a signal, which ends it whatever it does. */
static enum status read_limit(const char *text)
{
    uint64_t seconds;
    TRY(read_number(text, "a limit", INT_MAX, &seconds));
    (void)alarm((unsigned)seconds);
    return STATUS_OK;
}

static enum status read_pieces(const char *text, struct cell *cell)
{
    uint64_t pieces;
    TRY(read_number(text, "pieces", TIMELINE_PIECES, &pieces));
    cell->pieces = pieces < TIMELINE_PIECES_MIN ? TIMELINE_PIECES_MIN : (unsigned)pieces;
    return STATUS_OK;
}

/* What stands behind the name, or NULL for another one. */
static const char *behind(const char *text, const char *name)
{
    return strncmp(text, name, strlen(name)) == 0 ? text + strlen(name) : NULL;
}

static enum status read_options(char **options, struct cell *cell)
{
    struct job *job = &cell->job;
    const char *tasks = NULL, *fault = NULL;
    for (char **option = options; *option; option++)
        if (strcmp(*option, PROTOCOL_OVERSUBSCRIBE) == 0)
            job->oversubscribe = true;
        else if (strcmp(*option, PROTOCOL_COLD) == 0)
            cell->cold = true;
        else if (strcmp(*option, PROTOCOL_UNCOUNTED) == 0)
            cell->uncounted = true;
        else if (strcmp(*option, PROTOCOL_OUTPUTS) == 0)
            cell->outputs = true;
        else if (behind(*option, PROTOCOL_TASKS))
            tasks = behind(*option, PROTOCOL_TASKS);
        else if (behind(*option, PROTOCOL_FAIL_TASK))
            fault = behind(*option, PROTOCOL_FAIL_TASK);
        else if (behind(*option, PROTOCOL_LIMIT))
            TRY(read_limit(behind(*option, PROTOCOL_LIMIT)));
        else if (behind(*option, PROTOCOL_TIMELINE))
            TRY(read_pieces(behind(*option, PROTOCOL_TIMELINE), cell));
        else if (!job_set(job, *option))
            return status_fail(STATUS_USAGE, "\"%s\" is no option of %s", *option, this_model.name);
    if (tasks)
        TRY(read_tasks(tasks, job));
    return fault ? read_fault(fault) : STATUS_OK;
}

/* Workers that are arranged otherwise would be measured as what they are not. */
static enum status check_arrangement(const struct job *job)
{
    const enum launch launch = this_model.launch;
    const bool has_threads = launch == LAUNCH_THREADS || launch == LAUNCH_HYBRID;
    const uint64_t made =
        launch == LAUNCH_PROCESSES ? job->workers : (uint64_t)job->ranks * job->threads;
    if (made == job->workers && (job->ranks == 1 || launch_has_ranks(launch)) &&
        (job->threads == 1 || has_threads))
        return STATUS_OK;
    return status_fail(STATUS_USAGE, "%s has no such workers: %u as %ux%u (ranks x threads)",
                       this_model.name, job->workers, job->ranks, job->threads);
}

/* KERNEL SIZE WORKERS RANKS THREADS SAMPLES EXECUTIONS [OPTION=VALUE …] [--…] */
static enum status read_cell(char **arguments, struct cell *cell)
{
    struct job *job = &cell->job;
    const struct {
        const char *name;
        unsigned *number;
    } counts[] = {{"workers", &job->workers},
                  {"ranks", &job->ranks},
                  {"threads", &job->threads},
                  {"samples", &cell->samples},
                  {"executions", &cell->executions}};
    job->kernel = kernel_find(arguments[0]);
    if (!job->kernel)
        return status_fail(STATUS_USAGE, "there is no kernel \"%s\"", arguments[0]);
    job->traits = this_model.traits;
    job->helpers = this_model.helpers;
    job_set_defaults(job, this_model.options);
    TRY(read_options(arguments + 7, cell)); /* which may give it another kernel */
    TRY(read_number(arguments[1], "size", job->kernel->max_size, &job->size));
    for (int i = 0; i < 5; i++) {
        uint64_t number;
        TRY(read_number(arguments[2 + i], counts[i].name, INT_MAX, &number));
        *counts[i].number = (unsigned)number;
    }
    return check_arrangement(job);
}

static enum status run_cell(int argc, char **argv)
{
    struct cell cell = {.right = true};
    const char *missing = model_missing(&this_model);
    if (missing)
        return status_fail(STATUS_FAILED, "the model %s lacks %s: see models/model.h",
                           this_model.name ? this_model.name : "without a name", missing);
    if (argc == 2 && strcmp(argv[1], PROTOCOL_DESCRIBE) == 0)
        return protocol_say("description", description_write(&this_model));
    if (argc < 8)
        return status_fail(STATUS_USAGE,
                           "usage: %s KERNEL SIZE WORKERS RANKS THREADS SAMPLES "
                           "EXECUTIONS [OPTION=VALUE ...] [" PROTOCOL_OVERSUBSCRIBE
                           "] [" PROTOCOL_COLD "] [" PROTOCOL_UNCOUNTED "] [" PROTOCOL_TASKS
                           "A+B] [" PROTOCOL_FAIL_TASK "ITEM:TIMES] [" PROTOCOL_LIMIT
                           "SECONDS] [" PROTOCOL_TIMELINE "PIECES] [" PROTOCOL_OUTPUTS
                           "], or " PROTOCOL_DESCRIBE,
                           argv[0]);
    TRY(read_cell(argv + 1, &cell));
    return measure(&cell);
}

int main(int argc, char **argv)
{
    json_set_alloc_funcs(memory_bytes, free);
    if (!standard_streams_open())
        return EXIT_FAILURE;
    return (int)run_cell(argc, argv);
}
