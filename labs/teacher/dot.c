/*
 * Lab 9 solved: the dot product of 1, 2, 3, … and 1, 2, 1, 2, …
 *
 * It stands in for the template labs/templates/dot.c in kernels/. All numbers are whole, and their
 * sum is less than 2⁵³: so a double holds each sum exactly, in whatever order it is made.
 */
#include "kernel.h"

#include <stdio.h>

/* Item `index` of the first vector: 1, 2, 3, … size, which 32 bits are enough for. */
static double x(uint64_t index)
{
    return (double)(int32_t)(index + 1);
}

/* Item `index` of the second vector: 1, 2, 1, 2, … */
static double y(uint64_t index)
{
    return (double)(int32_t)(1 + index % 2);
}

/* Several sums at once: one alone waits for each addition before it begins the next one. */
KERNEL_CLONES
static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    double sum = 0;
    (void)size, (void)input, (void)output;
#pragma omp simd reduction(+ : sum)
    for (uint64_t i = range.begin; i < range.end; i++)
        sum += x(i) * y(i);
    *(double *)partial = sum;
}

static void combine(void *into, const void *from)
{
    *(double *)into += *(const double *)from;
}

/* Not as compute() does it: each x once, and those that y doubles once more. These are 2, 4, 6, …,
 * which is twice 1, 2, 3, … size / 2. */
static double expected(uint64_t size)
{
    const uint64_t half = size / 2, sum = size * (size + 1) / 2 + half * (half + 1);
    return (double)sum;
}

static bool verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    const double sum = *(const double *)partial;
    if (!(sum == expected(size))) /* so that NaN fails */
        return verdict_wrong(verdict, "%.0f instead of %.0f", sum, expected(size));
    return true;
}

static void print(const void *partial, char *text, size_t length)
{
    (void)snprintf(text, length, "%.0f", *(const double *)partial);
}

const struct kernel kernel_dot = {
    .name = "dot",
    .title = "the dot product of 1, 2, 3, … and 1, 2, 1, 2, …",
    .item = "index",
    .default_size = 40000000,
    .max_size = 100000000, /* beyond it the result may reach 2⁵³ */
    .is_linear = true,
    .partial_bytes = sizeof(double),
    .compute = compute,
    .combine = combine,
    .commutative = true,
    .verify = verify,
    .print = print,
    .tick = 10000,
};
