/*
 * A model from outside the tree whose executions are not alike: it computes the same again and
 * again, as often as stands here for each, in turn.
 */
#include "map_buffers.h"
#include "memory.h"
#include "model.h"
#include "seat.h"

#include <stdlib.h>

enum { TURNS = 5 };
static const unsigned times[TURNS] = {1, 4, 3, 5, 2};

struct team {
    const struct job *job;
    struct map_buffers map_buffers;
    unsigned char *partial;
    unsigned executions;
};

static enum status uneven_start(const struct job *job, struct team *team)
{
    const struct range whole = kernel_whole(job->size);
    team->job = job;
    team->partial = memory_bytes(kernel_partial_size(job->kernel, job->size, whole));
    team->map_buffers = map_buffers_new(job, whole, false);
    map_buffers_fill(&team->map_buffers, whole);
    seat_take_only(0, 1);
    return STATUS_OK;
}

static enum status uneven_execute(struct team *team, struct outcome *outcome)
{
    const struct range whole = kernel_whole(team->job->size);
    for (unsigned i = 0; i < times[team->executions % TURNS]; i++)
        TRY(map_buffers_compute(&team->map_buffers, whole, team->partial));
    team->executions++;
    outcome->partial = team->partial;
    outcome->output = team->map_buffers.output.start;
    return STATUS_OK;
}

static void uneven_stop(struct team *team)
{
    map_buffers_free(&team->map_buffers);
    free(team->partial);
}

const struct model this_model = {
    .name = "uneven",
    .title = "computes a number of times that differs",
    .python = "for _ in range(n)",
    .launch = LAUNCH_ALONE,
    .copies = 1,
    .team_bytes = sizeof(struct team),
    .start = uneven_start,
    .execute = uneven_execute,
    .stop = uneven_stop,
};
