#include "bounds.h"

#include "memory.h"

#include <math.h>
#include <stdlib.h>

double bounds_of_tasks(const double *seconds, size_t count, unsigned workers)
{
    double total = 0, largest = 0;
    for (size_t i = 0; i < count; i++) {
        total += seconds[i];
        largest = fmax(largest, seconds[i]);
    }
    return fmin(workers, total / largest);
}

/* The worker that is free first. */
static unsigned find_free(const double *free_at, unsigned workers)
{
    unsigned first = 0;
    for (unsigned worker = 1; worker < workers; worker++)
        if (free_at[worker] < free_at[first])
            first = worker;
    return first;
}

double bounds_of_tasks_in_order(const double *seconds, size_t count, unsigned workers)
{
    double *free_at = memory_new(workers, sizeof *free_at);
    double total = 0, end = 0;
    for (size_t i = 0; i < count; i++) {
        double *own = &free_at[find_free(free_at, workers)];
        *own += seconds[i];
        end = fmax(end, *own);
        total += seconds[i];
    }
    free(free_at);
    return total / end;
}

double bounds_of_lock(double released, unsigned threads)
{
    return fmin(threads, 1 / (1 - released)); /* all of it: infinity is more than any number */
}

double bounds_of_serial_part(double released, unsigned threads)
{
    return 1 / (1 - released + released / threads);
}
