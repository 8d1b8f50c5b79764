/*
 * size! as an exact integer, by the powers of its primes.
 *
 * With n the size, a prime p has in n! the exponent e(p) = n / p + n / p² + …, each rounded down
 * (Legendre). Take these exponents apart into binary digits: with s(j) the product of the odd
 * primes whose exponent has the digit of 2^j,
 *
 *     n! = 2^e(2) s(0) s(1)² s(2)⁴ s(3)⁸ …
 *
 * so that most of the work is squarings, and each prime is multiplied a few times instead of
 * n / (p - 1) times. (P. B. Borwein, On the complexity of calculating factorials, Journal of
 * Algorithms 6, 1985.) Each j is a level, up to `top`, which takes all that is left of an exponent:
 * above it few primes have most of the bits, and are cut better by units of the exponent.
 *
 * An index is a share of the levels, the highest ones first. The levels hold about n bits of n!
 * each. Yet the higher ones cost less, since a number that is squared was short before. So the
 * first half of the indices has the upper three quarters of the levels, the second half the lower
 * quarter, and both take about as long. The whole is computed from the same two products.
 *
 * A cut into more pieces makes more work, since what was squared before is multiplied then: nobody
 * can square together with others. Of 10⁶! pieces take, in instructions of the whole, 1.45 in 7,
 * 1.87 in 32 and 2.37 in 1024, as against 2.33 of binary splitting in any.
 */
#include "factorial.h"

#include "sieve.h"

#include <math.h>
#include <string.h>

__extension__ typedef unsigned __int128 uint128;

enum {
    LEAF = 16,        /* limbs multiplied one by one: below it, a tree costs more than it saves */
    DEPTH_MAX = 32,   /* of that tree: of no more than 2³² leaves */
    SLACK = 64,       /* limbs, see room() */
    WINDOW = 1 << 15, /* bytes that the sieve takes at once, of the nearest cache */
    ROOTS_MAX = 3 << 12, /* see roots_needed() */
};

/* The part of the levels that a range stands for, in units of 1 / (2 size) of a level. */
struct span {
    uint64_t size;
    unsigned levels; /* that the longest exponent could have */
    unsigned top;    /* the last level, which holds the rest of them */
    uint64_t begin, end;
};

/* Where the upper end of an index lies: half of them share the lower quarter of the levels. */
static uint64_t place_of(uint64_t size, uint64_t index)
{
    const uint64_t behind = size - index;
    return (2 * behind <= size ? behind : 3 * behind - size) * bit_length(size);
}

static struct span span_of(uint64_t size, struct range range)
{
    const unsigned levels = bit_length(size);
    return (struct span){size, levels, levels / 2, place_of(size, range.end),
                         place_of(size, range.begin)};
}

static uint64_t units(const struct span *span)
{
    return 2 * span->size;
}

/* How far a place lies in a level, from 0 to all of its units. */
static uint64_t within(const struct span *span, unsigned level, uint64_t place)
{
    const uint64_t below = level * units(span);
    const uint64_t most = (level == span->top ? span->levels - level : 1) * units(span);
    place = place < below ? 0 : place - below;
    return place < most ? place : most;
}

/* That share of `amount`, rounded down. */
static uint64_t share(const struct span *span, unsigned level, uint64_t place, uint64_t amount)
{
    const uint64_t whole = (level == span->top ? span->levels - level : 1) * units(span);
    const uint128 part = (uint128)amount * within(span, level, place);
    return whole > 0 ? (uint64_t)(part / whole) : 0;
}

/* No prime above has an exponent that reaches the level: e(p) <= (n - 1) / (p - 1). */
static uint64_t largest(const struct span *span, unsigned level)
{
    return (span->size >> level) + 1;
}

/* The primes of a level are those between: a share of the numbers up to the largest one. */
static struct range numbers(const struct span *span, unsigned level)
{
    const uint64_t most = largest(span, level);
    return (struct range){share(span, level, span->begin, most) + 1,
                          share(span, level, span->end, most) + 1};
}

/*
 * ---- how much room it takes ----
 *
 * log2 of the odd part of size! is no more than the bits of all its factors, without those of its
 * 2s: with L = bit_length(n) they are (n + 1) L - 2^L + 1, the sum of bit_length(i) from 1 to n.
 */
static uint64_t odd_bits(uint64_t size)
{
    const unsigned length = bit_length(size);
    return (size + 1) * length - (UINT64_C(1) << length) + 1 - factorial_twos(size);
}

/*
 * The units of the top level are cut by their weight, which is bit_length(p) each. That is at most
 * 1.3 log2 p for odd primes (3 / log2 5 = 1.292 is the largest), so that the top level weighs no
 * more than 1.3 times as much as its part of log2 of the odd part.
 */
static uint64_t most_weight(const struct span *span)
{
    return (odd_bits(span->size) * 13 / 10 >> span->top) + 1;
}

/*
 * Limbs that the product of a range has at most, and with SLACK those that it takes to compute it.
 *
 * A level is a product of odd numbers from an interval, each of bit_length(end) bits at most, to
 * the power of 2^level. The top level's weight is no more than its share, one more for rounding,
 * and that of a unit which begins in it and ends behind. All together divide the odd part of size!.
 * Each term grows with the range, on either side.
 *
 * A product of l limbs is at least 2^(64 (l - 1)). So products that lie one after the other have
 * together at most one limb for each more than their product has, and there are fewer than
 * DEPTH_MAX of them on a pile, and fewer than `levels` <= 27 where computing the rest of the levels
 * begins behind what is there of the lower ones. mpn_sqr and mpn_mul may write one more.
 */
static uint64_t room(uint64_t size, struct range range)
{
    const struct span span = span_of(size, range);
    uint64_t bits = 0;
    for (unsigned level = 0; level < span.top; level++) {
        const struct range of = numbers(&span, level);
        bits += (of.end / 2 - of.begin / 2) * bit_length(of.end) << level;
    }
    const uint64_t weight = most_weight(&span);
    const uint64_t top =
        share(&span, span.top, span.end, weight) - share(&span, span.top, span.begin, weight);
    if (span.begin < span.end && span.end > span.top * units(&span))
        bits += (top + 1 + bit_length(largest(&span, span.top))) << span.top;
    if (bits > odd_bits(size))
        bits = odd_bits(size);
    if (range.begin == 0 && range.end > 0)
        bits += factorial_twos(size);
    return bits / GMP_NUMB_BITS + SLACK;
}

/* Twice: what is multiplied lies in the other half, in turn. */
static size_t partial_size(uint64_t size, struct range range)
{
    return sizeof(struct product) + 2 * room(size, range) * sizeof(mp_limb_t);
}

/* ---- the product of a level ---- */

/*
 * Factors are packed into a limb while they fit, LEAF of these are multiplied one by one, and
 * leaves as a balanced tree. What is not multiplied yet lies on a pile, one product after the
 * other. The last one is the leaf that is being made.
 */
struct pile {
    mp_limb_t *data, *scratch;
    mp_size_t limbs[DEPTH_MAX]; /* of each product */
    mp_size_t end;              /* of the last one in `data` */
    unsigned depth;             /* how many there are */
    uint64_t leaves;            /* that were begun */
    unsigned in_leaf;           /* limbs that were multiplied in the last one */
    mp_limb_t packed, fits;     /* not multiplied yet; one more factor fits up to that */
};

static void merge_last_two(struct pile *pile)
{
    const mp_size_t b = pile->limbs[--pile->depth], a = pile->limbs[pile->depth - 1];
    mp_limb_t *at = pile->data + pile->end - a - b;
    const mp_size_t limbs = factorial_multiply(pile->scratch, at, a, at + a, b);
    mpn_copyi(at, pile->scratch, limbs);
    pile->limbs[pile->depth - 1] = limbs;
    pile->end += limbs - a - b;
}

/* As many leaves merge as the number of those before has ones at its end. */
static void begin_leaf(struct pile *pile)
{
    for (uint64_t before = pile->leaves; before % 2 == 0 && before > 0; before /= 2)
        merge_last_two(pile);
    pile->leaves++;
    pile->in_leaf = 0;
    pile->limbs[pile->depth++] = 1;
    pile->data[pile->end++] = 1;
}

static void multiply_packed(struct pile *pile)
{
    if (pile->in_leaf == LEAF)
        begin_leaf(pile);
    mp_size_t *limbs = &pile->limbs[pile->depth - 1];
    mp_limb_t *last = pile->data + pile->end - *limbs;
    const mp_limb_t carry = mpn_mul_1(last, last, *limbs, pile->packed);
    if (carry) {
        pile->data[pile->end++] = carry;
        ++*limbs;
    }
    pile->in_leaf++;
    pile->packed = 1;
}

static inline void multiply_by(struct pile *pile, uint64_t factor)
{
    if (pile->packed > pile->fits)
        multiply_packed(pile);
    pile->packed *= factor;
}

static struct pile pile_at(mp_limb_t *data, mp_limb_t *scratch, uint64_t largest_factor)
{
    data[0] = 1;
    return (struct pile){data, scratch, {1}, 1, 1, 1, 0, 1, UINT64_MAX / largest_factor};
}

/* The limbs of the product of all, which is where the pile is. */
static mp_size_t multiply_pile(struct pile *pile)
{
    multiply_packed(pile);
    while (pile->depth > 1)
        merge_last_two(pile);
    return pile->limbs[0];
}

/* That of a prime in size!. 32-bit integers, whose division costs many cores half of what one of 64
 * bits does. */
static inline uint32_t exponent(uint32_t size, uint32_t prime)
{
    uint32_t sum = 0;
    while (size >= prime)
        sum += size /= prime;
    return sum;
}

/* As many odd numbers, from 1 on, as it takes to have all primes of the top level, and the roots of
 * all numbers: 2^top is no more than 2^½ times the root of size, so that this root is no more than
 * 2^½ size / 2^top. */
static uint64_t roots_needed(const struct span *span)
{
    return largest(span, span->top) * 3 / 4 + 2;
}

/* Which entries are primes, without a branch that nobody could predict. Returns how many. */
static uint32_t list_primes(const bool *composite, uint32_t count, uint16_t *found)
{
    uint32_t primes = 0;
    for (uint32_t i = 0; i < count; i++) {
        found[primes] = (uint16_t)i;
        primes += !composite[i];
    }
    return primes;
}

static void multiply_primes(const struct span *span, unsigned level, const bool *roots,
                            struct pile *pile)
{
    bool composite[WINDOW];
    uint16_t found[WINDOW];
    const uint32_t size = (uint32_t)span->size;
    const struct range of = numbers(span, level);
    for (uint64_t first = (of.begin < 3 ? 3 : of.begin) | 1; first < of.end;
         first += (uint64_t)2 * WINDOW) {
        const uint64_t left = (of.end - first + 1) / 2, count = left < WINDOW ? left : WINDOW;
        sieve_window(first, count, roots, composite);
        const uint32_t primes = list_primes(composite, (uint32_t)count, found);
        for (uint32_t i = 0; i < primes; i++) {
            const uint32_t prime = (uint32_t)first + 2 * found[i];
            if (exponent(size, prime) >> level & 1)
                multiply_by(pile, prime);
        }
    }
}

/* What is left of the exponents, in the order of the primes and, for each, of its units. */
static void multiply_rest(const struct span *span, const bool *roots, struct pile *pile)
{
    const uint32_t size = (uint32_t)span->size, most = (uint32_t)largest(span, span->top);
    uint64_t weight = 0, place = 0;
    for (uint32_t prime = 3; prime <= most; prime += 2)
        if (!roots[prime / 2])
            weight += (uint64_t)(exponent(size, prime) >> span->top) * bit_length(prime);
    const struct range of = {share(span, span->top, span->begin, weight),
                             share(span, span->top, span->end, weight)};
    for (uint32_t prime = 3; prime <= most && place < of.end; prime += 2)
        for (uint32_t unit = roots[prime / 2] ? 0 : exponent(size, prime) >> span->top; unit > 0;
             unit--, place += bit_length(prime))
            if (place >= of.begin && place < of.end)
                multiply_by(pile, prime);
}

/* s(level) or what the span has of it; to `out`, as below. */
static mp_size_t level_product(const struct span *span, unsigned level, const bool *roots,
                               mp_limb_t *out, mp_limb_t *scratch)
{
    struct pile pile = pile_at(out, scratch, largest(span, level));
    if (level < span->top)
        multiply_primes(span, level, roots, &pile);
    else
        multiply_rest(span, roots, &pile);
    return multiply_pile(&pile);
}

/* ---- the product of levels ---- */

static mp_size_t levels_product(const struct span *span, unsigned first, unsigned last,
                                const bool *roots, mp_limb_t *out, mp_limb_t *scratch);

/* The same to the power of 2^times. */
static mp_size_t levels_power(const struct span *span, unsigned first, unsigned last,
                              unsigned times, const bool *roots, mp_limb_t *out, mp_limb_t *scratch)
{
    mp_limb_t *from = times % 2 == 0 ? out : scratch, *to = times % 2 == 0 ? scratch : out;
    mp_size_t limbs = levels_product(span, first, last, roots, from, to);
    for (; times > 0; times--) {
        mpn_sqr(to, from, limbs);
        limbs = 2 * limbs - (to[2 * limbs - 1] == 0);
        mp_limb_t *const squared = to;
        to = from;
        from = squared;
    }
    return limbs;
}

/*
 * The product of s(level)^(2^(level - first)) for all levels from `first` to `last`, to `out`, with
 * as much room at `scratch`. Returns its limbs.
 *
 * The more levels are left to be squared at once, the more squarings there are; the fewer, the more
 * often is a long product multiplied by a short one, which takes as long as by another long one.
 */
static mp_size_t levels_product(const struct span *span, unsigned first, unsigned last,
                                const bool *roots, mp_limb_t *out, mp_limb_t *scratch)
{
    if (first == last)
        return level_product(span, first, roots, out, scratch);
    const unsigned quarter = ((last == span->top ? span->levels : last + 1) - first) / 4;
    const unsigned low = quarter < 1 ? 1 : quarter < last - first ? quarter : last - first;
    const mp_size_t limbs = levels_product(span, first, first + low - 1, roots, scratch, out);
    mp_limb_t *high = scratch + limbs;
    const mp_size_t high_limbs = levels_power(span, first + low, last, low, roots, high, out);
    return factorial_multiply(out, scratch, limbs, high, high_limbs);
}

/* The level of a place. */
static unsigned level_of(const struct span *span, uint64_t place)
{
    unsigned level = 0;
    while (level < span->top && place >= (level + 1) * units(span))
        level++;
    return level;
}

/* Multiplies by 2^twos, and returns the limbs of that. */
static mp_size_t shift(mp_limb_t *number, mp_size_t limbs, uint64_t twos)
{
    const mp_size_t zeros = (mp_size_t)(twos / GMP_NUMB_BITS);
    const unsigned bits = twos % GMP_NUMB_BITS;
    mp_limb_t *shifted = number + zeros;
    mpn_copyd(shifted, number, limbs);
    mpn_zero(number, zeros);
    if (bits > 0)
        shifted[limbs] = mpn_lshift(shifted, shifted, limbs, bits);
    return zeros + limbs + (bits > 0 && shifted[limbs] > 0);
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)input, (void)output;
    struct product *product = partial;
    product->limbs = product->data[0] = 1;
    if (range_length(range) == 0)
        return;
    bool roots[ROOTS_MAX] = {false};
    const struct span span = span_of(size, range);
    const unsigned first = level_of(&span, span.begin), last = level_of(&span, span.end - 1);
    mp_limb_t *scratch = product->data + room(size, range);
    sieve_window(1, roots_needed(&span), roots, roots);
    mp_size_t limbs = levels_power(&span, first, last, first, roots, product->data, scratch);
    if (range.begin == 0)
        limbs = shift(product->data, limbs, factorial_twos(size));
    product->limbs = (uint64_t)limbs;
}

/* Limbs below the lowest that is not 0, of a number that is not 0. */
static mp_size_t zero_limbs(const mp_limb_t *number)
{
    mp_size_t zeros = 0;
    while (number[zeros] == 0)
        zeros++;
    return zeros;
}

/* As of factorial.c, but that the limbs of 0 that all 2s leave at a low end are not multiplied. */
static void combine(void *into, const void *from)
{
    struct product *a = into;
    const struct product *b = from;
    const mp_size_t a_zeros = zero_limbs(a->data), b_zeros = zero_limbs(b->data);
    const mp_size_t a_rest = (mp_size_t)a->limbs - a_zeros, b_rest = (mp_size_t)b->limbs - b_zeros;
    mp_limb_t *moved = a->data + a->limbs + b->limbs, *product = a->data + a_zeros + b_zeros;
    memcpy(moved, a->data + a_zeros, (size_t)a_rest * sizeof *moved);
    mpn_zero(a->data, a_zeros + b_zeros);
    a->limbs = (uint64_t)(a_zeros + b_zeros +
                          factorial_multiply(product, moved, a_rest, b->data + b_zeros, b_rest));
}

/* As measured from 10⁵ to 10⁷: see factorial.c. */
static double work(double size)
{
    return size * pow(log(size + 2), 3.2);
}

static uint64_t weak_size(uint64_t size, unsigned workers)
{
    return kernel_size_of_work(work, size, workers, FACTORIAL_MAX_SIZE);
}

const struct kernel kernel_factorial_primes = {
    .name = "factorial:algorithm=primes",
    .of = &kernel_factorial,
    .title = "size! exactly, by the powers of its primes: most of it is squared",
    .item = "share",
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
    .tick = 1024, /* longer than other kernels': the shorter the pieces, the less is squared */
    .events = {"PAPI_L2_TCM"}, /* partials that outgrow the cache */
};
