/*
 * A run that never took place, as its record has it: for tests that add samples as a cell's program
 * says them. Each test makes its own plan and begins the record; made_up_end() frees them all.
 */
#pragma once

#include "analysed_run.h"

static struct made_up {
    struct plan plan;
    struct record record;
    struct analysed_run run;
} made;

static inline void made_up_begin(void)
{
    made = (struct made_up){.plan = {.count = 0}};
}

static inline int made_up_end(void **state)
{
    (void)state;
    analysed_run_free(&made.run);
    record_free(&made.record);
    plan_free(&made.plan);
    return 0;
}
