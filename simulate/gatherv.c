/*
 * Gatherv in a simulation: linked in place of MPI_Gatherv(), by --wrap.
 *
 * The root receives from many ranks at once, as SMPI's own does from all. There, for each message
 * that comes, SimGrid looks through all that are awaited: 1,024 ranks took 6.5 s so, and 2,048 took
 * 76 s. By bunches, the root waits for a message's latency once more for each.
 */
#include <mpi.h>
#include <stddef.h>

enum { BUNCH = 256, TAG = 32766 /* no model's messages have it */ };

struct pieces {
    unsigned char *start;
    const int *counts, *offsets;
    MPI_Datatype type;
    MPI_Aint extent;
};

static int receive_bunch(const struct pieces *pieces, int first, int past_last, int root,
                         MPI_Comm comm)
{
    MPI_Request requests[BUNCH];
    int count = 0, status = MPI_SUCCESS;
    for (int rank = first; rank < past_last && status == MPI_SUCCESS; rank++)
        if (rank != root && pieces->counts[rank] > 0)
            status =
                MPI_Irecv(pieces->start + pieces->offsets[rank] * pieces->extent,
                          pieces->counts[rank], pieces->type, rank, TAG, comm, &requests[count++]);
    /* NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker): it does not see a loop's requests */
    const int waited = MPI_Waitall(count, requests, MPI_STATUSES_IGNORE);
    return status == MPI_SUCCESS ? waited : status;
}

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker has this name */
int __wrap_MPI_Gatherv(const void *send, int send_count, MPI_Datatype send_type, void *receive,
                       const int *counts, const int *offsets, MPI_Datatype type, int root,
                       MPI_Comm comm);

int __wrap_MPI_Gatherv(const void *send, int send_count, MPI_Datatype send_type, void *receive,
                       const int *counts, const int *offsets, MPI_Datatype type, int root,
                       MPI_Comm comm)
{
    int rank, size, status = MPI_SUCCESS;
    MPI_Aint lower;
    struct pieces pieces = {.start = receive, .counts = counts, .offsets = offsets, .type = type};
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &size);
    if (rank != root)
        return send_count > 0 ? MPI_Send(send, send_count, send_type, root, TAG, comm) : status;
    MPI_Type_get_extent(type, &lower, &pieces.extent);
    if (send != MPI_IN_PLACE)
        status = MPI_Sendrecv(send, send_count, send_type, root, TAG,
                              pieces.start + offsets[root] * pieces.extent, counts[root], type,
                              root, TAG, comm, MPI_STATUS_IGNORE);
    for (int first = 0; first < size && status == MPI_SUCCESS; first += BUNCH)
        status =
            receive_bunch(&pieces, first, first + BUNCH < size ? first + BUNCH : size, root, comm);
    return status;
}
/* NOLINTEND(bugprone-reserved-identifier) */
