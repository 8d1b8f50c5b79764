#include "instrument.h"

#include "events.h"
#include "memory.h"
#include "protocol.h"
#include "sample.h"

#include <stdlib.h>

unsigned instrument_workers(const struct job *job)
{
    return launch_has_ranks(this_model.launch) ? job->threads : job->workers;
}

static enum status run_pass(struct cell *cell, enum instrumentation_pass pass, unsigned executions,
                            struct outcome *outcome)
{
    struct verdict verdict = {""};
    instrumentation_begin(cell->instrumentation, pass);
    const enum status status = sample_take(&this_model, cell->team, executions, outcome);
    instrumentation_end(cell->instrumentation);
    TRY(status);
    if (cell->instrumentation->unseated)
        return status_fail(STATUS_FAILED,
                           "a worker of the model %s has no seat: whoever makes it calls "
                           "seat_take(), see models/parts/seat.h",
                           this_model.name);
    events_publish(outcome);
    cell->right = sample_verify(&cell->job, outcome, &verdict) && cell->right;
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
static enum status tell(const struct cell *cell, struct worked *workers, double seconds)
{
    const unsigned count = cell->job.workers, each = instrument_workers(&cell->job);
    const char *const *events = cell->instrumentation->events;
    TRY(protocol_say("passes",
                     json_pack("{s:f, s:o}", "wall_s", seconds / cell->executions,
                               "counters_absent", absent_object(events, workers, count))));
    for (unsigned i = 0; i < count; i++) {
        workers[i].busy_s /= cell->executions;
        TRY(protocol_say("worker", worker_object(&workers[i], events, i / each, i % each)));
    }
    return STATUS_OK;
}

enum status instrument_run(struct cell *cell)
{
    struct outcome clocked, counted;
    TRY(run_pass(cell, INSTRUMENTATION_CLOCK, cell->executions, &clocked));
    TRY(run_pass(cell, INSTRUMENTATION_COUNT, 1, &counted)); /* counts need no more than one */
    const unsigned each = instrument_workers(&cell->job);
    struct worked *mine = memory_new(each, sizeof *mine);
    /* Of helpers, too, which come last, and are not told of. */
    struct worked *all = memory_new(cell->job.workers + this_model.helpers * each, sizeof *all);
    instrumentation_read(cell->instrumentation, mine);
    if (this_model.group)
        this_model.group->collect(cell->team, mine, each * sizeof *mine, all);
    const enum status status =
        clocked.partial ? tell(cell, this_model.group ? all : mine, clocked.seconds) : STATUS_OK;
    free(mine);
    free(all);
    return status;
}
