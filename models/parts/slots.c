#include "slots.h"

#include <stdlib.h>

enum { CACHE_LINE = 64 };

struct slots slots_plan(const struct kernel *kernel, uint64_t size, struct range whole,
                        uint64_t pieces)
{
    struct slots slots = {kernel, size, whole, pieces, 0, NULL};
    size_t most = 0;
    for (uint64_t piece = 0; piece < pieces; piece++) {
        size_t bytes = kernel->partial_size(size, slots_range(&slots, piece));
        if (bytes > most)
            most = bytes;
        if (!kernel_grows(kernel, size))
            break;
    }
    slots.stride = (most + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    return slots;
}

size_t slots_bytes(const struct slots *slots)
{
    size_t bytes;
    if (__builtin_mul_overflow(slots->stride, slots->pieces, &bytes))
        return SIZE_MAX;
    return bytes;
}

enum status slots_allocate(struct slots *slots)
{
    size_t bytes = slots_bytes(slots);
    slots->base = bytes == SIZE_MAX ? NULL : aligned_alloc(CACHE_LINE, bytes);
    if (!slots->base)
        return status_fail(STATUS_FAILED,
                           "out of memory for %llu partial results: take a larger chunk",
                           (unsigned long long)slots->pieces);
    return STATUS_OK;
}

void slots_compute(const struct slots *slots, uint64_t piece, const void *input, void *output)
{
    const struct kernel *kernel = slots->kernel;
    struct range range = slots_range(slots, piece);
    uint64_t first = range.begin - slots->whole.begin;
    kernel->compute(slots->size, range, kernel_input_at(kernel, input, first),
                    kernel_output_at(kernel, output, first), slots_at(slots, piece));
}

void slots_fold_one(const struct slots *slots, uint64_t piece, struct fold *fold)
{
    fold_push(fold, slots_range(slots, piece), slots_at(slots, piece));
}

void slots_fold(const struct slots *slots, struct fold *fold)
{
    for (uint64_t piece = 0; piece < slots->pieces; piece++)
        slots_fold_one(slots, piece, fold);
}
