#include "libraries.h"

#include "clock.h"

#include <gmp.h>

#ifdef OVERHEAD_HAS_PRIMESIEVE
#include <primesieve.h>

static enum status sum_primes(struct subject *subject, double *seconds)
{
    const uint64_t size = subject->job.size;
    uint64_t sum = 0; /* of its own, which stays in a register */
    primesieve_iterator primes;

    uint64_t start = clock_now_ns();
    primesieve_init(&primes);
    for (uint64_t prime; (prime = primesieve_next_prime(&primes)) <= size;)
        sum += prime;
    primesieve_free_iterator(&primes);
    *seconds = clock_seconds_since(start);
    *(uint64_t *)subject->partial.start = sum;
    return probe_check(subject, &(struct outcome){.partial = subject->partial.start});
}

const struct way library_sieve[] = {{.name = "primesieve", .run = sum_primes}, {0}};
#else
const struct way library_sieve[] = {{0}};
#endif

static enum status multiply(struct subject *subject, double *seconds)
{
    uint64_t *product =
        subject->partial.start; /* as the kernel has it: limbs behind their number */
    mpz_t number;

    uint64_t start = clock_now_ns();
    mpz_init(number);
    mpz_fac_ui(number, subject->job.size);
    *seconds = clock_seconds_since(start);
    product[0] = mpz_size(number);
    mpn_copyi(product + 1, mpz_limbs_read(number), (mp_size_t)product[0]);
    mpz_clear(number);
    return probe_check(subject, &(struct outcome){.partial = product});
}

const struct way library_factorial[] = {{.name = "mpz_fac_ui", .run = multiply}, {0}};
