#include "partials.h"

#include <stdlib.h>

enum { CACHE_LINE = 64 };

struct partials partials_plan(const struct kernel *kernel, uint64_t size, struct range whole,
                              uint64_t pieces)
{
    struct partials partials = {kernel, size, whole, pieces, 0, NULL};
    size_t most = 0;
    for (uint64_t piece = 0; piece < pieces; piece++) {
        size_t bytes = kernel->partial_size(size, partials_range(&partials, piece));
        if (bytes > most)
            most = bytes;
        if (!kernel_grows(kernel, size))
            break;
    }
    partials.stride = (most + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    return partials;
}

size_t partials_bytes(const struct partials *partials)
{
    size_t bytes;
    if (__builtin_mul_overflow(partials->stride, partials->pieces, &bytes))
        return SIZE_MAX;
    return bytes;
}

enum status partials_allocate(struct partials *partials)
{
    size_t bytes = partials_bytes(partials);
    partials->base = bytes == SIZE_MAX ? NULL : aligned_alloc(CACHE_LINE, bytes);
    if (!partials->base)
        return status_fail(STATUS_FAILED,
                           "out of memory for %llu partial results: take a larger chunk",
                           (unsigned long long)partials->pieces);
    return STATUS_OK;
}

void partials_compute(const struct partials *partials, uint64_t piece, const void *input,
                      void *output)
{
    const struct kernel *kernel = partials->kernel;
    struct range range = partials_range(partials, piece);
    uint64_t first = range.begin - partials->whole.begin;
    kernel->compute(partials->size, range, kernel_input_at(kernel, input, first),
                    kernel_output_at(kernel, output, first), partials_at(partials, piece));
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
