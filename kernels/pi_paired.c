/*
 * Pi by the midpoint rule with a division for four steps.
 *
 * A division takes a core as long as ten or more multiplications, and no other instruction's time
 * is seen beside it. So terms are brought to a common denominator, two by two and twice:
 *
 *     1/a + 1/b = (a + b) / ab,   (a + b) / ab + (c + d) / cd = ((a + b) cd + (c + d) ab) / (ab cd)
 *
 * The denominators 1 + x² are between 1 and 2, and so their products between 1 and 16.
 */
#include "pi.h"

static inline double denominator(double midpoint, double step)
{
    const double x = midpoint * step;
    return 1 + x * x;
}

/*
 * The four terms of a fraction are from the four quarters of the block, so that vectors take them
 * as they follow each other.
 *
 * What a fraction is off by, in the units of pi.c: a denominator 3.5, a sum of two of them 4.5, a
 * product of two 8; so one product of these two 13.5, the numerator, a sum of two such of the same
 * sign, 14.5, the denominator 17, and the quotient at most 33.
 */
KERNEL_CLONES
static double sum_block(double first, int32_t count, double step)
{
    const int32_t quarter = count / 4;
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int32_t i = 0; i < quarter; i++) {
        const double a = denominator(first + i, step);
        const double b = denominator(first + (quarter + i), step);
        const double c = denominator(first + (2 * quarter + i), step);
        const double d = denominator(first + (3 * quarter + i), step);
        const double ab = a * b, cd = c * d;
        sum += ((a + b) * cd + (c + d) * ab) / (ab * cd);
    }
    for (int32_t i = 4 * quarter; i < count; i++)
        sum += 1 / denominator(first + i, step);
    return 4 * sum;
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)input, (void)output;
    pi_integrate(sum_block, size, range, partial);
}

const struct kernel kernel_pi_paired = {
    .name = "pi:algorithm=paired",
    .of = &kernel_pi,
    .title = "pi by the midpoint rule, with a division for four steps",
    .item = "step",
    .default_size = 250000000,
    .max_size = PI_MAX_SIZE,
    .is_linear = true,
    .partial_bytes = sizeof(double),
    .compute = compute,
    .combine = pi_combine,
    .commutative = true,
    .verify = pi_verify,
    .print = pi_print,
    .tick = UINT64_C(96) * PI_BLOCK,
    .events = {"PAPI_DP_OPS", "PAPI_VEC_DP"}, /* as of pi */
};
