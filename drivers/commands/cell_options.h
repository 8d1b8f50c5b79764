/*
 * How one cell is shaped and launched, as the command line says it: what `measure` and `affinity`
 * have in common.
 */
#pragma once

#include "arguments.h"
#include "plan.h"

#include <limits.h>

struct cell_options {
    struct single single;
    unsigned samples;
    double timeout_s;
    const char *tasks, *fail_task; /* measure's, as they were given */
    uint64_t fail_item, fail_times;
    bool json, require_counters;
};
enum { CELL_OPTIONS_TIMEOUT_S = 60 };

/* Rows of the tables of a command's arguments. */
#define CELL_OPTIONS_ROW(kind_, member)                                                            \
    .kind = (kind_), .place = offsetof(struct cell_options, member), .least = 1, .most = INT_MAX
#define CELL_OPTIONS_SHAPE                                                                         \
    {"workers", "W", "how many compute at once (default: all allowed cores)",                      \
     CELL_OPTIONS_ROW(ARGUMENT_COUNT, single.workers)},                                            \
        {"ranks", "R", "MPI ranks, of models that have any",                                       \
         CELL_OPTIONS_ROW(ARGUMENT_COUNT, single.ranks)},                                          \
    {                                                                                              \
        "threads", "T", "threads of each of these ranks",                                          \
            CELL_OPTIONS_ROW(ARGUMENT_COUNT, single.threads)                                       \
    }
#define CELL_OPTIONS_LAUNCH                                                                        \
    {"oversubscribe", NULL, "allow more workers than cores",                                       \
     CELL_OPTIONS_ROW(ARGUMENT_SWITCH, single.oversubscribe)},                                     \
    {                                                                                              \
        "cell-timeout", "TIME", "end it after this time (default 60s)",                            \
            CELL_OPTIONS_ROW(ARGUMENT_DURATION, timeout_s)                                         \
    }
#define CELL_OPTIONS_JSON                                                                          \
    {                                                                                              \
        "json", NULL, "print one JSON object instead", CELL_OPTIONS_ROW(ARGUMENT_SWITCH, json)     \
    }
