/*
 * What the algorithms of the kernel squares have in common: items, a result, the sum of the
 * squares, which is 128 bits wide, and how they are checked and shown.
 */
#pragma once

#include "kernel.h"

__extension__ typedef unsigned __int128 squares_sum; /* two of GMP's limbs */

/* Beyond it the square of the last input overflows 64 bits. */
#define SQUARES_MAX_SIZE (UINT64_C(1) << 32)

extern const struct kernel kernel_squares;

/* Squares `count` inputs, and returns the sum of the squares. */
squares_sum squares_square(uint64_t count, const uint64_t *x, uint64_t *squared);

/* As a kernel has them. */
void squares_fill(uint64_t size, struct range range, void *input);
void squares_combine(void *into, const void *from);
bool squares_verify(uint64_t size, const void *partial, struct verdict *verdict);
uint64_t squares_wrong(uint64_t size, struct range range, const void *output,
                       struct verdict *first);
void squares_print(const void *partial, char *text, size_t length);
