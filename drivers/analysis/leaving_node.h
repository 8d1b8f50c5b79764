/*
 * What leaving the node costs a model of ranks: its time on several nodes beside that on one, with
 * the same workers and work, and what the difference is made of. All of it is paired by round, and
 * relative to the time on one node:
 *
 *     time on several / time on one - 1 = moving + computing + left
 *
 *     moving    = how much longer handing out and collecting take, by the instrumented executions
 *     computing = how much longer is what is between the two: the last worker's computing
 *     left      = by how much else the timed executions differ, which nothing explains
 *
 * Of moving, latency is what messages that wait for each other take longer to come: see
 * leaving_node_in_a_row(). The rest of it is bytes, and waiting. Bytes come at the collectives' own
 * bandwidth, which is not that of a ping-pong: several messages are on their way at once, and a
 * sender need not wait for an answer. So it is told from their own time, all bytes that ranks sent
 * over handing out and collecting. What of these was sent while others computed took none of that
 * time, by which this bandwidth may be too high.
 *
 * Ranks count from their own beginning, so that each of the times may be off by their skew; over
 * nodes that is some microseconds. Pure functions.
 */
#pragma once

#include "analysis.h"

struct analysed_kernel;

/* What was measured of messages from one rank to another and back; NULL: nothing. */
struct leaving_node_messages {
    const struct summary *within, *between; /* latency on one node, and from one to another */
};

struct leaving_node {
    const struct analysis_of_cell *one, *several;
    struct summary ratio; /* of the times; what follows without values where it is not known */
    struct summary moving, computing, left;
    struct summary bandwidth, bandwidth_within; /* bytes a second, of the several and of the one */
    unsigned in_a_row;                          /* messages; 0: it is not known */
    /* The share that is latency, from the intervals of both latencies and the median time on one
     * node; NAN: it is not known. */
    struct interval latency;
};

/* The cell on one node with the same model, workers and work, if both verified; NULL: there is
 * none. */
const struct analysis_of_cell *leaving_node_from(const struct analysed_kernel *kernel,
                                                 const struct analysis_of_cell *several);

/*
 * How many of the messages between nodes in an execution wait for each other: by how many latencies
 * it becomes longer. `messages` are all that ranks sent, `ranks` lie one node after the other.
 * 0: not known.
 *
 * Assumed is that what a rank sends the same way follows without waiting, so that handing out is
 * one message, whatever the number of ranks, and collecting another, partials and outputs together.
 * Collective calls combine partials along a binomial tree, of which as many levels lie between
 * nodes as there are doublings up to the number of nodes; point to point all send to the first rank
 * at once. Ranks that sent no more than one message each had nothing handed out. Where a sample is
 * `several` executions, they meet in a barrier between them, which is as deep as the tree, unless
 * what is handed out and comes back point to point keeps them in step. What a library sends of its
 * own accord, as it does before a long message, is not counted.
 */
unsigned leaving_node_in_a_row(double messages, unsigned ranks, unsigned nodes, bool direct,
                               bool several);

/* Fills in `cost` from both cells, of a run with so many rounds. */
void leaving_node_find(const struct analysis_of_cell *one, const struct analysis_of_cell *several,
                       size_t rounds, const struct leaving_node_messages *messages,
                       struct leaving_node *cost);
