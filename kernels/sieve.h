/*
 * A sieve of Eratosthenes over odd numbers, a byte each, one window after the other, so that it
 * needs no memory but a few pages of stack.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * Entry i of `composite`, of `count` entries, tells whether first + 2 i, an odd number, has an odd
 * divisor but 1 and itself. `roots`: a window that starts at 1 and holds all odd numbers up to the
 * root of the last one; or that window itself, to be made.
 */
static inline void sieve_window(uint64_t first, uint64_t count, const bool *roots, bool *composite)
{
    const uint64_t end = first + 2 * count;
    memset(composite, 0, count * sizeof *composite);
    for (uint64_t root = 3; root * root < end; root += 2) {
        if (roots[root / 2])
            continue;
        uint64_t factor = (first + root - 1) / root | 1; /* odd, as the multiples are */
        factor = factor < root ? root : factor;
        for (uint64_t k = (factor * root - first) / 2; k < count; k += root)
            composite[k] = true;
    }
}
