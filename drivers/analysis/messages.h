/*
 * What a message between two ranks costs, from the cells of a run in which two ranks move bytes:
 * half of the items of a kernel that does nothing else go to the other rank, and come back.
 *
 * Latency is half of the time there and back with the fewest bytes, where the message home has the
 * partial as well. Bandwidth is the bytes there and back with the most of them over their time. In
 * between each rank copies its half of the items, both at once: what that takes, as serial shows it
 * at half of the time that it takes for all of them, is not the messages', and is taken off. Two
 * ranks that copy at once may be slower than that; what they are is left with the messages, so that
 * the bandwidth is no less than what is told here. Nothing is taken off the latency: to copy a few
 * bytes takes nanoseconds. Where samples have several executions, a barrier between two of them is
 * part of collective calls' time.
 *
 * The message size at which half of the bandwidth is reached, n_1/2, tells from where on messages
 * are long. It lies between two that were measured, and is interpolated on logarithmic axes.
 * Source: R. W. Hockney, The communication challenge for MPP: Intel Paragon and Meiko CS-2,
 * Parallel Computing 20 (1994). A line T0 + bytes/B is not fitted: libraries send short and long
 * messages in different ways.
 *
 * Everything is paired by round; without six of them there are no intervals. Pure functions.
 */
#pragma once

#include "analysis.h"

struct analysed_run;
struct analysed_kernel;

/* Traits of models whose ranks do more than send each its share, as threads, chunks that are asked
 * for, or pages that they share have it: their time tells nothing of a message. */
enum { MESSAGES_WITHOUT = TRAIT_RANKS | TRAIT_CHUNKS | TRAIT_SHARED_MEMORY };

/* Of one way to bring bytes to the other rank. */
struct message_way {
    const struct analysis_of_cell *shortest, *longest; /* its cells with the fewest bytes, the most;
                                                        * NULL: none was measured and verified */
    double least_bytes, most_bytes;                    /* of a message there */
    struct summary latency;                            /* seconds one way; no values where even the
                                                * fewest are many bytes, */
    struct summary bandwidth; /* bytes a second, with `most_bytes`; no values with one size only, */
    struct summary half;      /* bytes of a message, n_1/2; none where it lies outside the sizes */
    bool without_copy;        /* serial was measured, and its share taken off */
};

struct message_costs {
    struct message_way direct;     /* messages from one rank to the other: Send, Recv */
    struct message_way collective; /* Scatterv, Reduce, Gatherv */
};

/* Whether the kernel is one whose work is to move bytes. */
bool messages_is_of(const struct analysed_kernel *kernel);

/* With both ranks on one node, or each on one of two. False: neither way was measured there. */
bool messages_find(const struct analysed_run *run, unsigned nodes, struct message_costs *costs);
