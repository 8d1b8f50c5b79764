/*
 * Pi as a good programmer writes it for one program and one machine: a plain loop, with none of
 * the suite's structure. What the models are compared with.
 *
 * The file is compiled twice: with OpenMP the loops run on all threads of the process, without it
 * on the calling one, for a program of ranks. Either way for the very processor at hand.
 */
#pragma once

/* Which form is the fastest depends on compiler and processor. */
struct plain_form {
    const char *name;
    /* The sum of 4 / (1 + x²) over the midpoints begin … end-1 of steps of that width. */
    double (*sum)(int begin, int end, double step);
};

enum { PLAIN_FORMS = 3 };
extern const struct plain_form plain_forms[PLAIN_FORMS];
