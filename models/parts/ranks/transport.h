/*
 * How inputs, outputs and partials move between rank 0 and the others, by calls of all ranks
 * together: as buffers (mpi4py's upper-case calls) or as objects (the lower-case ones, object.h).
 */
#pragma once

#include "fold.h"
#include "ranks.h"
#include "storage.h"

/* Every function is called by all ranks. What belongs to a map does nothing without one. */
struct transport {
    void (*scatter)(struct ranks *ranks); /* each rank's share of the inputs to it */
    void (*bcast)(struct ranks *ranks);   /* all inputs to all ranks, which have room for them */
    void *(*gather)(struct ranks *ranks); /* all outputs to rank 0, which gets them; others NULL */
    /* Combines the partials of all ranks on their way to rank 0, which gets the result; others
     * NULL. */
    const void *(*reduce)(struct ranks *ranks);
    /* Brings rank 0 the partials of all others, uncombined. */
    void (*collect)(struct ranks *ranks, struct pieces *partials);
};

extern const struct transport transport_buffer; /* Scatterv, Bcast, Gatherv, Reduce */
extern const struct transport transport_equal;  /* the same by Scatter and Gather, which ask for as
                                                 * many items on each rank */
extern const struct transport transport_object; /* scatter, bcast, gather, reduce */

/* Room for all inputs of a map on each rank, in place of those of its share, for bcast(). */
void transport_hold_all(struct ranks *ranks);
/* This rank's share then, of which the inputs are a slice; the ranks' own. */
struct map_buffers transport_slice(const struct ranks *ranks);

/* On rank 0 the partials of all others and what folds them; nothing elsewhere. */
struct collected {
    struct pieces partials;
    struct storage storage;
    struct fold *fold;
};

/* Fails on all ranks where the partials are too long for offsets that are int. */
MUST_USE enum status collected_new(const struct ranks *ranks, struct collected *collected);
void collected_free(struct collected *collected);

/* Folds those of all ranks in their order, on rank 0; the result stays there until the next
 * time. */
const void *collected_fold(const struct ranks *ranks, struct collected *collected);
