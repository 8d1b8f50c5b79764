/*
 * The file is compiled twice: with OpenMP the loops run on all threads of the process, without it
 * on the calling one, for a program of ranks. Either way for the very processor at hand. Which form
 * of a loop is the fastest depends on compiler and processor.
 */
#include "plain.h"

double plain_pi_simd(int begin, int end, double step)
{
    double sum = 0;
#pragma omp parallel for simd reduction(+ : sum)
    for (int i = begin; i < end; i++) {
        double x = (i + 0.5) * step;
        sum += 4 / (1 + x * x);
    }
    return sum;
}

double plain_pi_simd64(int begin, int end, double step)
{
    double sum = 0;
#pragma omp parallel for simd reduction(+ : sum)
    for (int64_t i = begin; i < end; i++) {
        double x = ((double)i + 0.5) * step;
        sum += 4 / (1 + x * x);
    }
    return sum;
}

double plain_pi_loop(int begin, int end, double step)
{
    double sum = 0;
#pragma omp parallel for reduction(+ : sum)
    for (int i = begin; i < end; i++) {
        double x = (i + 0.5) * step;
        sum += 4 / (1 + x * x);
    }
    return sum;
}

void plain_squares_simd(int64_t count, const uint64_t *x, uint64_t *squared, uint64_t sums[2])
{
    uint64_t low = 0, high = 0;
#pragma omp parallel for simd reduction(+ : low, high)
    for (int64_t i = 0; i < count; i++) {
        uint64_t value = x[i] * x[i];
        squared[i] = value;
        low += value & UINT32_MAX;
        high += value >> 32;
    }
    sums[0] = low;
    sums[1] = high;
}

void plain_squares_loop(int64_t count, const uint64_t *x, uint64_t *squared, uint64_t sums[2])
{
    uint64_t low = 0, high = 0;
#pragma omp parallel for reduction(+ : low, high)
    for (int64_t i = 0; i < count; i++) {
        uint64_t value = x[i] * x[i];
        squared[i] = value;
        low += value & UINT32_MAX;
        high += value >> 32;
    }
    sums[0] = low;
    sums[1] = high;
}
