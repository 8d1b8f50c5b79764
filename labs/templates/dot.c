/*
 * A kernel to begin with: it adds the numbers x. Lab 9 makes the dot product of x and y of it.
 *
 * Copy it into kernels/ and build: every model runs it. It is right as it is. Where it says CHANGE,
 * there is something to do; kernels/kernel.h tells what each function is for.
 *
 * All numbers are whole, and their sum is less than 2⁵³: so a double holds each sum exactly,
 * however the range is cut, and one item too many or too few is seen.
 */
#include "kernel.h"

#include <stdio.h>

/* Item `index` of the first vector: 1, 2, 3, … size, which 32 bits are enough for. */
static double x(uint64_t index)
{
    return (double)(int32_t)(index + 1);
}

/* CHANGE: write a function y() for the second vector, 1, 2, 1, 2, … */

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    double sum = 0;
    (void)size, (void)input, (void)output;
    for (uint64_t i = range.begin; i < range.end; i++)
        sum += x(i); /* CHANGE: x times y */
    *(double *)partial = sum;
}

static void combine(void *into, const void *from)
{
    *(double *)into += *(const double *)from;
}

/* Not as compute() does it: the sum of 1, 2, 3, … size by Gauss. CHANGE: what x times y adds up to.
 */
static double expected(uint64_t size)
{
    const uint64_t sum = size * (size + 1) / 2;
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
    .title = "the sum of 1, 2, 3, …: one vector of a dot product", /* CHANGE */
    .item = "index",
    .default_size = 40000000,
    .max_size = 100000000, /* with y, too, the result is less than 2⁵³ */
    .is_linear = true,
    .partial_bytes = sizeof(double),
    .compute = compute,
    .combine = combine,
    .commutative = true,
    .verify = verify,
    .print = print,
    .tick = 10000,
};
