/*
 * Values as they were measured, with their intervals, or why there are none.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct summary;

/* A value in each round of a run: seconds of a cell, or with `over` how many times these are in the
 * other cell's. What slows a whole round down is not in the difference of two such values. */
struct measured_rounds {
    const void *run; /* NULL: the value has none */
    size_t count;
    const double *seconds, *over; /* the run's, which outlives them; NAN: not measured */
};

/* In the suite's units; numbers that there are not are NAN. What is not known decides nothing. */
struct measured {
    bool
        is_known; /* with `low` and `high`, the ends of its 95 % interval, or of none: both alike */
    double median, low, high;
    char why[200]; /* else: "there is one core only" */
    struct measured_rounds rounds;
};

/* One that is not known. */
struct measured measured_none(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A number that has no interval. */
struct measured measured_exactly(double number);

/* A median of rounds, known where it has an interval. */
struct measured measured_of(const struct summary *summary);

/* Of a value that has rounds. */
double measured_in_round(const struct measured_rounds *rounds, size_t round);

/* The ratio of two; round by round where both are seconds of one run. */
struct measured measured_over(const struct measured *left, const struct measured *right);

/* Writes "1.98 [1.94, 2.00] µs" in a unit of lab_units.h, or NULL for none; one number where the
 * interval is none; and why it is not known. */
void measured_print(const struct measured *measured, const char *unit, char *text, size_t length);
