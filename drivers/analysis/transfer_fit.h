/*
 * What it costs to move bytes, T = T0 + bytes/B, fitted to times of several numbers of bytes: T0 is
 * what it takes however few they are, B what each further one takes. Pure functions.
 *
 * The line is fitted to each round by itself, and a parameter is the median over rounds with its
 * exact binomial 95 % interval (stats.h): rounds are independent, the points of one are not. A fit
 * minimises the squares of errors that are relative to the times as they were measured, of which
 * `seconds` may be what is left of them: a time's noise is relative to it. So few bytes tell T0 as
 * well as many tell B, where squares of seconds would be those of the longest time alone.
 *
 * The line is T0 + bytes/B of R. W. Hockney, The communication challenge for MPP: Intel Paragon and
 * Meiko CS-2, Parallel Computing 20 (1994), there of messages between two processors. Who moves
 * short and long messages in different ways, as MPI does, has no such line: an interval is about a
 * parameter's noise and takes the line for granted, and `deviation` tells how far it is from what
 * was measured.
 *
 * A parameter that the times do not tell has no values: where its interval, or its median without
 * one, is not wholly above 0. Times that do not grow with the bytes have no B.
 */
#pragma once

#include "stats.h"

enum { TRANSFER_MIN_POINTS = 4 };

/* Of several numbers of bytes in several rounds. */
struct transfer_points {
    size_t count, rounds;
    const double *bytes; /* of each point */
    /* count x rounds each, those of a point together; NAN where there is none. */
    const double *seconds;  /* that moving them takes, which may be less than 0 by noise */
    const double *measured; /* of which these are, > 0 */
};

struct transfer_fit {
    bool exists;
    size_t points;
    double least_bytes, most_bytes;
    struct summary latency;   /* T0, seconds */
    struct summary bandwidth; /* B, bytes a second */
    /* Of the line from the point whose median is farthest, relative to the time that was measured
     * there; NAN unless both parameters are known. */
    double deviation;
};

/* Fits the line to those rounds that have all of the points. There is no fit with fewer than
 * TRANSFER_MIN_POINTS different numbers of bytes, or without any such round. */
struct transfer_fit transfer_fit(const struct transfer_points *points);

/* What the line has for so many bytes; NAN: a parameter is not known. */
double transfer_seconds(const struct transfer_fit *fit, double bytes);
