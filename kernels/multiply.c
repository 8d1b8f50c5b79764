/*
 * One product of two long numbers, as long as the halves of size!: what factorial.c does last.
 *
 * It is a limit: whoever computes size! from two halves has this left when all workers but one are
 * done. The last index stands for all of it, the others for nothing, so that it takes as long
 * whoever computes it, and with any number of workers.
 */
#include "factorial.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

__extension__ typedef unsigned __int128 uint128;

/* The limbs of both factors; what follows them on the way to size! is no shorter. */
struct lengths {
    uint64_t left, right; /* left <= right */
};

/* The natural logarithm of n!, by Stirling: off by less than 1 / (360 n^3). */
static double log_factorial(double n)
{
    return n * log(n) - n + log(2 * M_PI * n) / 2 + 1 / (12 * n);
}

/* Of a number with that logarithm. */
static uint64_t limbs_of(double logarithm)
{
    return (uint64_t)(fmax(logarithm, 0) / M_LN2 / GMP_NUMB_BITS) + 1;
}

static struct lengths lengths(uint64_t size)
{
    const uint64_t half = size - size / 2;
    const double left = log_factorial((double)half);
    const uint64_t one = limbs_of(left);
    const uint64_t other = limbs_of(log_factorial((double)size) - left);
    return one < other ? (struct lengths){one, other} : (struct lengths){other, one};
}

static bool has_last(uint64_t size, struct range range)
{
    return range.end == size && range_length(range) > 0;
}

/* Room for the product, and behind it for both factors. */
static size_t partial_size(uint64_t size, struct range range)
{
    const struct lengths of = lengths(size);
    const uint64_t limbs = has_last(size, range) ? 2 * (of.left + of.right) : 0;
    return sizeof(struct product) + limbs * sizeof(mp_limb_t);
}

/* A limb of a factor. Any will do: to make them takes next to no time, and how long it takes to
 * multiply them does not depend on what they are. */
static inline mp_limb_t factor_limb(uint64_t index)
{
    return ~(index * UINT64_C(0x9e3779b97f4a7c15));
}

static void make_factor(uint64_t limbs, mp_limb_t *factor)
{
    for (uint64_t i = 0; i < limbs; i++)
        factor[i] = factor_limb(i);
}

/* The partial is the product, or nothing. */
static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)input, (void)output;
    struct product *product = partial;
    const struct lengths of = lengths(size);
    product->limbs = has_last(size, range) ? of.left + of.right : 0;
    if (product->limbs == 0)
        return;
    mp_limb_t *left = product->data + product->limbs, *right = left + of.left;
    make_factor(of.left, left);
    make_factor(of.right, right);
    (void)mpn_mul(product->data, right, (mp_size_t)of.right, left, (mp_size_t)of.left);
}

/* At most one of them is the product. */
static void combine(void *into, const void *from)
{
    if (((const struct product *)from)->limbs > 0)
        memcpy(into, from, factorial_used(from));
}

/* What a factor leaves modulo the prime, limb by limb. */
static mp_limb_t factor_modulo(uint64_t limbs, mp_limb_t prime)
{
    uint128 residue = 0;
    while (limbs > 0)
        residue = (residue << GMP_NUMB_BITS | factor_limb(--limbs)) % prime;
    return (mp_limb_t)residue;
}

/* The largest primes below 2^63 and 2^64: a wrong product has the right residues modulo both with
 * probability 2^-127. */
static const mp_limb_t primes[] = {(UINT64_C(1) << 63) - 25, -UINT64_C(59)};

static bool verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    const struct product *product = partial;
    const struct lengths of = lengths(size);
    if (product->limbs != of.left + of.right)
        return verdict_wrong(verdict, "it has %" PRIu64 " limbs and not %" PRIu64, product->limbs,
                             of.left + of.right);
    for (unsigned i = 0; i < sizeof primes / sizeof *primes; i++) {
        const uint128 left = factor_modulo(of.left, primes[i]);
        const mp_limb_t expected =
            (mp_limb_t)(left * factor_modulo(of.right, primes[i]) % primes[i]);
        if (mpn_mod_1(product->data, (mp_size_t)product->limbs, primes[i]) != expected)
            return verdict_wrong(verdict, "a residue modulo a prime is wrong");
    }
    return true;
}

static void print(const void *partial, char *text, size_t length)
{
    const struct product *product = partial;
    (void)snprintf(text, length, "%" PRIu64 " limbs, the highest %" PRIu64, product->limbs,
                   product->limbs > 0 ? product->data[product->limbs - 1] : 0);
}

/* As if numbers were multiplied in n log n, of n log n bits. */
static double work(double size)
{
    return size * pow(log(size + 2), 2);
}

static uint64_t weak_size(uint64_t size, unsigned workers)
{
    return kernel_size_of_work(work, size, workers, FACTORIAL_MAX_SIZE);
}

const struct kernel kernel_multiply = {
    .name = "multiply",
    .title = "the last product of a factorial: what no second worker shares",
    .item = "factor",
    .is_limit = true,
    .default_size = 1000000,
    .max_size = FACTORIAL_MAX_SIZE,
    .weak_size = weak_size,
    .partial_size = partial_size,
    .used = factorial_used,
    .compute = compute,
    .combine = combine,
    .commutative = true,
    .verify = verify,
    .print = print,
    .tick = 1 << 20,           /* all of the work is in one index */
    .events = {"PAPI_L2_TCM"}, /* as of factorial */
};
