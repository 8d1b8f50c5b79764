/*
 * Objects that go from rank to rank, as mpi4py's lower-case calls send them: so many bytes, of
 * which the receiver does not know how many before they come.
 *
 * Whoever sends one serialises it, which copies it into fresh memory (there: pickle.dumps). It is
 * received into fresh memory, too, and unpacked, which copies it once more (pickle.loads). A
 * message from one rank to another needs no word about its length: the receiver asks for it
 * (MPI_Mprobe), and then takes that very message. Collective calls move the lengths first, an int
 * for each rank.
 *
 * What stays on its rank is left where it is, as a buffer is, though mpi4py serialises that as
 * well: so the same bytes travel as objects and as buffers. An object has INT_MAX bytes at most,
 * and so have all those together that a collective call moves.
 */
#pragma once

#include "ranks.h"

/* What a model that sends objects counts, right behind what all models count. */
enum { OBJECT_COPIED = RANKS_COUNTED };
#define OBJECT_COUNTS                                                                              \
    {                                                                                              \
        "mpi::copied", "bytes", "bytes that ranks copied, of data to objects and back to data"     \
    }

/* Serialises so many bytes and sends them to a rank. */
void object_send(struct ranks *ranks, const void *data, size_t bytes, int to);

/* Receives the next object from a rank and unpacks it to `data`, which has room for it. Returns its
 * bytes. */
size_t object_receive(struct ranks *ranks, void *data, int from);

/*
 * All ranks call each of these together, and rank 0 tells what moves; nothing of `pieces` is read
 * on others.
 */

/* Brings each other rank its piece, to `mine`. */
void object_scatter(struct ranks *ranks, const struct pieces *pieces, void *mine);

/* Brings all other ranks those bytes, to `data`. */
void object_bcast(struct ranks *ranks, void *data, size_t bytes);

/* Brings rank 0 the pieces of all others, each of the `bytes` at `mine`, and tells in `counts` how
 * long they are. */
void object_gather(struct ranks *ranks, const void *mine, size_t bytes, struct pieces *pieces);
