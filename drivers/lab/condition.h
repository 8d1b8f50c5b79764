/*
 * Conditions over measured values, such as "gil < 1.1 and gil < 0.5 threads". A comparison surely
 * holds, surely does not, or is open, where nothing is known or what is known lets both be. Values
 * that have rounds of one run are compared by their difference in each: open where the interval of
 * its median has 0 in it. Others are known by their intervals, which are added and scaled by their
 * ends: open where those of both sides overlap.
 *
 * Sources: S. C. Kleene, Introduction to Metamathematics, 1952, section 64: three values of truth.
 * W. J. Dixon and A. M. Mood, The Statistical Sign Test, JASA 41(236), 1946: differences of pairs.
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
