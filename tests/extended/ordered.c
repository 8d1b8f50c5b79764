/*
 * A kernel from outside the tree, whose combine() is associative and not commutative: the result
 * is wrong as soon as a model combines partials out of index order, loses one or counts it twice.
 *
 * It reads the digits 1, 2, 3 … size as a number in base B modulo a prime.
 *
 * PARBENCH_TEST_SLOWER=5 gives it so many percent more work, which a comparison of runs must find.
 */
#include "kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t prime = 2147483647, base = 48271;

struct number {
    uint64_t value;
    uint64_t power; /* base to the number of digits */
};

static struct number read_digits(struct range range)
{
    struct number number = {0, 1};
    for (uint64_t i = range.begin; i < range.end; i++) {
        number.value = (number.value * base + i + 1) % prime;
        number.power = number.power * base % prime;
    }
    return number;
}

static struct range read_in_vain(struct range range)
{
    const char *percent = getenv("PARBENCH_TEST_SLOWER");
    const uint64_t share = percent ? strtoul(percent, NULL, 10) : 0;
    return (struct range){range.begin, range.begin + range_length(range) * share / 100};
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    const struct number number = read_digits(range);
    (void)size;
    (void)input;
    (void)output;
    const struct number in_vain = read_digits(read_in_vain(range));
    __asm__ volatile("" : : "r"(in_vain.value)); /* else the compiler sees that nobody uses it */
    memcpy(partial, &number, sizeof number);
}

static void combine(void *into, const void *from)
{
    struct number high, low;
    memcpy(&high, into, sizeof high);
    memcpy(&low, from, sizeof low);
    high.value = (high.value * low.power + low.value) % prime;
    high.power = high.power * low.power % prime;
    memcpy(into, &high, sizeof high);
}

/* From the last digit to the first, as a sum of powers, where compute() goes forward. */
static bool verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    struct number number;
    uint64_t expected = 0, power = 1;
    memcpy(&number, partial, sizeof number);
    for (uint64_t digit = size; digit > 0; digit--) {
        expected = (expected + digit % prime * power) % prime;
        power = power * base % prime;
    }
    if (number.value == expected && number.power == power)
        return true;
    (void)snprintf(verdict->reason, sizeof verdict->reason, "%llu instead of %llu",
                   (unsigned long long)number.value, (unsigned long long)expected);
    return false;
}

static void print(const void *partial, char *text, size_t length)
{
    struct number number;
    memcpy(&number, partial, sizeof number);
    (void)snprintf(text, length, "%llu", (unsigned long long)number.value);
}

const struct kernel kernel_ordered = {
    .name = "ordered",
    .title = "digits in a fixed order",
    .item = "digit",
    .default_size = 1000003,
    .max_size = 2000000000,
    .is_linear = true,
    .partial_bytes = sizeof(struct number),
    .compute = compute,
    .combine = combine,
    .verify = verify,
    .print = print,
    .tick = 1000,
};
