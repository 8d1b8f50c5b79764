/*
 * Conditions over measured values, such as "gil < 1.1 and gil < 0.5 threads". A value is known by
 * its interval: a comparison surely holds, surely does not, or is open, where the interval has both
 * sides in it or nothing is known. Intervals are added and scaled by their ends.
 *
 * Source: S. C. Kleene, Introduction to Metamathematics, 1952, section 64: three values of truth.
 */
#pragma once

#include "lab.h"
#include "measured.h"

/* What the name stands for. */
struct values_by_name {
    struct measured (*find)(const void *context, const char *name);
    const void *context;
};

enum truth { TRUTH_NO, TRUTH_OPEN, TRUTH_YES };

enum { CONDITION_WHY_MAX = 400 };

/* Whether it holds; where that is open, `why` tells what leaves it so. "otherwise" is none. */
enum truth condition_holds(const char *condition, const struct values_by_name *measured,
                           char why[CONDITION_WHY_MAX]);

/* NULL, or what is wrong with how it is written: its values must be the lab's. */
const char *condition_check(const struct lab *lab, const char *condition);

/* Whether the value is in it. */
bool condition_names(const char *condition, const char *value);
