/*
 * Numbers drawn at random, the same ones whenever a test runs: xorshift64* (Vigna, ACM TOMS 42(4),
 * 2016).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* One from 0 to below - 1, of 2^32 at most; `random` is the state, and never 0. */
static inline size_t draw(uint64_t *random, size_t below)
{
    *random ^= *random >> 12;
    *random ^= *random << 25;
    *random ^= *random >> 27;
    return (size_t)((*random * 2685821657736338717u >> 32) * below >> 32);
}
