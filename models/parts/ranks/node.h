/*
 * Ranks by nodes: those of one node share pages, and the first of each, its leader, exchanges
 * messages with the other leaders.
 *
 * There: comm.Split_type(MPI.COMM_TYPE_SHARED), Win.Allocate_shared, and Split for the leaders.
 * Wherever a launcher has put its ranks, those of a node have neighbouring shares: shares go in the
 * order of nodes, as their leaders are ranked, and of ranks within each.
 */
#pragma once

#include "ranks.h"

struct node {
    MPI_Comm comm;        /* of its ranks, the leader first */
    int rank, size;       /* in that */
    int first;            /* how many ranks there are on the nodes before this one */
    struct range range;   /* of all its ranks' shares */
    struct ranks leaders; /* on a leader, as a rank among them that has the node's range */
    MPI_Win pages;        /* of all that follows */
    struct storage again; /* the same, where they can be huge */
    struct map_buffers map_buffers; /* the whole on rank 0's node, else its range */
    unsigned char *slots;           /* for a partial of each rank */
    size_t stride;                  /* from one of them to the next */
};

/* By all ranks, once they have started: gives each its share, too. Stop it before MPI ends. */
void node_start(struct ranks *ranks, struct node *node);
void node_stop(struct node *node);

static inline bool node_is_led(const struct node *node)
{
    return node->rank == 0;
}

/* The share of the node's rank of that number, and where its partial belongs. */
static inline struct range node_share(const struct node *node, const struct ranks *ranks, int rank)
{
    return ranks_share(ranks, node->first + rank);
}

static inline void *node_slot(const struct node *node, int rank)
{
    return node->slots + (size_t)rank * node->stride;
}

/*
 * By all ranks, once: makes the pages. Each rank touches those of its share first, so that it has
 * them near; on rank 0's node inputs are in place then. Fails, in words, where the node has not so
 * much memory to share: else a signal would tell it to who touches too much.
 */
MUST_USE enum status node_share_pages(struct ranks *ranks, struct node *node);

/* By all ranks of the node: what any of them wrote before, all can read when they return. */
void node_meet(const struct node *node);
