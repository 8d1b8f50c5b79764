/*
 * What a run was asked to do, as its manifest keeps it.
 */
#ifndef RUN_CONFIG_H
#define RUN_CONFIG_H

#include <stdint.h>

struct run_config {
    const char *command; /* the whole command line */
    const char *profile;
    unsigned samples;
    unsigned rounds_min, rounds; /* before precision may end the run; at most */
    double precision, timeout_s;
    double budget_s, budget_most_s; /* the latter for `rounds_min` rounds */
    uint64_t seed;
    const char *by_turns; /* the name to take turns under, see interleave.h; NULL: it takes none */
};

#endif
