#include "harvest.h"

#include "aligned.h"

#include <limits.h>

enum { UNIT = PARTIAL_ALIGNMENT, TAG = 0 }; /* a parcel is aligned to that */

struct entry {
    uint64_t piece, bytes;
};
_Static_assert(sizeof(struct entry) == UNIT, "the list is counted in units, too");

enum status harvest_new(const struct space *space, struct harvest *harvest)
{
    static const char what[] = "results on their way: take a larger chunk";
    const uint64_t pieces = space->partials.pieces;
    uint64_t bytes;
    if (__builtin_mul_overflow(aligned(parcel_most(space), UNIT), pieces, &bytes))
        bytes = SIZE_MAX;
    if (pieces > INT_MAX ||
        (bytes / UNIT > INT_MAX && kernel_is_map(space->map_buffers.job->kernel)))
        return status_fail(STATUS_FAILED, "results of so many chunks are more than a message can "
                                          "have: take a larger chunk");
    *harvest = (struct harvest){.space = space,
                                .list = storage_new(pieces * sizeof(struct entry), false, what),
                                .parcels = storage_new(bytes, false, what)};
    MPI_Type_contiguous(UNIT, MPI_BYTE, &harvest->unit);
    MPI_Type_commit(&harvest->unit);
    return STATUS_OK;
}

void harvest_free(struct harvest *harvest)
{
    if (harvest->space)
        MPI_Type_free(&harvest->unit);
    storage_free(&harvest->parcels);
    storage_free(&harvest->list);
}

enum status harvest_compute(struct harvest *harvest, uint64_t piece, const void *input)
{
    const struct partials *partials = &harvest->space->partials;
    struct entry *entry = (struct entry *)harvest->list.start + harvest->count;
    entry->piece = piece;
    TRY(parcel_compute(harvest->space->map_buffers.job, partials_range(partials, piece), input,
                       (unsigned char *)harvest->parcels.start + harvest->bytes, &entry->bytes));
    harvest->bytes += aligned(entry->bytes, UNIT);
    harvest->count++;
    return STATUS_OK;
}

static void send(struct harvest *harvest, struct ranks *ranks)
{
    MPI_Send(harvest->list.start, (int)harvest->count, harvest->unit, 0, TAG, MPI_COMM_WORLD);
    MPI_Send(harvest->parcels.start, (int)(harvest->bytes / UNIT), harvest->unit, 0, TAG,
             MPI_COMM_WORLD);
    ranks_count_length(ranks);
    ranks_count_message(ranks, harvest->bytes);
    harvest->count = harvest->bytes = 0;
}

/* The list of one rank, and how many bytes will follow it. */
static void receive_list(struct harvest *harvest, int rank)
{
    const struct entry *list = harvest->list.start;
    MPI_Status status;
    int count;
    MPI_Recv(harvest->list.start, (int)harvest->space->partials.pieces, harvest->unit, rank, TAG,
             MPI_COMM_WORLD, &status);
    MPI_Get_count(&status, harvest->unit, &count);
    harvest->count = (uint64_t)count;
    harvest->bytes = 0;
    for (uint64_t i = 0; i < harvest->count; i++)
        harvest->bytes += aligned(list[i].bytes, UNIT);
}

/* What is no piece's, or longer than any, is refused before it is written anywhere. */
static enum status check_list(const struct harvest *harvest, int rank)
{
    const struct entry *entry = harvest->list.start, *end = entry + harvest->count;
    const uint64_t pieces = harvest->space->partials.pieces;
    bool is_right = harvest->bytes <= harvest->parcels.bytes;
    for (; entry < end && is_right; entry++)
        is_right = entry->piece < pieces && entry->bytes <= harvest->parcels.bytes;
    return is_right ? STATUS_OK
                    : status_fail(STATUS_FAILED, "what rank %d sent is no list of results", rank);
}

static enum status open_parcels(const struct harvest *harvest)
{
    const struct entry *entry = harvest->list.start, *end = entry + harvest->count;
    const unsigned char *parcel = harvest->parcels.start;
    for (; entry < end; parcel += aligned(entry->bytes, UNIT), entry++)
        TRY(parcel_open(harvest->space, entry->piece, parcel, entry->bytes));
    return STATUS_OK;
}

enum status harvest_bring_in(struct harvest *harvest, struct ranks *ranks)
{
    if (ranks->rank != 0) {
        send(harvest, ranks);
        return STATUS_OK;
    }
    for (int rank = 1; rank < ranks->size; rank++) {
        receive_list(harvest, rank);
        TRY(check_list(harvest, rank));
        MPI_Recv(harvest->parcels.start, (int)(harvest->bytes / UNIT), harvest->unit, rank, TAG,
                 MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        TRY(open_parcels(harvest));
    }
    return STATUS_OK;
}
