/*
 * x · x over a list of inputs: a map, and the sum of what it gave.
 *
 * One multiplication for sixteen bytes moved: memory sets the pace, not the cores. It shows how
 * few workers saturate a memory bus, and what it costs a model to carry inputs and outputs between
 * processes or ranks instead of sharing them.
 *
 * The input of index i is i.
 */
#include "squares.h"

#include <gmp.h>
#include <inttypes.h>

void squares_fill(uint64_t size, struct range range, void *input)
{
    (void)size;
    uint64_t *x = input;
    for (uint64_t i = range.begin; i < range.end; i++)
        x[i - range.begin] = i;
}

/* The lower and the upper 32 bits are summed apart, which keeps to what vector instructions can:
 * SQUARES_MAX_SIZE of them do not overflow 64 bits. */
KERNEL_CLONES
squares_sum squares_square(uint64_t count, const uint64_t *restrict x, uint64_t *restrict squared)
{
    uint64_t low = 0;
    uint64_t high = 0;
#pragma omp simd reduction(+ : low, high)
    for (uint64_t i = 0; i < count; i++) {
        uint64_t value = x[i] * x[i];
        squared[i] = value;
        low += value & UINT32_MAX;
        high += value >> 32;
    }
    return ((squares_sum)high << 32) + low;
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)size;
    *(squares_sum *)partial = squares_square(range_length(range), input, output);
}

void squares_combine(void *into, const void *from)
{
    *(squares_sum *)into += *(const squares_sum *)from;
}

/* How many of the squares of these numbers differ from i · i. */
KERNEL_CLONES
static uint64_t count_wrong(struct range numbers, const uint64_t *squared)
{
    uint64_t wrong = 0;
    for (uint64_t i = 0; i < range_length(numbers); i++)
        wrong += squared[i] != (numbers.begin + i) * (numbers.begin + i);
    return wrong;
}

uint64_t squares_wrong(uint64_t size, struct range range, const void *output, struct verdict *first)
{
    const uint64_t *squared = output;
    const uint64_t count = count_wrong(range, squared);
    uint64_t i = range.begin;
    (void)size;
    while (count > 0 && squared[i - range.begin] == i * i)
        i++;
    if (count > 0)
        (void)verdict_wrong(first, "the square of %" PRIu64 " is %" PRIu64, i,
                            squared[i - range.begin]);
    return count;
}

bool squares_verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    squares_sum closed = (squares_sum)size * (size - 1) * (2 * (squares_sum)size - 1) / 6;
    if (*(const squares_sum *)partial != closed)
        return verdict_wrong(verdict, "the sum of the squares is not (n - 1) n (2n - 1) / 6");
    return true;
}

void squares_print(const void *partial, char *text, size_t length)
{
    (void)gmp_snprintf(text, length, "%Nd", (const mp_limb_t *)partial, (mp_size_t)2);
}

const struct kernel kernel_squares = {
    .name = "squares",
    .algorithm = "plain",
    .title = "x · x over a list of inputs: next to no work per byte moved",
    .item = "input",
    .default_size = 1 << 27,
    .max_size = SQUARES_MAX_SIZE,
    .is_linear = true,
    .partial_bytes = sizeof(squares_sum),
    .input_item_size = sizeof(uint64_t),
    .output_item_size = sizeof(uint64_t),
    .fill = squares_fill,
    .compute = compute,
    .combine = squares_combine,
    .commutative = true,
    .verify = squares_verify,
    .wrong = squares_wrong,
    .print = squares_print,
    .tick = 1 << 15,
    .events = {"PAPI_L3_TCM",
               "PAPI_RES_STL"}, /* each cache line comes from memory, and is waited for */
    .limit = {"copy", LIMIT_OF_MACHINE, "memory"},
};
