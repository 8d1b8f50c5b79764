#include "sample.h"

#include "clock.h"

/* In a process without a group, else it would count as one who does not own the result. */
static enum status check_result(const struct model *model, const struct outcome *outcome)
{
    return model->group || outcome->partial
               ? STATUS_OK
               : status_fail(STATUS_FAILED, "%s executed nothing: it gave no result", model->name);
}

enum status sample_warm_up(const struct model *model, struct team *team, struct outcome *outcome)
{
    *outcome = (struct outcome){0};
    if (model->ready)
        TRY(model->ready(team));
    if (model->group)
        model->group->meet(team);
    const uint64_t start = clock_now_ns();
    TRY(model->execute(team, outcome));
    outcome->seconds = clock_seconds_since(start);
    return check_result(model, outcome);
}

/* Without the instrumentation, NULL, it is a timed one. */
static enum status take(const struct model *model, struct team *team, unsigned executions,
                        struct instrumentation *instrumentation, struct outcome *outcome)
{
    const struct group *group = model->group;
    *outcome = (struct outcome){0};
    if (model->ready)
        TRY(model->ready(team));

    const uint64_t start = group ? group->begin(team) : clock_now_ns();
    if (instrumentation)
        instrumentation_execution(instrumentation, start);
    TRY(model->execute(team, outcome));
    for (unsigned execution = 1; execution < executions; execution++) {
        if (group)
            group->meet(team);
        if (instrumentation)
            instrumentation_execution(instrumentation, clock_now_ns());
        TRY(model->execute(team, outcome));
    }
    const uint64_t duration = clock_now_ns() - start;

    TRY(check_result(model, outcome));
    outcome->seconds = clock_seconds((int64_t)duration);
    if (group)
        group->end(team, duration, executions, outcome);
    if (model->count)
        model->count(team, outcome);
    return STATUS_OK;
}

enum status sample_take(const struct model *model, struct team *team, unsigned executions,
                        struct outcome *outcome)
{
    return take(model, team, executions, NULL, outcome);
}

enum status sample_watch(const struct model *model, struct team *team, unsigned executions,
                         struct instrumentation *instrumentation, struct outcome *outcome)
{
    return take(model, team, executions, instrumentation, outcome);
}
