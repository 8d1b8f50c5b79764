#include "ticks.h"

enum status ticks_compute(const struct map_buffers *map_buffers, struct range range,
                          struct gil *gil, unsigned thread, struct fold *fold)
{
    const uint64_t ticks = range_pieces(range, map_buffers->job->kernel->tick);
    fold_reset(fold);
    for (uint64_t tick = 0; tick < ticks; tick++) {
        const struct range piece = range_split(range, ticks, tick);
        void *partial = fold_slot(fold);
        TRY(map_buffers_compute(map_buffers, piece, partial)); /* else there is no partial */
        fold_push(fold, piece, partial);
        gil_safe_point(gil, thread);
    }
    (void)fold_result(fold);
    return STATUS_OK;
}
