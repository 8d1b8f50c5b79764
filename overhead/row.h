/*
 * The table that `overhead` prints: its probes print rows of it as well.
 */
#pragma once

#include <stddef.h>

/* Its columns: what, goal, median, interval, least and most, and the number of values. 80 wide. */
#define ROW_HEAD "what                         goal    median [95 % interval]   min ..   max    n"

/* Prints a row of these values, and at once. */
void row_print(const char *what, const char *goal, const double *values, size_t count);
