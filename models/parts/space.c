#include "space.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>

typedef atomic_bool settled_flag; /* one a worker */

struct space space_new(const struct job *job, uint64_t pieces, unsigned together, bool shared)
{
    const struct range whole = kernel_whole(job->size);
    const struct space space = {
        .map_buffers = map_buffers_new(job, whole, shared),
        .partials = pieces > 0 ? partials_new(job, whole, pieces, job->workers, together, shared)
                               : (struct partials){.pieces = 0},
        .settled = storage_new(job->workers * sizeof(settled_flag), shared, "the workers")};
    memset(space.settled.start, 0, space.settled.bytes);
    return space;
}

void space_free(struct space *space)
{
    storage_free(&space->settled);
    partials_free(&space->partials);
    map_buffers_free(&space->map_buffers);
}

void space_settle(const struct space *space, unsigned worker)
{
    const struct job *job = space->map_buffers.job;
    settled_flag *settled = space->settled.start;
    if (atomic_load(&settled[worker]))
        return;
    map_buffers_fill(&space->map_buffers,
                     range_split(kernel_whole(job->size), job->workers, worker));
    atomic_store(&settled[worker], true);
    for (unsigned other = 0; other < job->workers; other++)
        while (!atomic_load(&settled[other]))
            (void)sched_yield();
    storage_meet(&space->map_buffers.input);
    storage_meet(&space->map_buffers.output);
    partials_meet(&space->partials);
}
