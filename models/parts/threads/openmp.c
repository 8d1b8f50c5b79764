#define _GNU_SOURCE
#include "openmp.h"
#include "quantities.h"

#include "seat.h"

#include <dlfcn.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which setting keeps OpenMP from making so many threads, and what to do about it. */
static enum status say_too_few(int obtained, int threads)
{
    char advice[96] = "look at what OMP_ and KMP_ variables set";
    if (omp_get_max_active_levels() < 1)
        (void)snprintf(advice, sizeof advice, "OMP_MAX_ACTIVE_LEVELS is %d: unset it",
                       omp_get_max_active_levels());
    else if (omp_get_thread_limit() < threads)
        (void)snprintf(advice, sizeof advice, "raise OMP_THREAD_LIMIT");
    return status_fail(STATUS_FAILED, "OpenMP gave %d thread%s and %d were asked for: %s", obtained,
                       plural((unsigned)obtained), threads, advice);
}

enum status openmp_form(unsigned threads, unsigned first, unsigned workers)
{
    struct seats seats = seats_read(first, workers);
    int obtained = 0;
    omp_set_dynamic(0); /* later regions get as many threads as this one */
#pragma omp parallel num_threads((int)threads)
    {
#pragma omp single
        obtained = omp_get_num_threads();
        seat_take(&seats, (unsigned)omp_get_thread_num());
    }
    free(seats.placement);
    if (obtained != (int)threads)
        return say_too_few(obtained, (int)threads);
    return STATUS_OK;
}

/* The libraries have no function that tells their version, but their files' names do. */
void openmp_tell(library_add *add, void *context)
{
    int (*function)(void) = omp_get_num_threads;
    void *address;
    Dl_info info;
    memcpy(&address, &function, sizeof address); /* ISO C has no conversion between the two */
    if (dladdr(address, &info) == 0 || !info.dli_fname)
        return;
    char *file = realpath(info.dli_fname, NULL);
    add(context, "openmp_library", file ? file : info.dli_fname);
    free(file);
}

/* The compiler leaves out a region with nothing in it, hence the barrier. */
void openmp_wake(unsigned threads)
{
#pragma omp parallel num_threads((int)threads)
    {
#pragma omp barrier
    }
}
