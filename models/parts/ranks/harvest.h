/*
 * Results of pieces that any rank may have computed, and which reach rank 0 at the end of all work.
 *
 * Rank 0 knows neither which pieces another rank has nor how long their partials are. So each of
 * the others sends it two messages: a list of its pieces and of their bytes, then the bytes, as
 * parcels one behind the other. There: comm.gather of objects, which brings lengths first, too.
 */
#pragma once

#include "parcel.h"
#include "ranks.h"

/* Of one rank. Rank 0 has room for what any other one sends; where one has computed little, little
 * of it is ever touched. */
struct harvest {
    const struct space *space;
    uint64_t count;         /* pieces in the list */
    uint64_t bytes;         /* of their parcels */
    struct storage list;    /* of piece and bytes each */
    struct storage parcels; /* in the list's order; each begins aligned */
    MPI_Datatype unit;      /* which all is counted in, so that counts, which are int, are enough */
};

/* For the pieces of `space`, which stays the caller's; on rank 0 it has the job's whole outputs.
 * Fails where they are too many for one message. Free it before MPI ends; a zeroed one may be
 * freed, too. */
MUST_USE enum status harvest_new(const struct space *space, struct harvest *harvest);
void harvest_free(struct harvest *harvest);

/* On any rank but 0: computes a piece, whose inputs are at `input`, and adds what it gives. Each
 * piece may be added once before it is brought in. */
MUST_USE enum status harvest_compute(struct harvest *harvest, uint64_t piece, const void *input);

/* By all ranks: brings home what was added; rank 0 has it in its space then, and the others have
 * nothing left. What was sent is counted. Fails where what came cannot be what was asked for. */
MUST_USE enum status harvest_bring_in(struct harvest *harvest, struct ranks *ranks);
