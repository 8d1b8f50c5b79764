/*
 * A process a task: it is forked, computes its chunk, puts what came of it into a queue, and ends.
 *
 * There: multiprocessing.Process and Queue, or os.fork() and a pipe. A process inherits the inputs
 * as they are at the fork, and nothing that it writes is seen by anybody else: so results travel,
 * as frames {index, length, bytes}, in the order in which they are done, and are sorted by their
 * index. A queue is one pipe and a lock for all; channel=pair gives each process a pair of sockets
 * of its own (Pipe). join=each waits for each process before it starts the next one, which is the
 * program that many write first, and no faster than a loop.
 *
 * What to look for: a fork costs some 100 microseconds, so a task must be long, which the pool need
 * not ask for. queue::forks and queue::frames are the chunks. Outputs are copied into the pipe and
 * out of it: squares is slower than serial.
 */
#include "errands.h"
#include "model.h"
#include "options.h"
#include "parcel.h"

struct team {
    const struct job *job;
    struct space space; /* the parent's, which the processes inherit */
    struct errands *errands;
};

/* In a process of its own. */
static enum status do_task(void *context, uint64_t chunk, void *room, uint64_t *bytes)
{
    const struct team *team = context;
    const struct range range = partials_range(&team->space.partials, chunk);
    return parcel_compute(team->job, range, parcel_inputs(&team->space, range), room, bytes);
}

static enum status queue_start(const struct job *job, struct team *team)
{
    const struct range whole = kernel_whole(job->size);
    team->job = job;
    team->space = space_new(job, job_pieces(job), 1, false);
    map_buffers_fill(&team->space.map_buffers, whole);
    const struct errands_plan plan = {.workers = job->workers,
                                      .tasks = team->space.partials.pieces,
                                      .way = job_chose(job, "channel", "pair") ? ERRANDS_PAIR
                                                                               : ERRANDS_QUEUE,
                                      .room = parcel_most(&team->space),
                                      .errand = do_task,
                                      .context = team};
    return errands_new(&plan, &team->errands);
}

/* Nobody waits for work before there is some. */
static enum status queue_ready(struct team *team)
{
    errands_reset_counts(team->errands);
    return STATUS_OK;
}

/* Takes in one result, if one came, or notices that a process has ended. */
static enum status get(struct team *team, uint64_t *results)
{
    struct frame frame;
    void *payload;
    bool came;
    TRY(errands_wait(team->errands, &frame, &payload, &came));
    if (!came)
        return STATUS_OK;
    ++*results;
    return parcel_open(&team->space, frame.piece, payload, frame.bytes);
}

/* The parent takes results in while it waits: one that first joined a process whose result is more
 * than a pipe holds would wait for ever. */
static enum status queue_execute(struct team *team, struct outcome *outcome)
{
    const uint64_t chunks = team->space.partials.pieces;
    const unsigned most = job_chose(team->job, "join", "each") ? 1 : team->job->workers;
    uint64_t sent = 0, results = 0;
    while (results < chunks || errands_away(team->errands) > 0) {
        while (sent < chunks && errands_away(team->errands) < most)
            TRY(errands_send(team->errands, sent++));
        TRY(get(team, &results));
    }
    outcome->partial = partials_fold(&team->space.partials);
    outcome->output = team->space.map_buffers.output.start;
    return STATUS_OK;
}

static void queue_count(struct team *team, struct outcome *outcome)
{
    const struct errands_counts counts = errands_counts(team->errands);
    outcome_count(outcome, "queue::forks", (double)counts.forks);
    outcome_count(outcome, "queue::frames", (double)counts.frames);
}

static void queue_stop(struct team *team)
{
    errands_free(team->errands);
    space_free(&team->space);
}

static const struct model_option queue_options[] = {
    {.name = "channel",
     .kind = OPTION_CHOICE,
     .values = {{.word = "pipe", .python = "Queue"}, {.word = "pair", .python = "Pipe"}},
     .initial = "pipe",
     .help = "results come through one pipe for all, or a pair of sockets for each process"},
    {.name = "join",
     .kind = OPTION_CHOICE,
     .values = {{.word = "all", .python = "start all, then join all"},
                {.word = "each", .python = "start, join, start, join"}},
     .initial = "all",
     .help = "as many processes at a time as workers, or one"},
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help = "most items of a task; auto: a quarter of a worker's share, rounded up"},
    {0},
};

static const struct count_info queue_counts[] = {
    {"queue::forks", "", "processes that were forked, one a chunk"},
    {"queue::frames", "", "results that came back, one a chunk"},
    {0},
};

const struct model this_model = {
    .name = "queue",
    .title = "a process a task, and a queue for their results",
    .python = "multiprocessing.Process, Queue and Pipe; os.fork",
    .launch = LAUNCH_PROCESSES,
    .traits = TRAIT_CHUNKS | TRAIT_ON_REQUEST | TRAIT_BY_PROCESS,
    .copies = 2,
    .options = queue_options,
    .counts = queue_counts,
    .team_bytes = sizeof(struct team),
    .start = queue_start,
    .ready = queue_ready,
    .execute = queue_execute,
    .count = queue_count,
    .stop = queue_stop,
};
