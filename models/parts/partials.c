#include "partials.h"

#include "aligned.h"
#include "eventcount.h"
#include "memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64, MANY = 256 };

/* Where partials grow it may be any piece's. */
size_t partials_longest(const struct job *job, struct range whole, uint64_t pieces)
{
    size_t most = 0;
    for (uint64_t piece = 0; piece < (kernel_grows(job->kernel) ? pieces : 1); piece++) {
        const struct range range = range_split(whole, pieces, piece);
        const size_t bytes = kernel_partial_size(job->kernel, job->size, range);
        most = bytes > most ? bytes : most;
    }
    return most;
}

static size_t stride_of(const struct job *job, const struct partials *partials, unsigned together)
{
    const size_t most = partials_longest(job, partials->whole, partials->pieces);
    const size_t close = aligned(most, PARTIAL_ALIGNMENT);
    return close * together % CACHE_LINE == 0 ? close : aligned(most, CACHE_LINE);
}

/* The run's pieces. */
static struct range pieces_of(const struct partials *partials, uint64_t run)
{
    return range_split((struct range){0, partials->pieces}, partials->runs, run);
}

/* The items of the run, and of all that it appends in the tree. */
static struct range subtree(const struct partials *partials, uint64_t run)
{
    const struct range first = pieces_of(partials, run);
    const struct range last = pieces_of(partials, range_subtree_end(partials->runs, run) - 1);
    return (struct range){partials_range(partials, first.begin).begin,
                          partials_range(partials, last.end - 1).end};
}

static void make_folds(const struct job *job, struct partials *partials, bool shared)
{
    partials->folds = memory_new(partials->runs, sizeof *partials->folds);
    for (unsigned run = 0; run < partials->runs; run++)
        partials->folds[run] = fold_new(job->kernel, job->size, subtree(partials, run), shared);
    partials->made = storage_new(partials->runs * sizeof(struct eventcount), shared, "the workers");
    memset(partials->made.start, 0, partials->made.bytes);
}

struct partials partials_new(const struct job *job, struct range whole, uint64_t pieces,
                             unsigned workers, unsigned together, bool shared)
{
    struct partials partials = {.whole = whole,
                                .pieces = pieces,
                                .grow = kernel_grows(job->kernel),
                                .runs = workers < pieces ? workers : (unsigned)pieces};
    size_t bytes;
    char what[64];
    make_folds(job, &partials, shared);
    partials.stride = stride_of(job, &partials, together);
    if (__builtin_mul_overflow(partials.stride, pieces, &bytes))
        bytes = SIZE_MAX;
    (void)snprintf(what, sizeof what, "%" PRIu64 " partial results: take a larger chunk", pieces);
    partials.slots = storage_new(bytes, shared, what);
    return partials;
}

void partials_free(struct partials *partials)
{
    for (unsigned run = 0; run < partials->runs; run++)
        fold_free(partials->folds[run]);
    free(partials->folds);
    storage_free(&partials->made);
    storage_free(&partials->slots);
}

void partials_meet(const struct partials *partials)
{
    storage_meet(&partials->slots);
    storage_meet(&partials->made);
    for (unsigned run = 0; run < partials->runs; run++)
        fold_meet(partials->folds[run]);
}

static void push(const struct partials *partials, unsigned run, uint64_t piece)
{
    fold_push(partials->folds[run], partials_range(partials, piece), partials_at(partials, piece));
}

void partials_fold_one(const struct partials *partials, uint64_t piece)
{
    if (piece == 0)
        fold_reset(partials->folds[0]);
    push(partials, 0, piece);
}

const void *partials_result(const struct partials *partials)
{
    return fold_result(partials->folds[0]);
}

const void *partials_fold(const struct partials *partials)
{
    for (uint64_t piece = 0; piece < partials->pieces; piece++)
        partials_fold_one(partials, piece);
    return partials_result(partials);
}

/* Appends what another run, and those that it had appended, made; waits for it. All runs are
 * combined equally often, so this one's count tells how often that one was before. */
static void append(const struct partials *partials, unsigned run, unsigned other)
{
    struct eventcount *made = partials->made.start;
    const uint32_t before = eventcount_read(&made[run]);
    while (eventcount_read(&made[other]) == before)
        (void)eventcount_await(&made[other], before, 0);
    fold_push(partials->folds[run], subtree(partials, other), fold_result(partials->folds[other]));
    (void)fold_result(partials->folds[run]);
}

void partials_combine(const struct partials *partials, unsigned worker)
{
    if (worker >= partials->runs)
        return;
    struct eventcount *made = partials->made.start;
    const struct range pieces = pieces_of(partials, worker);
    fold_reset(partials->folds[worker]);
    for (uint64_t piece = pieces.begin; piece < pieces.end; piece++)
        push(partials, worker, piece);
    (void)fold_result(partials->folds[worker]);
    for (unsigned step = 1; worker % (2 * step) == 0 && worker + step < partials->runs; step *= 2)
        append(partials, worker, worker + step);
    eventcount_advance(&made[worker]);
}

bool partials_are_much(const struct partials *partials)
{
    return partials->runs > 1 && (partials->grow || partials->pieces > MANY);
}
