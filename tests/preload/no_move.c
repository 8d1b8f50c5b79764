/*
 * Loaded before MPI, does nothing in the place of one of its functions. A cell whose data were
 * not moved must not verify.
 */
#include <mpi.h>
#include <stdlib.h>

#define UNUSED __attribute__((unused))

#if defined(NO_SCATTER)
int MPI_Scatterv(UNUSED const void *from, UNUSED const int counts[], UNUSED const int offsets[],
                 UNUSED MPI_Datatype sent, UNUSED void *to, UNUSED int count,
                 UNUSED MPI_Datatype received, UNUSED int root, UNUSED MPI_Comm ranks)
{
    return MPI_SUCCESS;
}
#elif defined(NO_EQUAL_SCATTER)
int MPI_Scatter(UNUSED const void *from, UNUSED int count, UNUSED MPI_Datatype sent,
                UNUSED void *to, UNUSED int received_count, UNUSED MPI_Datatype received,
                UNUSED int root, UNUSED MPI_Comm ranks)
{
    return MPI_SUCCESS;
}
#elif defined(NO_BCAST)
/* But for what is short: clocks, and how long an object is. */
int MPI_Bcast(void *data, int count, MPI_Datatype type, int root, MPI_Comm ranks)
{
    int bytes;
    MPI_Type_size(type, &bytes);
    return (long)count * bytes > 1000 ? MPI_SUCCESS : PMPI_Bcast(data, count, type, root, ranks);
}
#elif defined(NO_OBJECT)
/* It comes, and is thrown away. */
int MPI_Mrecv(UNUSED void *to, int count, MPI_Datatype type, MPI_Message *message,
              MPI_Status *status)
{
    int bytes;
    MPI_Type_size(type, &bytes);
    void *elsewhere = calloc((size_t)count, (size_t)bytes);
    const int result = PMPI_Mrecv(elsewhere, count, type, message, status);
    free(elsewhere);
    return result;
}
#elif defined(NO_GATHER)
int MPI_Gatherv(UNUSED const void *from, UNUSED int count, UNUSED MPI_Datatype sent,
                UNUSED void *to, UNUSED const int counts[], UNUSED const int offsets[],
                UNUSED MPI_Datatype received, UNUSED int root, UNUSED MPI_Comm ranks)
{
    return MPI_SUCCESS;
}
#elif defined(NO_BEGUN_RECEIPT) || defined(NO_PREPARED_RECEIPT)
/* It comes elsewhere, where nobody looks. */
static void *elsewhere(int count, MPI_Datatype type)
{
    int bytes;
    MPI_Type_size(type, &bytes);
    return calloc((size_t)count, (size_t)bytes);
}
#if defined(NO_BEGUN_RECEIPT)
int MPI_Irecv(UNUSED void *to, int count, MPI_Datatype type, int from, int tag, MPI_Comm ranks,
              MPI_Request *request)
{
    return PMPI_Irecv(elsewhere(count, type), count, type, from, tag, ranks, request);
}
#else
int MPI_Recv_init(UNUSED void *to, int count, MPI_Datatype type, int from, int tag, MPI_Comm ranks,
                  MPI_Request *request)
{
    return PMPI_Recv_init(elsewhere(count, type), count, type, from, tag, ranks, request);
}
#endif
#elif defined(NO_RECEIPT)
/* It comes, and is thrown away. */
int MPI_Recv(UNUSED void *to, int count, MPI_Datatype type, int from, int tag, MPI_Comm ranks,
             MPI_Status *status)
{
    int bytes;
    MPI_Type_size(type, &bytes);
    void *elsewhere = calloc((size_t)count, (size_t)bytes);
    const int result = PMPI_Recv(elsewhere, count, type, from, tag, ranks, status);
    free(elsewhere);
    return result;
}
#elif defined(NO_GET)
int MPI_Get(UNUSED void *to, UNUSED int count, UNUSED MPI_Datatype type, UNUSED int rank,
            UNUSED MPI_Aint place, UNUSED int got_count, UNUSED MPI_Datatype got,
            UNUSED MPI_Win window)
{
    return MPI_SUCCESS;
}

/* Rank 0, whose inputs are its own, comes too late for any number of use. */
int MPI_Fetch_and_op(const void *from, void *result, MPI_Datatype type, int rank, MPI_Aint place,
                     MPI_Op operation, MPI_Win window)
{
    int own;
    MPI_Comm_rank(MPI_COMM_WORLD, &own);
    if (own > 0)
        return PMPI_Fetch_and_op(from, result, type, rank, place, operation, window);
    *(unsigned long long *)result = ~0ULL;
    return MPI_SUCCESS;
}
#else
int MPI_Reduce(UNUSED const void *from, UNUSED void *to, UNUSED int count, UNUSED MPI_Datatype type,
               UNUSED MPI_Op operation, UNUSED int root, UNUSED MPI_Comm ranks)
{
    return MPI_SUCCESS;
}
#endif
