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
 *   finished   how many workers found no more chunks in this dispatch
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
 * Nobody waits for ever for the dead: the parent's sleep ends at least ten times a second, and it
 * then asks the kernel for workers that ended. A worker in turn asks, right after its birth, to be
 * killed when its parent dies.
 */
#include "procpool.h"

#include "eventcount.h"
#include "memory.h"
#include "process.h"
#include "seat.h"
#include "storage.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_CHUNK UINT64_MAX
#define ANY_STRETCH (UINT64_MAX - 1)

enum {
    PATROL_NS = 100000000, /* the parent looks for dead workers at least this often */
    STRETCHES = 1024,      /* a worker gets at least so many, or single chunks */
    STRETCH_SHIFT_MAX = 6, /* of 64 chunks at most */
    FAILED = 1 << 16,      /* what a failed chunk adds to a stretch's progress, beside 1 */
    WORD_SHIFT = 32        /* of what stands in a word's upper half */
};

/* In the lower half of a station's word: no chunk is left, however many others try to take one. */
#define NOTHING_LEFT (UINT64_C(1) << (WORD_SHIFT - 1))

/* What one worker is at: on a line of its own. */
struct station {
    /* Its stretch in the upper half; in the lower one, how many chunks of it have been taken. */
    _Alignas(EVENTCOUNT_LINE) _Atomic uint64_t taken;
    _Atomic uint64_t chunk; /* for the message when it dies; or NO_CHUNK */
};

/* In the upper half the dispatch, in the lower one the chunks that are done in it: one each, and
 * FAILED more for those that failed. On a line of its own, too. */
struct progress {
    _Alignas(EVENTCOUNT_LINE) _Atomic uint64_t word;
};

/* The page that all processes share. What different processes write is on different lines. */
struct control {
    struct eventcount start;
    /* Written only while all workers wait at `start`; opening it shows them. */
    uint64_t chunks, stretches;
    uint64_t first; /* the chunk that is handed out as chunk 0 */
    uint64_t of;    /* how many there are, as the message says when a worker dies */
    unsigned shift; /* of a chunk's number to that of its stretch */
    _Atomic bool failed;
    _Alignas(EVENTCOUNT_LINE) _Atomic uint64_t next;
    _Alignas(EVENTCOUNT_LINE) _Atomic unsigned finished;
    struct eventcount news;
    _Alignas(EVENTCOUNT_LINE) _Atomic uint64_t awaited; /* or NO_CHUNK, or ANY_STRETCH */
    struct station stations[];
};

struct procpool {
    struct storage pages; /* of `control` and `progress` */
    struct control *control;
    struct progress *progress; /* one a stretch */
    uint64_t most_chunks;
    struct process *processes;
    unsigned workers;
    procpool_birth *birth;
    procpool_task *task;
    void *context;
    uint32_t dispatch; /* number of the current one, from 1 */
    struct {
        uint64_t *open; /* stretches that were handed out, as far as is known, and not told of: as
                         * many as there are workers, and one */
        size_t count;
        uint64_t known; /* stretches before this one were handed out and are open, or told of */
        uint64_t stretch, told; /* the one that is being told of, and how many of its chunks were */
    } told;
    bool broken; /* a worker died: nothing can be waited for any more */
};

/* ---- Stretches ---- */

static unsigned stretch_shift(unsigned workers, uint64_t chunks)
{
    unsigned shift = 0;
    while (shift < STRETCH_SHIFT_MAX && chunks >> (shift + 1) >= (uint64_t)STRETCHES * workers)
        shift++;
    return shift;
}

/* Its chunks; only the last one may be shorter. */
static uint64_t stretch_length(const struct control *control, uint64_t stretch)
{
    const uint64_t left = control->chunks - (stretch << control->shift);
    const uint64_t most = UINT64_C(1) << control->shift;
    return left < most ? left : most;
}

unsigned procpool_together(unsigned workers, uint64_t chunks)
{
    return 1u << stretch_shift(workers, chunks);
}

/* Whether a word of its progress tells that all of the stretch is done in that dispatch. */
static bool tells_all(const struct control *control, uint64_t stretch, uint64_t word,
                      uint64_t dispatch)
{
    return word >> WORD_SHIFT == dispatch && word % FAILED == stretch_length(control, stretch);
}

/* ---- The worker ---- */

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
    const uint64_t word = atomic_fetch_add(&pool->progress[stretch].word, done) + done;
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
    atomic_store_explicit(&control->stations[worker].chunk, number, memory_order_relaxed);
    if (pool->task(pool->context, worker, number) == STATUS_OK)
        return 1;
    atomic_store(&control->failed, true);
    return 1 + FAILED;
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
    for (unsigned i = 1; i < pool->workers; i++) {
        struct station *other = &control->stations[(worker + i) % pool->workers];
        uint64_t chunk;
        while ((chunk = take_chunk(control, other)) != NO_CHUNK)
            add_progress(pool, chunk >> control->shift, compute_chunk(pool, worker, chunk));
    }
}

static void compute_chunks(const struct procpool *pool, unsigned worker, uint64_t dispatch)
{
    struct control *control = pool->control;
    struct station *own = &control->stations[worker];
    const uint64_t stretches = control->stretches;
    uint64_t stretch;
    while ((stretch = atomic_fetch_add(&control->next, 1)) < stretches) {
        atomic_store_explicit(&pool->progress[stretch].word, dispatch << WORD_SHIFT,
                              memory_order_relaxed);
        if (control->shift == 0)
            add_progress(pool, stretch, compute_chunk(pool, worker, stretch));
        else
            compute_stretch(pool, worker, stretch);
    }
    if (control->shift > 0)
        help_others(pool, worker);
    atomic_store(&own->taken, NOTHING_LEFT);
    atomic_store_explicit(&own->chunk, NO_CHUNK, memory_order_relaxed);
}

_Noreturn static void work(const struct procpool *pool, unsigned worker)
{
    struct control *control = pool->control;
    for (uint32_t dispatch = 0;; dispatch++) {
        while (eventcount_read(&control->start) == dispatch)
            (void)eventcount_await(&control->start, dispatch, 0);
        compute_chunks(pool, worker, dispatch + UINT64_C(1));
        if (atomic_fetch_add(&control->finished, 1) + 1 == pool->workers)
            eventcount_advance(&control->news);
    }
}

/* What a new process begins with. */
struct newcomer {
    const struct procpool *pool;
    unsigned worker;
    const struct seats *seats;
};

static int be_born(void *context)
{
    const struct newcomer *newcomer = context;
    const struct procpool *pool = newcomer->pool;
    seat_take(newcomer->seats, newcomer->worker);
    if (pool->birth)
        pool->birth(pool->context, newcomer->worker);
    work(pool, newcomer->worker);
}

/* ---- The parent ---- */

/* Of any dispatch: there are fewer than twice STRETCHES a worker, or they are as long as can be. */
static size_t most_stretches(const struct procpool *pool)
{
    const uint64_t few = UINT64_C(2) * STRETCHES * pool->workers;
    const uint64_t many = (pool->most_chunks >> STRETCH_SHIFT_MAX) + 1;
    const uint64_t bound = few > many ? few : many;
    return (size_t)(bound < pool->most_chunks ? bound : pool->most_chunks);
}

static void share_pages(struct procpool *pool)
{
    const size_t control_bytes = sizeof *pool->control + pool->workers * sizeof(struct station);
    const size_t progress_bytes = most_stretches(pool) * sizeof *pool->progress;
    pool->pages =
        storage_new(control_bytes + progress_bytes, true, "the process pool: take a larger chunk");
    pool->control = pool->pages.start;
    pool->progress = (void *)&pool->control->stations[pool->workers];
    for (unsigned worker = 0; worker < pool->workers; worker++) {
        atomic_init(&pool->control->stations[worker].taken, NOTHING_LEFT);
        atomic_init(&pool->control->stations[worker].chunk, NO_CHUNK);
    }
}

static enum status fork_workers(struct procpool *pool)
{
    enum status status = STATUS_OK;
    struct seats seats = seats_read(0, pool->workers);
    for (unsigned worker = 0; worker < pool->workers && status == STATUS_OK; worker++) {
        struct newcomer newcomer = {pool, worker, &seats};
        if (!process_fork(&pool->processes[worker], be_born, &newcomer))
            status = status_fail(STATUS_FAILED,
                                 "cannot start worker process %u of %u: %s; use fewer workers",
                                 worker + 1, pool->workers, strerror(errno));
    }
    free(seats.placement);
    return status;
}

enum status procpool_start(unsigned workers, procpool_birth *birth, procpool_task *task,
                           void *context, uint64_t most_chunks, struct procpool **started)
{
    struct procpool *pool = *started = memory_new(1, sizeof *pool);
    *pool = (struct procpool){.most_chunks = most_chunks,
                              .processes = memory_new(workers, sizeof *pool->processes),
                              .told.open = memory_new(workers + 1, sizeof *pool->told.open),
                              .workers = workers,
                              .birth = birth,
                              .task = task,
                              .context = context};
    share_pages(pool);
    TRY(fork_workers(pool));
    return procpool_ready(pool);
}

static void dispatch(struct procpool *pool, uint64_t first, uint64_t chunks, uint64_t of)
{
    struct control *control = pool->control;
    assert(chunks <= pool->most_chunks);
    if (pool->broken)
        return; /* the workers may still be at the last one; waiting for this one fails */
    pool->dispatch++;
    pool->told.count = 0;
    pool->told.known = pool->told.told = 0;
    pool->told.stretch = NO_CHUNK;
    control->first = first;
    control->of = of;
    control->chunks = chunks;
    control->shift = stretch_shift(pool->workers, chunks);
    control->stretches = (chunks + (UINT64_C(1) << control->shift) - 1) >> control->shift;
    atomic_store_explicit(&control->next, 0, memory_order_relaxed);
    atomic_store_explicit(&control->finished, 0, memory_order_relaxed);
    atomic_store_explicit(&control->failed, false, memory_order_relaxed);
    atomic_store_explicit(&control->awaited, NO_CHUNK, memory_order_relaxed);
    eventcount_advance(&control->start);
}

void procpool_dispatch(struct procpool *pool, uint64_t chunks)
{
    dispatch(pool, 0, chunks, chunks);
}

void procpool_dispatch_one(struct procpool *pool, uint64_t chunk)
{
    dispatch(pool, chunk, 1, pool->most_chunks);
}

/* Says how a worker ended and at what: nothing can be waited for any more. */
static enum status give_up(struct procpool *pool, unsigned worker, pid_t process, const char *how)
{
    char where[64] = "while it waited for work";
    uint64_t chunk = atomic_load(&pool->control->stations[worker].chunk);
    if (chunk != NO_CHUNK)
        (void)snprintf(where, sizeof where, "at chunk %" PRIu64 " of %" PRIu64, chunk,
                       pool->control->of);
    pool->broken = true;
    return status_fail(STATUS_FAILED, "worker %u (process %ld) %s %s", worker, (long)process, how,
                       where);
}

/* Looks for a worker that ended. */
static enum status patrol(struct procpool *pool)
{
    for (unsigned worker = 0; worker < pool->workers; worker++) {
        const pid_t process = pool->processes[worker].id;
        char how[96];
        if (process_has_ended(&pool->processes[worker], how, sizeof how))
            return give_up(pool, worker, process, how);
    }
    return STATUS_OK;
}

static bool is_whole(const struct procpool *pool, uint64_t stretch)
{
    return tells_all(pool->control, stretch, atomic_load(&pool->progress[stretch].word),
                     pool->dispatch);
}

/* The first open one that is done is no longer open, but the one to tell of. Workers are at no more
 * stretches than there are workers: where all that can be are open, one is done. */
static bool find_whole(struct procpool *pool)
{
    const uint64_t next = atomic_load(&pool->control->next);
    const uint64_t handed_out = next < pool->control->stretches ? next : pool->control->stretches;
    while (pool->told.known < handed_out && pool->told.count <= pool->workers)
        pool->told.open[pool->told.count++] = pool->told.known++;
    for (size_t i = 0; i < pool->told.count; i++)
        if (is_whole(pool, pool->told.open[i])) {
            uint64_t *found = &pool->told.open[i];
            pool->told.stretch = *found;
            pool->told.told = 0;
            memmove(found, found + 1, (--pool->told.count - i) * sizeof *found);
            return true;
        }
    return false;
}

/* Whether the stretch is done, or any; for NO_CHUNK, whether all workers have finished. */
static bool arrived(struct procpool *pool, uint64_t stretch)
{
    if (stretch == ANY_STRETCH)
        return find_whole(pool);
    return stretch != NO_CHUNK ? is_whole(pool, stretch)
                               : atomic_load(&pool->control->finished) == pool->workers;
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
        if (!eventcount_await(news, seen, PATROL_NS) && patrol(pool) != STATUS_OK)
            return STATUS_FAILED;
    }
}

/* Of one that is done. */
static enum status status_of(const struct procpool *pool, uint64_t stretch)
{
    return (uint32_t)atomic_load(&pool->progress[stretch].word) < FAILED ? STATUS_OK
                                                                         : STATUS_FAILED;
}

enum status procpool_wait_chunk(struct procpool *pool, uint64_t chunk)
{
    struct control *control = pool->control;
    const uint64_t stretch = (chunk - control->first) >> control->shift;
    assert(chunk - control->first < control->chunks);
    if (pool->broken || !is_whole(pool, stretch)) {
        atomic_store(&control->awaited, stretch); /* before await() looks: see add_progress() */
        TRY(await(pool, stretch));
    }
    return status_of(pool, stretch);
}

enum status procpool_next_done(struct procpool *pool, uint64_t *chunk)
{
    struct control *control = pool->control;
    const uint64_t latest = pool->told.stretch;
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
    for (unsigned worker = 0; worker < pool->workers; worker++)
        process_kill(&pool->processes[worker]);
    for (unsigned worker = 0; worker < pool->workers; worker++)
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
    free(pool);
}
