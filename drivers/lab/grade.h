/*
 * What measurements say of a question, and of an answer to it. Pure functions: the values come from
 * elsewhere.
 */
#pragma once

#include "condition.h"
#include "lab.h"
#include "measured.h"

/* What an answer may be told. A number that was predicted is compared, and never judged. */
enum grade {
    GRADE_NONE,     /* there is no answer */
    GRADE_COMPARED, /* a prediction beside what was measured */
    GRADE_RIGHT,
    GRADE_WRONG,
    GRADE_INCONCLUSIVE, /* the measurements do not decide it: no answer is wrong */
};
extern const char *const grade_name[];

/* The answer of who says that the measurements do not decide it. */
#define GRADE_UNDECIDED 'u'

/* The letter of the choice that surely holds. 0: none does, and `why` tells what leaves it open. */
char grade_right(const struct lab_question *question, const struct values_by_name *values,
                 char why[CONDITION_WHY_MAX]);

/* Of a choice. */
enum grade grade_of(char answer, char right);

/* Writes how a predicted number, in the unit of the question, compares with the measured one:
 * "within the interval", "within a tenth", "1.9 times too high". */
void grade_compare(double predicted, const struct measured *measured, const char *unit, char *text,
                   size_t length);
