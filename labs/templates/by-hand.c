/*
 * A model to begin with: threads by hand. Each execution makes them, and waits until all have
 * ended.
 *
 * Copy it into models/, add the line `parbench_model(by-hand)` to CMakeLists.txt, and build: it
 * runs every kernel. It is right as it is; models/model.h tells what each function is for.
 *
 * There: threading.Thread in a Python without the lock.
 */
#include "memory.h"
#include "model.h"
#include "partials.h"
#include "seat.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct worker {
    struct team *team;
    unsigned number; /* from 0 */
    pthread_t thread;
    enum status status; /* of what it computed */
};

struct team {
    const struct job *job;
    struct map_buffers map_buffers; /* what all read and write, where the kernel is a map */
    struct partials partials;       /* a partial for each worker */
    struct seats seats;             /* a core for each worker */
    struct worker *workers;
};

static struct range share_of(const struct job *job, unsigned worker)
{
    return range_split(kernel_whole(job->size), job->workers, worker);
}

/* What each thread does in its life. */
static void *work(void *argument)
{
    struct worker *worker = argument;
    struct team *team = worker->team;
    seat_take(&team->seats, worker->number);
    worker->status = map_buffers_compute(&team->map_buffers, share_of(team->job, worker->number),
                                         partials_at(&team->partials, worker->number));
    return NULL;
}

static enum status by_hand_start(const struct job *job, struct team *team)
{
    const struct range whole = kernel_whole(job->size);
    team->job = job;
    team->seats = seats_read(0, job->workers);
    team->map_buffers = map_buffers_new(job, whole, false);
    team->partials = partials_new(job, whole, job->workers, 1, 1, false);
    team->workers = memory_new(job->workers, sizeof *team->workers);
    map_buffers_fill(&team->map_buffers, whole);
    return STATUS_OK;
}

/* Makes the threads; `made` is how many there are, also where it fails. */
static enum status make_threads(struct team *team, unsigned *made)
{
    for (*made = 0; *made < team->job->workers; ++*made) {
        struct worker *worker = &team->workers[*made];
        worker->team = team;
        worker->number = *made;
        const int error = pthread_create(&worker->thread, NULL, work, worker);
        if (error != 0)
            return status_fail(STATUS_FAILED, "cannot make thread %u of %u: %s; use fewer workers",
                               *made + 1, team->job->workers, strerror(error));
    }
    return STATUS_OK;
}

static enum status by_hand_execute(struct team *team, struct outcome *outcome)
{
    unsigned made;
    enum status status = make_threads(team, &made);
    for (unsigned i = 0; i < made; i++) {
        (void)pthread_join(team->workers[i].thread, NULL);
        if (status == STATUS_OK)
            status = team->workers[i].status;
    }
    if (status != STATUS_OK)
        return status;
    outcome->partial = partials_fold(&team->partials); /* by combine(), in order */
    outcome->output = team->map_buffers.output.start;
    return STATUS_OK;
}

static void by_hand_stop(struct team *team)
{
    partials_free(&team->partials);
    map_buffers_free(&team->map_buffers);
    free(team->seats.placement);
    free(team->workers);
}

const struct model this_model = {
    .name = "by-hand",
    .title = "threads by hand, made for each execution",
    .python = "threading.Thread, without the lock",
    .launch = LAUNCH_THREADS,
    .traits = TRAIT_SHARED_MEMORY,
    .copies = 1,
    .team_bytes = sizeof(struct team),
    .start = by_hand_start,
    .execute = by_hand_execute,
    .stop = by_hand_stop,
};
