/*
 * Kernels as a good programmer writes them for one program and one machine: plain loops, with none
 * of the suite's structure. What the models are compared with.
 */
#pragma once

#include <stdint.h>

/* The sum of 4 / (1 + x²) over the midpoints begin … end-1 of steps of that width. */
typedef double plain_pi(int begin, int end, double step);
plain_pi plain_pi_simd, plain_pi_simd64, plain_pi_loop;

/* Squares them, and adds up the squares' lower and upper 32 bits. */
typedef void plain_squares(int64_t count, const uint64_t *x, uint64_t *squared, uint64_t sums[2]);
plain_squares plain_squares_simd, plain_squares_loop;
