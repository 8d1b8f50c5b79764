/*
 * A kernel from outside the tree whose terms are rounded, so that its last digits depend on how the
 * range is cut, and whose largest size is less than what many tests ask for.
 *
 * It adds 1 + 1/2 + 1/3 + … + 1/size.
 *
 * With PARBENCH_TEST_TOO_LONG used() tells of a byte too many, of small partials: of the pieces'
 * and not of the result.
 */
#include "kernel.h"

#include <math.h>
#include <stdlib.h>

static size_t partial_size(uint64_t size, struct range range)
{
    (void)size, (void)range;
    return sizeof(double);
}

static size_t used(const void *partial)
{
    return sizeof(double) + (*(const double *)partial < 1 && getenv("PARBENCH_TEST_TOO_LONG"));
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    double sum = 0;
    (void)size, (void)input, (void)output;
    for (uint64_t i = range.begin; i < range.end; i++)
        sum += 1 / (double)(i + 1);
    *(double *)partial = sum;
}

static void combine(void *into, const void *from)
{
    *(double *)into += *(const double *)from;
}

/* Euler and Maclaurin's: what is left out of it is below 1 / (252 n⁶). */
static double expected(uint64_t size)
{
    double n = (double)size, sum = 0;
    for (uint64_t i = 0; size < 20 && i < size; i++)
        sum += 1 / (double)(i + 1);
    return size < 20 ? sum
                     : log(n) + 0.57721566490153286061 + 1 / (2 * n) - 1 / (12 * n * n) +
                           1 / (120 * n * n * n * n);
}

static bool verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    const double sum = *(const double *)partial;
    return fabs(sum - expected(size)) <= 1e-9
               ? true
               : verdict_wrong(verdict, "%.17g instead of %.17g", sum, expected(size));
}

static void print(const void *partial, char *text, size_t length)
{
    (void)snprintf(text, length, "%.15f", *(const double *)partial);
}

const struct kernel kernel_harmonic = {
    .name = "harmonic",
    .title = "rounded terms of the harmonic series",
    .item = "term",
    .default_size = 10000,
    .max_size = 50000,
    .is_linear = true,
    .partial_size = partial_size,
    .used = used,
    .compute = compute,
    .combine = combine,
    .commutative = true,
    .verify = verify,
    .print = print,
    .tick = 1000,
};
