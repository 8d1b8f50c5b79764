/*
 * Every kernel against its contract: known results, any cut of the range, refused wrong results,
 * no byte written out of its room.
 */
#include "fold.h"
#include "kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <float.h>
#include <gmp.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* A result computed in `pieces`, without piece `lost`. */
struct computed {
    const struct kernel *kernel;
    uint64_t size;
    void *input, *output;
    struct fold *fold;
    void *partial; /* the fold's */
};

enum { NONE_LOST = -1 };

static void *allocate(size_t bytes)
{
    void *memory = malloc(bytes > 0 ? bytes : 1);
    assert_non_null(memory);
    return memory;
}

static struct computed compute_without(const struct kernel *kernel, uint64_t size, uint64_t pieces,
                                       int64_t lost)
{
    struct computed c = {.kernel = kernel, .size = size};
    if (kernel_is_map(kernel)) {
        c.input = allocate(size * kernel->input_item_size);
        c.output = allocate(size * kernel->output_item_size);
        kernel->fill(size, kernel_whole(size), c.input);
    }
    c.fold = fold_new(kernel, size, kernel_whole(size), false);
    for (uint64_t i = 0; i < pieces; i++) {
        struct range piece = range_split(kernel_whole(size), pieces, i);
        void *partial = fold_slot(c.fold);
        kernel->compute(size, piece, kernel_input_at(kernel, c.input, piece.begin),
                        kernel_output_at(kernel, c.output, piece.begin), partial);
        if ((int64_t)i == lost)
            kernel->compute(size, (struct range){piece.begin, piece.begin}, c.input, c.output,
                            partial);
        fold_push(c.fold, piece, partial);
    }
    c.partial = fold_result(c.fold);
    return c;
}

static struct computed compute_in(const struct kernel *kernel, uint64_t size, uint64_t pieces)
{
    return compute_without(kernel, size, pieces, NONE_LOST);
}

static void discard(struct computed *c)
{
    fold_free(c->fold);
    free(c->output);
    free(c->input);
}

static bool verified(const struct computed *c)
{
    struct verdict verdict = {.reason = ""};
    bool right = (!c->kernel->wrong ||
                  c->kernel->wrong(c->size, kernel_whole(c->size), c->output, &verdict) == 0) &&
                 c->kernel->verify(c->size, c->partial, &verdict);
    if (right == (verdict.reason[0] != '\0'))
        fail_msg("%s, size %" PRIu64 ": %s but the reason is '%s'", c->kernel->name, c->size,
                 right ? "right" : "wrong", verdict.reason);
    return right;
}

/* The same result with another partial in its place. */
static bool verified_as(const struct computed *c, const void *partial)
{
    struct computed changed = *c;
    changed.partial = (void *)(uintptr_t)partial;
    return verified(&changed);
}

/* The size, or as much of it as the kernel takes. */
static uint64_t within(const struct kernel *kernel, uint64_t size)
{
    return size < kernel->max_size ? size : kernel->max_size;
}

static const struct kernel *find(const char *name)
{
    const struct kernel *kernel = kernel_find(name);
    assert_non_null(kernel);
    return kernel;
}

/* Reproducible, from Marsaglia's xorshift. */
static uint64_t random_below(uint64_t bound)
{
    static uint64_t state = UINT64_C(88172645463325252);
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % bound;
}

static void test_table(void **state)
{
    (void)state;
    for (const struct kernel *const *k = kernel_table; *k; k++) {
        assert_ptr_equal(kernel_find((*k)->name), *k);
        assert_true((*k)->default_size <= (*k)->max_size);
        assert_true((*k)->tick > 0);
        assert_int_equal((*k)->input_item_size > 0, (*k)->output_item_size > 0);
        assert_int_equal((*k)->input_item_size > 0, (*k)->fill != NULL);
    }
    assert_null(kernel_find("no such kernel"));
    assert_null(kernel_find(""));
}

/* What a name with an algorithm finds. */
static void test_algorithms_are_found(void **state)
{
    (void)state;
    const struct kernel *primes = find("primes"), *sieve = find("primes:algorithm=sieve");
    assert_ptr_equal(sieve->of, primes);
    assert_null(primes->of);
    assert_ptr_equal(kernel_find("primes:algorithm=trial"), primes);
    assert_string_equal(kernel_algorithm(primes), "trial");
    assert_string_equal(kernel_algorithm(sieve), "sieve");
    static const char *const none[] = {"primes:algorithm=",
                                       "primes:algorithm=tria",
                                       "primes:algorithm=trials",
                                       "primes:algorithm",
                                       "primes:",
                                       "primes:algorithm=sieve:",
                                       "pi:algorithm=sieve",
                                       "primesalgorithm=trial",
                                       "primes:algorithm=sieve=2",
                                       "prime:algorithm=trial"};
    for (size_t i = 0; i < LENGTH(none); i++)
        assert_null(kernel_find(none[i]));
    /* They follow what they are of. */
    for (const struct kernel *const *k = kernel_table; *k; k++)
        assert_true(!(*k)->of ||
                    (k > kernel_table && (k[-1] == (*k)->of || k[-1]->of == (*k)->of)));
}

/* The result of the whole, in as many pieces as may be. */
static void check_algorithm(const struct kernel *kernel, uint64_t size, uint64_t pieces)
{
    char expected[KERNEL_RESULT_MAX], text[KERNEL_RESULT_MAX];
    struct computed own = compute_in(kernel, size, pieces);
    struct computed other = compute_in(kernel->of, size, 1);
    kernel->print(own.partial, text, sizeof text);
    kernel->of->print(other.partial, expected, sizeof expected);
    if (strchr(expected, '.') ? !verified(&own) : strcmp(text, expected) != 0)
        fail_msg("%s of size %" PRIu64 " in %" PRIu64 " pieces is %s, not %s", kernel->name, size,
                 pieces, text, expected);
    discard(&other);
    discard(&own);
}

/* Of sizes around ends of words and of a sieve's segments, and squares of primes. */
static void test_algorithms_have_the_same_result(void **state)
{
    static const uint64_t sizes[] = {8191,   8192,   8193,    32760,   524286, 524287,
                                     524288, 524289, 1018080, 1018081, 1018082};
    (void)state;
    for (const struct kernel *const *k = kernel_table; *k; k++) {
        if (!(*k)->of)
            continue;
        for (uint64_t size = 1; size < 1000; size++)
            check_algorithm(*k, within(*k, size), 1 + size % 7);
        for (size_t i = 0; i < LENGTH(sizes); i++)
            check_algorithm(*k, within(*k, sizes[i]), 1 + i % 4);
    }
}

/* Ranges far from the beginning, where no size is small enough to compute it all. */
static void test_sieve_of_ranges(void **state)
{
    const struct kernel *trial = find("primes"), *sieve = find("primes:algorithm=sieve");
    (void)state;
    for (int i = 0; i < 300; i++) {
        const uint64_t below = UINT64_C(1) << (8 + i % 25);
        const uint64_t size = below > UINT32_MAX ? UINT32_MAX : below;
        const uint64_t begin = random_below(size);
        const uint64_t most = size - begin < 600 ? size - begin : 600;
        const struct range range = {begin, begin + random_below(most + 1)};
        uint64_t sum, expected = 0;
        sieve->compute(size, range, NULL, NULL, &sum);
        for (uint64_t index = range.begin; index < range.end; index++) {
            const uint64_t place = index % 2 == 0 ? index / 2 : size - 1 - index / 2;
            uint64_t prime;
            trial->compute(size, (struct range){place, place + 1}, NULL, NULL, &prime);
            expected += prime;
        }
        if (sum != expected)
            fail_msg("the primes of indices %" PRIu64 " to %" PRIu64 " of %" PRIu64 " are %" PRIu64
                     ", not %" PRIu64,
                     range.begin, range.end, size, sum, expected);
    }
}

static uint64_t sieved(uint64_t size, struct range range)
{
    uint64_t sum;
    find("primes:algorithm=sieve")->compute(size, range, NULL, NULL, &sum);
    return sum;
}

/* Cut anywhere: most pieces short, so that many lie in one segment, or across the end of one. */
static uint64_t sieved_in_pieces(uint64_t size, struct range range)
{
    uint64_t sum = 0;
    while (range.begin < range.end) {
        const uint64_t most = random_below(3) > 0 ? 1 << 15 : 1 << 21;
        const uint64_t length = 1 + random_below(most);
        const uint64_t cut = range_length(range) > length ? range.begin + length : range.end;
        sum += sieved(size, (struct range){range.begin, cut});
        range.begin = cut;
    }
    return sum;
}

/* Ranges of several segments: the whole is as the oracle says, others what their pieces are. */
static void test_sieve_of_segments(void **state)
{
    const struct kernel *sieve = find("primes:algorithm=sieve");
    (void)state;
    for (int i = 0; i < 8; i++) {
        const uint64_t size = 1 + random_below(UINT64_C(1) << (15 + i));
        struct verdict verdict;
        const uint64_t whole = sieved(size, kernel_whole(size)),
                       pieces = sieved_in_pieces(size, kernel_whole(size));
        assert_true(sieve->verify(size, &whole, &verdict));
        assert_true(sieve->verify(size, &pieces, &verdict));

        const uint64_t begin = i > 0 ? random_below(UINT32_MAX) : UINT32_MAX - size;
        const uint64_t end = begin + size < UINT32_MAX ? begin + size : UINT32_MAX;
        const struct range range = {begin, end};
        if (sieved(UINT32_MAX, range) != sieved_in_pieces(UINT32_MAX, range))
            fail_msg("the primes of indices %" PRIu64 " to %" PRIu64 " are others in pieces", begin,
                     end);
    }
}

static void test_known_results(void **state)
{
    (void)state;
    static const struct {
        const char *kernel;
        uint64_t size;
        const char *result;
    } known[] = {
        {"primes", 1, "0"},
        {"primes", 2, "2"},
        {"primes", 10, "17"},
        {"primes", 100000, "454396537"},
        {"primes", 200000, "1709600813"},
        {"primes", 300000, "3709507114"},
        {"primes", 2000000, "142913828922"},
        {"squares", 1, "0"},
        {"squares", 4, "14"},
        {"squares", 1000000, "333332833333500000"},
        {"factorial", 1, "1"},
        {"factorial", 5, "120"},
        {"factorial", 20, "2432902008176640000"},
        {"factorial", 21, "5.109094217171e+19 (20 digits, 4 trailing zeros)"},
        {"factorial", 1000, "4.023872600771e+2567 (2568 digits, 249 trailing zeros)"},
        {"factorial", 100000, "2.824229407960e+456573 (456574 digits, 24999 trailing zeros)"},
        {"copy", 1, "1"},
        {"copy", 100003, "100003"},
        {"divide", 1, "1.000000"},
        {"wait", 1, "1"},
        {"wait", 40, "116"},
        {"divide", 1024, "710.032774"},
        {"divide", 3077, "2135.088585"},
        {"grid", 1, "93.395"},
        {"grid", 97, "472012.282"},
        {"pi", 1, "3.200000000000000"},
        {"pi", 2, "3.162352941176470"},
    };
    for (size_t i = 0; i < LENGTH(known); i++) {
        struct computed c = compute_in(find(known[i].kernel), known[i].size, 1);
        char text[KERNEL_RESULT_MAX];
        c.kernel->print(c.partial, text, sizeof text);
        assert_string_equal(text, known[i].result);
        assert_true(verified(&c));
        discard(&c);
    }
}

static void test_pi_digits(void **state)
{
    (void)state;
    struct computed c = compute_in(find("pi"), 30000000, 3);
    char text[KERNEL_RESULT_MAX];
    c.kernel->print(c.partial, text, sizeof text);
    assert_int_equal(strncmp(text, "3.14159265358979", 16), 0);
    assert_int_equal(strlen(text), 17);
    discard(&c);
}

static void test_squares_print_128_bits(void **state)
{
    (void)state;
    static const uint64_t most[2] = {UINT64_MAX, UINT64_MAX};
    char text[KERNEL_RESULT_MAX];
    find("squares")->print(most, text, sizeof text);
    assert_string_equal(text, "340282366920938463463374607431768211455");
}

static void test_any_cut(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {1, 2, 3, 7, 97, 1024, 10007, 100003};
    for (const struct kernel *const *k = kernel_table; *k; k++) {
        for (size_t s = 0; s < LENGTH(sizes); s++) {
            uint64_t size = within(*k, sizes[s]);
            const uint64_t pieces[] = {1, 2, 3, 5, 7, 64, 1000, size, size + 5};
            for (size_t p = 0; p < LENGTH(pieces); p++) {
                struct computed c = compute_in(*k, size, pieces[p]);
                if (!verified(&c))
                    fail_msg("%s of size %" PRIu64 " in %" PRIu64 " pieces is refused", (*k)->name,
                             size, pieces[p]);
                assert_true(kernel_used((*k), c.partial) <=
                            kernel_partial_size(*k, size, kernel_whole(size)));
                discard(&c);
            }
        }
    }
}

static void test_same_cut_same_bits(void **state)
{
    (void)state;
    struct computed a = compute_in(find("pi"), 100003, 7);
    struct computed b = compute_in(find("pi"), 100003, 7);
    assert_memory_equal(a.partial, b.partial, sizeof(double));
    discard(&a);
    discard(&b);
}

/* Partials of empty ranges, before and behind, change nothing. */
static void test_empty_is_neutral(void **state)
{
    (void)state;
    for (const struct kernel *const *k = kernel_table; *k; k++) {
        const uint64_t size = within(*k, 1009);
        struct computed c = compute_in(*k, size, 1);
        size_t room = kernel_partial_size(*k, size, kernel_whole(size));
        void *before = allocate(room);
        void *behind = allocate(kernel_partial_size(*k, size, (struct range){size, size}));
        (*k)->compute(size, (struct range){0, 0}, c.input, c.output, before);
        (*k)->compute(size, (struct range){size, size}, c.input, c.output, behind);
        (*k)->combine(before, c.partial);
        (*k)->combine(before, behind);
        assert_int_equal(kernel_used((*k), before), kernel_used((*k), c.partial));
        assert_memory_equal(before, c.partial, kernel_used((*k), before));
        free(behind);
        free(before);
        discard(&c);
    }
}

static void test_lost_pieces_are_refused(void **state)
{
    (void)state;
    for (const struct kernel *const *k = kernel_table; *k; k++) {
        const uint64_t size = within(*k, 20353), pieces[] = {2, 7, 1000, size};
        for (size_t p = 0; p < LENGTH(pieces); p++) {
            /* What the last index stands for, size or the number in the middle, is prime, and no
             * square of it is 0. */
            struct computed c = compute_without(*k, size, pieces[p], (int64_t)pieces[p] - 1);
            if (verified(&c))
                fail_msg("%s without the last of %" PRIu64 " pieces is accepted", (*k)->name,
                         pieces[p]);
            discard(&c);
        }
    }
}

/* Whether people read it as a decimal fraction: terms of it are rounded. */
static bool is_rounded(const struct computed *c)
{
    char text[KERNEL_RESULT_MAX], *end;
    c->kernel->print(c->partial, text, sizeof text);
    (void)strtod(text, &end);
    return strchr(text, '.') && !*end;
}

static double printed(const struct computed *c)
{
    char text[KERNEL_RESULT_MAX];
    c->kernel->print(c->partial, text, sizeof text);
    return strtod(text, NULL);
}

/* A result that is rounded may be off by as little as nobody looks at. */
static void check_flipped_bit(struct computed *c, size_t bit, double right)
{
    unsigned char *byte = (unsigned char *)c->partial + bit / 8;
    *byte ^= (unsigned char)(1U << bit % 8);
    if (verified(c) && (isnan(right) || !(fabs(printed(c) - right) <= 1e-6 * fabs(right))))
        fail_msg("%s with bit %zu flipped is accepted", c->kernel->name, bit);
    *byte ^= (unsigned char)(1U << bit % 8);
}

static void test_flipped_bits_are_refused(void **state)
{
    (void)state;
    for (const struct kernel *const *k = kernel_table; *k; k++) {
        struct computed c = compute_in(*k, within(*k, 100003), 2);
        const double right = is_rounded(&c) ? printed(&c) : NAN;
        const size_t bits = 8 * kernel_used((*k), c.partial), step = bits / 400 + 1;
        for (size_t bit = 0; bit < bits; bit += step)
            check_flipped_bit(&c, bit, right);
        assert_true(verified(&c));
        memset(c.partial, 0, kernel_used((*k), c.partial));
        assert_false(verified(&c));
        discard(&c);
    }
}

static void test_pi_refuses(void **state)
{
    (void)state;
    const struct kernel *pi = find("pi");
    const double exact = 3.14159265358979323846;
    struct computed c = {.kernel = pi, .size = pi->max_size};
    const double wrong[] = {(double)NAN, -(double)NAN, INFINITY, -INFINITY, 0.0, -exact, 4.0,
                            /* a single step of the largest size, added or lost */
                            exact + 2 / (double)pi->max_size, exact - 2 / (double)pi->max_size};
    for (size_t i = 0; i < LENGTH(wrong); i++)
        assert_false(verified_as(&c, &wrong[i]));
    assert_true(verified_as(&c, &exact));
    c.size = pi->default_size;
    const double close[] = {exact, 3.141592653589793 + 4 * DBL_EPSILON};
    for (size_t i = 0; i < LENGTH(close); i++)
        assert_true(verified_as(&c, &close[i]));
}

/*
 * What the method allows, as derived in pi.c and spelled out here: step² / 3, and 1088 roundings of
 * 2⁻⁵³ of a sum that is less than 4. Of a small size the first counts, of a large one the second.
 */
static void test_pi_is_refused_just_beyond_its_bound(void **state)
{
    static const struct {
        uint64_t size;
        double allowed;
    } cases[] = {{1, 1. / 3},
                 {10, 1. / 300},
                 {1000, 1e-6 / 3},
                 {1000000, 1e-12 / 3 + 4.8316906e-13},
                 {1000000000000, 4.8316906e-13}};
    const double exact = 3.14159265358979323846;
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct computed c = {.kernel = find("pi"), .size = cases[i].size};
        for (int sign = -1; sign <= 1; sign += 2) {
            const double inside = exact + sign * 0.99 * cases[i].allowed;
            const double outside = exact + sign * 1.01 * cases[i].allowed;
            assert_true(verified_as(&c, &inside));
            assert_false(verified_as(&c, &outside));
        }
    }
}

/* Likewise of divide: 1088 roundings of 2⁻⁵³ of the sum, and no lost quotient hides below it. */
static void test_divide_is_refused_just_beyond_its_bound(void **state)
{
    const struct kernel *divide = find("divide");
    const uint64_t sizes[] = {1024, 1024000, divide->max_size - divide->max_size % 1024};
    const double block = 710.03277392853295; /* what 1024 quotients are together */
    (void)state;
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        const struct computed c = {.kernel = divide, .size = sizes[i]};
        const uint64_t blocks = sizes[i] / 1024;
        const double exact = block * (double)blocks;
        for (int sign = -1; sign <= 1; sign += 2) {
            const double inside = exact * (1 + sign * 0.99 * 1.2079226e-13);
            const double outside = exact * (1 + sign * 1.01 * 1.2079226e-13);
            assert_true(verified_as(&c, &inside));
            assert_false(verified_as(&c, &outside));
        }
        const double lost = exact - 0.5, nothing = (double)NAN;
        assert_false(verified_as(&c, &lost));
        assert_false(verified_as(&c, &nothing));
    }
}

/* ---- in the place of the C library's: nobody waits, but for once each is told to ---- */

static struct {
    unsigned calls, interrupted; /* all; those that are still to be */
    struct timespec until[2];
} the_wait;

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until, struct timespec *left)
{
    (void)left;
    if (clock != CLOCK_MONOTONIC || flags != TIMER_ABSTIME)
        return EINVAL;
    the_wait.until[the_wait.calls++ % 2] = *until;
    if (the_wait.interrupted == 0)
        return 0;
    the_wait.interrupted--;
    return EINTR;
}

static uint64_t nanoseconds(struct timespec time)
{
    assert_in_range(time.tv_nsec, 0, 999999999);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static uint64_t now_ns(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return nanoseconds(now);
}

/* Its units from when it began, and until the same moment after a signal. */
static void test_each_item_waits_for_its_units(void **state)
{
    const struct kernel *wait = find("wait");
    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        uint64_t units;
        the_wait.calls = 0;
        the_wait.interrupted = 1;
        const uint64_t before = now_ns();
        wait->compute(1000, (struct range){i, i + 1}, NULL, NULL, &units);
        const uint64_t after = now_ns(), until = nanoseconds(the_wait.until[0]);
        assert_in_range(units, 1, 5);
        assert_true(until >= before + units * 1000000 && until <= after + units * 1000000);
        assert_int_equal(the_wait.calls, 2);
        assert_int_equal(nanoseconds(the_wait.until[1]), until);
    }
}

/* Any twenty items, near 60 units; so no worker's share is much longer than another's. */
static void test_waits_are_spread(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 10000; i++) {
        uint64_t units;
        find("wait")->compute(10020, (struct range){i, i + 20}, NULL, NULL, &units);
        assert_in_range(units, 54, 66);
    }
}

static void test_off_by_one_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"primes", "squares", "copy", "wait"};
    for (size_t i = 0; i < LENGTH(names); i++) {
        struct computed c = compute_in(find(names[i]), 100003, 1);
        uint64_t *sum = c.partial;
        ++*sum;
        assert_false(verified(&c));
        *sum -= 2;
        assert_false(verified(&c));
        ++*sum;
        assert_true(verified(&c));
        discard(&c);
    }
}

static void test_maps_check_every_output(void **state)
{
    static const char *const names[] = {"squares", "copy"};
    const uint64_t size = 4099;
    (void)state;
    for (size_t k = 0; k < LENGTH(names); k++) {
        struct computed c = compute_in(find(names[k]), size, 3);
        uint64_t *output = c.output;
        for (uint64_t i = 0; i < size; i++) {
            assert_true(output[i] == (k == 0 ? i * i : i));
            output[i] ^= UINT64_C(1) << i % 64;
            assert_false(verified(&c));
            output[i] ^= UINT64_C(1) << i % 64;
        }
        assert_true(verified(&c));
        discard(&c);
    }
}

/* Its factors are as long as both halves of size!, within a limb each. */
static void test_multiply_is_as_long_as_a_factorial(void **state)
{
    mpz_t whole, left, right;
    (void)state;
    mpz_init(whole);
    mpz_init(left);
    mpz_init(right);
    for (uint64_t size = 2; size < 1000000; size = size * 5 / 3 + 1) {
        struct computed c = compute_in(find("multiply"), size, 1);
        const uint64_t limbs = *(uint64_t *)c.partial;
        mpz_fac_ui(whole, size);
        mpz_fac_ui(left, size - size / 2);
        mpz_divexact(right, whole, left);
        const uint64_t expected = mpz_size(left) + mpz_size(right);
        assert_true(limbs + 2 >= expected && limbs <= expected + 2);
        discard(&c);
    }
    mpz_clear(whole);
    mpz_clear(left);
    mpz_clear(right);
}

/* No limb is read beyond those that there are, and one that is off is seen. */
static void test_multiply_refuses_other_numbers(void **state)
{
    struct computed c = compute_in(find("multiply"), 20000, 7);
    uint64_t *limbs = c.partial;
    const uint64_t right = *limbs, wrong[] = {0, 1, right - 1, right + 1, UINT64_MAX};
    (void)state;
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        *limbs = wrong[i];
        assert_false(verified(&c));
    }
    *limbs = right;
    for (uint64_t i = 1; i <= right; i += 17) {
        limbs[i]++;
        assert_false(verified(&c));
        limbs[i]--;
    }
    assert_true(verified(&c));
    discard(&c);
}

/* None of these may be read as a product: memory tools would see it. */
static void test_factorial_survives_garbage(void **state)
{
    (void)state;
    const struct kernel *factorial = find("factorial");
    const uint64_t size = 1000;
    struct computed c = compute_in(factorial, size, 1);
    size_t used = kernel_used(factorial, c.partial);
    uint64_t *copy = allocate(used);
    memcpy(copy, c.partial, used);
    const uint64_t headers[] = {0, 1, copy[0] - 1, copy[0] + 1000, UINT64_MAX, UINT64_C(1) << 61};
    for (size_t i = 0; i < LENGTH(headers); i++) {
        uint64_t limbs = copy[0];
        copy[0] = headers[i];
        assert_false(verified_as(&c, copy));
        copy[0] = limbs;
    }
    struct verdict verdict;
    uint64_t none[2] = {0, 1};
    assert_false(factorial->verify(size, none, &verdict));
    assert_non_null(strstr(verdict.reason, "number of limbs"));
    copy[copy[0]] = 0; /* the highest limb */
    assert_false(verified_as(&c, copy));
    free(copy);
    discard(&c);
}

/* Twice the right product, and one factor exchanged for its neighbour. */
static void test_factorial_refuses_other_products(void **state)
{
    (void)state;
    const struct kernel *factorial = find("factorial");
    for (uint64_t size = 2; size < 200; size++) {
        struct computed c = compute_in(factorial, size, 1);
        uint64_t copy[64] = {0};
        assert_true(kernel_used(factorial, c.partial) + sizeof *copy <= sizeof copy);
        memcpy(copy, c.partial, kernel_used(factorial, c.partial));
        mp_size_t limbs = (mp_size_t)copy[0];
        assert_int_equal(mpn_divrem_1(copy + 1, 0, copy + 1, limbs, size), 0);
        mp_limb_t carry = mpn_mul_1(copy + 1, copy + 1, limbs, size + 2);
        if (carry)
            copy[1 + limbs++] = carry;
        copy[0] = (uint64_t)(limbs - (copy[limbs] == 0));
        assert_false(verified_as(&c, copy));
        discard(&c);
    }
}

/* An odd factor too much leaves Legendre's exponent right, a 2 too much does not. */
static void test_factorial_names_the_check(void **state)
{
    (void)state;
    static const struct {
        mp_limb_t factor;
        const char *reason;
    } wrong[] = {{3, "residue"}, {2, "Legendre"}};
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        struct computed c = compute_in(find("factorial"), 1000, 1);
        uint64_t *limbs = c.partial;
        assert_int_equal(mpn_mul_1(limbs + 1, limbs + 1, (mp_size_t)limbs[0], wrong[i].factor), 0);
        struct verdict verdict;
        assert_false(c.kernel->verify(1000, c.partial, &verdict));
        assert_non_null(strstr(verdict.reason, wrong[i].reason));
        discard(&c);
    }
}

/* Off by a multiple of two of the primes, which keeps Legendre's exponent: the third one tells. */
static void test_factorial_asks_every_prime(void **state)
{
    static const char *const primes[] = {"2305843009213693951", "4611686018427387847",
                                         "9223372036854775783"};
    (void)state;
    for (size_t telling = 0; telling < LENGTH(primes); telling++) {
        struct computed c = compute_in(find("factorial"), 1000, 1);
        uint64_t *limbs = c.partial;
        struct verdict verdict;
        mpz_t number, off, prime;
        mpz_init(number);
        mpz_init(prime);
        mpz_init_set_ui(off, 1);
        for (size_t i = 0; i < LENGTH(primes); i++) {
            assert_int_equal(mpz_set_str(prime, primes[i], 10), 0);
            if (i != telling)
                mpz_mul(off, off, prime);
        }
        mpz_mul_2exp(off, off, 1000); /* that of 1000! is 994 */
        mpz_import(number, limbs[0], -1, sizeof *limbs, 0, 0, limbs + 1);
        mpz_add(number, number, off);
        assert_int_equal(mpz_size(number), limbs[0]);
        memcpy(limbs + 1, mpz_limbs_read(number), limbs[0] * sizeof *limbs);
        assert_false(c.kernel->verify(1000, c.partial, &verdict));
        assert_non_null(strstr(verdict.reason, "residue"));
        mpz_clear(off);
        mpz_clear(prime);
        mpz_clear(number);
        discard(&c);
    }
}

static void test_factorial_against_gmp(void **state)
{
    (void)state;
    mpz_t expected;
    mpz_init(expected);
    for (uint64_t size = 1; size < 30000; size = size * 3 / 2 + 1) {
        struct computed c = compute_in(find("factorial"), size, 1 + size % 9);
        mpz_fac_ui(expected, size);
        const uint64_t *limbs = c.partial;
        assert_int_equal(limbs[0], mpz_size(expected));
        assert_memory_equal(limbs + 1, mpz_limbs_read(expected), limbs[0] * sizeof *limbs);
        discard(&c);
    }
    mpz_clear(expected);
}

/* 13 digits, rounded, the number of digits and the zeros behind, from all decimal digits. */
static void check_factorial_text(const struct computed *c)
{
    const struct kernel *factorial = c->kernel;
    mpz_t number, head, scale;
    mpz_init(number);
    mpz_inits(head, scale, NULL);
    mpz_fac_ui(number, c->size);
    char *all = mpz_get_str(NULL, 10, number);
    size_t digits = strlen(all);
    size_t zeros = 0;
    while (all[digits - 1 - zeros] == '0')
        zeros++;
    mpz_ui_pow_ui(scale, 10, digits - 13);
    mpz_fdiv_q_2exp(head, scale, 1);
    mpz_add(head, head, number);
    mpz_fdiv_q(head, head, scale);
    char *rounded = mpz_get_str(NULL, 10, head);
    char expected[KERNEL_RESULT_MAX];
    char text[KERNEL_RESULT_MAX];
    (void)snprintf(expected, sizeof expected, "%c.%.12se+%zu (%zu digits, %zu trailing zeros)",
                   rounded[0], rounded + 1, digits - 1 + (strlen(rounded) > 13), digits, zeros);
    factorial->print(c->partial, text, sizeof text);
    assert_string_equal(text, expected);
    free(rounded);
    free(all);
    mpz_clears(number, head, scale, NULL);
}

static void test_factorial_print(void **state)
{
    (void)state;
    for (uint64_t size = 21; size < 20000; size += 1 + size / 20) {
        struct computed c = compute_in(find("factorial"), size, 1);
        check_factorial_text(&c);
        discard(&c);
    }
}

/* A partial of the largest size still fits one message, whose length is an int. */
static void test_factorial_fits_a_message(void **state)
{
    static const char *const names[] = {"factorial", "factorial:algorithm=primes"};
    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        const struct kernel *kernel = find(names[i]);
        const uint64_t size = kernel->max_size;
        assert_true(kernel_partial_size(kernel, size, kernel_whole(size)) <= INT32_MAX);
    }
}

/* Both the kernel and its sieve, at every size up to and across the sieve's windows. */
static void test_primes_against_naive(void **state)
{
    (void)state;
    const struct kernel *primes = find("primes");
    struct computed c = {.kernel = primes};
    uint64_t sum = 0;
    for (uint64_t n = 1; n < 132000; n++) {
        bool prime = n > 1;
        for (uint64_t d = 2; prime && d * d <= n; d++)
            prime = n % d != 0;
        sum += prime ? n : 0;
        c.size = n;
        uint64_t one;
        primes->compute(n, (struct range){n - 1, n}, NULL, NULL, &one);
        assert_true(one == (prime ? n : 0));
        if (n < 300 || n % 65536 < 40 || n % 65536 > 65500)
            assert_true(verified_as(&c, &sum));
    }
}

static void test_weak_size(void **state)
{
    (void)state;
    static const unsigned workers[] = {1, 2, 3, 4, 7, 8, 16, 100, 128, 4096};
    for (const struct kernel *const *k = kernel_table; *k; k++) {
        const uint64_t sizes[] = {1, 2, 100, within(*k, 12345), (*k)->default_size, (*k)->max_size};
        for (size_t s = 0; s < LENGTH(sizes); s++) {
            uint64_t last = sizes[s];
            assert_true(kernel_weak_size(*k, sizes[s], 1) == sizes[s]);
            for (size_t w = 0; w < LENGTH(workers); w++) {
                uint64_t size = kernel_weak_size(*k, sizes[s], workers[w]);
                assert_true(size >= last && size <= (*k)->max_size);
                assert_true(size <= sizes[s] * workers[w]);
                last = size;
            }
        }
        assert_true(kernel_weak_size(*k, (*k)->max_size, 2) == (*k)->max_size);
        assert_true(kernel_weak_size(*k, 1, UINT_MAX) <= (*k)->max_size);
    }
    assert_int_equal(kernel_weak_size(find("pi"), 1000, 7), 7000);
    assert_int_equal(kernel_weak_size(find("squares"), 1000, 7), 7000);
}

/* Divisions that primes makes, counted. */
static double divisions(uint64_t size)
{
    double count = 0;
    for (uint64_t n = 1; n <= size; n++) {
        count += 1;
        if (n < 4 || n % 2 == 0 || n % 3 == 0)
            continue;
        bool divided = false;
        for (uint64_t d = 5; !divided && d * d <= n; d += 6) {
            divided = n % d == 0 || n % (d + 2) == 0;
            count += n % d == 0 ? 1 : 2;
        }
    }
    return count;
}

static void test_primes_weak_size_counts_divisions(void **state)
{
    (void)state;
    uint64_t eightfold = kernel_weak_size(find("primes"), 50000, 8);
    double ratio = divisions(eightfold) / divisions(50000);
    if (!(ratio > 7.6 && ratio < 8.4))
        fail_msg("eight times the work is %g times the divisions", ratio);
}

enum { CANARY = 64, CANARY_BYTE = 0xA5 };

static void *guarded(size_t bytes)
{
    unsigned char *memory = allocate(bytes + CANARY);
    memset(memory, CANARY_BYTE, bytes + CANARY);
    return memory;
}

static bool untouched(const void *memory, size_t bytes)
{
    const unsigned char *canary = (const unsigned char *)memory + bytes;
    for (int i = 0; i < CANARY; i++) {
        if (canary[i] != CANARY_BYTE)
            return false;
    }
    return true;
}

/* Computes two neighbours and combines them, each with exactly the room that was promised. */
static void check_room(const struct kernel *kernel, uint64_t size, struct range left,
                       struct range right)
{
    const struct range joint = {left.begin, right.end};
    size_t into_bytes = kernel_partial_size(kernel, size, joint);
    size_t left_bytes = kernel_partial_size(kernel, size, left);
    size_t right_bytes = kernel_partial_size(kernel, size, right);
    assert_true(left_bytes <= into_bytes && right_bytes <= into_bytes);
    void *into = guarded(into_bytes);
    void *scratch = guarded(left_bytes);
    void *from = guarded(right_bytes);
    uint64_t *input = allocate(range_length(joint) * kernel->input_item_size);
    void *output = guarded(range_length(joint) * kernel->output_item_size);
    if (kernel_is_map(kernel))
        kernel->fill(size, joint, input);
    const void *right_input = kernel_input_at(kernel, input, range_length(left));
    void *right_output = kernel_output_at(kernel, output, range_length(left));

    kernel->compute(size, left, input, output, scratch);
    kernel->compute(size, right, right_input, right_output, from);
    assert_true(untouched(scratch, left_bytes) && untouched(from, right_bytes));
    assert_true(untouched(output, range_length(joint) * kernel->output_item_size));
    assert_true(kernel_used(kernel, scratch) <= left_bytes &&
                kernel_used(kernel, from) <= right_bytes);

    memcpy(into, scratch, kernel_used(kernel, scratch));
    kernel->combine(into, from);
    assert_true(untouched(into, into_bytes) && untouched(from, right_bytes));
    assert_true(kernel_used(kernel, into) <= into_bytes);
    free(output);
    free(input);
    free(from);
    free(scratch);
    free(into);
}

static void test_room_is_kept(void **state)
{
    (void)state;
    for (const struct kernel *const *k = kernel_table; *k; k++) {
        for (int i = 0; i < 2000; i++) {
            /* Small and large numbers alike, ends at powers of two, and empty ranges. */
            uint64_t size = within(*k, 1 + random_below(UINT64_C(1) << (2 + i % 20)));
            uint64_t begin = random_below(size + 1);
            uint64_t most = size - begin < 5000 ? size - begin : 5000;
            uint64_t length = random_below(most + 1) / (1 + random_below(30));
            uint64_t cut = begin + random_below(length + 1);
            check_room(*k, size, (struct range){begin, cut}, (struct range){cut, begin + length});
        }
        const uint64_t size = within(*k, 1 << 20);
        check_room(*k, size, (struct range){0, size / 16}, (struct range){size / 16, size / 4});
    }
}

/* Cut anywhere, byte for byte the same result, and nothing is written behind the room. */
static void check_random_cut(const struct kernel *kernel, uint64_t size, uint64_t pieces)
{
    struct computed expected = compute_in(kernel->of, size, 1);
    const size_t bytes = kernel_partial_size(kernel, size, kernel_whole(size));
    void *whole = guarded(bytes);
    kernel->compute(size, (struct range){0, 0}, NULL, NULL, whole);
    for (uint64_t begin = 0, end, left = pieces; left > 0; left--, begin = end) {
        end = left == 1 ? size : begin + random_below(2 * (size - begin) / left + 1);
        const struct range piece = {begin, end};
        const size_t room = kernel_partial_size(kernel, size, piece);
        void *partial = guarded(room);
        kernel->compute(size, piece, NULL, NULL, partial);
        assert_true(untouched(partial, room) && kernel_used(kernel, partial) <= room);
        kernel->combine(whole, partial);
        free(partial);
    }
    const size_t used = kernel_used(kernel, whole);
    if (used != kernel_used(kernel, expected.partial) || !untouched(whole, bytes) ||
        memcmp(whole, expected.partial, used) != 0)
        fail_msg("%s of size %" PRIu64 " in %" PRIu64 " pieces", kernel->name, size, pieces);
    free(whole);
    discard(&expected);
}

static void test_algorithms_that_grow_are_cut_anywhere(void **state)
{
    unsigned count = 0;
    (void)state;
    for (const struct kernel *const *k = kernel_table; *k; k++) {
        if (!(*k)->of || !kernel_grows(*k))
            continue;
        count++;
        for (uint64_t size = 1; size <= 300; size++) {
            check_random_cut(*k, size, 1);
            check_random_cut(*k, size, 1 + random_below(12));
        }
        for (uint64_t size = 1009; size < 50000; size = size * 7 / 5)
            check_random_cut(*k, size, 2 + random_below(100));
        check_random_cut(*k, 200003, 7);
    }
    assert_true(count > 0);
}

/* An upper bound that never shrinks when the range grows, on either side. */
static void test_partial_size_grows(void **state)
{
    (void)state;
    for (const struct kernel *const *k = kernel_table; *k; k++) {
        const uint64_t size = within(*k, 1000000);
        size_t least = kernel_partial_size(*k, size, (struct range){0, 0});
        for (int i = 0; i < 20000; i++) {
            uint64_t begin = 1 + random_below(size - 1);
            uint64_t end = begin + random_below(size - begin);
            size_t bytes = kernel_partial_size(*k, size, (struct range){begin, end});
            assert_true(bytes >= least);
            assert_true(kernel_partial_size(*k, size, (struct range){begin - 1, end}) >= bytes);
            assert_true(kernel_partial_size(*k, size, (struct range){begin, end + 1}) >= bytes);
        }
    }
    assert_true(kernel_grows(find("factorial")));
    assert_false(kernel_grows(find("pi")));
}

static void test_incomplete_kernels(void **state)
{
    const struct kernel *whole = find("squares"), *grows = find("factorial");
    struct kernel kernel;
    (void)state;
    for (const struct kernel *const *k = kernel_table; *k; k++)
        assert_null(kernel_missing(*k));
#define LACKS(of, field)                                                                           \
    kernel = *(of);                                                                                \
    memset(&kernel.field, 0, sizeof kernel.field);                                                 \
    assert_non_null(kernel_missing(&kernel));                                                      \
    assert_non_null(strstr(kernel_missing(&kernel), #field))
    LACKS(whole, name);
    LACKS(whole, title);
    LACKS(whole, item);
    LACKS(whole, default_size);
    LACKS(whole, max_size);
    LACKS(whole, is_linear);
    LACKS(grows, weak_size);
    LACKS(whole, partial_bytes);
    LACKS(grows, partial_size);
    LACKS(grows, used);
    LACKS(whole, input_item_size);
    LACKS(whole, output_item_size);
    LACKS(whole, fill);
    LACKS(whole, compute);
    LACKS(whole, combine);
    LACKS(whole, verify);
    LACKS(whole, wrong);
    LACKS(whole, print);
    LACKS(whole, tick);
    LACKS(whole, limit.what);
    LACKS(whole, limit.kind);
#undef LACKS
    kernel = *whole;
    kernel.limit.kernel = "pi"; /* which is no limit */
    assert_non_null(kernel_missing(&kernel));
    kernel.limit.kernel = "no such kernel";
    assert_non_null(kernel_missing(&kernel));
}

/* One that shows its outputs has all that it takes to do so, and is a map. */
static void test_incomplete_pictures(void **state)
{
    static const char *const two[] = {"x", "y", NULL}, *const nine[] = {"1", "2", "3", "4", "5",
                                                                        "6", "7", "8", "9", NULL};
    const struct kernel *grid = find("grid");
    struct kernel kernel;
    (void)state;
#define LACKS(field)                                                                               \
    kernel = *grid;                                                                                \
    kernel.field = NULL;                                                                           \
    assert_string_equal(kernel_missing(&kernel), "all of columns, row, plot and shows, or none")
    LACKS(columns);
    LACKS(row);
    LACKS(plot);
    LACKS(shows);
#undef LACKS
    kernel = *find("wait");
    kernel.columns = grid->columns;
    kernel.row = grid->row;
    kernel.plot = grid->plot;
    kernel.shows = grid->shows;
    assert_string_equal(kernel_missing(&kernel), "outputs to show, as of a map");
    kernel = *grid;
    kernel.columns = two;
    assert_non_null(strstr(kernel_missing(&kernel), "three columns"));
    kernel.columns = nine;
    assert_non_null(strstr(kernel_missing(&kernel), "three columns"));
}

static void test_incomplete_algorithms(void **state)
{
    const struct kernel *sieve = find("primes:algorithm=sieve");
    struct kernel of = *find("primes"), kernel = *sieve;
    (void)state;
    kernel.of = &of;
    assert_null(kernel_missing(&kernel));
    static const char *const names[] = {"primes", "primes:sieve",
                                        "primes:algorithm=", "pi:algorithm=sieve",
                                        "primes:algorithm=a:b"};
    for (size_t i = 0; i < LENGTH(names); i++) {
        kernel.name = names[i];
        assert_non_null(strstr(kernel_missing(&kernel), "a name that is"));
    }
    kernel.of = NULL;
    kernel.name = sieve->name;
    assert_non_null(strstr(kernel_missing(&kernel), "a name that is"));
    kernel.of = &of;
    of.algorithm = NULL;
    assert_non_null(strstr(kernel_missing(&kernel), "algorithm of"));
    of.algorithm = "trial";
    of.of = sieve;
    assert_non_null(strstr(kernel_missing(&kernel), "no algorithm itself"));
    of.of = NULL;
    kernel.algorithm = "sieve";
    assert_non_null(strstr(kernel_missing(&kernel), "in its name alone"));
    kernel.algorithm = NULL;
    of.input_item_size = 8;
    assert_non_null(strstr(kernel_missing(&kernel), "inputs and outputs"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_incomplete_kernels),
        cmocka_unit_test(test_incomplete_pictures),
        cmocka_unit_test(test_incomplete_algorithms),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_algorithms_are_found),
        cmocka_unit_test(test_algorithms_have_the_same_result),
        cmocka_unit_test(test_sieve_of_ranges),
        cmocka_unit_test(test_sieve_of_segments),
        cmocka_unit_test(test_known_results),
        cmocka_unit_test(test_pi_digits),
        cmocka_unit_test(test_squares_print_128_bits),
        cmocka_unit_test(test_any_cut),
        cmocka_unit_test(test_same_cut_same_bits),
        cmocka_unit_test(test_empty_is_neutral),
        cmocka_unit_test(test_lost_pieces_are_refused),
        cmocka_unit_test(test_flipped_bits_are_refused),
        cmocka_unit_test(test_pi_refuses),
        cmocka_unit_test(test_pi_is_refused_just_beyond_its_bound),
        cmocka_unit_test(test_divide_is_refused_just_beyond_its_bound),
        cmocka_unit_test(test_each_item_waits_for_its_units),
        cmocka_unit_test(test_waits_are_spread),
        cmocka_unit_test(test_off_by_one_is_refused),
        cmocka_unit_test(test_maps_check_every_output),
        cmocka_unit_test(test_multiply_is_as_long_as_a_factorial),
        cmocka_unit_test(test_multiply_refuses_other_numbers),
        cmocka_unit_test(test_factorial_survives_garbage),
        cmocka_unit_test(test_factorial_refuses_other_products),
        cmocka_unit_test(test_factorial_names_the_check),
        cmocka_unit_test(test_factorial_asks_every_prime),
        cmocka_unit_test(test_factorial_against_gmp),
        cmocka_unit_test(test_factorial_print),
        cmocka_unit_test(test_factorial_fits_a_message),
        cmocka_unit_test(test_primes_against_naive),
        cmocka_unit_test(test_weak_size),
        cmocka_unit_test(test_primes_weak_size_counts_divisions),
        cmocka_unit_test(test_room_is_kept),
        cmocka_unit_test(test_algorithms_that_grow_are_cut_anywhere),
        cmocka_unit_test(test_partial_size_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
