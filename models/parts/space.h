/*
 * Inputs, outputs and a partial a piece, in pages that all forked processes share: what one of them
 * leaves there the others find, and nothing is sent.
 *
 * There: multiprocessing.Array and Value, or joblib's memory mapping. A model whose workers are
 * processes takes it before it forks them, has each settle at its birth, and then only says who
 * computes which piece: space_compute(). For workers that may be threads it serves, too, not
 * shared.
 */
#pragma once

#include "partials.h"

struct space {
    struct map_buffers map_buffers;
    struct partials partials; /* of the pieces, which all workers can combine */
    struct storage settled;   /* which workers have */
};

/* For a job's range, cut into so many pieces; of 0 there are no partials, as where each is used up
 * at once. For `together` and `shared` see partials_new(). The
 * caller frees; zeroed space may be freed, too. */
struct space space_new(const struct job *job, uint64_t pieces, unsigned together, bool shared);
void space_free(struct space *space);

/*
 * By each worker at its birth, all at once: writes its share of the inputs, since whoever writes a
 * page first has it near; waits for the others, and meets what they wrote: no sample is to pay for
 * it. One that comes later, in another's place, finds all written, and returns at once.
 */
void space_settle(const struct space *space, unsigned worker);

/* Computes one piece into its place. */
MUST_USE static inline enum status space_compute(const struct space *space, uint64_t piece)
{
    return partials_compute(&space->partials, &space->map_buffers, piece);
}
