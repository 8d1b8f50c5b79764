/*
 * How one cell is shaped and launched, as the command line says it: what `measure` and `affinity`
 * have in common.
 */
#pragma once

#include "arguments.h"
#include "plan.h"

struct cell_options {
    struct single single;
    struct allocation_asked nodes;
    unsigned samples;
    double timeout_s;
    /* measure's, as they were given */
    const char *tasks, *fail_task, *timeline, *outputs, *format;
    uint64_t fail_item, fail_times;
    bool json, require_counters, alone, cold;
};
enum { CELL_OPTIONS_TIMEOUT_S = 60 };

/* The rows of `measure`, and of `affinity` those behind the first ones. */
extern const struct argument cell_options_arguments[];
enum { CELL_OPTIONS_OF_MEASURE = 10 };
