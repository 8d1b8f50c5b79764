/*
 * With a lock there is one slot, which who has the lock combines into. It is robust: when its owner
 * dies the kernel hands it to the next one, with the news that what it guards may be half written.
 *
 * Without, a result is longer than what a processor reads or writes at once. If two wrote it in one
 * place at the same time, it would be a mix of both, and nobody could tell how many updates are in
 * it; and C does not define what such accesses do at all. What is to be lost are whole updates, as
 * of a number. So a result, with the number of updates that have made it, is written where nobody
 * else writes, and then the word `current` says which one it is. To write that word is what two can
 * do at once: the first of them is lost, with all who have read it since.
 *
 * Each worker has two slots, and writes to them in turn. The one that it writes to is never the
 * current one, since it has made its other one current later. Who still reads it notices by the
 * stamp behind it, which differs each time (a seqlock; Lameter, Effective synchronization on
 * Linux/NUMA systems, 2005), and begins anew with what is current now. All words of it are
 * atomic, each written with release and read with acquire: on x86 these are plain moves.
 */
#include "shared_result.h"

#include "aligned.h"
#include "eventcount.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#define NONE UINT64_MAX

enum { SLOT_BITS = 22 }; /* of `current`; the rest is its stamp */

typedef _Atomic uint64_t word;

/* A result, with its words behind it. On lines of its own. */
struct slot {
    _Alignas(EVENTCOUNT_LINE) word stamp; /* 0: it is being written */
    word updates, bytes;
    _Alignas(16) word words[];
};

struct page {
    pthread_mutex_t lock;
    atomic_bool is_broken;                           /* its owner died with it */
    _Alignas(EVENTCOUNT_LINE) word current;          /* stamp and slot, or NONE */
    _Alignas(EVENTCOUNT_LINE) unsigned char slots[]; /* struct slot */
};

static struct page *page_of(const struct shared_result *result)
{
    return result->page.start;
}

static size_t stride_of(const struct shared_result *result)
{
    return aligned(sizeof(struct slot) + result->room, EVENTCOUNT_LINE);
}

static struct slot *slot_at(const struct shared_result *result, uint64_t index)
{
    return (void *)(page_of(result)->slots + index * stride_of(result));
}

/* What a worker makes a new result in. */
static void *own_at(const struct shared_result *result, unsigned worker)
{
    return (unsigned char *)result->own.start + worker * aligned(result->room, EVENTCOUNT_LINE);
}

/* How many updates a worker has made, on a line that no other writes. */
static uint64_t *made_by(const struct shared_result *result, unsigned worker)
{
    return (void *)((unsigned char *)result->made.start + (size_t)worker * EVENTCOUNT_LINE);
}

static void begin_lock(pthread_mutex_t *lock, bool shared)
{
    pthread_mutexattr_t attributes;
    (void)pthread_mutexattr_init(&attributes);
    (void)pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    (void)pthread_mutexattr_setpshared(&attributes,
                                       shared ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE);
    (void)pthread_mutex_init(lock, &attributes);
    (void)pthread_mutexattr_destroy(&attributes);
}

struct shared_result shared_result_new(const struct job *job, bool is_guarded, bool shared)
{
    static const char what[] = "the shared result: take a smaller --size";
    const size_t bytes = kernel_partial_size(job->kernel, job->size, kernel_whole(job->size));
    struct shared_result result = {.kernel = job->kernel,
                                   .is_guarded = is_guarded,
                                   .room = aligned(bytes, sizeof(word)),
                                   .workers = job->workers};
    const size_t slots = is_guarded ? 1 : (size_t)2 * job->workers;
    result.made = storage_new((size_t)job->workers * EVENTCOUNT_LINE, shared, what);
    result.page = storage_new(sizeof(struct page) + slots * stride_of(&result), shared, what);
    if (!is_guarded)
        result.own = storage_new(job->workers * aligned(result.room, EVENTCOUNT_LINE), false, what);
    begin_lock(&page_of(&result)->lock, shared);
    page_of(&result)->is_broken = false;
    shared_result_begin(&result);
    return result;
}

void shared_result_free(struct shared_result *result)
{
    storage_free(&result->page);
    storage_free(&result->own);
    storage_free(&result->made);
}

void shared_result_begin(const struct shared_result *result)
{
    atomic_store(&page_of(result)->current, NONE);
    for (unsigned worker = 0; worker < result->workers; worker++)
        *made_by(result, worker) = 0;
}

/* `into` is of so many updates. */
static void combine(const struct shared_result *result, uint64_t updates, void *into,
                    const void *partial)
{
    if (updates == 0)
        memcpy(into, partial, kernel_used(result->kernel, partial));
    else
        result->kernel->combine(into, partial);
}

/* ---- with the lock ---- */

static enum status add_guarded(const struct shared_result *result, unsigned worker,
                               const void *partial)
{
    struct page *page = page_of(result);
    struct slot *slot = slot_at(result, 0);
    if (pthread_mutex_lock(&page->lock) == EOWNERDEAD) {
        page->is_broken = true;
        (void)pthread_mutex_consistent(&page->lock);
    }
    if (!page->is_broken) {
        const uint64_t updates = page->current == NONE ? 0 : slot->updates;
        combine(result, updates, (void *)slot->words, partial);
        slot->updates = updates + 1;
        ++*made_by(result, worker);
        page->current = 0;
    }
    (void)pthread_mutex_unlock(&page->lock);
    return page->is_broken ? STATUS_FAILED : STATUS_OK;
}

/* ---- without ---- */

/* Copies the current result; returns of how many updates it is. */
static uint64_t read_current(const struct shared_result *result, void *copy)
{
    for (;;) {
        const uint64_t current = atomic_load(&page_of(result)->current);
        if (current == NONE)
            return 0;
        struct slot *slot = slot_at(result, current % (UINT64_C(1) << SLOT_BITS));
        const uint64_t updates = atomic_load_explicit(&slot->updates, memory_order_acquire);
        const uint64_t bytes = atomic_load_explicit(&slot->bytes, memory_order_acquire);
        for (size_t i = 0; i * sizeof(word) < bytes; i++)
            ((uint64_t *)copy)[i] = atomic_load_explicit(&slot->words[i], memory_order_acquire);
        if (atomic_load(&slot->stamp) == current >> SLOT_BITS)
            return updates;
    }
}

/* Makes it the current one, whichever that is by now. */
static void write_current(const struct shared_result *result, unsigned worker, uint64_t updates,
                          const void *copy)
{
    const uint64_t stamp = ++*made_by(result, worker);
    const uint64_t index = UINT64_C(2) * worker + stamp % 2;
    const uint64_t bytes = kernel_used(result->kernel, copy);
    struct slot *slot = slot_at(result, index);
    atomic_store(&slot->stamp, 0);
    atomic_store_explicit(&slot->updates, updates, memory_order_release);
    atomic_store_explicit(&slot->bytes, bytes, memory_order_release);
    for (size_t i = 0; i * sizeof(word) < bytes; i++)
        atomic_store_explicit(&slot->words[i], ((const uint64_t *)copy)[i], memory_order_release);
    atomic_store(&slot->stamp, stamp);
    atomic_store(&page_of(result)->current, stamp << SLOT_BITS | index);
}

enum status shared_result_add(const struct shared_result *result, unsigned worker,
                              const void *partial)
{
    if (result->is_guarded)
        return add_guarded(result, worker, partial);
    void *own = own_at(result, worker);
    const uint64_t updates = read_current(result, own);
    combine(result, updates, own, partial);
    write_current(result, worker, updates + 1, own);
    return STATUS_OK;
}

/* ---- what came of it ---- */

static struct slot *last_slot(const struct shared_result *result)
{
    return slot_at(result, page_of(result)->current % (UINT64_C(1) << SLOT_BITS));
}

uint64_t shared_result_made(const struct shared_result *result)
{
    uint64_t made = 0;
    for (unsigned worker = 0; worker < result->workers; worker++)
        made += *made_by(result, worker);
    return made;
}

uint64_t shared_result_updates(const struct shared_result *result)
{
    return page_of(result)->current == NONE ? 0 : last_slot(result)->updates;
}

const void *shared_result_read(const struct shared_result *result)
{
    return (const void *)last_slot(result)->words;
}
