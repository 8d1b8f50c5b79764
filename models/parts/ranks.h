/*
 * What the models that build on MPI share: who has which range, and the reduction of partials to
 * rank 0 in rank order.
 */
#ifndef RANKS_H
#define RANKS_H

#include "kernel.h"
#include "rank_timer.h"
#include "runtime_libraries.h"
#include "status.h"

#include <mpi.h>

/*
 * What ranks told MPI to move to other ranks: the payload. How a library cuts, packs and forwards
 * it, and what it adds, is not seen from here. A message is a piece for one other rank; one without
 * bytes is none.
 */
struct traffic {
    uint64_t messages, bytes;
};

struct ranks {
    const struct kernel *kernel;
    uint64_t items; /* the kernel's size */
    int rank, size;
    unsigned local_rank, local_size; /* among those of this node */
    unsigned cores, node_cores; /* in this rank's mask; in those of its node's ranks together */
    struct range share;         /* this rank's */
    struct rank_timer timer;
    /* For Scatterv and Gatherv, in items; NULL without a map. */
    int *counts, *offsets;
    MPI_Datatype input_item, output_item;
    /* For the reduction. */
    MPI_Datatype partial_type;
    MPI_Op append;
    void *partial;       /* this rank's, with room for those that it appends */
    void *other;         /* one that is being received; in Reduce, the result */
    struct traffic sent; /* by this rank, since ranks_traffic() */
};

/*
 * Initialises MPI with that thread level and prepares this rank. An error when the launcher made
 * another number of ranks than `expected`, or when the library offers less than `thread_level`.
 * The caller owns `ranks` and ends with ranks_stop(), unless the start failed: MPI must not be
 * finalised then, so that mpirun sees the failure and ends the other ranks.
 */
MUST_USE enum status ranks_start(const struct kernel *kernel, uint64_t size, unsigned expected,
                                 int thread_level, struct ranks *ranks);
void ranks_stop(struct ranks *ranks);

/* The last step of a start, once this rank's workers are bound and inputs are in place: ranks learn
 * to begin together. `oversubscribed` where there are more workers than cores. */
void ranks_ready(struct ranks *ranks, bool oversubscribed);

/*
 * Adds `mpi_library` in its own words, `mpi_standard`, the version that it implements, and
 * `mpi_thread_level`, the one that the model asks for; between start and stop also
 * `mpi_thread_level_provided`.
 */
void ranks_tell(int thread_level, struct runtime_libraries *libraries);

/*
 * An error unless each rank's mask has a core for each of its `threads` workers, and the masks of
 * each node's ranks together, within its control groups' quota, one for each of all their workers.
 * Ranks on a node may share one mask or have one each. All ranks call it, before any of them binds
 * itself, and all fail when one does; the first of those that do says why.
 */
MUST_USE enum status ranks_check_cores(const struct ranks *ranks, unsigned threads);

/* Puts a rank that is one worker on a core of its own; see placement.h. */
void ranks_bind(const struct ranks *ranks);

/* What a rank has memory for: rank 0 for the whole, others for their share. */
static inline struct range ranks_held(const struct ranks *ranks)
{
    return ranks->rank == 0 ? kernel_whole(ranks->items) : ranks->share;
}

/*
 * Moves a map's inputs from rank 0 to the ranks, or its outputs back; nothing without a map. Both
 * point at the first item that the rank holds; rank 0's own share stays where it is.
 */
void ranks_scatter(struct ranks *ranks, void *input);
void ranks_gather(struct ranks *ranks, void *output);

/*
 * Combines the partials of all ranks, in rank order, and gives rank 0 the result, others NULL.
 * Partials of one size go through MPI_Reduce with a user-defined operation; partials that grow
 * through a binomial tree of messages, each as long as it must be.
 */
const void *ranks_reduce(struct ranks *ranks);

/* What scatter, reduce and gather have sent since the last call, of all ranks, on rank 0. All call
 * it, outside of what is timed. */
struct traffic ranks_traffic(struct ranks *ranks);

/* Brings `bytes` of every rank to rank 0, in rank order; `all` matters there only. */
void ranks_collect(const struct ranks *ranks, const void *mine, size_t bytes, void *all);

#endif
