/*
 * MPI can begin but once in a process, and each model begins and ends it: here it begins with the
 * first row, and ends with the program. MPI has its functions by a second name for that, PMPI_….
 */
#define _GNU_SOURCE
#include <mpi.h>
#include <stdlib.h>

/* Not after a failure: mpirun is to see it, and to end the other ranks. */
static void end_well(int status, void *nothing)
{
    (void)nothing;
    if (status == EXIT_SUCCESS)
        PMPI_Finalize();
}

int MPI_Init_thread(int *argc, char ***argv, int required, int *provided)
{
    int is_begun = 0;
    PMPI_Initialized(&is_begun);
    if (is_begun)
        return PMPI_Query_thread(provided);
    const int result = PMPI_Init_thread(argc, argv, required, provided);
    (void)on_exit(end_well, NULL);
    return result;
}

int MPI_Finalize(void)
{
    return MPI_SUCCESS;
}
