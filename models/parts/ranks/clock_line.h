/*
 * How far the clock of one computer is ahead of another's, and how fast that grows: a line, fitted
 * to messages to and fro. Pure functions.
 *
 * Who asks notes its own clock, sends a message, gets the other's reading, and notes its own again.
 * If both ways took equally long, the reading is of the middle; the error is at most half of both.
 * Source: F. Cristian, Probabilistic clock synchronization, Distributed Computing 3 (1989).
 *
 * Queues only ever make a way longer, so the quickest exchanges tell most: of each few in a row the
 * quickest is a point, unless it took more than twice as long as the quickest of all. A line of
 * least squares goes through every second point; the others check it. Source of the line: the
 * algorithm JK in T. Jones, G. A. Koenig, Clock synchronization in high-end computing environments,
 * Concurrency and Computation 25(6), 2013; as in S. Hunold, A. Carpen-Amarie, Hierarchical clock
 * synchronization in MPI, IEEE CLUSTER 2018, which also leads lines from clock to clock.
 *
 * So far a line may be wrong: as far as the farthest point that checks it is away, and a reading of
 * the clock, and what no exchange shows, since it looks the same as another offset: that one way
 * always takes longer than the other. How much is for the caller to allow. That the two cannot be
 * told apart: N. M. Freris, S. R. Graham, P. R. Kumar, Fundamental limits on synchronizing clocks
 * over networks, IEEE Transactions on Automatic Control 56(6), 2011.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Everywhere in nanoseconds. */
struct clock_exchange {
    int64_t before, after; /* by the clock of who asks, around the message */
    int64_t other;         /* what the other's showed */
};

/* All zero: it is the same clock. */
struct clock_line {
    int64_t at;                    /* one's own clock then, when */
    int64_t ahead_ns;              /* it was so far ahead of the other, */
    int64_t uncertain_ns;          /* give or take this; and by what */
    double drift, drift_uncertain; /* these two grow with each nanosecond since, or before */
};

/*
 * Exchanges in the order of time, at least one; of one comparison or of several. `unequal`: by what
 * share of the time for both ways these may differ at most; 1: by all of it. With few points, or
 * few that are quick, it is by the quickest exchange alone, and may be wrong by half of both ways.
 * Where the exchanges are too close together to tell a drift, 50 µs a second either way are allowed
 * for, which is too little while one of the clocks is being set.
 */
struct clock_line clock_line_fit(const struct clock_exchange *exchanges, size_t count,
                                 double unequal);

/* To the other's clock, when one's own shows `own`. */
int64_t clock_line_ahead(const struct clock_line *line, int64_t own);
int64_t clock_line_uncertain(const struct clock_line *line, int64_t own);

/* What one's own clock shows when the other shows `other`. */
int64_t clock_line_own(const struct clock_line *line, int64_t other);

/* The line to a third clock: `line` is to a second one, and `onward` from there. */
struct clock_line clock_line_join(const struct clock_line *line, const struct clock_line *onward);
