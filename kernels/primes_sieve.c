/*
 * The sum of all primes up to a limit, by a segmented sieve of Eratosthenes.
 *
 * It finds every prime, as trial division does. Their sum alone can be had without (J. C. Lagarias,
 * V. S. Miller, A. M. Odlyzko, Computing π(x): the Meissel-Lehmer method, Mathematics of
 * Computation 44, 1985), which would be another problem's algorithm.
 *
 * A wheel of 30: byte k holds a bit for each of 30 k + 1, 7, 11, 13, 17, 19, 23 and 29, which alone
 * have no factor 2, 3 or 5. The multiples of a prime p that have such a bit are p times such
 * numbers. So eight of them, one turn of the wheel, cross 30 p numbers or p bytes, and where they
 * lie in these depends on p / 30 and p mod 30 alone: the bits are constants of eight loops, one for
 * each spoke of the wheel. (K. Walisch, primesieve, src/EratSmall.cpp; T. Oliveira e Silva, Fast
 * implementation of the segmented sieve of Eratosthenes, 2002; C. Bays, R. H. Hudson, The segmented
 * sieve of Eratosthenes and primes in arithmetic progressions to 10¹², BIT 17, 1977.)
 *
 * A turn that has begun is completed, beyond the end of its segment as well. What it strikes out
 * there is kept for the next one, so that no turn is cut but at the ends of the range.
 */
#include "primes.h"

#include <math.h>
#include <string.h>

enum {
    WHEEL = 30,
    SPOKES = 8,                         /* bits of a byte, and residues of primes */
    SEGMENT = 32 << 10,                 /* bytes sieved at once: the cache nearest to the core */
    ROOT_BYTES = (1 << 16) / WHEEL + 1, /* no root of a size is larger than 2¹⁶ */
    SPILL = 65 << 10,                   /* a turn is at most as long as the largest root */
    SPOKE_MAX = 832, /* no spoke has more roots, and there is room for one behind */
    LEAST_ROOT = 7,  /* what is below divides none of the wheel's numbers */
};

static const uint8_t residues[SPOKES] = {1, 7, 11, 13, 17, 19, 23, 29};

/* A prime that strikes out its multiples. Its next turn begins at byte `next` of a segment. */
struct root {
    uint32_t prime;
    int32_t next;
};

/* ---- striking out ---- */

/* Every bit but that of a residue. */
static inline uint8_t all_but(unsigned residue)
{
    static const uint8_t bits[WHEEL] = {
        [1] = 1, [7] = 2, [11] = 4, [13] = 8, [17] = 16, [19] = 32, [23] = 64, [29] = 128};
    return (uint8_t)~bits[residue];
}

/* The multiple by the wheel's number `i`, of a prime 30 q + r: (30 q + r) s = 30 (q s + r s / 30) +
 * r s mod 30. */
#define STRIKE(i)                                                                                  \
    (turn[quotient * residues[i] + residue * residues[i] / WHEEL] &=                               \
     all_but(residue * residues[i] % WHEEL))

/* strike_out() for a spoke that is a constant. */
static inline __attribute__((always_inline)) void
strike_out_by(const unsigned spoke, struct root *roots, uint32_t count, uint8_t *bytes, int32_t end)
{
    const unsigned residue = residues[spoke];
    for (struct root *root = roots; root < roots + count; root++) {
        const uint32_t quotient = root->prime / WHEEL;
        int32_t next = root->next;
        for (; next < end; next += (int32_t)root->prime) {
            uint8_t *turn = bytes + next;
            STRIKE(0);
            STRIKE(1);
            STRIKE(2);
            STRIKE(3);
            STRIKE(4);
            STRIKE(5);
            STRIKE(6);
            STRIKE(7);
        }
        root->next = next - end;
    }
}

/* Lets roots, which are primes of that spoke, take all turns that begin before byte `end`, and
 * counts their next ones from there. */
static void strike_out(unsigned spoke, struct root *roots, uint32_t count, uint8_t *bytes,
                       uint32_t end)
{
#define CASE(spoke)                                                                                \
    case spoke:                                                                                    \
        strike_out_by(spoke, roots, count, bytes, (int32_t)end);                                   \
        break
    switch (spoke) {
        CASE(0);
        CASE(1);
        CASE(2);
        CASE(3);
        CASE(4);
        CASE(5);
        CASE(6);
        CASE(7);
    }
#undef CASE
}

/* ---- the roots ---- */

/* Sieves the numbers from 1 on: `count` bytes, and room for the longest turn behind them. */
static void find_primes(uint8_t *bytes, uint32_t count)
{
    memset(bytes, 0xff, count);
    bytes[0] = all_but(1);
    for (uint32_t k = 0; k * k * WHEEL < count; k++) {
        for (unsigned spoke = 0; spoke < SPOKES; spoke++) {
            if (!(bytes[k] >> spoke & 1))
                continue;
            struct root root = {k * WHEEL + residues[spoke], 0};
            root.next = (int32_t)(k * root.prime); /* the turn of its square */
            strike_out(spoke, &root, 1, bytes, count);
            bytes[k] |= (uint8_t)(1U << spoke); /* with k = 0 it was in its own turn */
        }
    }
}

/* Picks the primes of a spoke, from the least one on, out of bytes that hold all of them. Returns
 * how many. */
static uint32_t pick_roots(unsigned spoke, const uint8_t *bytes, uint32_t count, uint32_t least,
                           struct root *roots)
{
    uint32_t picked = 0;
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t number = k * WHEEL + residues[spoke];
        roots[picked].prime = number;
        picked += (bytes[k] >> spoke & 1) & (number >= least);
    }
    return picked;
}

/* Keeps the roots that have a multiple from `first` to `last`, and lets them begin: in the turn
 * that goes on at the first one's byte, or in that of their square, since what is below has smaller
 * factors. Returns how many. */
static uint32_t begin_turns(struct root *roots, uint32_t count, uint32_t first, uint32_t last)
{
    const uint32_t begin = first / WHEEL;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t prime = roots[i].prime;
        if (last % prime > last - first)
            continue;
        const uint32_t now = begin / prime, square = prime / WHEEL;
        roots[kept].prime = prime;
        roots[kept++].next = (int32_t)((now > square ? now : square) * prime - begin);
    }
    return kept;
}

/* ---- the least primes ---- */

/*
 * Primes up to 151 strike out most of all. What they leave repeats after as many bytes as the
 * product of some of them has: it is made once, and taken from there.
 */
enum {
    PATTERNS = 16,
    PATTERN_PRIMES = 3,
    BEHIND_PATTERNS = 157, /* the prime behind those in patterns */
    PERIOD_MAX = 67 * 89,
    BLOCK = 1024,          /* bytes taken at once */
    WORTH_PATTERNS = 8192, /* to make them takes as long as to strike out in so many bytes */
};

static const uint8_t pattern_primes[PATTERNS][PATTERN_PRIMES] = {
    {7, 11, 13}, {17, 151}, {19, 149}, {23, 139}, {29, 137}, {31, 131}, {37, 127}, {41, 113},
    {43, 109},   {47, 107}, {53, 103}, {59, 101}, {61, 97},  {67, 89},  {71, 83},  {73, 79},
};

struct pattern {
    uint32_t period;
    uint8_t bytes[PERIOD_MAX + BLOCK + BEHIND_PATTERNS]; /* and room for the longest turn */
};

static void make_pattern(const uint8_t primes[PATTERN_PRIMES], struct pattern *pattern)
{
    pattern->period = 1;
    for (int i = 0; i < PATTERN_PRIMES && primes[i] > 0; i++)
        pattern->period *= primes[i];
    memset(pattern->bytes, 0xff, pattern->period + BLOCK);
    for (int i = 0; i < PATTERN_PRIMES && primes[i] > 0; i++) {
        unsigned spoke = 0;
        while (residues[spoke] != primes[i] % WHEEL)
            spoke++;
        strike_out(spoke, &(struct root){primes[i], 0}, 1, pattern->bytes, pattern->period + BLOCK);
    }
}

KERNEL_CLONES
static void take_four(const uint8_t *const *from, uint8_t *restrict bytes)
{
    const uint8_t *a = from[0], *b = from[1], *c = from[2], *d = from[3];
    for (int i = 0; i < BLOCK; i++)
        bytes[i] &= a[i] & b[i] & c[i] & d[i];
}

/* Of bytes from `first` on, in whole blocks. */
static void take_patterns(const struct pattern *patterns, uint32_t first, uint8_t *bytes,
                          uint32_t count)
{
    for (uint32_t done = 0; done < count; done += BLOCK) {
        const uint8_t *from[PATTERNS];
        for (int i = 0; i < PATTERNS; i++)
            from[i] = patterns[i].bytes + (first + done) % patterns[i].period;
        for (int i = 0; i < PATTERNS; i += 4)
            take_four(from + i, bytes + done);
    }
}

/* ---- the sum ---- */

/* Words whose bits are counted at once: a byte holds what there can be of one. */
enum { COUNTED = 248, WORD = sizeof(uint64_t) };

/* The sum of the numbers of words, counted from the beginning of each: how many there are of each
 * bit is counted in the bytes of a word. */
KERNEL_CLONES
static uint64_t sum_within(const uint64_t *words, uint32_t count)
{
    uint64_t counts[SPOKES] = {0};
    for (uint32_t i = 0; i < count; i++)
        for (unsigned spoke = 0; spoke < SPOKES; spoke++)
            counts[spoke] += words[i] >> spoke & UINT64_C(0x0101010101010101);
    const uint8_t *of = (const uint8_t *)counts;
    uint64_t sum = 0;
    for (unsigned spoke = 0; spoke < SPOKES; spoke++)
        for (unsigned byte = 0; byte < WORD; byte++)
            sum += (uint64_t)(WHEEL * byte + residues[spoke]) * of[spoke * WORD + byte];
    return sum;
}

/* The sum of where words begin, once for each of their bits; the first one begins at `begin`. */
KERNEL_CLONES
static uint64_t sum_begins(const uint64_t *words, uint32_t count, uint64_t begin)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++, begin += (uint64_t)WHEEL * WORD)
        sum += begin * (uint64_t)__builtin_popcountll(words[i]);
    return sum;
}

static uint64_t sum_words(const uint64_t *words, uint32_t count, uint64_t begin)
{
    uint64_t sum = sum_begins(words, count, begin);
    for (uint32_t done = 0; done < count; done += COUNTED)
        sum += sum_within(words + done, count - done < COUNTED ? count - done : COUNTED);
    return sum;
}

/* ---- a range ---- */

struct sieve {
    uint32_t least_bytes;                   /* which hold the numbers up to the last one's root */
    uint8_t least[ROOT_BYTES + 10 * WHEEL]; /* and have room for the longest turn of their roots */
    uint32_t roots_of[SPOKES];
    struct root roots[SPOKES][SPOKE_MAX];
    bool has_patterns, needs_patterns;
    struct pattern patterns[PATTERNS];
    /* A segment, what its turns spill behind it, and before it what those struck out that go on
     * when the range begins: nobody reads that. */
    uint64_t words[(SPILL + SEGMENT + SPILL) / WORD];
};

static uint32_t lesser(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint64_t *segment_of(struct sieve *sieve)
{
    return sieve->words + SPILL / WORD;
}

static void make_patterns(struct sieve *sieve)
{
    for (int i = 0; i < PATTERNS; i++)
        make_pattern(pattern_primes[i], &sieve->patterns[i]);
    sieve->has_patterns = true;
}

/* Bytes that hold all roots of numbers up to the last one. */
static uint32_t bytes_of_roots(uint32_t last)
{
    return (uint32_t)sqrt((double)last) / WHEEL + 1;
}

/* Gets ready for the numbers from `first` to `last`, none of which is among the least. */
static void prepare(struct sieve *sieve, uint32_t first, uint32_t last)
{
    const uint32_t length = last / WHEEL - first / WHEEL + 1;
    sieve->needs_patterns = length >= WORTH_PATTERNS;
    if (sieve->needs_patterns && !sieve->has_patterns)
        make_patterns(sieve);
    for (unsigned spoke = 0; spoke < SPOKES; spoke++) {
        struct root *roots = sieve->roots[spoke];
        const uint32_t count =
            pick_roots(spoke, sieve->least, bytes_of_roots(last),
                       sieve->needs_patterns ? BEHIND_PATTERNS : LEAST_ROOT, roots);
        sieve->roots_of[spoke] = begin_turns(roots, count, first, last);
    }
    memset(segment_of(sieve), 0xff, lesser(SEGMENT + SPILL, length));
}

/* Leaves only the primes of `length` bytes, of which `at` is the first. */
static void sieve_segment(struct sieve *sieve, uint32_t at, uint32_t length)
{
    uint8_t *bytes = (uint8_t *)segment_of(sieve);
    for (unsigned spoke = 0; spoke < SPOKES; spoke++)
        strike_out(spoke, sieve->roots[spoke], sieve->roots_of[spoke], bytes, length);
    if (sieve->needs_patterns)
        take_patterns(sieve->patterns, at, bytes, length);
}

/* What is struck out behind a segment becomes the beginning of the next one. */
static void go_on(struct sieve *sieve)
{
    uint8_t *bytes = (uint8_t *)segment_of(sieve);
    const uint32_t spilled = sieve->least_bytes * WHEEL;
    memmove(bytes, bytes + SEGMENT, spilled);
    memset(bytes + spilled, 0xff, SEGMENT);
}

/* The bits of the residues that are no less. */
static uint8_t bits_from(unsigned residue)
{
    unsigned bits = 0;
    for (unsigned spoke = 0; spoke < SPOKES; spoke++)
        bits |= (unsigned)(residues[spoke] >= residue) << spoke;
    return (uint8_t)bits;
}

/* The sum of the primes from `first` to `last`, none of which is among the least. */
static uint64_t sum_beyond(struct sieve *sieve, uint32_t first, uint32_t last)
{
    const uint32_t begin = first / WHEEL, end = last / WHEEL + 1;
    uint8_t *bytes = (uint8_t *)segment_of(sieve);
    uint64_t sum = 0;
    prepare(sieve, first, last);
    for (uint32_t at = begin; at < end; at += SEGMENT) {
        const uint32_t length = lesser(SEGMENT, end - at);
        sieve_segment(sieve, at, length);
        if (at == begin)
            bytes[0] &= bits_from(first % WHEEL);
        if (at + length == end) {
            bytes[length - 1] &= (uint8_t)~bits_from(last % WHEEL + 1);
            memset(bytes + length, 0, WORD); /* the rest of the last word */
        }
        sum += sum_words(segment_of(sieve), (length + WORD - 1) / WORD, (uint64_t)at * WHEEL);
        if (at + length < end)
            go_on(sieve);
    }
    return sum;
}

/* The sum of the primes from `first` to `last` that are among the least, and 2, 3 and 5. */
static uint64_t sum_least(const struct sieve *sieve, uint32_t first, uint32_t last)
{
    uint64_t sum = 0;
    for (uint32_t prime = 2; prime <= 5; prime++)
        sum += prime != 4 && first <= prime && prime <= last ? prime : 0;
    for (uint32_t k = first / WHEEL; k < sieve->least_bytes && k <= last / WHEEL; k++) {
        for (unsigned spoke = 0; spoke < SPOKES; spoke++) {
            const uint32_t number = k * WHEEL + residues[spoke];
            const bool is_in = first <= number && number <= last;
            sum += is_in && (sieve->least[k] >> spoke & 1) ? number : 0;
        }
    }
    return sum;
}

/* The sum of the primes among the numbers i + 1 of a range of places i. */
static uint64_t sum_primes(struct sieve *sieve, struct range places)
{
    if (range_length(places) == 0)
        return 0;
    const uint32_t first = (uint32_t)places.begin + 1, last = (uint32_t)places.end;
    const uint32_t behind = sieve->least_bytes * WHEEL;
    const uint64_t sum = sum_least(sieve, first, last);
    return last <= behind ? sum : sum + sum_beyond(sieve, first > behind ? first : behind, last);
}

/*
 * A number is struck out by its roots only, so that high numbers are more work than low ones. Index
 * 2 i stands for the i-th number from below, 2 i + 1 for the i-th from above: equal ranges of
 * indices, which are a range of numbers at either end, are about equal work.
 */
static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    (void)input, (void)output;
    const struct range low = {(range.begin + 1) / 2, (range.end + 1) / 2};
    const struct range high = {size - range.end / 2, size - range.begin / 2};
    struct sieve sieve;
    sieve.has_patterns = false;
    sieve.least_bytes = bytes_of_roots((uint32_t)high.end);
    find_primes(sieve.least, sieve.least_bytes);
    *(uint64_t *)partial = low.end == high.begin
                               ? sum_primes(&sieve, (struct range){low.begin, high.end})
                               : sum_primes(&sieve, low) + sum_primes(&sieve, high);
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
    .commutative = true,
    .verify = primes_verify,
    .print = primes_print,
    .tick =
        1 << 22, /* far more than other kernels', so that finding the roots anew is little of it */
    .events = {"PAPI_BR_MSP"}, /* the last multiple in a segment ends a loop */
};
