/*
 * A kernel from outside the tree that somebody has not finished: it says neither how partials are
 * combined nor how a result is checked.
 */
#include "kernel.h"

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)size;
    (void)input;
    (void)output;
    *(uint64_t *)partial = range_length(range);
}

const struct kernel kernel_unfinished = {
    .name = "unfinished",
    .title = "counts its items, one day",
    .item = "item",
    .default_size = 1000,
    .max_size = 1000,
    .is_linear = true,
    .partial_bytes = sizeof(uint64_t),
    .compute = compute,
};
