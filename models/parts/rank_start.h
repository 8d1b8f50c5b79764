/*
 * How well the ranks of a sample began together.
 */
#pragma once

#include <stdbool.h>

enum rank_start_kind {
    START_ALONE,   /* one process, which has one beginning */
    START_BARRIER, /* each rank when it came out of a barrier */
    START_CLOCK    /* all at a moment that was agreed upon before, by clocks that were compared */
};

struct rank_start {
    enum rank_start_kind kind;
    double skew_s; /* from the first rank's beginning to the last one's, by rank 0's clock */
    bool late;     /* a rank began after the agreed moment: the sample is not valid */
};
