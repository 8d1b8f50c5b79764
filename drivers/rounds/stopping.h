/*
 * When a run has rounds enough, and why. Pure functions of what was asked for and how far it is.
 */
#pragma once

#include "record.h"
#include "run_config.h"

#include <stdbool.h>
#include <stddef.h>

/* How far a run is. */
struct so_far {
    unsigned done;    /* rounds, those before it was resumed among them */
    unsigned begun;   /* rounds of these in which something was launched since it was begun or */
    double elapsed_s; /* resumed, and how long that is ago */
    bool failed;      /* every cell has */
    bool precise;     /* every cell that has not has an interval as narrow as asked for */
};

/*
 * Why no further round is due; ENDING_NONE when one is. One that would overrun the budget is not
 * begun. The fewest rounds that the profile promises are measured though the intervals are narrow
 * already, and may take `budget_most_s`.
 */
enum ending stopping_find(const struct run_config *config, const struct so_far *so_far);

/* What these fewest rounds take by those that are there, with them, in seconds; 0: there are as
 * many, or nothing is left to be measured. */
double stopping_fewest_s(const struct run_config *config, const struct so_far *so_far);

/* Where that is longer than the budget, a line that says how long, and what makes it shorter; else
 * nothing. */
void stopping_warn(const struct run_config *config, const struct so_far *so_far, char *text,
                   size_t length);
