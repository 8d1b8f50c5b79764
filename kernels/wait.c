/*
 * Waits of 1 to 5 units of a millisecond, as for a disk, a network or another program.
 *
 * There: time.sleep, and what concurrency is for where nothing is computed. A worker that waits
 * leaves its core to others: more workers than cores are as many times faster as they are, also
 * threads that have a lock, if they give it up meanwhile. Items end in another order than they
 * were handed out in, which order=completed and imap-unordered are for.
 *
 * Each item waits until a moment of its own, so that a range waits as long however it is cut. The
 * partial is how many units were waited for.
 */
#include "kernel.h"

#include <errno.h>
#include <inttypes.h>
#include <time.h>

enum { UNITS_MAX = 5, UNIT_NS = 1000000, SECOND_NS = 1000000000 };

/* Fifty minutes for one worker. */
#define MAX_SIZE UINT64_C(1000000)

__extension__ typedef unsigned __int128 uint128;

/* 2⁶⁴ over the golden ratio, odd: neighbours are far apart, and any run of items has about 3 units
 * an item. (Knuth, The Art of Computer Programming, volume 3, 6.4: Fibonacci hashing.) */
static const uint64_t multiplier = UINT64_C(0x9E3779B97F4A7C15);

/* The upper bits of the hash, as 1 to 5. */
static unsigned units_of(uint64_t index)
{
    return 1 + (unsigned)((uint128)(index * multiplier) * UNITS_MAX >> 64);
}

/* Gives the core up. A signal that comes in between does not make it shorter. */
static void wait_for(unsigned units)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)units * UNIT_NS;
    until.tv_sec += until.tv_nsec / SECOND_NS;
    until.tv_nsec %= SECOND_NS;
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        continue;
}

static void compute(uint64_t size, struct range range, const void *input, void *output,
                    void *partial)
{
    uint64_t waited = 0;
    (void)size, (void)input, (void)output;
    for (uint64_t i = range.begin; i < range.end; i++) {
        const unsigned units = units_of(i);
        wait_for(units);
        waited += units;
    }
    *(uint64_t *)partial = waited;
}

static void combine(void *into, const void *from)
{
    *(uint64_t *)into += *(const uint64_t *)from;
}

/*
 * The sum of floor(a i / m) over i = 0 … n-1, without a loop over i: the points below a line are
 * counted in turn by rows and by columns, as Euclid's algorithm goes on. (Graham, Knuth and
 * Patashnik, Concrete Mathematics, 3.5.) `a n` < 2¹²⁸.
 */
static uint128 sum_of_floors(uint128 n, uint128 m, uint128 a)
{
    uint128 sum = 0, b = 0;
    while (n > 0) {
        sum += n * (n - 1) / 2 * (a / m) + n * (b / m);
        const uint128 top = a % m * n + b % m;
        b = top % m;
        n = top / m;
        const uint128 slope = m;
        m = a % m;
        a = slope;
    }
    return sum;
}

/* With x = multiplier · i / 2⁶⁴ an item has 1 + floor(5 (x - floor(x))) units, which is
 * 1 + floor(5 x) - 5 floor(x): all of them have a sum in closed form. */
static uint64_t units_of_all(uint64_t size)
{
    const uint128 whole = (uint128)1 << 64;
    return size + (uint64_t)(sum_of_floors(size, whole, (uint128)multiplier * UNITS_MAX) -
                             UNITS_MAX * sum_of_floors(size, whole, multiplier));
}

static bool verify(uint64_t size, const void *partial, struct verdict *verdict)
{
    const uint64_t waited = *(const uint64_t *)partial, expected = units_of_all(size);
    return waited == expected ||
           verdict_wrong(verdict, "%" PRIu64 " units were waited for, not %" PRIu64, waited,
                         expected);
}

static void print(const void *partial, char *text, size_t length)
{
    (void)snprintf(text, length, "%" PRIu64, *(const uint64_t *)partial);
}

const struct kernel kernel_wait = {
    .name = "wait",
    .title = "waits of 1 to 5 ms, as time.sleep: threads help, on one core, too",
    .item = "wait",
    .waits = true,
    .is_on_request = true,
    .default_size = 40,
    .max_size = MAX_SIZE,
    .is_linear = true,
    .partial_bytes = sizeof(uint64_t),
    .compute = compute,
    .combine = combine,
    .commutative = true,
    .verify = verify,
    .print = print,
    .tick = 1,
};
