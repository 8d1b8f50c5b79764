/*
 * The smallest task that is worth it. Pure functions.
 *
 * METG(50 %), the minimum effective task granularity, is the smallest mean duration of a task at
 * which efficiency is still 50 %. A fixed amount of work is cut into more and more tasks; a task's
 * duration is the time of all workers over the number of tasks, so that at 50 % half of it is work
 * and half of it what the task costs. Source: E. Slaughter et al., Task Bench: A Parameterized
 * Benchmark for Evaluating Parallel Runtime Performance, SC'20, section V.
 *
 * There must be points on both sides of 50 %; between the two nearest it is interpolated on
 * logarithmic axes, on which efficiency that is all cost is a straight line. Rounds are independent
 * and points of a round are not: each round has a value of its own, and their median has the exact
 * binomial interval of stats.h.
 */
#pragma once

#include "stats.h"

/* Of tasks of several durations. */
struct metg_points {
    size_t count, rounds;
    /* count x rounds, those of a point together; NAN where there is none. Points ascend. */
    const double *duration, *efficiency;
};

enum metg_state {
    METG_FOUND,
    METG_ALL_ABOVE, /* all points are at 50 % or more: shorter tasks would be needed */
    METG_ALL_BELOW, /* none is: longer ones would */
    METG_NO_POINTS
};

/* In one round: NAN where not both sides have points. */
double metg_of(size_t count, const double *duration, const double *efficiency);

/* Over rounds. None, with a count of 0, where the medians of the points are not on both sides. */
enum metg_state metg_find(const struct metg_points *points, struct summary *found);
