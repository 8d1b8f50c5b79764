/*
 * Pi as the integral of 4 / (1 + x²) from 0 to 1, by the midpoint rule.
 *
 * The classic first program of a parallel course: every step costs the same, no step needs
 * another, nothing is read from memory and eight bytes are handed over. Whatever is missing to a
 * perfect speedup here is the model's own cost.
 */
#include "pi.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

/* A division a step. */
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
void pi_integrate(pi_sum_block *sum_of, uint64_t size, struct range range, void *partial)
{
    double step = 1 / (double)size;
    double sum = 0;
    double lost = 0;
    for (uint64_t begin = range.begin; begin < range.end; begin += PI_BLOCK) {
        uint64_t left = range.end - begin;
        int32_t count = left < PI_BLOCK ? (int32_t)left : PI_BLOCK;
        double term = sum_of((double)begin + 0.5, count, step) - lost;
        double next = sum + term;
        lost = (next - sum) - term;
        sum = next;
    }
    *(double *)partial = sum * step;
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)input, (void)output;
    pi_integrate(sum_block, size, range, partial);
}

void pi_combine(void *into, const void *from)
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
 * exact (size < 2⁵²), x is off by 2u, 1 + x² by at most 3.5u, a term by 4.5u; where four terms are
 * one fraction (pi_paired.c), by 33u. The additions within a block by PI_BLOCK · u, whatever their
 * order, or a fourth of that and 3u more; those of blocks by 3u (Higham, "Accuracy and Stability of
 * Numerical Algorithms", 4.3); the scaling by 2u. Partials meet in a tree of at most log2(size) + 1
 * <= 41 additions. All of it is below (PI_BLOCK + 64) u, and no sum exceeds 4.
 */
static double error_bound(uint64_t size)
{
    double step = 1 / (double)size;
    return step * step / 3 + (PI_BLOCK + 64) * (DBL_EPSILON / 2) * 4;
}

bool pi_verify(uint64_t size, const void *partial, struct verdict *verdict)
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

void pi_print(const void *partial, char *text, size_t length)
{
    (void)snprintf(text, length, "%.15f", *(const double *)partial);
}

const struct kernel kernel_pi = {
    .name = "pi",
    .algorithm = "midpoint",
    .title = "pi by the midpoint rule: equal work, no memory",
    .item = "step",
    .default_size = 250000000,
    .max_size = PI_MAX_SIZE,
    .is_linear = true,
    .is_fine = true,
    .partial_bytes = sizeof(double),
    .compute = compute,
    .combine = pi_combine,
    .commutative = true,
    .verify = pi_verify,
    .print = pi_print,
    .tick = UINT64_C(96) * PI_BLOCK,
    .events = {"PAPI_DP_OPS", "PAPI_VEC_DP"}, /* arithmetic, and how much of it in vectors */
    .limit = {"divide", LIMIT_OF_CORES, "the divider"},
};
