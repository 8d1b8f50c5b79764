/*
 * Pi as the integral of 4 / (1 + x²) from 0 to 1, by the midpoint rule.
 *
 * The classic first program of a parallel course: every step costs the same, no step needs
 * another, nothing is read from memory and eight bytes are handed over. Whatever is missing to a
 * perfect speedup here is the model's own cost.
 */
#include "kernel.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

/*
 * Steps summed at once. It bounds the rounding error, which grows with the longest chain of
 * additions, and lets a step's number inside the block be a 32-bit integer, which every
 * instruction set converts to double in one go.
 */
enum { BLOCK = 1024 };

/* Beyond it the loss of a single step, 2 / size, would hide below the bound of verify(). */
#define MAX_SIZE UINT64_C(1000000000000)

/* The sum of 4 / (1 + x²) over `count` midpoints; `first` is that of the first, in steps. */
KERNEL_CLONES
static double sum_block(double first, int32_t count, double step)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int32_t i = 0; i < count; i++) {
        double x = (first + i) * step;
        sum += 4 / (1 + x * x);
    }
    return sum;
}

/* Adds the blocks with Kahan's compensation: as if their number cost no accuracy. */
static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)input, (void)output;
    double step = 1 / (double)size;
    double sum = 0;
    double lost = 0;
    for (uint64_t begin = range.begin; begin < range.end; begin += BLOCK) {
        uint64_t left = range.end - begin;
        int32_t count = left < BLOCK ? (int32_t)left : BLOCK;
        double term = sum_block((double)begin + 0.5, count, step) - lost;
        double next = sum + term;
        lost = (next - sum) - term;
        sum = next;
    }
    *(double *)partial = sum * step;
}

static void combine(void *into, const void *from)
{
    *(double *)into += *(const double *)from;
}

/*
 * How far from pi a correct result can be, for any cut of the range.
 *
 * The rule itself: step² / 24 · max |f''|. f'' = 8 (3x² - 1) / (1 + x²)³ is largest in absolute
 * value at 0, where it is -8: step² / 3.
 *
 * Rounding, in units of u = DBL_EPSILON / 2 and relative to a sum of positive terms: midpoints are
 * exact (size < 2⁵²), x is off by 2u, 1 + x² by at most 3.5u, a term by 4.5u; the additions within
 * a block by BLOCK · u, whatever their order; those of blocks by 3u (Higham, "Accuracy and
 * Stability of Numerical Algorithms", 4.3); the scaling by 2u. Partials meet in a tree of at most
 * log2(size) + 1 <= 41 additions. All of it is below (BLOCK + 64) u, and no sum exceeds 4.
 */
static double error_bound(uint64_t size)
{
    double step = 1 / (double)size;
    return step * step / 3 + (BLOCK + 64) * (DBL_EPSILON / 2) * 4;
}

static bool verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    const double pi = 3.14159265358979323846;
    double result = *(const double *)partial;
    double error = fabs(result - pi);
    double bound = error_bound(size);
    if (!(error <= bound)) /* so that NaN fails */
        return verdict_wrong(verdict,
                             "%.17g is off pi by %.3g, more than the %.3g that the method allows",
                             result, error, bound);
    return true;
}

static void print(const void *partial, char *text, size_t length)
{
    (void)snprintf(text, length, "%.15f", *(const double *)partial);
}

const struct kernel kernel_pi = {
    .name = "pi",
    .title = "pi by the midpoint rule: equal work, no memory",
    .item = "step",
    .default_size = 250000000,
    .max_size = MAX_SIZE,
    .is_linear = true,
    .partial_bytes = sizeof(double),
    .compute = compute,
    .combine = combine,
    .verify = verify,
    .print = print,
    .tick = UINT64_C(96) * BLOCK,
    .events = {"PAPI_DP_OPS", "PAPI_VEC_DP"}, /* arithmetic, and how much of it in vectors */
    .limit = {"divide", LIMIT_OF_CORES, "the divider"},
};
