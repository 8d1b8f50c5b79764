/*
 * A model from outside the tree whose threads live for one execution: each takes its seat before it
 * computes, unless it is told to forget that.
 */
#include "map_buffers.h"
#include "memory.h"
#include "model.h"
#include "options.h"
#include "partials.h"
#include "seat.h"

#include <pthread.h>
#include <stdlib.h>

struct team {
    const struct job *job;
    struct map_buffers map_buffers;
    struct partials partials; /* one a thread */
    struct seats seats;       /* read before anybody sits down */
};

struct worker {
    struct team *team;
    unsigned number;
    pthread_t thread;
    enum status status;
};

static enum status brief_start(const struct job *job, struct team *team)
{
    const struct range whole = kernel_whole(job->size);
    team->job = job;
    team->seats = seats_read(0, job->workers);
    team->partials = partials_new(job, whole, job->workers, 1, 1, false);
    team->map_buffers = map_buffers_new(job, whole, false);
    map_buffers_fill(&team->map_buffers, whole);
    return STATUS_OK;
}

static void brief_stop(struct team *team)
{
    free(team->seats.placement);
    partials_free(&team->partials);
    map_buffers_free(&team->map_buffers);
}

static void *live(void *argument)
{
    struct worker *worker = argument;
    struct team *team = worker->team;
    if (job_chose(team->job, "seat", "own"))
        seat_take(&team->seats, worker->number);
    worker->status = partials_compute(&team->partials, &team->map_buffers, worker->number);
    return NULL;
}

static enum status brief_execute(struct team *team, struct outcome *outcome)
{
    const unsigned count = team->job->workers;
    struct worker *workers = memory_new(count, sizeof *workers);
    enum status status = STATUS_OK;
    unsigned born = 0;
    for (; born < count; born++) {
        workers[born] = (struct worker){.team = team, .number = born};
        if (pthread_create(&workers[born].thread, NULL, live, &workers[born]) != 0)
            break;
    }
    for (unsigned i = 0; i < born; i++) {
        (void)pthread_join(workers[i].thread, NULL);
        status = workers[i].status != STATUS_OK ? workers[i].status : status;
    }
    free(workers);
    if (born < count)
        return status_fail(STATUS_FAILED, "there are %u threads of %u", born, count);
    TRY(status);
    outcome->partial = partials_fold(&team->partials);
    outcome->output = team->map_buffers.output.start;
    return STATUS_OK;
}

static const struct model_option brief_options[] = {
    {.name = "seat",
     .kind = OPTION_CHOICE,
     .values = {{.word = "own"}, {.word = "none"}},
     .initial = "own",
     .help = "whether threads take theirs"},
    {0},
};

const struct model this_model = {
    .name = "brief",
    .title = "threads that live for one execution",
    .python = "threading.Thread(...).start(), join()",
    .launch = LAUNCH_PROCESSES,
    .copies = 1,
    .options = brief_options,
    .team_bytes = sizeof(struct team),
    .start = brief_start,
    .execute = brief_execute,
    .stop = brief_stop,
};
