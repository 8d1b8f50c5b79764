/*
 * The sum of all primes up to a limit, by trial division with 6k ± 1.
 *
 * Irregular work: an even number is dismissed at once, a large prime costs as many divisions as
 * its root has thirds, and the later numbers cost more than the earlier ones. Equal shares of the
 * range are unequal shares of the work, so this kernel shows what a schedule is worth.
 *
 * Index i stands for the number i + 1.
 */
#include "primes.h"

#include "sieve.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

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

void primes_combine(void *into, const void *from)
{
    *(uint64_t *)into += *(const uint64_t *)from;
}

/*
 * The oracle: a sieve of Eratosthenes over odd numbers, one window after the other, so that it
 * needs no memory but a few pages of stack. It shares nothing with any algorithm: a byte a number,
 * every odd prime by itself, the multiples sought anew in each window. Entry i of a window that
 * starts at the odd number `first` stands for first + 2 i.
 */
enum { WINDOW = 1 << 15 };

static uint64_t sieved_sum(uint64_t size)
{
    bool roots[WINDOW] = {false}, composite[WINDOW];
    uint64_t sum = size >= 2 ? 2 : 0;
    sieve_window(1, WINDOW, roots, roots);
    for (uint64_t first = 3; first <= size; first += (uint64_t)2 * WINDOW) {
        sieve_window(first, WINDOW, roots, composite);
        for (uint64_t i = 0; i < WINDOW && first + 2 * i <= size; i++)
            sum += composite[i] ? 0 : first + 2 * i;
    }
    return sum;
}

bool primes_verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    uint64_t result = *(const uint64_t *)partial;
    uint64_t expected = sieved_sum(size);
    if (result != expected)
        return verdict_wrong(verdict, "the sum is %" PRIu64 ", but a sieve gives %" PRIu64, result,
                             expected);
    return true;
}

void primes_print(const void *partial, char *text, size_t length)
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
    return kernel_size_of_work(work, size, workers, PRIMES_MAX_SIZE);
}

const struct kernel kernel_primes = {
    .name = "primes",
    .algorithm = "trial",
    .title = "sum of all primes by trial division: irregular work",
    .item = "number",
    .default_size = 3000000,
    .max_size = PRIMES_MAX_SIZE,
    .weak_size = weak_size,
    .is_uneven = true,
    .partial_bytes = sizeof(uint64_t),
    .compute = compute,
    .combine = primes_combine,
    .commutative = true,
    .verify = primes_verify,
    .print = primes_print,
    .tick = 200,
    .events = {"PAPI_BR_MSP"}, /* which divisor is the last to be tried, nobody can predict */
};
