/*
 * Loaded before MPI, makes it a library that knows no threads: one that provides a lower level
 * than a model asks for.
 */
#include <mpi.h>

int MPI_Init_thread(int *count, char ***words, int wanted, int *provided)
{
    (void)wanted;
    return PMPI_Init_thread(count, words, MPI_THREAD_SINGLE, provided);
}
