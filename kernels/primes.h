/*
 * What the algorithms of the kernel primes have in common: a result, the sum of all primes up to a
 * size, which is a uint64_t, and how it is checked and shown.
 */
#pragma once

#include "kernel.h"

/* Candidates are 32-bit integers, whose division costs many cores half of what one of 64 bits
 * does. The sum of them all is below 2⁶³. */
#define PRIMES_MAX_SIZE ((uint64_t)UINT32_MAX)

extern const struct kernel kernel_primes;

/* As a kernel has them. A sieve checks the sum that shares nothing with any algorithm. */
void primes_combine(void *into, const void *from);
bool primes_verify(uint64_t size, const void *partial, struct verdict *verdict);
void primes_print(const void *partial, char *text, size_t length);
