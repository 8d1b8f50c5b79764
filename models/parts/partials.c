#include "partials.h"

#include "procpool.h"

#include <stdlib.h>

enum { CACHE_LINE = 64 };

/* Room for the largest piece: where partials grow, any may be. */
static size_t stride_of(const struct job *job, const struct partials *partials)
{
    size_t most = 0;
    for (uint64_t piece = 0; piece < (kernel_grows(job->kernel) ? partials->pieces : 1); piece++) {
        const struct range range = partials_range(partials, piece);
        const size_t bytes = kernel_partial_size(job->kernel, job->size, range);
        most = bytes > most ? bytes : most;
    }
    return (most + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
}

enum status partials_new(const struct job *job, struct range whole, uint64_t pieces, bool shared,
                         struct partials *partials)
{
    struct partials made = {.whole = whole, .pieces = pieces, .shared = shared};
    made.stride = stride_of(job, &made);
    if (!__builtin_mul_overflow(made.stride, pieces, &made.bytes))
        made.base = shared ? procpool_share(made.bytes) : aligned_alloc(CACHE_LINE, made.bytes);
    if (!made.base)
        return status_fail(STATUS_FAILED,
                           "out of memory for %llu partial results: take a larger chunk",
                           (unsigned long long)pieces);
    *partials = made;
    return fold_new(job->kernel, job->size, whole, &partials->fold);
}

void partials_free(struct partials *partials)
{
    fold_free(partials->fold);
    if (partials->shared)
        procpool_unshare(partials->base, partials->bytes);
    else
        free(partials->base);
    *partials = (struct partials){.base = NULL};
}

void partials_meet(const struct partials *partials)
{
    if (partials->shared)
        procpool_meet(partials->base, partials->bytes);
}

void partials_fold_one(const struct partials *partials, uint64_t piece)
{
    fold_push(partials->fold, partials_range(partials, piece), partials_at(partials, piece));
}

const void *partials_fold(const struct partials *partials)
{
    fold_reset(partials->fold);
    for (uint64_t piece = 0; piece < partials->pieces; piece++)
        partials_fold_one(partials, piece);
    return fold_result(partials->fold);
}
