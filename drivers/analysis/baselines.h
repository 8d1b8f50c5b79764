/*
 * What a kernel's speedups are over: a speedup says nothing without its base and the time that this
 * takes. `relative` is serial, which executes what all models do; `absolute` the best serial
 * algorithm that the suite has for the kernel. Source: D. H. Bailey, Twelve Ways to Fool the Masses
 * When Giving Performance Results on Parallel Computers, Supercomputing Review, 1991, number 8.
 */
#ifndef BASELINES_H
#define BASELINES_H

#include "analysis.h"

#include <stdbool.h>
#include <stddef.h>

/* NULL where there is none that was measured and verified; the same cell twice where serial
 * executes the best algorithm. */
struct baselines {
    const struct analysis_of_cell *relative, *absolute;
    const char *best; /* the best serial algorithm in words; NULL: serial's, or not known */
};

struct analysed_kernel;

/* The bases of the kernel's cells. They live as long as the cells. */
struct baselines baselines_of(const struct analysed_kernel *kernel);

/* Whether there are absolute speedups that are others than the relative ones. */
bool baselines_differ(const struct baselines *bases);

/* Writes a sentence without its end on both and their times, empty without a base. `weak`: on
 * what scaled work is compared with. */
void baselines_say(const struct baselines *bases, bool weak, char *text, size_t length);
enum { BASELINES_TEXT_MAX = 512 };

#endif
