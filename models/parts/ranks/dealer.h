/*
 * Rank 0 hands out pieces to the other ranks, and takes in what comes of them. There: mpi4py's
 * MPIPoolExecutor, whose manager computes nothing; ipyparallel's load-balanced and direct views.
 *
 * The dealer and the workers are two groups, joined by an intercommunicator. A message to a worker
 * has numbers of pieces and, of a map, their inputs; a message home has their parcels (parcel.h),
 * or that a piece failed. The dealer never waits until a message to a worker has been received: the
 * worker may wait at that moment until the dealer receives its own.
 *
 * All ranks call each function together.
 */
#pragma once

#include "ranks.h"
#include "space.h"

struct dealer_plan {
    uint64_t pieces;
    unsigned ahead;   /* most pieces that a worker has at once */
    uint64_t retries; /* how often a piece may fail, each time with another worker */
    /* All is handed out at once, a message a worker: each P-th piece to the same one, so that as
     * many pieces as workers are a contiguous share each. There is nothing ahead and no retry. */
    bool direct;
};

struct dealer;

/*
 * For ranks that have entered (ranks_enter()) with one helper, the dealer. An error, said by it,
 * where a message would be longer than MPI can tell. The caller frees, also what failed.
 */
MUST_USE enum status dealer_new(struct ranks *ranks, const struct dealer_plan *plan,
                                struct dealer **dealer);
void dealer_free(struct dealer *dealer);

/*
 * All pieces once. An error on the dealer alone when one failed too often: other ranks wait then,
 * for its launcher to end them. It counts messages and bytes as ranks.h does, and of the dealer
 * pieces and retries as the counts DEALER_CHUNKS and DEALER_RETRIED of its rank.
 */
MUST_USE enum status dealer_run(struct dealer *dealer);
#define DEALER_CHUNKS 2
#define DEALER_RETRIED 3

/* The dealer's inputs, outputs and partials, of which all that came is in its place; NULL on
 * another rank. */
const struct space *dealer_space(const struct dealer *dealer);
