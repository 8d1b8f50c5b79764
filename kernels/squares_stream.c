/*
 * x · x over a list of inputs, with outputs that are written past the caches.
 *
 * A store to memory that no cache holds reads the line first, so that a map of eight bytes in and
 * eight out moves twenty-four. Non-temporal stores of whole lines do without: sixteen. They pay
 * where the outputs are larger than the caches and memory sets the pace; outputs that whoever comes
 * next would find in a cache are fetched from memory instead. (U. Drepper, What Every Programmer
 * Should Know About Memory, 2007, section 6.1.)
 */
#include "squares.h"

#if defined __x86_64__
#include <immintrin.h>
#endif

/* Inputs are asked for so many bytes AHEAD of need: of its own accord a processor looks ahead no
 * further than a page. */
enum { LINE = 64, LANES = LINE / sizeof(uint64_t), AHEAD = 16 << 10 };

/* What a line of a cache holds; the compiler makes as many vectors of it as it takes. */
typedef uint64_t line __attribute__((vector_size(LINE), aligned(sizeof(uint64_t)), may_alias));

/* Writes a line, which is aligned, past the caches. */
typedef void store_line(line *to, const line *value);

/* Squares whole lines. Inlined below, for vectors and stores of each width. */
static inline __attribute__((always_inline)) squares_sum
square_lines(uint64_t lines, const line *x, line *squared, store_line *store)
{
    line low = {0}, high = {0}; /* as in squares_square() */
    for (uint64_t i = 0; i < lines; i++) {
        __builtin_prefetch((const char *)&x[i] + AHEAD, 0, 2); /* to read, into the second cache */
        const line value = x[i] * x[i];
        store(&squared[i], &value);
        low += value & UINT32_MAX;
        high += value >> 32;
    }
    squares_sum sum = 0;
    for (int i = 0; i < LANES; i++)
        sum += ((squares_sum)high[i] << 32) + low[i];
    return sum;
}

#if defined __x86_64__

static void store_by_16(line *to, const line *value)
{
    const __m128i *from = (const __m128i *)value;
    for (int i = 0; i < LINE / 16; i++)
        _mm_stream_si128((__m128i *)to + i, _mm_loadu_si128(from + i));
}

__attribute__((target("avx2"))) static void store_by_32(line *to, const line *value)
{
    const __m256i *from = (const __m256i *)value;
    for (int i = 0; i < LINE / 32; i++)
        _mm256_stream_si256((__m256i *)to + i, _mm256_loadu_si256(from + i));
}

__attribute__((target("avx512f,avx512dq"))) static void store_by_64(line *to, const line *value)
{
    _mm512_stream_si512((__m512i *)to, _mm512_loadu_si512(value));
}

static squares_sum square_by_16(uint64_t lines, const line *x, line *squared)
{
    return square_lines(lines, x, squared, store_by_16);
}

__attribute__((target("avx2"))) static squares_sum square_by_32(uint64_t lines, const line *x,
                                                                line *squared)
{
    return square_lines(lines, x, squared, store_by_32);
}

__attribute__((target("avx512f,avx512dq"))) static squares_sum
square_by_64(uint64_t lines, const line *x, line *squared)
{
    return square_lines(lines, x, squared, store_by_64);
}

/* By the widest stores that the processor has: a line that comes in one is not held back until the
 * others are there. The fence lets whoever is told afterwards see what was stored. */
static squares_sum stream(uint64_t lines, const line *x, line *squared)
{
    const squares_sum sum = __builtin_cpu_supports("avx512dq") ? square_by_64(lines, x, squared)
                            : __builtin_cpu_supports("avx2")   ? square_by_32(lines, x, squared)
                                                               : square_by_16(lines, x, squared);
    _mm_sfence();
    return sum;
}

#else

#if defined __aarch64__
static void store(line *to, const line *value)
{
    typedef uint64_t half_of_pair __attribute__((vector_size(16), aligned(sizeof(uint64_t))));
    const half_of_pair *from = (const half_of_pair *)value;
    for (int i = 0; i < LINE / 16; i += 2)
        __asm__ volatile("stnp %q1, %q2, [%0]"
                         :
                         : "r"((half_of_pair *)to + i), "w"(from[i]), "w"(from[i + 1])
                         : "memory");
}
#else
/* No way past the caches is known here. */
static void store(line *to, const line *value)
{
    *to = *value;
}
#endif

static squares_sum stream(uint64_t lines, const line *x, line *squared)
{
    return square_lines(lines, x, squared, store);
}

#endif

/* What is before the first whole line of the outputs, and behind the last one, by plain stores. */
static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    const uint64_t count = range_length(range);
    const uint64_t before = (LINE - (uintptr_t)output % LINE) % LINE / sizeof(uint64_t);
    const uint64_t head = before < count ? before : count, lines = (count - head) / LANES;
    const uint64_t done = head + lines * LANES;
    const uint64_t *x = input;
    uint64_t *squared = output;
    (void)size;
    *(squares_sum *)partial = squares_square(head, x, squared) +
                              stream(lines, (const line *)(x + head), (line *)(squared + head)) +
                              squares_square(count - done, x + done, squared + done);
}

const struct kernel kernel_squares_stream = {
    .name = "squares:algorithm=stream",
    .of = &kernel_squares,
    .title = "x · x over a list of inputs, written past the caches",
    .item = "input",
    .default_size = 1 << 27,
    .max_size = SQUARES_MAX_SIZE,
    .is_linear = true,
    .partial_bytes = sizeof(squares_sum),
    .input_item_size = sizeof(uint64_t),
    .output_item_size = sizeof(uint64_t),
    .fill = squares_fill,
    .compute = compute,
    .combine = squares_combine,
    .commutative = true,
    .verify = squares_verify,
    .wrong = squares_wrong,
    .print = squares_print,
    .tick = 1 << 15,
    .events = {"PAPI_L3_TCM", "PAPI_RES_STL"}, /* as of squares */
    .limit = {"copy", LIMIT_OF_MACHINE, "memory"},
};
