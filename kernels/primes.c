/*
 * The sum of all primes up to a limit, by trial division with 6k ± 1.
 *
 * Irregular work: an even number is dismissed at once, a large prime costs as many divisions as
 * its root has thirds, and the later numbers cost more than the earlier ones. Equal shares of the
 * range are unequal shares of the work, so this kernel shows what a schedule is worth.
 *
 * Index i stands for the number i + 1.
 */
#include "kernel.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Candidates are 32-bit integers, whose division costs many cores half of what one of 64 bits
 * does. The sum of them all is below 2⁶³. */
#define MAX_SIZE ((uint64_t)UINT32_MAX)

static inline bool is_prime(uint32_t n)
{
    if (n <= 1)
        return false;
    if (n <= 3)
        return true;
    if (n % 2 == 0 || n % 3 == 0)
        return false;
    for (uint32_t i = 5; (uint64_t)i * i <= n; i += 6) {
        if (n % i == 0 || n % (i + 2) == 0)
            return false;
    }
    return true;
}

KERNEL_CLONES
static uint64_t sum_primes(struct range range)
{
    uint64_t sum = 0;
    for (uint64_t i = range.begin; i < range.end; i++) {
        if (is_prime((uint32_t)(i + 1)))
            sum += i + 1;
    }
    return sum;
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)size, (void)input, (void)output;
    *(uint64_t *)partial = sum_primes(range);
}

static void combine(void *into, const void *from)
{
    *(uint64_t *)into += *(const uint64_t *)from;
}

/*
 * ---- the best serial algorithm ----
 *
 * A sieve of Eratosthenes over odd numbers, a bit each, in segments that stay in the cache nearest
 * to the core. (C. Bays, R. H. Hudson, The segmented sieve of Eratosthenes and primes in arithmetic
 * progressions to 10¹², BIT 17, 1977.) It finds every prime, as compute() does. Their sum alone can
 * be had without (J. C. Lagarias, V. S. Miller, A. M. Odlyzko, Computing π(x): the Meissel-Lehmer
 * method, Mathematics of Computation 44, 1985), which would be another problem's base.
 *
 * Bit i stands for 2 i + 1: counted from 1 in all of the sieve, from its first number in a segment.
 */
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

/* The primes from 11 up to the root of size, each at its square: what is below has smaller factors.
 * Returns how many. */
static uint32_t find_roots(uint64_t size, struct root *roots)
{
    bool composite[ROOT_LIMIT / 2] = {false};
    const uint32_t limit = (uint32_t)sqrt((double)size);
    uint32_t count = 0;
    for (uint32_t i = 3; i <= limit; i += 2) {
        if (composite[i / 2])
            continue;
        if (i > 7)
            roots[count++] = (struct root){i, i * i / 2};
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

static void best(uint64_t size, const void *input, void *output, void *partial)
{
    (void)input, (void)output;
    struct root roots[ROOTS_MAX];
    uint64_t pattern[PATTERN_WORDS], segment[SEGMENT_WORDS];
    const uint32_t count = find_roots(size, roots);
    const uint64_t bits = (size + 1) / 2, words = (bits + WORD_BITS - 1) / WORD_BITS;
    uint64_t sum = size >= 2 ? 2 : 0;
    make_pattern(pattern);
    for (uint64_t first = 0; first < words; first += SEGMENT_WORDS) {
        const uint64_t left = words - first;
        const uint32_t length = left < SEGMENT_WORDS ? (uint32_t)left : SEGMENT_WORDS;
        lay_pattern(pattern, first, segment, length);
        if (first == 0)
            segment[0] ^= UINT64_C(0xf); /* 1 is no prime; 3, 5 and 7 are */
        strike_out(roots, count, segment, length * WORD_BITS);
        if (first + length == words && bits % WORD_BITS > 0)
            segment[length - 1] &= (UINT64_C(1) << bits % WORD_BITS) - 1;
        sum += sum_bits(segment, length, 1 + first * 2 * WORD_BITS);
    }
    *(uint64_t *)partial = sum;
}

/*
 * The oracle: a sieve of Eratosthenes over odd numbers, one window after the other, so that it
 * needs no memory but a few pages of stack. It shares nothing with best(): a byte a number, every
 * odd prime by itself, the multiples sought anew in each window. Entry i of a window that starts at
 * the odd number `first` stands for first + 2 i.
 */
enum { WINDOW = 1 << 15 };

/* `roots`: the window that starts at 1, which holds all odd primes up to the root of MAX_SIZE; or
 * that window itself, to be made. */
static void sieve_window(uint64_t first, const bool *roots, bool *composite)
{
    uint64_t end = first + (uint64_t)2 * WINDOW;
    memset(composite, 0, WINDOW * sizeof *composite);
    for (uint64_t root = 3; root < (uint64_t)2 * WINDOW && root * root < end; root += 2) {
        if (roots[root / 2])
            continue;
        uint64_t factor = (first + root - 1) / root | 1; /* odd, as the multiples are */
        factor = factor < root ? root : factor;
        for (uint64_t k = (factor * root - first) / 2; k < WINDOW; k += root)
            composite[k] = true;
    }
}

static uint64_t sieved_sum(uint64_t size)
{
    bool roots[WINDOW] = {false}, composite[WINDOW];
    uint64_t sum = size >= 2 ? 2 : 0;
    sieve_window(1, roots, roots);
    for (uint64_t first = 3; first <= size; first += (uint64_t)2 * WINDOW) {
        sieve_window(first, roots, composite);
        for (uint64_t i = 0; i < WINDOW && first + 2 * i <= size; i++)
            sum += composite[i] ? 0 : first + 2 * i;
    }
    return sum;
}

static bool verify(uint64_t size, const void *partial, const void *output, struct verdict *verdict)
{
    (void)output;
    uint64_t result = *(const uint64_t *)partial;
    uint64_t expected = sieved_sum(size);
    if (result != expected)
        return verdict_wrong(verdict, "the sum is %" PRIu64 ", but a sieve gives %" PRIu64, result,
                             expected);
    return true;
}

static void print(const void *partial, char *text, size_t length)
{
    (void)snprintf(text, length, "%" PRIu64, *(const uint64_t *)partial);
}

/*
 * In divisions. A prime p takes sqrt(p) / 3 of them, and every 1 / ln p-th number is prime: with
 * L = ln n the integral of sqrt(p) / (3 ln p) is 2/9 n^1.5 / L (1 + 2/3 / L + …). Numbers without
 * a small factor add about 2 / L as much again, and every number costs one to look at. With the
 * + 8, which is nothing for any size that matters, the work of the least sizes grows as well.
 */
static double work(double size)
{
    double logarithm = log(size + 8);
    return size * (1 + 2.0 / 9 * sqrt(size) / logarithm * (1 + 3 / logarithm));
}

static uint64_t weak_size(uint64_t size, unsigned workers)
{
    return kernel_size_of_work(work, size, workers, MAX_SIZE);
}

const struct kernel kernel_primes = {
    .name = "primes",
    .title = "sum of all primes by trial division: irregular work",
    .item = "number",
    .default_size = 3000000,
    .max_size = MAX_SIZE,
    .weak_size = weak_size,
    .partial_bytes = sizeof(uint64_t),
    .compute = compute,
    .combine = combine,
    .best = best,
    .best_name = "a segmented sieve of Eratosthenes",
    .verify = verify,
    .print = print,
    .tick = 200,
    .events = {"PAPI_BR_MSP"}, /* which divisor is the last to be tried, nobody can predict */
};
