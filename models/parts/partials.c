#include "partials.h"

#include "procpool.h"

#include <stdlib.h>

enum { CACHE_LINE = 64 };

struct partials partials_plan(const struct job *job, struct range whole, uint64_t pieces)
{
    struct partials partials = {whole, pieces, 0, NULL, false};
    size_t most = 0;
    for (uint64_t piece = 0; piece < pieces; piece++) {
        size_t bytes =
            kernel_partial_size(job->kernel, job->size, partials_range(&partials, piece));
        if (bytes > most)
            most = bytes;
        if (!kernel_grows(job->kernel))
            break;
    }
    partials.stride = (most + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    return partials;
}

/* SIZE_MAX when no memory can have them. */
static size_t bytes_of(const struct partials *partials)
{
    size_t bytes;
    return __builtin_mul_overflow(partials->stride, partials->pieces, &bytes) ? SIZE_MAX : bytes;
}

enum status partials_allocate(struct partials *partials, bool shared)
{
    const size_t bytes = bytes_of(partials);
    partials->shared = shared;
    if (bytes < SIZE_MAX)
        partials->base = shared ? procpool_share(bytes) : aligned_alloc(CACHE_LINE, bytes);
    if (!partials->base)
        return status_fail(STATUS_FAILED,
                           "out of memory for %llu partial results: take a larger chunk",
                           (unsigned long long)partials->pieces);
    return STATUS_OK;
}

void partials_free(struct partials *partials)
{
    if (partials->shared)
        procpool_unshare(partials->base, bytes_of(partials));
    else
        free(partials->base);
    partials->base = NULL;
}

void partials_meet(const struct partials *partials)
{
    if (partials->shared)
        procpool_meet(partials->base, bytes_of(partials));
}

void partials_fold_one(const struct partials *partials, uint64_t piece, struct fold *fold)
{
    fold_push(fold, partials_range(partials, piece), partials_at(partials, piece));
}

void partials_fold(const struct partials *partials, struct fold *fold)
{
    for (uint64_t piece = 0; piece < partials->pieces; piece++)
        partials_fold_one(partials, piece, fold);
}
