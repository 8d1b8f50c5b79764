/*
 * Tasks that are submitted one by one to an executor, whose futures tell what became of them.
 *
 * There: concurrent.futures. Who wants the results in order takes Executor.map, and waits for the
 * first one though others have long been there; who takes each as it completes (as_completed, which
 * is wait(FIRST_COMPLETED) in a loop) waits for nothing that need not be. Partials are combined in
 * index order all the same. ThreadPoolExecutor as Python has it is workers=gil: its threads hold
 * the interpreter's lock around each task, tick by tick, and so does the caller to combine. It is
 * as fast with one worker as with many, but where they wait (kernel wait): then they have given the
 * lock up, as Python's own calls do; workers=threads is what it would be without that lock.
 * workers=processes is ProcessPoolExecutor, whose results come home through pipes; a worker that
 * dies breaks it, and all that was not done has failed (BrokenProcessPool).
 *
 * To look for: futures::waits, which is 1 of wait=all and one a result of map, and
 * futures::overtaken, by which who takes results as they come sees that tasks end in another order.
 * A task costs less than a microsecond by threads, some by processes; with chunk=1, which is
 * Python's way, that is all that is measured.
 */
#include "executor.h"
#include "futures_options.h"
#include "options.h"
#include "task_space.h"

struct team {
    const struct job *job;
    struct task_space tasks;
    struct executor *executor;     /* theirs */
    struct executor_counts before; /* the sample */
    uint64_t waits, overtaken;
};

static enum status futures_start(const struct job *job, struct team *team)
{
    const struct range whole = kernel_whole(job->size);
    const uint64_t chunk = job_count(job, "chunk", range_chunk(whole, job->workers));
    const enum task_workers workers = job_chose(job, "workers", "gil")         ? TASK_LOCKED_THREADS
                                      : job_chose(job, "workers", "processes") ? TASK_PROCESSES
                                                                               : TASK_THREADS;
    team->job = job;
    TRY(task_space_start(job, range_pieces(whole, chunk), workers, &team->tasks));
    team->executor = team->tasks.executor;
    return STATUS_OK;
}

static enum status futures_ready(struct team *team)
{
    team->before = executor_counts(team->executor);
    team->waits = team->overtaken = 0;
    return executor_ready(team->executor);
}

/* Executor.map: an exception is raised at its place. */
static enum status take_in_order(struct team *team)
{
    for (uint64_t piece = 0; piece < team->tasks.space.partials.pieces; piece++) {
        team->waits++;
        TRY(future_result(team->executor, piece, 0));
        task_space_combine(&team->tasks, piece);
    }
    return STATUS_OK;
}

/* wait() until nothing is left to wait for. What comes early is combined when its turn has come. */
static enum status take_as_completed(struct team *team, enum wait_until until)
{
    const uint64_t pieces = team->tasks.space.partials.pieces;
    uint64_t piece, next = 0, latest = 0;
    for (uint64_t told = 0; told < pieces;) {
        team->waits++;
        for (uint64_t done = executor_wait(team->executor, until, 0); done > 0; done--, told++) {
            (void)executor_next(team->executor, &piece);
            TRY(future_result(team->executor, piece, 0));
            team->overtaken += piece < latest;
            latest = piece > latest ? piece : latest;
            while (next < pieces && future_state(team->executor, next) == FUTURE_FINISHED)
                task_space_combine(&team->tasks, next++);
        }
    }
    return STATUS_OK;
}

static enum status take_results(struct team *team)
{
    const struct job *job = team->job;
    if (job_chose(job, "wait", "each") && !job_chose(job, "order", "completed"))
        return take_in_order(team);
    return take_as_completed(team, job_chose(job, "wait", "all")         ? WAIT_ALL
                                   : job_chose(job, "wait", "exception") ? WAIT_EXCEPTION
                                                                         : WAIT_FIRST);
}

static enum status futures_execute(struct team *team, struct outcome *outcome)
{
    executor_reset(team->executor);
    for (uint64_t piece = 0; piece < team->tasks.space.partials.pieces; piece++)
        (void)executor_submit(team->executor);
    const enum status status = take_results(team);
    if (status != STATUS_OK)
        executor_cancel(team->executor); /* what is running goes on */
    (void)executor_wait(team->executor, WAIT_ALL, 0);
    TRY(status);
    outcome->partial = partials_result(&team->tasks.space.partials);
    outcome->output = team->tasks.space.map_buffers.output.start;
    return STATUS_OK;
}

static void futures_stop(struct team *team)
{
    task_space_stop(&team->tasks);
}

static void futures_count(struct team *team, struct outcome *outcome)
{
    const struct executor_counts counts = executor_counts(team->executor), *before = &team->before;
    outcome_count(outcome, "futures::submitted", (double)(counts.submitted - before->submitted));
    outcome_count(outcome, "futures::completed", (double)(counts.completed - before->completed));
    outcome_count(outcome, "futures::cancelled", (double)(counts.cancelled - before->cancelled));
    outcome_count(outcome, "futures::waits", (double)team->waits);
    outcome_count(outcome, "futures::overtaken", (double)team->overtaken);
}

const struct model this_model = {
    .name = "futures",
    .title = "futures of an executor",
    .python = "concurrent.futures",
    .launch = LAUNCH_PROCESSES,
    .traits = TRAIT_CHUNKS | TRAIT_ON_REQUEST,
    .copies = 2, /* outputs on their way home are there twice */
    .options = futures_options,
    .refusals = futures_refusals,
    .counts = futures_counts,
    .team_bytes = sizeof(struct team),
    .start = futures_start,
    .ready = futures_ready,
    .execute = futures_execute,
    .count = futures_count,
    .stop = futures_stop,
};
