/*
 * A list of inputs, copied: what memory allows a map that reads and writes as many bytes.
 *
 * It is a limit: no map of such items can be faster than moving them. The copy is the C library's,
 * which knows the processor: how large its caches are, and when to write past them.
 *
 * The input of index i is i.
 */
#include "kernel.h"

#include <inttypes.h>
#include <string.h>

/* As large as the maps that are held against it: squares.c. */
#define MAX_SIZE (UINT64_C(1) << 32)

static void fill(uint64_t size, struct range range, void *input)
{
    (void)size;
    for (uint64_t i = 0; i < range_length(range); i++)
        ((uint64_t *)input)[i] = range.begin + i;
}

/* The partial is how many were copied. */
static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)size;
    uint64_t *copied = partial;
    *copied = range_length(range);
    if (*copied > 0)
        memcpy(output, input, *copied * sizeof(uint64_t));
}

static void combine(void *into, const void *from)
{
    *(uint64_t *)into += *(const uint64_t *)from;
}

KERNEL_CLONES
static uint64_t count_wrong(struct range range, const uint64_t *copy)
{
    uint64_t wrong = 0;
    for (uint64_t i = range.begin; i < range.end; i++)
        wrong += copy[i - range.begin] != i;
    return wrong;
}

static uint64_t wrong(uint64_t size, struct range range, const void *output, struct verdict *first)
{
    const uint64_t *copy = output, count = count_wrong(range, copy);
    uint64_t place = 0;
    (void)size;
    while (count > 0 && copy[place] == range.begin + place)
        place++;
    if (count > 0)
        (void)verdict_wrong(first, "item %" PRIu64 " is %" PRIu64, range.begin + place,
                            copy[place]);
    return count;
}

static bool verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    const uint64_t copied = *(const uint64_t *)partial;
    return copied == size || verdict_wrong(verdict, "%" PRIu64 " items were copied", copied);
}

static void print(const void *partial, char *text, size_t length)
{
    (void)snprintf(text, length, "%" PRIu64, *(const uint64_t *)partial);
}

const struct kernel kernel_copy = {
    .name = "copy",
    .title = "a list of inputs, copied: what memory allows a map",
    .item = "item",
    .moves_bytes = true,
    .is_limit = true,
    .default_size = 1 << 27,
    .max_size = MAX_SIZE,
    .is_linear = true,
    .partial_bytes = sizeof(uint64_t),
    .input_item_size = sizeof(uint64_t),
    .output_item_size = sizeof(uint64_t),
    .fill = fill,
    .compute = compute,
    .combine = combine,
    .commutative = true,
    .verify = verify,
    .wrong = wrong,
    .print = print,
    .tick = 1 << 15,
    .events = {"PAPI_L3_TCM", "PAPI_RES_STL"}, /* as of squares */
};
