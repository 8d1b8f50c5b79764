/*
 * What the algorithms of the kernel pi have in common: a result, a double, and how the sums of
 * blocks of steps make it, and how it is checked and shown. In all of them index i stands for the
 * step whose midpoint is (i + 1/2) / size.
 */
#pragma once

#include "kernel.h"

/*
 * Steps summed at once. It bounds the rounding error, which grows with the longest chain of
 * additions, and lets a step's number inside the block be a 32-bit integer, which every
 * instruction set converts to double in one go.
 */
enum { PI_BLOCK = 1024 };

/* Beyond it the loss of a single step, 2 / size, would hide below the bound of pi_verify(). */
#define PI_MAX_SIZE UINT64_C(1000000000000)

extern const struct kernel kernel_pi;

/* The sum of 4 / (1 + x²) over `count` midpoints, at most PI_BLOCK, in any order; `first` is that
 * of the first one, in steps of the width `step`. */
typedef double pi_sum_block(double first, int32_t count, double step);

/* For compute(): the partial of a range, from the sums of its blocks. */
void pi_integrate(pi_sum_block *sum_block, uint64_t size, struct range range, void *partial);

/* As a kernel has them. */
void pi_combine(void *into, const void *from);
bool pi_verify(uint64_t size, const void *partial, struct verdict *verdict);
void pi_print(const void *partial, char *text, size_t length);
