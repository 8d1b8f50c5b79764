/*
 * A worker of a process pool: takes chunks, and tells what it has done.
 */
#include "procpool_page.h"

#include <unistd.h>

/*
 * So much of a stretch was done. Whether the parent waits for it cannot be missed: the worker
 * writes `progress`, then reads `awaited`; the parent writes `awaited`, then reads `progress`. All
 * four are sequentially consistent, so whichever of the two reads is the later one in their common
 * order comes after both writes: the parent sees the stretch done, or the worker sees that it is
 * awaited, or both. The eventcount sees to it that an advance before the parent's sleep ends that
 * sleep.
 */
static void add_progress(const struct procpool *pool, uint64_t stretch, uint64_t done)
{
    struct control *control = pool->control;
    const uint64_t word = atomic_fetch_add(progress_of(pool, stretch), done) + done;
    if (!tells_all(control, stretch, word, word >> WORD_SHIFT))
        return;
    const uint64_t awaited = atomic_load(&control->awaited);
    if (awaited == stretch || awaited == ANY_STRETCH)
        eventcount_advance(&control->news);
}

/* Returns what it adds to its stretch's progress. */
static uint64_t compute_chunk(const struct procpool *pool, unsigned worker, uint64_t chunk)
{
    struct control *control = pool->control;
    const uint64_t number = control->first + chunk;
    atomic_store_explicit(&control->stations[worker].chunk, pool->plan.noted ? NO_CHUNK : number,
                          memory_order_relaxed);
    if (pool->plan.task(pool->plan.context, worker, number) == STATUS_OK)
        return 1;
    atomic_store(&control->failed, true);
    return 1 + FAILED;
}

void procpool_note(struct procpool *pool, unsigned worker, uint64_t noted)
{
    atomic_store_explicit(&pool->control->stations[worker].chunk, noted, memory_order_relaxed);
}

/* A chunk of the stretch that the station has; NO_CHUNK: none is left. */
static uint64_t take_chunk(struct control *control, struct station *station)
{
    const uint64_t taken = atomic_fetch_add(&station->taken, 1);
    const uint64_t stretch = taken >> WORD_SHIFT, before = (uint32_t)taken;
    return before < stretch_length(control, stretch) ? (stretch << control->shift) + before
                                                     : NO_CHUNK;
}

static void compute_stretch(const struct procpool *pool, unsigned worker, uint64_t stretch)
{
    struct station *own = &pool->control->stations[worker];
    uint64_t chunk, done = 0;
    atomic_store(&own->taken, stretch << WORD_SHIFT);
    while ((chunk = take_chunk(pool->control, own)) != NO_CHUNK)
        done += compute_chunk(pool, worker, chunk);
    if (done > 0)
        add_progress(pool, stretch, done);
}

/* Once there are no more stretches: what is left of those that the others have. */
static void help_others(const struct procpool *pool, unsigned worker)
{
    struct control *control = pool->control;
    for (unsigned i = 1; i < pool->plan.workers; i++) {
        struct station *other = &control->stations[(worker + i) % pool->plan.workers];
        uint64_t chunk;
        while ((chunk = take_chunk(control, other)) != NO_CHUNK)
            add_progress(pool, chunk >> control->shift, compute_chunk(pool, worker, chunk));
    }
}

/* One that has had its chunks ends; what it has done is told by then. */
static void count_life(const struct procpool *pool, unsigned worker, uint64_t *chunks)
{
    struct station *own = &pool->control->stations[worker];
    if (pool->plan.tasks_per_child == 0 || ++*chunks < pool->plan.tasks_per_child)
        return;
    atomic_store(&own->chunk, NO_CHUNK);
    atomic_store(&own->retired, true);
    eventcount_advance(&pool->control->news);
    _exit(0);
}

static void compute_chunks(const struct procpool *pool, unsigned worker, uint64_t *chunks)
{
    struct control *control = pool->control;
    struct station *own = &control->stations[worker];
    const uint64_t listed = control->listed, parts = listed > 0 ? listed : control->stretches;
    uint64_t part;
    while ((part = atomic_fetch_add(&control->next, 1)) < parts) {
        const uint64_t stretch = listed > 0 ? pool->list[part] : part;
        atomic_store_explicit(progress_of(pool, stretch), (uint64_t)control->dispatch << WORD_SHIFT,
                              memory_order_relaxed);
        if (control->shift > 0) {
            compute_stretch(pool, worker, stretch);
            continue;
        }
        add_progress(pool, stretch, compute_chunk(pool, worker, stretch));
        count_life(pool, worker, chunks);
    }
    if (control->shift > 0)
        help_others(pool, worker);
    atomic_store(&own->taken, NOTHING_LEFT);
    atomic_store_explicit(&own->chunk, NO_CHUNK, memory_order_relaxed);
}

static void finish_round(const struct procpool *pool, unsigned worker, uint32_t round)
{
    struct control *control = pool->control;
    if (procpool_replaces(pool))
        atomic_store(&control->stations[worker].finished, round);
    else if (atomic_fetch_add(&control->finished, 1) + 1 < pool->plan.workers)
        return;
    eventcount_advance(&control->news);
}

void procpool_work(const struct procpool *pool, unsigned worker, uint32_t seen)
{
    struct control *control = pool->control;
    uint64_t chunks = 0; /* in this life */
    for (;; seen++) {
        while (eventcount_read(&control->start) == seen)
            (void)eventcount_await(&control->start, seen, 0);
        compute_chunks(pool, worker, &chunks);
        finish_round(pool, worker, seen + 1);
    }
}
