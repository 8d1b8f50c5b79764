#include "pipepool.h"

#include "clock.h"
#include "instrumentation.h"
#include "memory.h"
#include "pipepool_worker.h"
#include "process.h"
#include "seat.h"
#include "worker_news.h"

#include <assert.h>
#include <stdlib.h>

enum { PATROL_NS = 100000000 };

/* A task that is with a worker, or is to be done again. */
struct handed {
    struct pipepool_task task;
    uint64_t since_ns; /* it was first submitted */
    unsigned deaths;   /* of those that were at it */
};

struct colleague {
    struct process process;
    struct handed with[PIPEPOOL_AHEAD_MAX]; /* a ring, in the order in which they are done */
    unsigned first, count;
    bool fills;               /* it gets tasks until it has as many as it may have */
    bool asked, ready;        /* whether it is ready, and it has answered */
    uint64_t given, answered; /* tasks and results of this life */
};

struct pipepool {
    struct pipepool_plan plan;
    unsigned workers;
    struct colleague *colleagues;
    struct channel **ends; /* this side's, one a worker */
    struct seats seats;
    unsigned ahead;
    unsigned turn; /* who is looked at first */
    struct handed *again;
    size_t agains;
    unsigned idle_deaths;
    struct pipepool_counts counts;
    bool broken;
};

/* ---- Workers ---- */

struct newcomer {
    struct pipepool *pool;
    unsigned worker;
    struct channel *end;
};

/* It closes what belongs to its parent: the others' pipes, too, shall end with who has them. */
static int be_born(void *context)
{
    const struct newcomer *newcomer = context;
    struct pipepool *pool = newcomer->pool;
    for (unsigned worker = 0; worker < pool->workers; worker++)
        channel_free(pool->ends[worker]);
    seat_take(&pool->seats, newcomer->worker);
    return pipepool_work(pool->plan.space->map_buffers.job, newcomer->end,
                         pool->plan.tasks_per_child);
}

static enum status fork_worker(struct pipepool *pool, unsigned worker)
{
    struct newcomer newcomer = {pool, worker, NULL};
    struct colleague *colleague = &pool->colleagues[worker];
    *colleague = (struct colleague){.process = PROCESS_NONE, .fills = true};
    pool->broken = true; /* until it is there */
    TRY(channel_pair(CHANNEL_PIPES, &pool->ends[worker], &newcomer.end));
    const bool forked = process_fork(&colleague->process, be_born, &newcomer);
    const enum status status = forked ? STATUS_OK : worker_not_made(worker, pool->workers);
    channel_free(newcomer.end);
    pool->broken = !forked;
    return status;
}

static enum status replace(struct pipepool *pool, unsigned worker)
{
    channel_free(pool->ends[worker]);
    pool->ends[worker] = NULL;
    process_end(&pool->colleagues[worker].process);
    instrumentation_left(worker);
    pool->counts.replaced++;
    return fork_worker(pool, worker);
}

enum status pipepool_replace(struct pipepool *pool)
{
    const uint64_t life = pool->plan.tasks_per_child;
    for (unsigned worker = 0; worker < pool->workers && life > 0; worker++)
        if (pool->colleagues[worker].answered == life)
            TRY(replace(pool, worker));
    return STATUS_OK;
}

static void do_again(struct pipepool *pool, const struct handed *handed)
{
    pool->again = memory_grow(pool->again, pool->agains, sizeof *pool->again);
    pool->again[pool->agains++] = *handed;
}

/* It was at the first task of those that it had. */
static enum status bury(struct pipepool *pool, unsigned worker)
{
    struct colleague *colleague = &pool->colleagues[worker];
    struct handed *at = colleague->count > 0 ? &colleague->with[colleague->first] : NULL;
    const pid_t process = colleague->process.id;
    const unsigned deaths = at ? ++at->deaths : ++pool->idle_deaths;
    const unsigned most = at ? WORKER_DEATHS_MAX : WORKER_DEATHS_MAX * pool->workers;
    char how[96];
    process_await_end(&colleague->process, how, sizeof how);
    pool->broken = true;
    TRY(worker_died(&(struct worker_death){.worker = worker,
                                           .process = process,
                                           .how = how,
                                           .chunk = at ? at->task.number : AT_NO_CHUNK,
                                           .of = pool->plan.of,
                                           .respawn = pool->plan.respawn,
                                           .is_no_accident = deaths > most}));
    for (unsigned i = colleague->count; i > 0; i--)
        do_again(pool, &colleague->with[(colleague->first + i - 1) % PIPEPOOL_AHEAD_MAX]);
    return replace(pool, worker);
}

/* ---- Tasks ---- */

static bool has_room(const struct pipepool *pool, const struct colleague *colleague)
{
    const uint64_t life = pool->plan.tasks_per_child;
    return colleague->count < pool->ahead && (life == 0 || colleague->given < life);
}

/* Who has half of what it may have gets as many as it may have: several travel together. */
static bool wants(const struct pipepool *pool, struct colleague *colleague)
{
    if (colleague->count <= pool->ahead / 2)
        colleague->fills = true;
    if (!has_room(pool, colleague))
        colleague->fills = false;
    return colleague->fills;
}

/* Who takes another one and has fewest, or the number of workers. */
static unsigned find_taker(struct pipepool *pool)
{
    unsigned taker = pool->workers;
    for (unsigned worker = 0; worker < pool->workers; worker++)
        if (wants(pool, &pool->colleagues[worker]) &&
            (taker == pool->workers ||
             pool->colleagues[worker].count < pool->colleagues[taker].count))
            taker = worker;
    return taker;
}

bool pipepool_takes(struct pipepool *pool)
{
    return !pool->broken && pool->agains == 0 && find_taker(pool) < pool->workers;
}

/* Who is gone is noticed when an answer is waited for. */
static void hand_to(struct pipepool *pool, unsigned worker, const struct handed *handed)
{
    struct colleague *colleague = &pool->colleagues[worker];
    const struct range range = handed->task.range;
    const struct job *job = pool->plan.space->map_buffers.job;
    const uint64_t bytes = range_length(range) * job->kernel->input_item_size;
    const struct frame frame = {.kind = range_length(range), .piece = range.begin, .bytes = bytes};
    colleague->with[(colleague->first + colleague->count++) % PIPEPOOL_AHEAD_MAX] = *handed;
    colleague->given++;
    if (channel_put(pool->ends[worker], &frame, parcel_inputs(pool->plan.space, range)) ==
        STATUS_OK)
        pool->counts.sent++;
}

void pipepool_submit(struct pipepool *pool, const struct pipepool_task *task)
{
    const unsigned taker = find_taker(pool);
    assert(taker < pool->workers);
    hand_to(pool, taker, &(struct handed){*task, clock_now_ns(), 0});
}

static void submit_again(struct pipepool *pool)
{
    unsigned taker;
    while (pool->agains > 0 && (taker = find_taker(pool)) < pool->workers)
        hand_to(pool, taker, &pool->again[--pool->agains]);
}

void pipepool_send_ahead(struct pipepool *pool, unsigned ahead)
{
    pool->ahead = ahead;
}

/* ---- Results ---- */

static void take_result(struct pipepool *pool, unsigned worker, const struct frame *frame,
                        const void *parcel, struct pipepool_result *result)
{
    struct colleague *colleague = &pool->colleagues[worker];
    const struct handed *handed = &colleague->with[colleague->first];
    *result = (struct pipepool_result){.task = handed->task,
                                       .failed = (frame->kind & PIPEPOOL_FAILED) != 0,
                                       .parcel = parcel,
                                       .bytes = frame->bytes,
                                       .seconds = clock_seconds_since(handed->since_ns)};
    colleague->first = (colleague->first + 1) % PIPEPOOL_AHEAD_MAX;
    colleague->count--;
    colleague->answered++;
    pool->counts.received++;
}

/* Moves what can be moved to and from each of them. Whether a result has come; without room for
 * one, only answers of those that are ready are taken. */
static enum status step_all(struct pipepool *pool, struct pipepool_result *result, bool *came)
{
    *came = false;
    for (unsigned i = 0; i < pool->workers && !*came; i++) {
        const unsigned worker = (pool->turn + i) % pool->workers;
        struct frame frame;
        void *parcel;
        if (channel_step(pool->ends[worker], &frame, &parcel, came) != STATUS_OK) {
            TRY(bury(pool, worker));
            submit_again(pool);
        } else if (*came && frame.kind == 0) {
            pool->colleagues[worker].ready = true;
            *came = false;
        } else if (*came) {
            take_result(pool, worker, &frame, parcel, result);
            pool->turn = worker;
        }
    }
    return STATUS_OK;
}

enum status pipepool_next(struct pipepool *pool, struct pipepool_result *result)
{
    bool came;
    if (pool->broken)
        return STATUS_FAILED; /* which was said when it was noticed */
    submit_again(pool);
    for (;;) {
        TRY(step_all(pool, result, &came));
        if (came)
            return STATUS_OK;
        (void)channel_wait(pool->ends, pool->workers, NULL, 0, PATROL_NS);
    }
}

/* ---- The pool ---- */

static bool are_ready(const struct pipepool *pool)
{
    for (unsigned worker = 0; worker < pool->workers; worker++)
        if (!pool->colleagues[worker].ready)
            return false;
    return true;
}

/* Asks all; one that took another's place meanwhile is asked again. */
static void ask_all(struct pipepool *pool)
{
    const struct frame question = {.kind = 0};
    for (unsigned worker = 0; worker < pool->workers; worker++) {
        struct colleague *colleague = &pool->colleagues[worker];
        /* Who is gone is noticed by the next step. */
        if (!colleague->asked)
            colleague->asked = channel_put(pool->ends[worker], &question, NULL) == STATUS_OK;
    }
}

enum status pipepool_ready(struct pipepool *pool)
{
    struct pipepool_result none;
    uint64_t replaced;
    bool came;
    if (pool->broken)
        return STATUS_FAILED;
    TRY(pipepool_replace(pool));
    for (unsigned worker = 0; worker < pool->workers; worker++)
        pool->colleagues[worker].asked = pool->colleagues[worker].ready = false;
    pool->idle_deaths = 0;
    do {
        replaced = pool->counts.replaced;
        ask_all(pool);
        while (!are_ready(pool) && replaced == pool->counts.replaced) {
            TRY(step_all(pool, &none, &came));
            if (!are_ready(pool))
                (void)channel_wait(pool->ends, pool->workers, NULL, 0, PATROL_NS);
        }
    } while (!are_ready(pool));
    return STATUS_OK;
}

enum status pipepool_open(const struct pipepool_plan *plan, struct pipepool **opened)
{
    struct pipepool *pool = *opened = memory_new(1, sizeof *pool);
    const unsigned workers = plan->space->map_buffers.job->workers;
    *pool = (struct pipepool){.plan = *plan,
                              .workers = workers,
                              .colleagues = memory_new(workers, sizeof *pool->colleagues),
                              .ends = memory_new(workers, sizeof(struct channel *)),
                              .ahead = 1};
    pool->seats = seats_read(0, workers);
    for (unsigned worker = 0; worker < workers; worker++)
        TRY(fork_worker(pool, worker));
    return pipepool_ready(pool);
}

struct pipepool_counts pipepool_counts(const struct pipepool *pool)
{
    return pool->counts;
}

void pipepool_stop(struct pipepool *pool)
{
    if (pool == NULL)
        return;
    for (unsigned worker = 0; worker < pool->workers; worker++)
        process_kill(&pool->colleagues[worker].process);
    for (unsigned worker = 0; worker < pool->workers; worker++) {
        process_end(&pool->colleagues[worker].process);
        channel_free(pool->ends[worker]);
    }
    free(pool->colleagues);
    free(pool->ends);
    free(pool->again);
    free(pool->seats.placement);
    free(pool);
}
