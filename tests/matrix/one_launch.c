/*
 * Linked to the matrix of models with ranks: MPI begins once in a launch and ends with it, however
 * many cells begin and end it, by the interface that MPI has for that.
 */
#include "one_launch.h"

#include <mpi.h>

int MPI_Init_thread(int *argc, char ***argv, int required, int *provided)
{
    int initialised = 0;
    (void)PMPI_Initialized(&initialised);
    return initialised ? PMPI_Query_thread(provided)
                       : PMPI_Init_thread(argc, argv, required, provided);
}

int MPI_Finalize(void)
{
    return MPI_SUCCESS;
}

void one_launch_end(void)
{
    int initialised = 0;
    (void)PMPI_Initialized(&initialised);
    if (initialised)
        (void)PMPI_Finalize();
}
