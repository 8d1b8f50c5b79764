/*
 * size! as an exact integer, by binary splitting on GMP's limbs.
 *
 * Partial results that grow: the product of a range has as many digits as its factors together,
 * and the last multiplications, of two halves of the result, cost as much as all those of a level
 * below. It shows what it costs to move large partials between processes and ranks, and what is
 * left of a speedup when the end of the work is a tree with ever fewer branches.
 *
 * Index i stands for the factor i + 1.
 */
#include "factorial.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(mp_limb_t) == sizeof(uint64_t) && GMP_NUMB_BITS == 64, "limbs of 64 bits");

__extension__ typedef unsigned __int128 uint128;

/* Factors multiplied one by one: below it, splitting costs more than it saves. */
enum { LEAF = 32 };

/*
 * Limbs that multiply() and combine() may touch, from where they write the product of `range`.
 *
 * No factor has more than b = bit_length(range.end) bits, so c of them make a product of at most
 * P(c) = ceil(c b / 64) limbs. mpn_mul writes as many limbs as its operands have together:
 * P(c₁) + P(c₂) <= P(c₁ + c₂) + 1. multiply() puts the right half's product behind the left
 * half's, so that it needs the larger of P(c) + 1 and P(c₁) + room(c₂), and
 *
 *     P(c₁) + room(c₂) <= P(c₁) + P(c₂) + splits(c₂) <= P(c) + 1 + splits(c₂) <= P(c) + splits(c)
 *
 * with splits(c) <= bit_length(c) the splits on the way down to a leaf, which needs P(c). The last
 * 2 make room for the 1 of an empty range, and for multiplying by it.
 */
static uint64_t room(struct range range)
{
    uint64_t count = range_length(range);
    return (count * bit_length(range.end) + 63) / 64 + bit_length(count) + 2;
}

/* Twice: multiply() and combine() need the other half as scratch. */
static size_t partial_size(uint64_t size, struct range range)
{
    (void)size;
    return sizeof(struct product) + 2 * room(range) * sizeof(mp_limb_t);
}

size_t factorial_used(const void *partial)
{
    const struct product *product = partial;
    return sizeof *product + product->limbs * sizeof *product->data;
}

/* Packs factors into one limb while they fit, and multiplies by that. */
static mp_size_t multiply_leaf(struct range range, mp_limb_t *out)
{
    const uint64_t fits = UINT64_MAX / (range.end + 1);
    mp_size_t limbs = 1;
    out[0] = 1;
    for (uint64_t i = range.begin; i < range.end;) {
        mp_limb_t packed = 1;
        while (i < range.end && packed <= fits)
            packed *= ++i;
        mp_limb_t carry = mpn_mul_1(out, out, limbs, packed);
        if (carry)
            out[limbs++] = carry;
    }
    return limbs;
}

/* mpn_mul wants the longer factor first. */
mp_size_t factorial_multiply(mp_limb_t *out, const mp_limb_t *a, mp_size_t a_limbs,
                             const mp_limb_t *b, mp_size_t b_limbs)
{
    mp_limb_t top = a_limbs >= b_limbs ? mpn_mul(out, a, a_limbs, b, b_limbs)
                                       : mpn_mul(out, b, b_limbs, a, a_limbs);
    return a_limbs + b_limbs - (top == 0);
}

/*
 * Binary splitting: both halves' products into `scratch`, with `out` as their scratch in turn, then
 * theirs into `out`. It is fast because it multiplies numbers of equal length. (Haible and
 * Papanikolaou, "Fast multiprecision evaluation of series of rational numbers", ANTS-III, 1998.)
 */
static mp_size_t multiply(struct range range, mp_limb_t *out, mp_limb_t *scratch)
{
    if (range_length(range) <= LEAF)
        return multiply_leaf(range, out);
    mp_limb_t *left = scratch;
    mp_size_t left_limbs = multiply(range_split(range, 2, 0), left, out);
    mp_limb_t *right = scratch + left_limbs;
    mp_size_t right_limbs = multiply(range_split(range, 2, 1), right, out);
    return factorial_multiply(out, left, left_limbs, right, right_limbs);
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)size, (void)input, (void)output;
    struct product *product = partial;
    mp_limb_t *scratch = product->data + room(range);
    product->limbs = (uint64_t)multiply(range, product->data, scratch);
}

/* Moves `into` out of the way, behind where the product will end. */
static void combine(void *into, const void *from)
{
    struct product *a = into;
    const struct product *b = from;
    mp_limb_t *moved = a->data + a->limbs + b->limbs;
    memcpy(moved, a->data, a->limbs * sizeof *moved);
    a->limbs = (uint64_t)factorial_multiply(a->data, moved, (mp_size_t)a->limbs, b->data,
                                            (mp_size_t)b->limbs);
}

/* The largest primes below 2⁶¹, 2⁶² and 2⁶³, as 2^bits - below: reduced without a division. */
struct modulus {
    unsigned bits;
    uint64_t below;
};

enum { MODULI = 3 };
static const struct modulus moduli[MODULI] = {{61, 1}, {62, 57}, {63, 25}};

/*
 * residue · factor mod m, up to one m too much: 2^bits ≡ below, and with a factor of at most 27
 * bits the part above `bits` is so small that folding it in once leaves less than 2^(bits + 1).
 * The result is below 2^bits + 2³⁴, so that the next product's upper part is as small again.
 */
static inline uint64_t multiply_modulo(uint64_t residue, uint64_t factor, struct modulus m)
{
    uint128 product = (uint128)residue * factor;
    uint64_t mask = (UINT64_C(1) << m.bits) - 1;
    return ((uint64_t)product & mask) + (uint64_t)(product >> m.bits) * m.below;
}

static bool residues_match(uint64_t size, const struct product *product)
{
    uint64_t residue[MODULI] = {1, 1, 1};
    for (uint64_t factor = 2; factor <= size; factor++) {
        for (int i = 0; i < MODULI; i++)
            residue[i] = multiply_modulo(residue[i], factor, moduli[i]);
    }
    for (int i = 0; i < MODULI; i++) {
        const mp_limb_t prime = (UINT64_C(1) << moduli[i].bits) - moduli[i].below;
        if (mpn_mod_1(product->data, (mp_size_t)product->limbs, prime) != residue[i] % prime)
            return false;
    }
    return true;
}

/*
 * Checks first that the header can be trusted: nothing is read beyond what a right result could
 * have. Then the primes, none of which divides size!: a wrong product has the right residue modulo
 * all three with probability 2⁻¹⁸⁶ or so.
 */
bool factorial_verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    const struct product *product = partial;
    uint64_t limbs = product->limbs;
    const char *reason = NULL;
    if (limbs == 0 || limbs > room(kernel_whole(size)))
        reason = "the number of limbs cannot be right";
    else if (product->data[limbs - 1] == 0)
        reason = "the highest limb is 0";
    else if (mpn_scan1(product->data, 0) != factorial_twos(size))
        reason = "the exponent of 2 is not Legendre's";
    else if (!residues_match(size, product))
        reason = "a residue modulo a prime above size is wrong";
    return !reason || verdict_wrong(verdict, "%s (%" PRIu64 " limbs)", reason, limbs);
}

/*
 * The exponent of 5 in a number that is not 0. The remainder modulo a power of 5 with a higher
 * exponent has the same one, and is much shorter. The first power has a five for every 48 bits of
 * the number, which is enough for all factorials from about 12000! on.
 */
static uint64_t exponent_of_five(const mpz_t number)
{
    mpz_t five, power, rest;
    mpz_inits(five, power, rest, NULL);
    mpz_set_ui(five, 5);
    mp_bitcnt_t fives = mpz_sizeinbase(number, 2) / 96;
    do {
        fives = 2 * fives + 1;
        mpz_ui_pow_ui(power, 5, fives);
        mpz_tdiv_r(rest, number, power);
    } while (mpz_sgn(rest) == 0);
    uint64_t exponent = mpz_remove(rest, rest, five);
    mpz_clears(five, power, rest, NULL);
    return exponent;
}

/*
 * Up to 64 bits exactly; above, 13 digits, rounded. They come from the highest 256 bits, which GMP
 * converts with a whole limb to spare, and could be off only where the next 18 digits are all 9 or
 * 0, or lie as close to a half. The number of digits comes from 30 of them for the same reason.
 */
void factorial_print(const void *partial, char *text, size_t length)
{
    const struct product *product = partial;
    if (product->limbs == 1) {
        (void)snprintf(text, length, "%" PRIu64, product->data[0]);
        return;
    }
    mpz_t number;
    mpz_roinit_n(number, product->data, (mp_size_t)product->limbs);
    uint64_t twos = mpz_scan1(number, 0);
    uint64_t fives = exponent_of_five(number);

    enum { LEADING = 30 };
    char leading[LEADING + 2];
    mp_exp_t digits;
    mpf_t highest;
    mpf_init2(highest, 256);
    mpf_set_z(highest, number);
    mpf_get_str(leading, &digits, 10, LEADING, highest);
    gmp_snprintf(text, length, "%.12Fe (%ld digits, %llu trailing zeros)", highest, (long)digits,
                 (unsigned long long)(twos < fives ? twos : fives));
    mpf_clear(highest);
}

/*
 * The result has about n log n bits, each of log n levels multiplies as many in total, and fast
 * multiplication adds another logarithm. Measured from 10⁵ to 10⁷, the time grows by one and a half
 * more: short numbers multiply by slower algorithms, and long ones leave the caches.
 */
static double work(double size)
{
    return size * pow(log(size + 2), 4.5);
}

static uint64_t weak_size(uint64_t size, unsigned workers)
{
    return kernel_size_of_work(work, size, workers, FACTORIAL_MAX_SIZE);
}

const struct kernel kernel_factorial = {
    .name = "factorial",
    .algorithm = "splitting",
    .title = "size! exactly, by binary splitting: partial results that grow",
    .item = "factor",
    .default_size = 1000000,
    .max_size = FACTORIAL_MAX_SIZE,
    .weak_size = weak_size,
    .partial_size = partial_size,
    .used = factorial_used,
    .compute = compute,
    .combine = combine,
    .commutative = true,
    .verify = factorial_verify,
    .print = factorial_print,
    .tick = 1024,
    .events = {"PAPI_L2_TCM"}, /* partials that outgrow the cache */
    .limit = {"multiply", LIMIT_OF_SERIAL_PART, "the last product"},
};
