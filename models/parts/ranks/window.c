#define _GNU_SOURCE
#include "window.h"

#include "settings.h"

#include <stdlib.h>

void window_prepare(void)
{
    char fabric[32] = "";
    settings_read_fabric("", fabric, sizeof fabric);
    if (!*fabric)
        (void)setenv("OMPI_MCA_osc", "^ucx", 0);
}

enum status window_open(const struct ranks *ranks, size_t bytes, struct window *window)
{
    const bool has_memory = ranks->rank == 0;
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    const int result = MPI_Win_allocate(has_memory ? (MPI_Aint)bytes : 0, 1, MPI_INFO_NULL,
                                        MPI_COMM_WORLD, &window->start, &window->win);
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_ARE_FATAL);
    if (result != MPI_SUCCESS)
        return status_fail(STATUS_FAILED,
                           "MPI has no memory for one-sided calls on rank %d: is /dev/shm full, or "
                           "do such calls not go over this network?",
                           ranks->rank);
    if (has_memory)
        memset(window->start, 0, bytes);
    MPI_Win_lock_all(MPI_MODE_NOCHECK, window->win);
    return STATUS_OK;
}

void window_publish(const struct window *window)
{
    MPI_Win_sync(window->win);
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Win_sync(window->win);
}

void window_close(struct window *window)
{
    MPI_Win_unlock_all(window->win);
    MPI_Win_free(&window->win);
}
