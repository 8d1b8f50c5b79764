/*
 * Pi as a good programmer writes it for one program and one machine: a plain loop, with none of
 * the suite's structure. What the models are compared with.
 *
 * The file is compiled twice: with OpenMP the loops run on all threads of the process, without it
 * on the calling one, for a program of ranks. Either way for the very processor at hand.
 */
#include "probe.h"

static double sum_int(int begin, int end, double step)
{
    double sum = 0;
#pragma omp parallel for simd reduction(+ : sum)
    for (int i = begin; i < end; i++) {
        double x = (i + 0.5) * step;
        sum += 4 / (1 + x * x);
    }
    return sum;
}

static double sum_int64(int begin, int end, double step)
{
    double sum = 0;
#pragma omp parallel for simd reduction(+ : sum)
    for (int64_t i = begin; i < end; i++) {
        double x = ((double)i + 0.5) * step;
        sum += 4 / (1 + x * x);
    }
    return sum;
}

static double sum_without_simd(int begin, int end, double step)
{
    double sum = 0;
#pragma omp parallel for reduction(+ : sum)
    for (int i = begin; i < end; i++) {
        double x = (i + 0.5) * step;
        sum += 4 / (1 + x * x);
    }
    return sum;
}

const struct plain_form plain_forms[PLAIN_FORMS] = {
    {"for simd, int", sum_int},
    {"for simd, int64_t", sum_int64},
    {"for, int", sum_without_simd},
};
