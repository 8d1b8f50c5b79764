#include "partials.h"

#include <inttypes.h>
#include <stdio.h>
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

struct partials partials_new(const struct job *job, struct range whole, uint64_t pieces,
                             bool shared)
{
    struct partials partials = {.whole = whole, .pieces = pieces};
    size_t bytes;
    char what[64];
    partials.stride = stride_of(job, &partials);
    if (__builtin_mul_overflow(partials.stride, pieces, &bytes))
        bytes = SIZE_MAX;
    (void)snprintf(what, sizeof what, "%" PRIu64 " partial results: take a larger chunk", pieces);
    partials.slots = storage_new(bytes, shared, what);
    partials.fold = fold_new(job->kernel, job->size, whole);
    return partials;
}

void partials_free(struct partials *partials)
{
    free(partials->fold);
    storage_free(&partials->slots);
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
