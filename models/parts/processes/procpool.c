/*
 * A process pool is a page of memory that all its processes share, and the processes that look at
 * it. What a queue with locks does elsewhere is done here by a few words of that page:
 *
 *   start      an eventcount: advanced once for each dispatch; the workers wait there
 *   next       the number of the next stretch to take; a worker takes it by an atomic addition
 *   stations   for each worker the next chunk of its stretch, which it takes by an atomic addition
 *              as well, and so do others that find no more stretches
 *   progress   for each stretch, how many of its chunks are done in which dispatch, and failed
 *   failed     whether any chunk of this dispatch did
 *   finished   how many workers found no more chunks in this round, where none is replaced
 *   news       an eventcount: the parent waits there, and whoever brings what it waits for
 *              advances it
 *   awaited    which stretch the parent waits for, or any, so that nobody else advances `news`
 *
 * A dispatch is thus: write `chunks`, reset `next` and `finished`, open `start`. It allocates
 * nothing, and asks the kernel for nothing but to wake workers that sleep.
 *
 * A stretch is a power of two of neighbouring chunks; a single one unless there are very many. A
 * word that all workers write at each chunk goes from core to core each time, which takes longer
 * than a tiny chunk does, and the more so the more workers there are. So they take stretches from
 * that word, and chunks from a word of their own. Nobody is idle while a chunk is left, but for
 * those of a stretch that somebody is just about to begin: who finds no more stretches takes chunks
 * of the others'.
 *
 * A dispatch is one round through `start`, and one more for each time that a worker died and was
 * replaced, and what was lost with it is handed out again.
 *
 * Nobody waits for ever for the dead: the parent's sleep ends at least ten times a second, and as
 * often, however much news the living make, it asks the kernel for workers that ended. A worker in
 * turn asks, right after its birth, to be killed when its parent dies.
 *
 * Here is what the parent does; procpool_worker.c is what the workers do, and procpool_care.c how
 * the parent looks after them.
 */
#include "procpool_page.h"

#include "memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static unsigned stretch_shift(unsigned workers, uint64_t chunks)
{
    unsigned shift = 0;
    while (shift < STRETCH_SHIFT_MAX && chunks >> (shift + 1) >= (uint64_t)STRETCHES * workers)
        shift++;
    return shift;
}

unsigned procpool_together(unsigned workers, uint64_t chunks)
{
    return 1u << stretch_shift(workers, chunks);
}

/* Of any dispatch: there are fewer than twice STRETCHES a worker, or they are as long as can be. */
static size_t most_stretches(const struct procpool *pool)
{
    if (procpool_replaces(pool))
        return pool->plan.most_chunks;
    const uint64_t few = UINT64_C(2) * STRETCHES * pool->plan.workers;
    const uint64_t many = (pool->plan.most_chunks >> STRETCH_SHIFT_MAX) + 1;
    const uint64_t bound = few > many ? few : many;
    return (size_t)(bound < pool->plan.most_chunks ? bound : pool->plan.most_chunks);
}

static void share_pages(struct procpool *pool)
{
    const size_t control_bytes =
        sizeof *pool->control + pool->plan.workers * sizeof(struct station);
    const size_t stretches = most_stretches(pool);
    const size_t line = EVENTCOUNT_LINE / sizeof(progress_word);
    /* Of an odd number of lines: columns that begin at the same place of a page drive each other
     * out of a cache. */
    pool->column = line * ((1 + stretches / (COLUMNS * line)) | 1);
    const size_t progress_bytes = COLUMNS * pool->column * sizeof(progress_word);
    const size_t list_bytes = pool->plan.workers * sizeof *pool->list;
    pool->pages = storage_new(control_bytes + progress_bytes + list_bytes, true,
                              "the process pool: take a larger chunk");
    pool->control = pool->pages.start;
    pool->progress = (void *)&pool->control->stations[pool->plan.workers];
    pool->list = (void *)&pool->progress[COLUMNS * pool->column];
    for (unsigned worker = 0; worker < pool->plan.workers; worker++) {
        atomic_init(&pool->control->stations[worker].taken, NOTHING_LEFT);
        atomic_init(&pool->control->stations[worker].chunk, NO_CHUNK);
    }
}

enum status procpool_open(const struct procpool_plan *plan, struct procpool **opened)
{
    struct procpool *pool = *opened = memory_new(1, sizeof *pool);
    pool->plan = *plan;
    pool->processes = memory_new(plan->workers, sizeof *pool->processes);
    pool->told.open = memory_new(plan->workers + 1, sizeof *pool->told.open);
    share_pages(pool);
    TRY(procpool_fork(pool));
    return procpool_ready(pool);
}

enum status procpool_start(unsigned workers, procpool_birth *birth, procpool_task *task,
                           void *context, uint64_t most_chunks, struct procpool **pool)
{
    const struct procpool_plan plan = {.workers = workers,
                                       .birth = birth,
                                       .task = task,
                                       .context = context,
                                       .most_chunks = most_chunks};
    return procpool_open(&plan, pool);
}

uint64_t procpool_replaced(const struct procpool *pool)
{
    return pool->replaced;
}

void procpool_open_round(struct procpool *pool)
{
    struct control *control = pool->control;
    pool->round++;
    atomic_store_explicit(&control->next, 0, memory_order_relaxed);
    atomic_store_explicit(&control->finished, 0, memory_order_relaxed);
    eventcount_advance(&control->start);
}

static void dispatch(struct procpool *pool, uint64_t first, uint64_t chunks, uint64_t of)
{
    struct control *control = pool->control;
    assert(chunks <= pool->plan.most_chunks);
    if (pool->broken)
        return; /* the workers may still be at the last one; waiting for this one fails */
    pool->deaths = pool->idle_deaths = 0;
    pool->deadlies = 0;
    pool->told.count = 0;
    pool->told.known = pool->told.told = 0;
    pool->told.stretch = NO_CHUNK;
    control->dispatch++;
    control->listed = 0;
    control->first = first;
    control->of = of;
    control->chunks = chunks;
    control->shift = procpool_replaces(pool) ? 0 : stretch_shift(pool->plan.workers, chunks);
    control->stretches = (chunks + (UINT64_C(1) << control->shift) - 1) >> control->shift;
    atomic_store_explicit(&control->failed, false, memory_order_relaxed);
    atomic_store_explicit(&control->awaited, NO_CHUNK, memory_order_relaxed);
    procpool_open_round(pool);
}

void procpool_dispatch(struct procpool *pool, uint64_t chunks)
{
    dispatch(pool, 0, chunks, chunks);
}

void procpool_dispatch_one(struct procpool *pool, uint64_t chunk)
{
    dispatch(pool, chunk, 1, pool->plan.most_chunks);
}

/* The first open one that is done is no longer open, but the one to tell of. Workers are at no more
 * stretches than there are workers: where all that can be are open, one is done. */
static bool find_whole(struct procpool *pool)
{
    const struct control *control = pool->control;
    const uint64_t next = control->listed > 0 ? control->stretches : atomic_load(&control->next);
    const uint64_t handed_out = next < control->stretches ? next : control->stretches;
    while (pool->told.known < handed_out && pool->told.count <= pool->plan.workers)
        pool->told.open[pool->told.count++] = pool->told.known++;
    for (size_t i = 0; i < pool->told.count; i++)
        if (stretch_is_whole(pool, pool->told.open[i])) {
            uint64_t *found = &pool->told.open[i];
            pool->told.stretch = *found;
            pool->told.told = 0;
            memmove(found, found + 1, (--pool->told.count - i) * sizeof *found);
            return true;
        }
    return false;
}

/* Whether the stretch is done, or any; for NO_CHUNK, whether all workers have finished, and nothing
 * was lost. */
static bool arrived(struct procpool *pool, uint64_t stretch)
{
    if (stretch == ANY_STRETCH)
        return find_whole(pool);
    return stretch != NO_CHUNK ? stretch_is_whole(pool, stretch)
                               : procpool_have_finished(pool) && !procpool_hand_out_lost(pool);
}

static enum status await(struct procpool *pool, uint64_t stretch)
{
    if (pool->broken)
        return STATUS_FAILED; /* which was said when it was noticed */
    struct eventcount *news = &pool->control->news;
    for (;;) {
        uint32_t seen = eventcount_read(news);
        if (arrived(pool, stretch))
            return STATUS_OK;
        TRY(procpool_look_after(pool, false));
        if (pool->deaths > 0 && procpool_have_finished(pool) && procpool_hand_out_lost(pool))
            continue;
        (void)eventcount_await(news, seen, PATROL_NS);
        TRY(procpool_patrol(pool));
    }
}

/* Of one that is done. */
static enum status status_of(const struct procpool *pool, uint64_t stretch)
{
    return (uint32_t)atomic_load(progress_of(pool, stretch)) < FAILED ? STATUS_OK : STATUS_FAILED;
}

enum status procpool_wait_chunk(struct procpool *pool, uint64_t chunk)
{
    struct control *control = pool->control;
    const uint64_t stretch = (chunk - control->first) >> control->shift;
    assert(chunk - control->first < control->chunks);
    if (pool->broken || !stretch_is_whole(pool, stretch)) {
        atomic_store(&control->awaited, stretch); /* before await() looks: see add_progress() */
        TRY(await(pool, stretch));
    }
    return status_of(pool, stretch);
}

enum status procpool_next_done(struct procpool *pool, uint64_t *chunk)
{
    struct control *control = pool->control;
    const uint64_t latest = pool->told.stretch;
    if (++pool->told.calls % CALLS_A_PATROL == 0)
        TRY(procpool_patrol(pool));
    if (pool->broken || latest == NO_CHUNK || pool->told.told == stretch_length(control, latest)) {
        if (pool->broken || !find_whole(pool)) {
            atomic_store(&control->awaited, ANY_STRETCH);
            TRY(await(pool, ANY_STRETCH));
            atomic_store_explicit(&control->awaited, NO_CHUNK, memory_order_relaxed);
        }
    }
    *chunk = control->first + (pool->told.stretch << control->shift) + pool->told.told++;
    return status_of(pool, pool->told.stretch);
}

enum status procpool_wait_all(struct procpool *pool)
{
    enum status status = await(pool, NO_CHUNK);
    return atomic_load(&pool->control->failed) ? STATUS_FAILED : status;
}

/* A dispatch of nothing, which every worker has to look at. */
enum status procpool_ready(struct procpool *pool)
{
    procpool_dispatch(pool, 0);
    return procpool_wait_all(pool);
}

/* By force: workers have nothing to clean up. */
static void end_workers(const struct procpool *pool)
{
    for (unsigned worker = 0; worker < pool->plan.workers; worker++)
        process_kill(&pool->processes[worker]);
    for (unsigned worker = 0; worker < pool->plan.workers; worker++)
        process_end(&pool->processes[worker]);
}

void procpool_stop(struct procpool *pool)
{
    if (pool == NULL)
        return;
    end_workers(pool);
    storage_free(&pool->pages);
    free(pool->processes);
    free(pool->told.open);
    free(pool->deadly);
    free(pool->seats.placement);
    free(pool);
}
