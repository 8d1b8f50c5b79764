/*
 * How much a run measures, and for how long.
 */
#pragma once

struct profile {
    const char *name;
    unsigned samples;    /* of each launch */
    unsigned rounds_min; /* before precision or budget may end the run */
    unsigned rounds_max;
    double budget_s,
        budget_most_s;           /* unless one is asked for; the latter for `rounds_min` rounds */
    unsigned widths_max;         /* most worker counts of a sweep */
    unsigned unasked_widths_max; /* likewise for a costly one that was not asked for by name */
    unsigned size_divisor;       /* of each kernel's default size; */
    unsigned map_divisor; /* of a map's: to fill and to check memory takes longer than it does */
};
extern const struct profile profile_table[];
enum { PROFILE_COUNT = 3 };
