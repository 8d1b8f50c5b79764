/*
 * The sum of all primes up to a limit, by a segmented sieve of Eratosthenes.
 *
 * A bit for each odd number, in segments that stay in the cache nearest to the core. (C. Bays,
 * R. H. Hudson, The segmented sieve of Eratosthenes and primes in arithmetic progressions to 10¹²,
 * BIT 17, 1977.) It finds every prime, as trial division does. Their sum alone can be had without
 * (J. C. Lagarias, V. S. Miller, A. M. Odlyzko, Computing π(x): the Meissel-Lehmer method,
 * Mathematics of Computation 44, 1985), which would be another problem's algorithm.
 *
 * Bit i stands for 2 i + 1: counted from 1 in all of the sieve, from its first number in a segment.
 */
#include "primes.h"

#include <math.h>
#include <string.h>

enum {
    WORD_BITS = 64,
    SEGMENT_WORDS = 4096,      /* 32 KiB */
    PATTERN_WORDS = 3 * 5 * 7, /* more of them would take longer to lay out than they save */
    ROOT_LIMIT = 1 << 16,      /* no root of a size is larger */
    ROOTS_MAX = 6542           /* primes below that */
};

/* A prime that strikes out its multiples, the next one of which is at bit `next` of a segment. */
struct root {
    uint32_t prime, next;
};

/* Where the multiples of a prime begin, counted from bit `first`: at its square, since what is
 * below has smaller factors, or at the first one that is not before that bit. */
static uint32_t first_multiple(uint32_t prime, uint32_t first)
{
    const uint32_t square = prime * prime / 2;
    if (square >= first)
        return square - first;
    const uint32_t behind = (first - prime / 2) % prime;
    return behind > 0 ? prime - behind : 0;
}

/* The primes from 11 up to the root of the last number, for a segment that begins at bit `first`.
 * Returns how many. */
static uint32_t find_roots(uint64_t last, uint32_t first, struct root *roots)
{
    bool composite[ROOT_LIMIT / 2] = {false};
    const uint32_t limit = (uint32_t)sqrt((double)last);
    uint32_t count = 0;
    for (uint32_t i = 3; i <= limit; i += 2) {
        if (composite[i / 2])
            continue;
        if (i > 7)
            roots[count++] = (struct root){i, first_multiple(i, first)};
        for (uint32_t k = i * i; k <= limit; k += 2 * i)
            composite[k / 2] = true;
    }
    return count;
}

/* Without the multiples of 3, 5 and 7, themselves among them: it repeats after 105 bits, and so
 * after as many words. */
static void make_pattern(uint64_t *pattern)
{
    static const uint32_t primes[] = {3, 5, 7};
    memset(pattern, 0xff, PATTERN_WORDS * sizeof *pattern);
    for (size_t i = 0; i < sizeof primes / sizeof *primes; i++)
        for (uint32_t k = primes[i] / 2; k < PATTERN_WORDS * WORD_BITS; k += primes[i])
            pattern[k / WORD_BITS] &= ~(UINT64_C(1) << k % WORD_BITS);
}

/* `first` is the place of the segment's first word in the sieve. */
static void lay_pattern(const uint64_t *pattern, uint64_t first, uint64_t *words, uint32_t count)
{
    uint32_t from = (uint32_t)(first % PATTERN_WORDS);
    for (uint32_t done = 0, length; done < count; done += length) {
        length = PATTERN_WORDS - from < count - done ? PATTERN_WORDS - from : count - done;
        memcpy(words + done, pattern + from, length * sizeof *words);
        from = 0;
    }
}

KERNEL_CLONES
static void strike_out(struct root *roots, uint32_t count, uint64_t *words, uint32_t bits)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t prime = roots[i].prime;
        uint32_t k = roots[i].next;
        for (; k < bits; k += prime)
            words[k / WORD_BITS] &= ~(UINT64_C(1) << k % WORD_BITS);
        roots[i].next = k - bits;
    }
}

/* The sum of the places of a word's bits: those with an odd place, twice those with the second bit
 * of it set, and so on. */
static inline uint64_t sum_places(uint64_t word)
{
    static const uint64_t masks[] = {UINT64_C(0xaaaaaaaaaaaaaaaa), UINT64_C(0xcccccccccccccccc),
                                     UINT64_C(0xf0f0f0f0f0f0f0f0), UINT64_C(0xff00ff00ff00ff00),
                                     UINT64_C(0xffff0000ffff0000), UINT64_C(0xffffffff00000000)};
    uint64_t sum = 0;
    for (int i = 0; i < 6; i++)
        sum += (uint64_t)__builtin_popcountll(word & masks[i]) << i;
    return sum;
}

/* The sum of the numbers that the bits of the words stand for; the first one is `first`. */
KERNEL_CLONES
static uint64_t sum_bits(const uint64_t *words, uint32_t count, uint64_t first)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++, first += (uint64_t)2 * WORD_BITS)
        sum += first * (uint64_t)__builtin_popcountll(words[i]) + 2 * sum_places(words[i]);
    return sum;
}

/* The sum of the primes that bits from `begin` up to `end`, where none is, stand for. */
static uint64_t sum_odd(uint64_t begin, uint64_t end)
{
    struct root roots[ROOTS_MAX];
    uint64_t pattern[PATTERN_WORDS], segment[SEGMENT_WORDS], sum = 0;
    const uint64_t words = (end + WORD_BITS - 1) / WORD_BITS;
    uint64_t first = begin / WORD_BITS;
    const uint32_t count = find_roots(2 * end - 1, (uint32_t)(first * WORD_BITS), roots);
    make_pattern(pattern);
    for (uint32_t length; first < words; first += length) {
        length = words - first < SEGMENT_WORDS ? (uint32_t)(words - first) : SEGMENT_WORDS;
        lay_pattern(pattern, first, segment, length);
        if (first == 0)
            segment[0] ^= UINT64_C(0xf); /* 1 is no prime; 3, 5 and 7 are */
        strike_out(roots, count, segment, length * WORD_BITS);
        if (first == begin / WORD_BITS)
            segment[0] &= UINT64_MAX << begin % WORD_BITS;
        if (first + length == words && end % WORD_BITS > 0)
            segment[length - 1] &= (UINT64_C(1) << end % WORD_BITS) - 1;
        sum += sum_bits(segment, length, 1 + first * 2 * WORD_BITS);
    }
    return sum;
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)size, (void)input, (void)output;
    const uint64_t begin = (range.begin + 1) / 2, end = (range.end + 1) / 2;
    const bool has_two = range.begin < 2 && range.end >= 2;
    *(uint64_t *)partial = (has_two ? 2 : 0) + (begin < end ? sum_odd(begin, end) : 0);
}

/* Every prime p strikes one number in p out, which for all of them together is n ln ln n times: by
 * the theorem of Mertens, the sum of 1 / p up to x is ln ln x + 0.26. */
static double work(double size)
{
    return size * log(log(size + 16));
}

static uint64_t weak_size(uint64_t size, unsigned workers)
{
    return kernel_size_of_work(work, size, workers, PRIMES_MAX_SIZE);
}

const struct kernel kernel_primes_sieve = {
    .name = "primes:algorithm=sieve",
    .of = &kernel_primes,
    .title = "sum of all primes by a segmented sieve of Eratosthenes",
    .item = "number",
    .default_size = 200000000,
    .max_size = PRIMES_MAX_SIZE,
    .weak_size = weak_size,
    .partial_bytes = sizeof(uint64_t),
    .compute = compute,
    .combine = primes_combine,
    .verify = primes_verify,
    .print = primes_print,
    .tick = 1 << 15,
    .events = {"PAPI_BR_MSP"}, /* the last multiple in a segment ends a loop */
};
