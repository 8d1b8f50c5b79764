/*
 * Loaded before MPI, does nothing in the place of one of its functions. A cell whose data were
 * not moved must not verify.
 */
#include <mpi.h>

#define UNUSED __attribute__((unused))

#if defined(NO_SCATTER)
int MPI_Scatterv(UNUSED const void *from, UNUSED const int counts[], UNUSED const int offsets[],
                 UNUSED MPI_Datatype sent, UNUSED void *to, UNUSED int count,
                 UNUSED MPI_Datatype received, UNUSED int root, UNUSED MPI_Comm ranks)
{
    return MPI_SUCCESS;
}
#elif defined(NO_GATHER)
int MPI_Gatherv(UNUSED const void *from, UNUSED int count, UNUSED MPI_Datatype sent,
                UNUSED void *to, UNUSED const int counts[], UNUSED const int offsets[],
                UNUSED MPI_Datatype received, UNUSED int root, UNUSED MPI_Comm ranks)
{
    return MPI_SUCCESS;
}
#else
int MPI_Reduce(UNUSED const void *from, UNUSED void *to, UNUSED int count, UNUSED MPI_Datatype type,
               UNUSED MPI_Op operation, UNUSED int root, UNUSED MPI_Comm ranks)
{
    return MPI_SUCCESS;
}
#endif
