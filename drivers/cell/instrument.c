#include "instrument.h"

#include "events.h"
#include "protocol.h"
#include "sample.h"

#include <stdlib.h>

unsigned instrument_workers(const struct job *job)
{
    return launch_has_ranks(this_model.launch) ? job->threads : job->workers;
}

static enum status run_pass(const struct job *job, unsigned executions, struct team *team,
                            struct instrumentation *instrumentation, enum instrumentation_pass pass,
                            struct outcome *outcome, bool *right)
{
    struct verdict verdict = {""};
    instrumentation_begin(instrumentation, pass);
    enum status status = sample_take(&this_model, team, executions, outcome);
    instrumentation_end(instrumentation);
    if (status != STATUS_OK)
        return status;
    if (instrumentation->unseated)
        return status_fail(STATUS_FAILED,
                           "a worker of the model %s has no seat: whoever makes it calls "
                           "seat_take(), see models/parts/seat.h",
                           this_model.name);
    events_publish(outcome);
    *right = sample_verify(job, outcome, &verdict) && *right;
    return STATUS_OK;
}

/* ---- what came of them ---- */

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

static json_t *worker_object(const struct worked *worker, const char *const *events, unsigned rank,
                             unsigned thread)
{
    return json_pack(
        "{s:s, s:i, s:i, s:f, s:f, s:I, s:I, s:I, s:I, s:i, s:s, s:o, s:o}", "node", worker->node,
        "rank", (int)rank, "thread", (int)thread, "busy_s", worker->busy_s, "cpu_s", worker->cpu_s,
        "voluntary_switches", (json_int_t)worker->voluntary_switches, "involuntary_switches",
        (json_int_t)worker->involuntary_switches, "minor_faults", (json_int_t)worker->minor_faults,
        "major_faults", (json_int_t)worker->major_faults, "processor", worker->processor,
        "processors", worker->processors, "peak_memory_bytes", peak_memory(worker), "counters",
        counters_object(events, &worker->counted));
}

/* Of one execution, like all else that is said. */
static void average_busy_times(struct worked *workers, unsigned count, unsigned executions)
{
    for (unsigned i = 0; i < count; i++)
        workers[i].busy_s /= executions;
}

static enum status tell(const struct job *job, const struct instrumentation *instrumentation,
                        const struct worked *workers, double wall_s)
{
    const unsigned each = instrument_workers(job);
    const char *const *events = instrumentation->events;
    enum status status =
        protocol_say("passes", json_pack("{s:f, s:o}", "wall_s", wall_s, "counters_absent",
                                         absent_object(events, workers, job->workers)));
    for (unsigned i = 0; i < job->workers && status == STATUS_OK; i++)
        status = protocol_say("worker", worker_object(&workers[i], events, i / each, i % each));
    return status;
}

static enum status collect_and_tell(const struct job *job, unsigned executions, struct team *team,
                                    const struct instrumentation *instrumentation,
                                    const struct outcome *clocked)
{
    const unsigned each = instrument_workers(job);
    enum status status = STATUS_OK;
    struct worked *mine = calloc(each, sizeof *mine);
    /* Of helpers, too, which come last, and are not told of. */
    struct worked *all = calloc(job->workers + this_model.helpers * each, sizeof *all);
    if (mine && all) {
        instrumentation_read(instrumentation, mine);
        if (this_model.group)
            this_model.group->collect(team, mine, each * sizeof *mine, all);
        struct worked *workers = this_model.group ? all : mine;
        if (clocked->partial) {
            average_busy_times(workers, job->workers, executions);
            status = tell(job, instrumentation, workers, clocked->seconds / executions);
        }
    } else {
        status = status_no_memory("the workers' times");
    }
    free(mine);
    free(all);
    return status;
}

enum status instrument_run(const struct job *job, unsigned executions, struct team *team,
                           struct instrumentation *instrumentation, bool *right)
{
    struct outcome clocked, counted;
    enum status status =
        run_pass(job, executions, team, instrumentation, INSTRUMENTATION_CLOCK, &clocked, right);
    if (status == STATUS_OK) /* what is counted needs no more than one */
        status = run_pass(job, 1, team, instrumentation, INSTRUMENTATION_COUNT, &counted, right);
    return status == STATUS_OK ? collect_and_tell(job, executions, team, instrumentation, &clocked)
                               : status;
}
