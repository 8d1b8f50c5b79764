/*
 * Divisions that do not depend on each other, and next to nothing else: how many of them a core
 * gets through.
 *
 * It is a limit: work that divides once per index, as pi.c does, cannot be faster than its
 * divisions. No memory is read, and no two cores share a divider.
 *
 * Index i stands for the quotient BLOCK / (BLOCK + i mod BLOCK), which is between a half and 1, and
 * what is added up are these.
 */
#include "kernel.h"

#include <float.h>
#include <math.h>

/* Quotients that are added up at once. It bounds the rounding error, as in pi.c. */
enum { BLOCK = 1024 };

/* Beyond it the loss of a single quotient would hide below the bound of verify(). */
#define MAX_SIZE UINT64_C(1000000000000)

/* Of `count` quotients of a block from the one of number `first` on. */
KERNEL_CLONES
static double add_quotients(int32_t first, int32_t count)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int32_t i = 0; i < count; i++)
        sum += BLOCK / (double)(BLOCK + first + i);
    return sum;
}

/* A sum with what its additions have lost, by W. Kahan. */
struct sum {
    double value, lost;
};

static struct sum added(struct sum sum, double term)
{
    const double whole = term - sum.lost, value = sum.value + whole;
    return (struct sum){value, (value - sum.value) - whole};
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)size, (void)input, (void)output;
    struct sum sum = {0, 0};
    while (range.begin < range.end) {
        const uint64_t first = range.begin % BLOCK, left = range_length(range);
        const uint64_t count = left < BLOCK - first ? left : BLOCK - first;
        sum = added(sum, add_quotients((int32_t)first, (int32_t)count));
        range.begin += count;
    }
    *(double *)partial = sum.value;
}

static void combine(void *into, const void *from)
{
    *(double *)into += *(const double *)from;
}

/* The sum of a block's first `count` quotients, the least ones first. */
static long double of_block(uint64_t count)
{
    long double sum = 0;
    while (count > 0)
        sum += (long double)BLOCK / (long double)(BLOCK + --count);
    return sum;
}

/*
 * All blocks are alike: one of them, and the rest, tell the whole sum. A right one is off by the
 * rounding of a quotient and of at most BLOCK additions in a block, of the blocks' sum (3 units),
 * and of the partials' (41, see pi.c); a quotient that is lost is more than 0.7 / size of it.
 */
static bool verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    const double sum = *(const double *)partial;
    const uint64_t blocks = size / BLOCK;
    const double right = (double)((long double)blocks * of_block(BLOCK) + of_block(size % BLOCK));
    const double error = fabs(sum - right), bound = (BLOCK + 64) * (DBL_EPSILON / 2) * right;
    if (!(error <= bound)) /* so that NaN fails */
        return verdict_wrong(verdict, "%.17g is off %.17g by more than the %.3g of its rounding",
                             sum, right, bound);
    return true;
}

static void print(const void *partial, char *text, size_t length)
{
    (void)snprintf(text, length, "%.6f", *(const double *)partial);
}

const struct kernel kernel_divide = {
    .name = "divide",
    .title = "divisions that do not depend on each other: what a divider allows",
    .item = "division",
    .is_limit = true,
    .default_size = 250000000,
    .max_size = MAX_SIZE,
    .is_linear = true,
    .partial_bytes = sizeof(double),
    .compute = compute,
    .combine = combine,
    .commutative = true,
    .verify = verify,
    .print = print,
    .tick = UINT64_C(96) * BLOCK,
    .events = {"PAPI_DP_OPS", "PAPI_VEC_DP"}, /* as of pi */
};
