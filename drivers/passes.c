#include "passes.h"

#include "protocol.h"

#include <stdlib.h>

unsigned passes_workers(const struct job *job)
{
    return launch_has_ranks(this_model.launch) ? job->threads : job->workers;
}

static bool is_right(const struct job *job, const struct outcome *outcome)
{
    struct verdict verdict = {""};
    if (!outcome->partial ||
        job->kernel->verify(job->size, outcome->partial, outcome->output, &verdict))
        return true;
    status_say("the result is wrong: %s", verdict.reason);
    return false;
}

static enum status run_pass(const struct job *job, struct team *team, struct meter *meter,
                            enum meter_pass pass, struct outcome *outcome, bool *right)
{
    *outcome = (struct outcome){0};
    meter_begin(meter, pass);
    enum status status = this_model.run(team, outcome);
    meter_end(meter);
    if (status != STATUS_OK)
        return status;
    *right = is_right(job, outcome) && *right;
    outcome_wipe(outcome, job);
    return STATUS_OK;
}

/* ---- what came of them ---- */

static json_t *worker_object(const struct worked *worker, unsigned rank, unsigned thread)
{
    return json_pack("{s:i, s:i, s:f, s:f, s:I, s:I, s:I, s:I, s:i, s:s}", "rank", (int)rank,
                     "thread", (int)thread, "busy_s", worker->busy_s, "cpu_s", worker->cpu_s,
                     "voluntary_switches", (json_int_t)worker->voluntary_switches,
                     "involuntary_switches", (json_int_t)worker->involuntary_switches,
                     "minor_faults", (json_int_t)worker->minor_faults, "major_faults",
                     (json_int_t)worker->major_faults, "processor", worker->processor, "processors",
                     worker->processors);
}

static enum status tell(const struct job *job, const struct worked *workers, double wall_s)
{
    const unsigned each = passes_workers(job);
    enum status status = protocol_say("passes", json_pack("{s:f}", "wall_s", wall_s));
    for (unsigned i = 0; i < job->workers && status == STATUS_OK; i++)
        status = protocol_say("worker", worker_object(&workers[i], i / each, i % each));
    return status;
}

static enum status collect_and_tell(const struct job *job, struct team *team,
                                    const struct meter *meter, const struct outcome *outcome)
{
    const unsigned each = passes_workers(job);
    enum status status = STATUS_OK;
    struct worked *mine = calloc(each, sizeof *mine);
    struct worked *all = calloc(job->workers, sizeof *all);
    if (mine && all) {
        meter_read(meter, mine);
        if (this_model.collect)
            this_model.collect(team, mine, each * sizeof *mine, all);
        if (outcome->partial)
            status = tell(job, this_model.collect ? all : mine, outcome->seconds);
    } else {
        status = status_no_memory("the workers' times");
    }
    free(mine);
    free(all);
    return status;
}

enum status passes_run(const struct job *job, struct team *team, struct meter *meter, bool *right)
{
    struct outcome outcome;
    /* First the one whose time does not matter: workers open their accounts in it. */
    enum status status = run_pass(job, team, meter, METER_COUNT, &outcome, right);
    if (status == STATUS_OK)
        status = run_pass(job, team, meter, METER_CLOCK, &outcome, right);
    return status == STATUS_OK ? collect_and_tell(job, team, meter, &outcome) : status;
}
