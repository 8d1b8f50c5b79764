/*
 * What the models that build on MPI share: who has which range and holds what of the inputs and
 * outputs, the reduction of partials to rank 0 in rank order, and how ranks begin and end together.
 */
#pragma once

#include "map_buffers.h"
#include "rank_timer.h"

/*
 * Messages and bytes that a rank told MPI to move to others: the payload. How a library cuts, packs
 * and forwards it, and what it adds, is not seen from here. A message is a piece for one other
 * rank; one without bytes is none.
 */
enum { RANKS_MESSAGES, RANKS_BYTES, RANKS_COUNTED };
#define RANKS_COUNTS                                                                               \
    {"mpi::messages", "", "pieces of data that ranks told MPI to move to another rank"},           \
    {                                                                                              \
        "mpi::bytes", "bytes", "bytes that ranks told MPI to move to another rank"                 \
    }

/* What rank 0 has for each rank, or gets from each: counts[rank] items of `each` bytes, from
 * offsets[rank] items behind `start` on. */
struct pieces {
    void *start;
    int *counts, *offsets;
    size_t each;
};

/* A model's team that has ranks_group begins with it. */
struct ranks {
    const struct job *job;
    int rank, size;
    MPI_Comm comm;                   /* of those who scatter, reduce and gather: all ranks */
    unsigned local_rank, local_size; /* among those of this node that work; helpers come behind */
    unsigned local_helpers;          /* on this node */
    bool crowded;                    /* helpers have no cores that workers have not */
    unsigned cores, node_cores; /* in this rank's mask; in those of its node's ranks together */
    struct range share;         /* this rank's */
    /* No rank can begin an execution before all have come to the end of the one before, since each
     * waits for a message in every execution. Else a barrier holds them together. */
    bool in_step;
    struct map_buffers map_buffers; /* the whole on rank 0, its share on another */
    struct rank_timer timer;
    /* For Scatterv and Gatherv, in items; NULL without a map. */
    int *counts, *offsets;
    MPI_Datatype input_item, output_item;
    /* For the reduction. */
    MPI_Datatype partial_type;
    MPI_Op append;
    void *partial;                      /* this rank's, with room for those that it appends */
    size_t room;                        /* bytes for it */
    void *other;                        /* one that is being received; in Reduce, the result */
    void *scratch;                      /* of the operation */
    uint64_t counted[MODEL_COUNTS_MAX]; /* by this rank in this sample, each of ranks_counts */
};

/* Each model defines the thread level that it asks MPI for, and what it counts: what all count
 * first, then its own, and {0}. */
extern const int ranks_thread_level;
extern const struct count_info ranks_counts[];

/*
 * Initialises MPI and prepares this rank. An error when the launcher made another number of ranks
 * than the job has, when the library offers less than the thread level, or when there are fewer
 * cores than workers, unless the job may oversubscribe. The model ends with ranks_stop(), unless
 * the start failed: MPI must not be finalised then, so that mpirun sees the failure and ends the
 * other ranks.
 */
MUST_USE enum status ranks_start(const struct job *job, struct ranks *ranks);
void ranks_stop(struct team *team);

/*
 * The same for ranks that get their work otherwise, or are helpers, up to where they know each
 * other: without shares, map_buffers, and what scatter, reduce and gather need.
 */
MUST_USE enum status ranks_enter(const struct job *job, struct ranks *ranks);

/* For a rank that is one worker; a helper is bound to a core that is left, where there is one. */
void ranks_take_seat(const struct ranks *ranks);

/* The whole start of a rank that is one worker: it takes its seat, meets its pages, and settles. */
MUST_USE enum status ranks_start_worker(const struct job *job, struct ranks *ranks);

/* The last step of a start, once this rank's workers have their seats and its pages are there:
 * rank 0 gets the inputs, and ranks learn to begin together. */
void ranks_settle(struct ranks *ranks);

/* Their samples: begun and timed together, the longest of them counts; see rank_timer.h. */
extern const struct group ranks_group;

/*
 * Adds `mpi_library` in its own words, `mpi_standard`, the version that it implements, and
 * `mpi_thread_level`, the one that the model asks for; between start and stop also
 * `mpi_thread_level_provided`.
 */
void ranks_tell(library_add *add, void *context);

/* The share of a rank, and where it begins among all inputs or outputs of a map on rank 0. */
struct range ranks_share(const struct ranks *ranks, int rank);

/* Counts a message of so many bytes that this rank has told MPI to move. */
void ranks_count_message(struct ranks *ranks, uint64_t bytes);

/* Counts one that only tells how long the next one is: a message, and none of the payload. */
void ranks_count_length(struct ranks *ranks);

/*
 * Moves a map's inputs from rank 0 to the ranks, or its outputs back; nothing without a map. Rank
 * 0's own share stays where it is. ranks_gather() returns all outputs on rank 0, else NULL.
 */
void ranks_scatter(struct ranks *ranks);
void *ranks_gather(struct ranks *ranks);

/*
 * Combines the partials of all ranks, in rank order, and gives rank 0 the result, others NULL.
 * Partials of one size go through MPI_Reduce with a user-defined operation; partials that grow
 * through a binomial tree of messages, each as long as it must be.
 */
const void *ranks_reduce(struct ranks *ranks);

/* The same through that tree, whatever the partials' length, by such messages; `receive` brings
 * what the other rank sent to `data`. */
typedef void ranks_send(struct ranks *ranks, const void *data, size_t bytes, int to);
typedef size_t ranks_receive(struct ranks *ranks, void *data, int from);
const void *ranks_reduce_by_tree(struct ranks *ranks, ranks_send *send, ranks_receive *receive);

/* A model's count(): what the ranks have counted in the sample, summed on rank 0. */
void ranks_count(struct team *team, struct outcome *outcome);
