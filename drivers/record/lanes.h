/*
 * Who computed which piece when, in one execution of a cell that is no sample: a lane for each of
 * its first workers, as samples.jsonl has them.
 */
#pragma once

#include "timeline.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { LANE_UNSEATED = -1 };

struct lane {
    int rank;      /* of the workers' processes, from 0 */
    int thread;    /* of the rank, from 0; LANE_UNSEATED: one that is no worker, and combined */
    int processor; /* on which it was last, in another execution; -1: not known */
    size_t count;
    struct timeline_piece *pieces; /* in their order */
};

struct lanes {
    double wall_s;
    double apart_s;   /* by which the beginnings of ranks, and so their lanes, may be apart */
    unsigned workers; /* of the cell: more than there are lanes of */
    size_t count;     /* 0: nothing is known of the cell */
    struct lane *all;
};

/*
 * Reads an execution's object with `timeline` and `workers_busy`; results/README.md names the keys.
 * False where it has no time line, or one that cannot be: `lanes` are empty then. The caller frees
 * them with lanes_free().
 */
bool lanes_read(const json_t *execution, struct lanes *lanes);
void lanes_free(struct lanes *lanes);

/* Of a lane: its time without gaps, in seconds. */
double lane_worked_s(const struct lane *lane);
