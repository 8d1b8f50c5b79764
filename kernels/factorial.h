/*
 * What the algorithms of the kernel factorial have in common: a result, size! as limbs of GMP, and
 * how products are multiplied, checked and shown.
 */
#pragma once

#include "kernel.h"

#include <gmp.h>

/*
 * A partial, with its room for scratch, still fits one message of 2³¹ - 1 bytes: 10⁸ factors of 27
 * bits are 42.2 million limbs, twice that is 675 MB.
 */
#define FACTORIAL_MAX_SIZE UINT64_C(100000000)

/* A partial: `limbs` limbs, least significant first, the last one not 0. */
struct product {
    uint64_t limbs;
    mp_limb_t data[];
};

extern const struct kernel kernel_factorial;

/* Number of bits of x; 0 for 0. */
static inline unsigned bit_length(uint64_t x)
{
    return x == 0 ? 0 : 64 - (unsigned)__builtin_clzll(x);
}

/* The exponent of 2 in size!. Legendre: size less the number of ones in its binary digits. */
static inline uint64_t factorial_twos(uint64_t size)
{
    return size - (uint64_t)__builtin_popcountll(size);
}

/* a · b, neither of which is 0, to `out`, which overlaps none of them and takes a_limbs + b_limbs
 * limbs. Returns those that the product has. */
mp_size_t factorial_multiply(mp_limb_t *out, const mp_limb_t *a, mp_size_t a_limbs,
                             const mp_limb_t *b, mp_size_t b_limbs);

/* As a kernel has them. combine() takes twice the limbs of the joint product. */
size_t factorial_used(const void *partial);
bool factorial_verify(uint64_t size, const void *partial, struct verdict *verdict);
void factorial_print(const void *partial, char *text, size_t length);
