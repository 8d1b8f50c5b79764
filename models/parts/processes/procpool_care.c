/*
 * Who works in a process pool: workers are forked, watched, and named when they die, or replaced.
 *
 * A worker that has had its chunks says so, and ends. One that dies may do so anywhere. Whether it
 * had finished the round stands in its station, where the parent looks before it forks another in
 * its place: that one joins the round, or waits for the next. What was lost with the dead is what
 * nobody has done once all the others have finished: so it is safe to hand it out again then.
 */
#include "clock.h"
#include "instrumentation.h"
#include "memory.h"
#include "procpool_page.h"
#include "worker_news.h"

/* What a new process begins with. */
struct newcomer {
    const struct procpool *pool;
    unsigned worker;
    uint32_t seen; /* rounds that are over for it */
};

static int be_born(void *context)
{
    const struct newcomer *newcomer = context;
    const struct procpool_plan *plan = &newcomer->pool->plan;
    seat_take(&newcomer->pool->seats, newcomer->worker);
    if (plan->birth)
        plan->birth(plan->context, newcomer->worker);
    procpool_work(newcomer->pool, newcomer->worker, newcomer->seen);
}

static enum status fork_worker(struct procpool *pool, unsigned worker, uint32_t seen)
{
    struct newcomer newcomer = {pool, worker, seen};
    if (process_fork(&pool->processes[worker], be_born, &newcomer))
        return STATUS_OK;
    pool->broken = true;
    return worker_not_made(worker, pool->plan.workers);
}

enum status procpool_fork(struct procpool *pool)
{
    pool->seats = seats_read(0, pool->plan.workers);
    for (unsigned worker = 0; worker < pool->plan.workers; worker++)
        TRY(fork_worker(pool, worker, 0));
    return STATUS_OK;
}

static enum status replace(struct procpool *pool, unsigned worker)
{
    struct station *station = &pool->control->stations[worker];
    const bool had_finished = atomic_load(&station->finished) == pool->round;
    atomic_store(&station->retired, false);
    atomic_store(&station->chunk, NO_CHUNK);
    instrumentation_left(worker);
    pool->replaced++;
    return fork_worker(pool, worker, had_finished ? pool->round : pool->round - 1);
}

/* Whether so many died at what this one was at that another would do so as well. */
static bool is_no_accident(struct procpool *pool, uint64_t chunk)
{
    if (chunk == NO_CHUNK)
        return ++pool->idle_deaths > WORKER_DEATHS_MAX * pool->plan.workers;
    size_t i = 0;
    while (i < pool->deadlies && pool->deadly[i].chunk != chunk)
        i++;
    if (i == pool->deadlies) {
        pool->deadly = memory_grow(pool->deadly, i, sizeof *pool->deadly);
        pool->deadly[pool->deadlies++] = (struct deadly){.chunk = chunk};
    }
    return ++pool->deadly[i].deaths > WORKER_DEATHS_MAX;
}

static enum status bury(struct procpool *pool, unsigned worker, pid_t process, const char *how)
{
    const uint64_t chunk = atomic_load(&pool->control->stations[worker].chunk);
    const struct worker_death death = {
        .worker = worker,
        .process = process,
        .how = how,
        .chunk = chunk == NO_CHUNK ? AT_NO_CHUNK : chunk,
        .of = pool->plan.noted > 0 ? pool->plan.noted : pool->control->of,
        .respawn = pool->plan.respawn,
        .is_no_accident = pool->plan.respawn && is_no_accident(pool, chunk)};
    pool->broken = true; /* unless another is there */
    TRY(worker_died(&death));
    pool->broken = false;
    pool->deaths++;
    return replace(pool, worker);
}

static enum status look_after_one(struct procpool *pool, unsigned worker, bool thorough)
{
    struct process *process = &pool->processes[worker];
    const pid_t id = process->id;
    char how[96];
    if (atomic_load(&pool->control->stations[worker].retired)) {
        process_end(process);
        return replace(pool, worker);
    }
    if (!thorough || !process_has_ended(process, how, sizeof how))
        return STATUS_OK;
    if (atomic_load(&pool->control->stations[worker].retired)) /* meanwhile */
        return replace(pool, worker);
    return bury(pool, worker, id, how);
}

enum status procpool_look_after(struct procpool *pool, bool thorough)
{
    const bool retire = pool->plan.tasks_per_child > 0;
    for (unsigned worker = 0; worker < pool->plan.workers && (retire || thorough); worker++)
        TRY(look_after_one(pool, worker, thorough));
    if (!thorough || !pool->plan.look || pool->plan.look(pool->plan.context) == STATUS_OK)
        return STATUS_OK;
    pool->broken = true;
    return STATUS_FAILED;
}

enum status procpool_patrol(struct procpool *pool)
{
    const uint64_t now_ns = clock_now_ns();
    if (pool->broken)
        return STATUS_FAILED; /* which was said when it was noticed */
    if (now_ns - pool->patrolled_ns < PATROL_NS)
        return STATUS_OK;
    pool->patrolled_ns = now_ns;
    return procpool_look_after(pool, true);
}

bool procpool_have_finished(const struct procpool *pool)
{
    if (!procpool_replaces(pool))
        return atomic_load(&pool->control->finished) == pool->plan.workers;
    for (unsigned worker = 0; worker < pool->plan.workers; worker++)
        if (atomic_load(&pool->control->stations[worker].finished) != pool->round)
            return false;
    return true;
}

bool procpool_hand_out_lost(struct procpool *pool)
{
    struct control *control = pool->control;
    uint64_t lost = 0;
    if (pool->deaths == 0)
        return false;
    pool->deaths = 0;
    for (uint64_t i = 0; i < control->stretches && lost < pool->plan.workers; i++)
        if (!stretch_is_whole(pool, i))
            pool->list[lost++] = i;
    if (lost == 0)
        return false;
    pool->deaths = lost == pool->plan.workers; /* there may be more */
    control->listed = lost;
    procpool_open_round(pool);
    return true;
}
