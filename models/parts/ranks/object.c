#include "object.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

enum { TAG = 1 };

/* From data to an object, or back. */
static void copy(struct ranks *ranks, void *to, const void *from, size_t bytes)
{
    if (bytes > 0)
        memcpy(to, from, bytes);
    ranks->counted[OBJECT_COPIED] += bytes;
}

void object_send(struct ranks *ranks, const void *data, size_t bytes, int to)
{
    void *object = memory_bytes(bytes);
    copy(ranks, object, data, bytes);
    MPI_Send(object, (int)bytes, MPI_BYTE, to, TAG, MPI_COMM_WORLD);
    ranks_count_message(ranks, bytes);
    free(object);
}

size_t object_receive(struct ranks *ranks, void *data, int from)
{
    MPI_Message message;
    MPI_Status status;
    int bytes;
    MPI_Mprobe(from, TAG, MPI_COMM_WORLD, &message, &status);
    MPI_Get_count(&status, MPI_BYTE, &bytes);
    void *object = memory_bytes((size_t)bytes);
    MPI_Mrecv(object, bytes, MPI_BYTE, &message, MPI_STATUS_IGNORE);
    copy(ranks, data, object, (size_t)bytes);
    free(object);
    return (size_t)bytes;
}

/* ---- collective calls ---- */

/* Objects of all ranks but 0, one behind the other, as they are on rank 0; on others nothing. */
struct joined {
    unsigned char *bytes;
    int *lengths, *offsets;
};

static struct joined joined_new(const struct ranks *ranks)
{
    const size_t count = ranks->rank == 0 ? (size_t)ranks->size : 0;
    return (struct joined){.lengths = memory_new(count, sizeof(int)),
                           .offsets = memory_new(count, sizeof(int))};
}

static void joined_free(struct joined *joined)
{
    free(joined->bytes);
    free(joined->lengths);
    free(joined->offsets);
}

/* Once their lengths are there. */
static void join(const struct ranks *ranks, struct joined *joined)
{
    size_t all = 0;
    for (int rank = 1; ranks->rank == 0 && rank < ranks->size; rank++) {
        joined->offsets[rank] = (int)all;
        all += (size_t)joined->lengths[rank];
    }
    joined->bytes = memory_bytes(all);
}

static void *piece_of(const struct pieces *pieces, int rank)
{
    return (unsigned char *)pieces->start + (size_t)pieces->offsets[rank] * pieces->each;
}

static void serialise_all(struct ranks *ranks, const struct pieces *pieces, struct joined *joined)
{
    for (int rank = 1; rank < ranks->size; rank++)
        joined->lengths[rank] = (int)((size_t)pieces->counts[rank] * pieces->each);
    join(ranks, joined);
    for (int rank = 1; rank < ranks->size; rank++) {
        const size_t bytes = (size_t)joined->lengths[rank];
        copy(ranks, joined->bytes + joined->offsets[rank], piece_of(pieces, rank), bytes);
        ranks_count_length(ranks);
        ranks_count_message(ranks, bytes);
    }
}

void object_scatter(struct ranks *ranks, const struct pieces *pieces, void *mine)
{
    struct joined joined = joined_new(ranks);
    int length;
    if (ranks->rank == 0)
        serialise_all(ranks, pieces, &joined);
    MPI_Scatter(joined.lengths, 1, MPI_INT, &length, 1, MPI_INT, 0, MPI_COMM_WORLD);
    void *object = memory_bytes((size_t)length);
    MPI_Scatterv(joined.bytes, joined.lengths, joined.offsets, MPI_BYTE, object, length, MPI_BYTE,
                 0, MPI_COMM_WORLD);
    copy(ranks, mine, object, (size_t)length);
    free(object);
    joined_free(&joined);
}

void object_bcast(struct ranks *ranks, void *data, size_t bytes)
{
    int length = (int)bytes;
    if (ranks->size == 1)
        return;
    MPI_Bcast(&length, 1, MPI_INT, 0, MPI_COMM_WORLD);
    void *object = memory_bytes((size_t)length);
    if (ranks->rank == 0)
        copy(ranks, object, data, (size_t)length);
    MPI_Bcast(object, length, MPI_BYTE, 0, MPI_COMM_WORLD);
    if (ranks->rank != 0)
        copy(ranks, data, object, (size_t)length);
    for (int rank = 1; ranks->rank == 0 && rank < ranks->size; rank++) {
        ranks_count_length(ranks);
        ranks_count_message(ranks, bytes);
    }
    free(object);
}

static void unpack_all(struct ranks *ranks, const struct joined *joined, struct pieces *pieces)
{
    for (int rank = 1; rank < ranks->size; rank++) {
        const size_t bytes = (size_t)joined->lengths[rank];
        copy(ranks, piece_of(pieces, rank), joined->bytes + joined->offsets[rank], bytes);
        pieces->counts[rank] = (int)(bytes / pieces->each);
    }
}

void object_gather(struct ranks *ranks, const void *mine, size_t bytes, struct pieces *pieces)
{
    struct joined joined = joined_new(ranks);
    const int length = ranks->rank == 0 ? 0 : (int)bytes;
    void *object = memory_bytes((size_t)length);
    copy(ranks, object, mine, (size_t)length);
    MPI_Gather(&length, 1, MPI_INT, joined.lengths, 1, MPI_INT, 0, MPI_COMM_WORLD);
    join(ranks, &joined);
    MPI_Gatherv(object, length, MPI_BYTE, joined.bytes, joined.lengths, joined.offsets, MPI_BYTE, 0,
                MPI_COMM_WORLD);
    if (ranks->rank == 0)
        unpack_all(ranks, &joined, pieces);
    else {
        ranks_count_length(ranks);
        ranks_count_message(ranks, bytes);
    }
    free(object);
    joined_free(&joined);
}
