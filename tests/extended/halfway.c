/* A model from outside the tree that somebody has not finished: it never ends what it starts. */
#include "model.h"

static enum status do_nothing(const struct job *job, struct team *team)
{
    (void)job, (void)team;
    return STATUS_OK;
}

static enum status execute_nothing(struct team *team, struct outcome *outcome)
{
    (void)team, (void)outcome;
    return STATUS_OK;
}

const struct model this_model = {
    .name = "halfway",
    .title = "does nothing, one day",
    .python = "pass",
    .launch = LAUNCH_ALONE,
    .copies = 1,
    .team_bytes = 1,
    .start = do_nothing,
    .execute = execute_nothing,
};
