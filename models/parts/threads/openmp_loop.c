#include "openmp_loop.h"

#include <omp.h>
#include <stdatomic.h>

void openmp_loop_meet(const struct partials *partials, const struct map_buffers *map_buffers,
                      unsigned threads,
                      void (*meet)(const struct map_buffers *map_buffers, struct range range))
{
#pragma omp parallel for schedule(runtime) num_threads((int)threads)
    for (uint64_t piece = 0; piece < partials->pieces; piece++)
        meet(map_buffers, partials_range(partials, piece));
}

enum status openmp_loop_compute(const struct partials *partials,
                                const struct map_buffers *map_buffers, unsigned threads)
{
    atomic_bool failed = false;
#pragma omp parallel num_threads((int)threads)
    {
#pragma omp for schedule(runtime)
        for (uint64_t piece = 0; piece < partials->pieces; piece++)
            if (partials_compute(partials, map_buffers, piece) != STATUS_OK)
                failed = true;
        if (!failed)
            partials_combine(partials, (unsigned)omp_get_thread_num());
    }
    return failed ? STATUS_FAILED : STATUS_OK;
}
