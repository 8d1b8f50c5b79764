/*
 * What a cell's model counted, such as hand-overs of a lock, by the name that it has there:
 * "gil::handoffs". Pure functions.
 */
#pragma once

#include "analysis.h"

/*
 * Of one execution: the median over rounds of each round's median, with its interval; with one
 * round only, over its samples. It has no values where the model does not count such a thing, or
 * the cell did not verify.
 */
struct summary counts_of(const struct analysis_of_cell *cell, const char *name);

/* The median of each of the first rounds, NAN where there is none; all are where counts_of() has no
 * values. */
void counts_by_round(const struct analysis_of_cell *cell, const char *name, double *rounds,
                     size_t count);
