/*
 * An executor's workers as forked processes: concurrent.futures.ProcessPoolExecutor.
 *
 * The caller's process keeps the futures. Calls, each a future's number, go through one pipe that
 * all workers read, so that whoever is free takes the next one. They are eight bytes, which the
 * system moves as a whole: it takes no lock that a worker could die with, as it does there
 * (CPython, gh-96062). One call a worker and one more are ahead of those that are being done, as
 * there: so many cannot be cancelled any more. Results come as frames, by a channel a worker.
 *
 * The caller takes them in whenever it waits or submits, and no call is ever too many for the pipe:
 * so nobody waits for ever because two pipes are full. A worker that dies closes its channel: then
 * all that is not done has failed, and all that is submitted later fails.
 */
#define _GNU_SOURCE
#include "channel.h"
#include "executor_kind.h"
#include "memory.h"
#include "process.h"
#include "seat.h"
#include "storage.h"
#include "worker_news.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROLL_CALL NO_FUTURE

enum { PATROL_NS = 100000000, CALLS_AT_ONCE = 64 };

/* What a worker is at, for the message when it dies: on a line of its own. */
struct station {
    _Alignas(EVENTCOUNT_LINE) _Atomic uint64_t future;
};

/* In memory that all share. */
struct board {
    struct eventcount complete;                         /* advanced when all have answered */
    _Alignas(EVENTCOUNT_LINE) _Atomic uint64_t answers; /* to all roll calls */
    struct station stations[];
};

struct crew {
    int calls[2]; /* the pipe's ends, to read and to write */
    struct storage storage;
    struct board *board; /* there */
    struct process *processes;
    struct channel **channels; /* to each, as far as they are there */
    struct seats seats;
    uint64_t running; /* calls whose results have not come */
    uint64_t roll_calls;
    unsigned next_look; /* at the channel of this worker */
    bool broken;
};

/* ---- The worker ---- */

struct birth {
    struct executor *executor;
    unsigned worker;
    struct channel *channel; /* its own end */
};

/* Holds every call of the roll until all have taken one: nobody takes two. */
static void answer(const struct executor *executor, uint64_t roll_calls)
{
    struct board *board = executor->crew->board;
    const uint64_t all = roll_calls * executor->plan.workers;
    if (atomic_fetch_add(&board->answers, 1) + 1 == all)
        eventcount_advance(&board->complete);
    for (;;) {
        const uint32_t seen = eventcount_read(&board->complete);
        if (atomic_load(&board->answers) >= all)
            return;
        (void)eventcount_await(&board->complete, seen, 0);
    }
}

/* Fails when the caller is gone. */
static enum status perform(const struct birth *birth, uint64_t future)
{
    const struct executor_plan *plan = &birth->executor->plan;
    struct station *station = &birth->executor->crew->board->stations[birth->worker];
    uint64_t bytes = 0;
    const void *result = NULL;
    atomic_store(&station->future, future);
    const enum status status = plan->task(plan->context, birth->worker, future);
    if (status == STATUS_OK && plan->pack)
        result = plan->pack(plan->context, future, &bytes);
    TRY(channel_put(birth->channel, &(struct frame){status, future, bytes}, result));
    TRY(channel_flush(birth->channel));
    atomic_store(&station->future, NO_FUTURE);
    return STATUS_OK;
}

/* False: the caller is gone. */
static bool take_call(const struct crew *crew, uint64_t *call)
{
    ssize_t got;
    do
        got = read(crew->calls[0], call, sizeof *call);
    while (got == -1 && errno == EINTR);
    return got == (ssize_t)sizeof *call;
}

static int work(void *context)
{
    const struct birth *birth = context;
    struct crew *crew = birth->executor->crew;
    uint64_t call, roll_calls = 0;
    (void)close(crew->calls[1]);
    for (unsigned i = 0; i <= birth->worker; i++)
        channel_free(crew->channels[i]); /* the caller's ends */
    seat_take(&crew->seats, birth->worker);
    while (take_call(crew, &call)) {
        if (call == ROLL_CALL)
            answer(birth->executor, ++roll_calls);
        else if (perform(birth, call) != STATUS_OK)
            break;
    }
    return EXIT_FAILURE;
}

/* ---- The caller: the dead ---- */

static void fail_queued(struct executor *executor)
{
    uint64_t future;
    while (executor_take(executor, &future))
        executor_end(executor, future, STATUS_FAILED);
}

static void fail_all(struct executor *executor)
{
    const uint64_t submitted = atomic_load(&executor->submitted.number) - executor->base;
    for (uint64_t future = 0; future < submitted; future++)
        if (future_state(executor, future) == FUTURE_RUNNING)
            executor_end(executor, future, STATUS_FAILED);
    fail_queued(executor);
    executor->crew->running = 0;
}

static void end_all(struct executor *executor)
{
    executor->crew->broken = true;
    for (unsigned i = 0; i < executor->plan.workers; i++)
        process_kill(&executor->crew->processes[i]);
    fail_all(executor);
}

static void give_up(struct executor *executor, unsigned worker)
{
    struct crew *crew = executor->crew;
    const long id = crew->processes[worker].id;
    const uint64_t future = atomic_load(&crew->board->stations[worker].future);
    char how[96], where[64] = "while it waited for a task";
    if (crew->broken)
        return;
    process_await_end(&crew->processes[worker], how, sizeof how);
    if (future != NO_FUTURE)
        (void)snprintf(where, sizeof where, "at task %" PRIu64, future);
    status_say("worker %u (process %ld) %s %s: all that was not done has failed", worker, id, how,
               where);
    end_all(executor);
}

/* ---- The caller: calls ---- */

/* Nobody would do those that cannot be sent: then all ends. */
static void send_calls(struct executor *executor, const uint64_t *calls, size_t count)
{
    const struct crew *crew = executor->crew;
    if (crew->broken || count == 0 || write(crew->calls[1], calls, count * sizeof *calls) >= 0)
        return;
    status_say("cannot send a call to the workers: %s: all that was not done has failed",
               strerror(errno));
    end_all(executor);
}

/* As many as may be ahead. */
static void dispatch(struct executor *executor)
{
    struct crew *crew = executor->crew;
    const uint64_t most = 2 * (uint64_t)executor->plan.workers + 1;
    uint64_t calls[CALLS_AT_ONCE];
    size_t count = 0;
    while (crew->running < most && executor_take(executor, &calls[count])) {
        crew->running++;
        if (++count == CALLS_AT_ONCE) {
            send_calls(executor, calls, count);
            count = 0;
        }
    }
    send_calls(executor, calls, count);
}

/* ---- The caller: results ---- */

/* Takes in what has come from a worker. */
static void collect(struct executor *executor, unsigned worker)
{
    const struct executor_plan *plan = &executor->plan;
    struct frame frame;
    void *result;
    bool came = true;
    while (came && !executor->crew->broken) {
        if (channel_step(executor->crew->channels[worker], &frame, &result, &came) != STATUS_OK) {
            give_up(executor, worker);
            return;
        }
        if (!came)
            break;
        enum status status = (enum status)frame.kind;
        if (status == STATUS_OK && plan->unpack)
            status = plan->unpack(plan->context, frame.piece, result, frame.bytes);
        executor->crew->running--;
        executor_end(executor, frame.piece, status);
    }
}

static void go_on(struct executor *executor, unsigned worker)
{
    collect(executor, worker);
    if (executor->crew->broken)
        fail_queued(executor);
    else
        dispatch(executor);
}

/* Looks at one worker a task: results are taken in while the caller only submits. */
static void processes_submitted(struct executor *executor)
{
    struct crew *crew = executor->crew;
    crew->next_look = (crew->next_look + 1) % executor->plan.workers;
    if (crew->running <= 2 * (uint64_t)executor->plan.workers && !crew->broken)
        dispatch(executor);
    else
        go_on(executor, crew->next_look);
}

static void processes_await(struct executor *executor, uint32_t seen, uint64_t timeout_ns)
{
    struct crew *crew = executor->crew;
    (void)seen;
    const int ready = channel_wait(crew->channels, executor->plan.workers, NULL, 0, timeout_ns);
    if (ready >= 0)
        go_on(executor, (unsigned)ready);
}

static enum status processes_ready(struct executor *executor)
{
    struct crew *crew = executor->crew;
    const unsigned workers = executor->plan.workers;
    const uint64_t all = ++crew->roll_calls * workers, call = ROLL_CALL;
    for (unsigned worker = 0; worker < workers; worker++)
        send_calls(executor, &call, 1);
    while (!crew->broken) {
        const uint32_t seen = eventcount_read(&crew->board->complete);
        if (atomic_load(&crew->board->answers) >= all)
            return STATUS_OK;
        if (!eventcount_await(&crew->board->complete, seen, PATROL_NS))
            for (unsigned worker = 0; worker < workers; worker++)
                collect(executor, worker);
    }
    return STATUS_FAILED;
}

/* ---- Start and stop ---- */

static enum status fork_worker(struct executor *executor, unsigned worker)
{
    struct crew *crew = executor->crew;
    struct birth birth = {.executor = executor, .worker = worker};
    TRY(channel_pair(CHANNEL_PIPES, &crew->channels[worker], &birth.channel));
    const bool forked = process_fork(&crew->processes[worker], work, &birth);
    const enum status status = forked ? STATUS_OK : worker_not_made(worker, executor->plan.workers);
    channel_free(birth.channel);
    return status;
}

static enum status processes_start(struct executor *executor)
{
    const unsigned workers = executor->plan.workers;
    struct crew *crew = executor->crew = memory_new(1, sizeof *crew);
    *crew = (struct crew){.calls = {-1, -1},
                          .storage =
                              storage_new(sizeof(struct board) + workers * sizeof(struct station),
                                          true, "the workers"),
                          .processes = memory_new(workers, sizeof *crew->processes),
                          .channels = memory_new(workers, sizeof(struct channel *)),
                          .seats = seats_read(0, workers)};
    crew->board = crew->storage.start;
    for (unsigned worker = 0; worker < workers; worker++) {
        crew->processes[worker] = PROCESS_NONE;
        atomic_init(&crew->board->stations[worker].future, NO_FUTURE);
    }
    if (pipe2(crew->calls, O_CLOEXEC) != 0)
        return status_fail(STATUS_FAILED, "cannot make a pipe to the workers: %s", strerror(errno));
    for (unsigned worker = 0; worker < workers; worker++)
        TRY(fork_worker(executor, worker));
    return processes_ready(executor);
}

static void processes_stop(struct executor *executor)
{
    struct crew *crew = executor->crew;
    for (unsigned worker = 0; worker < executor->plan.workers; worker++)
        process_kill(&crew->processes[worker]);
    for (unsigned worker = 0; worker < executor->plan.workers; worker++) {
        process_end(&crew->processes[worker]);
        channel_free(crew->channels[worker]);
    }
    for (int end = 0; end < 2; end++)
        if (crew->calls[end] >= 0)
            (void)close(crew->calls[end]);
    storage_free(&crew->storage);
    free(crew->processes);
    free(crew->channels);
    free(crew->seats.placement);
    free(crew);
}

const struct executor_kind executor_processes = {
    .start = processes_start,
    .ready = processes_ready,
    .submitted = processes_submitted,
    .await = processes_await,
    .stop = processes_stop,
};
