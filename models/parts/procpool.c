/*
 * A process pool is a page of memory that all its processes share, and the processes that look at
 * it. What a queue with locks does elsewhere is done here by a few words of that page:
 *
 *   start      an eventcount: advanced once for each dispatch; the workers wait there
 *   next       the number of the next chunk to take; a worker takes it by an atomic addition
 *   done       for each chunk, in which dispatch it was last done, and whether it failed
 *   failed     whether any chunk of this dispatch did
 *   finished   how many workers found no more chunks in this dispatch
 *   news       an eventcount: the parent waits there, and whoever brings what it waits for
 *              advances it
 *   awaited    which chunk the parent waits for, so that nobody else advances `news`
 *
 * A dispatch is thus: write `chunks`, reset `next` and `finished`, open `start`. It allocates
 * nothing, and asks the kernel for nothing but to wake workers that sleep.
 *
 * Nobody waits for ever for the dead: the parent's sleep ends at least ten times a second, and it
 * then asks the kernel for workers that ended. A worker in turn asks, right after its birth, to be
 * killed when its parent dies.
 */
#include "procpool.h"

#include "eventcount.h"
#include "memory.h"
#include "seat.h"
#include "storage.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define NO_CHUNK UINT64_MAX
#define FAILED UINT32_C(0x80000000) /* beside the number of the dispatch in `done` */

enum {
    PATROL_NS = 100000000, /* the parent looks for dead workers at least this often */
    UNKNOWN_END = 0xffff,  /* a wait status that waitpid() never gives: neither exit nor signal */
    COLUMNS = 64           /* of `done` */
};

/* What one worker is at, for the message when it dies: on a line of its own. */
struct station {
    _Alignas(EVENTCOUNT_LINE) _Atomic uint64_t chunk; /* or NO_CHUNK */
};

/* The page that all processes share. What different processes write is on different lines. */
struct control {
    struct eventcount start;
    uint64_t chunks; /* written only while all workers wait at `start`; opening it shows it */
    _Atomic bool failed;
    _Alignas(EVENTCOUNT_LINE) _Atomic uint64_t next;
    _Alignas(EVENTCOUNT_LINE) _Atomic unsigned finished;
    struct eventcount news;
    _Alignas(EVENTCOUNT_LINE) _Atomic uint64_t awaited; /* or NO_CHUNK */
    struct station stations[];
};

struct procpool {
    struct storage pages; /* of `control` and `done` */
    struct control *control;
    _Atomic uint32_t *done; /* one per chunk; see done_at() */
    size_t column_length;
    uint64_t most_chunks;
    pid_t *processes; /* 0: not there yet, or no more */
    unsigned workers;
    procpool_birth *birth;
    procpool_task *task;
    void *context;
    uint32_t dispatch; /* number of the current one, from 1 */
    bool broken;       /* a worker died: nothing can be waited for any more */
};

/*
 * Where it is written in which dispatch a chunk was last done. Chunks of about the same number are
 * done at about the same time, by different workers. If their words lay side by side, these workers
 * would take the line from each other at each tiny chunk, which costs more than the chunk's number
 * does. So the words go column by column, and those that share a line are COLUMNS chunks apart.
 */
static _Atomic uint32_t *done_at(const struct procpool *pool, uint64_t chunk)
{
    return &pool->done[chunk % COLUMNS * pool->column_length + chunk / COLUMNS];
}

/* ---- The worker ---- */

/*
 * A worker inherits the handlers of its parent, which were written for the parent: they would
 * set flags here that nobody reads. What is ignored stays ignored.
 */
static void forget_handlers(void)
{
    for (int number = 1; number < NSIG; number++)
        if (signal(number, SIG_DFL) == SIG_IGN)
            (void)signal(number, SIG_IGN);
}

/*
 * Whether the parent waits for the chunk that was just done cannot be missed: the worker writes
 * `done`, then reads `awaited`; the parent writes `awaited`, then reads `done`. All four are
 * sequentially consistent, so whichever of the two reads is the later one in their common order
 * comes after both writes: the parent sees the chunk done, or the worker sees that it is awaited,
 * or both. The eventcount sees to it that an advance before the parent's sleep ends that sleep.
 */
static void compute_chunks(const struct procpool *pool, unsigned worker, uint32_t dispatch)
{
    struct control *control = pool->control;
    uint64_t chunks = control->chunks;
    for (;;) {
        uint64_t chunk = atomic_fetch_add(&control->next, 1);
        if (chunk >= chunks)
            break;
        atomic_store_explicit(&control->stations[worker].chunk, chunk, memory_order_relaxed);
        const bool failed = pool->task(pool->context, worker, chunk) != STATUS_OK;
        if (failed)
            atomic_store(&control->failed, true);
        atomic_store(done_at(pool, chunk), failed ? dispatch | FAILED : dispatch);
        if (atomic_load(&control->awaited) == chunk)
            eventcount_advance(&control->news);
    }
    atomic_store_explicit(&control->stations[worker].chunk, NO_CHUNK, memory_order_relaxed);
}

_Noreturn static void work(const struct procpool *pool, unsigned worker)
{
    struct control *control = pool->control;
    for (uint32_t dispatch = 0;; dispatch++) {
        while (eventcount_read(&control->start) == dispatch)
            (void)eventcount_await(&control->start, dispatch, 0);
        compute_chunks(pool, worker, dispatch + 1);
        if (atomic_fetch_add(&control->finished, 1) + 1 == pool->workers)
            eventcount_advance(&control->news);
    }
}

/* Becomes a worker, right after the fork, with all signals blocked. */
_Noreturn static void be_born(const struct procpool *pool, unsigned worker, pid_t parent,
                              const struct seats *seats, const sigset_t *mask)
{
    /* A parent that died before the first line has another take its place. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(1);
    forget_handlers();
    (void)sigprocmask(SIG_SETMASK, mask, NULL);
    seat_take(seats, worker);
    if (pool->birth)
        pool->birth(pool->context, worker);
    work(pool, worker);
}

/* ---- The parent ---- */

static void share_pages(struct procpool *pool)
{
    /* Whole lines, and oddly many: at a distance of a power of two, columns would compete for few
     * places in a cache. */
    const size_t line_length = EVENTCOUNT_LINE / sizeof *pool->done;
    const size_t lines = (size_t)pool->most_chunks / COLUMNS / line_length + 1;
    pool->column_length = (lines | 1) * line_length;
    const size_t control_bytes = sizeof *pool->control + pool->workers * sizeof(struct station);
    pool->pages = storage_new(control_bytes + COLUMNS * pool->column_length * sizeof *pool->done,
                              true, "the process pool: take a larger chunk");
    pool->control = pool->pages.start;
    pool->done = (void *)&pool->control->stations[pool->workers];
    for (unsigned worker = 0; worker < pool->workers; worker++)
        atomic_init(&pool->control->stations[worker].chunk, NO_CHUNK);
}

static enum status fork_workers(struct procpool *pool)
{
    pid_t parent = getpid();
    enum status status = STATUS_OK;
    struct seats seats = seats_read(0, pool->workers);
    /* No handler of the parent may run in a worker, not even before it has forgotten them. */
    sigset_t all, mask;
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &mask);
    for (unsigned worker = 0; worker < pool->workers && status == STATUS_OK; worker++) {
        pool->processes[worker] = fork();
        if (pool->processes[worker] == 0)
            be_born(pool, worker, parent, &seats, &mask);
        if (pool->processes[worker] < 0)
            status = status_fail(STATUS_FAILED,
                                 "cannot start worker process %u of %u: %s; use fewer workers",
                                 worker + 1, pool->workers, strerror(errno));
    }
    (void)sigprocmask(SIG_SETMASK, &mask, NULL);
    free(seats.placement);
    return status;
}

enum status procpool_start(unsigned workers, procpool_birth *birth, procpool_task *task,
                           void *context, uint64_t most_chunks, struct procpool **started)
{
    struct procpool *pool = *started = memory_new(1, sizeof *pool);
    *pool = (struct procpool){.most_chunks = most_chunks,
                              .processes = memory_new(workers, sizeof *pool->processes),
                              .workers = workers,
                              .birth = birth,
                              .task = task,
                              .context = context};
    (void)signal(SIGCHLD, SIG_DFL); /* where it is ignored nobody is told how a worker ended */
    share_pages(pool);
    TRY(fork_workers(pool));
    return procpool_ready(pool);
}

void procpool_dispatch(struct procpool *pool, uint64_t chunks)
{
    struct control *control = pool->control;
    assert(chunks <= pool->most_chunks);
    if (pool->broken)
        return; /* the workers may still be at the last one; waiting for this one fails */
    pool->dispatch++;
    control->chunks = chunks;
    atomic_store_explicit(&control->next, 0, memory_order_relaxed);
    atomic_store_explicit(&control->finished, 0, memory_order_relaxed);
    atomic_store_explicit(&control->failed, false, memory_order_relaxed);
    atomic_store_explicit(&control->awaited, NO_CHUNK, memory_order_relaxed);
    eventcount_advance(&control->start);
}

/* Says how a worker ended and at what: nothing can be waited for any more. */
static enum status give_up(struct procpool *pool, unsigned worker, int wait_status)
{
    const long process = pool->processes[worker];
    char how[96] = "ended, nobody knows how,";
    if (WIFSIGNALED(wait_status))
        (void)snprintf(how, sizeof how, "was killed by signal %d (%s)", WTERMSIG(wait_status),
                       strsignal(WTERMSIG(wait_status)));
    else if (WIFEXITED(wait_status))
        (void)snprintf(how, sizeof how, "ended with exit status %d", WEXITSTATUS(wait_status));
    char where[64] = "while it waited for work";
    uint64_t chunk = atomic_load(&pool->control->stations[worker].chunk);
    if (chunk != NO_CHUNK)
        (void)snprintf(where, sizeof where, "at chunk %" PRIu64 " of %" PRIu64, chunk,
                       pool->control->chunks);
    pool->broken = true;
    pool->processes[worker] = 0;
    return status_fail(STATUS_FAILED, "worker %u (process %ld) %s %s", worker, process, how, where);
}

/* Looks for a worker that ended. One that is stopped or slow has not. What somebody else has reaped
 * ended as nobody knows. */
static enum status patrol(struct procpool *pool)
{
    for (unsigned worker = 0; worker < pool->workers; worker++) {
        int wait_status = UNKNOWN_END;
        if (waitpid(pool->processes[worker], &wait_status, WNOHANG) != 0)
            return give_up(pool, worker, wait_status);
    }
    return STATUS_OK;
}

static bool chunk_done(const struct procpool *pool, uint64_t chunk)
{
    return (atomic_load(done_at(pool, chunk)) & ~FAILED) == pool->dispatch;
}

/* Whether the chunk is done; for NO_CHUNK, whether all workers have finished. */
static bool arrived(const struct procpool *pool, uint64_t chunk)
{
    return chunk != NO_CHUNK ? chunk_done(pool, chunk)
                             : atomic_load(&pool->control->finished) == pool->workers;
}

static enum status await(struct procpool *pool, uint64_t chunk)
{
    if (pool->broken)
        return STATUS_FAILED; /* which was said when it was noticed */
    struct eventcount *news = &pool->control->news;
    for (;;) {
        uint32_t seen = eventcount_read(news);
        if (arrived(pool, chunk))
            return STATUS_OK;
        if (!eventcount_await(news, seen, PATROL_NS) && patrol(pool) != STATUS_OK)
            return STATUS_FAILED;
    }
}

enum status procpool_wait_chunk(struct procpool *pool, uint64_t chunk)
{
    assert(chunk < pool->control->chunks);
    if (pool->broken || !chunk_done(pool, chunk)) {
        atomic_store(&pool->control->awaited,
                     chunk); /* before await() looks: see compute_chunks() */
        if (await(pool, chunk) != STATUS_OK)
            return STATUS_FAILED;
    }
    return atomic_load(done_at(pool, chunk)) & FAILED ? STATUS_FAILED : STATUS_OK;
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

/* By force: workers have nothing to clean up, and not even a stopped one can refuse. */
static void end_workers(const struct procpool *pool)
{
    for (unsigned worker = 0; worker < pool->workers; worker++)
        if (pool->processes[worker] > 0)
            (void)kill(pool->processes[worker], SIGKILL);
    for (unsigned worker = 0; worker < pool->workers; worker++)
        while (pool->processes[worker] > 0 && waitpid(pool->processes[worker], NULL, 0) == -1 &&
               errno == EINTR)
            continue;
}

void procpool_stop(struct procpool *pool)
{
    if (pool == NULL)
        return;
    end_workers(pool);
    storage_free(&pool->pages);
    free(pool->processes);
    free(pool);
}
