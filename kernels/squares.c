/*
 * x · x over a list of inputs: a map, and the sum of what it gave.
 *
 * One multiplication for sixteen bytes moved: memory sets the pace, not the cores. It shows how
 * few workers saturate a memory bus, and what it costs a model to carry inputs and outputs between
 * processes or ranks instead of sharing them.
 *
 * The input of index i is i.
 */
#include "kernel.h"

#include <gmp.h>
#include <inttypes.h>

__extension__ typedef unsigned __int128 uint128; /* two of GMP's limbs */

/* Beyond it the square of the last input overflows 64 bits. */
#define MAX_SIZE (UINT64_C(1) << 32)

static void fill(uint64_t size, struct range range, void *input)
{
    (void)size;
    uint64_t *x = input;
    for (uint64_t i = range.begin; i < range.end; i++)
        x[i - range.begin] = i;
}

/*
 * Squares `count` inputs and adds the squares up. The lower and the upper 32 bits are summed
 * apart, which keeps to what vector instructions can: MAX_SIZE of them do not overflow 64 bits.
 */
KERNEL_CLONES
static uint128 square(uint64_t count, const uint64_t *restrict x, uint64_t *restrict squared)
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
    return ((uint128)high << 32) + low;
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)size;
    *(uint128 *)partial = square(range_length(range), input, output);
}

static void combine(void *into, const void *from)
{
    *(uint128 *)into += *(const uint128 *)from;
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

static uint64_t wrong(uint64_t size, struct range range, const void *output, struct verdict *first)
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

static bool verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    uint128 closed = (uint128)size * (size - 1) * (2 * (uint128)size - 1) / 6;
    if (*(const uint128 *)partial != closed)
        return verdict_wrong(verdict, "the sum of the squares is not (n - 1) n (2n - 1) / 6");
    return true;
}

static void print(const void *partial, char *text, size_t length)
{
    (void)gmp_snprintf(text, length, "%Nd", (const mp_limb_t *)partial, (mp_size_t)2);
}

const struct kernel kernel_squares = {
    .name = "squares",
    .title = "x · x over a list of inputs: next to no work per byte moved",
    .item = "input",
    .default_size = 1 << 27,
    .max_size = MAX_SIZE,
    .is_linear = true,
    .partial_bytes = sizeof(uint128),
    .input_item_size = sizeof(uint64_t),
    .output_item_size = sizeof(uint64_t),
    .fill = fill,
    .compute = compute,
    .combine = combine,
    .verify = verify,
    .wrong = wrong,
    .print = print,
    .tick = 1 << 15,
    .events = {"PAPI_L3_TCM",
               "PAPI_RES_STL"}, /* each cache line comes from memory, and is waited for */
    .limit = {"copy", LIMIT_OF_MACHINE, "memory"},
};
