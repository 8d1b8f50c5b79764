/*
 * What it costs threads to hand the lock on that one at a time must have: how often it changes
 * hands, as the model counts, and by how much they are slower than they could be. Paired by round;
 * pure functions.
 */
#pragma once

#include "analysis.h"

struct hand_overs {
    struct summary count;    /* in an execution */
    struct summary a_second; /* by the cell's own time */
    struct summary lost;     /* the share of that time in which less than the bound was done */
    struct summary each_s;   /* seconds lost for each; no values where nothing is, for certain */
};

/* `bound`: how many times serial's speed the threads could reach if it cost nothing. Summaries are
 * empty where the model does not count "gil::handoffs", or there is no speedup. */
void hand_overs_find(const struct analysis_of_cell *cell, double bound, struct hand_overs *found);
