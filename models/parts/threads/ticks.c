#include "ticks.h"

/* The items, which the fold takes in. */
static enum status compute(const struct map_buffers *map_buffers, struct range items,
                           struct fold *fold)
{
    void *partial = fold_slot(fold);
    TRY(map_buffers_compute(map_buffers, items, partial)); /* else there is no partial */
    fold_push(fold, items, partial);
    return STATUS_OK;
}

/* The same without the lock; the fold has it again, as large integers are multiplied with it. */
static enum status compute_released(const struct map_buffers *map_buffers, struct range items,
                                    struct gil *gil, unsigned thread, struct fold *fold)
{
    void *partial = fold_slot(fold);
    enum status status = STATUS_OK;
    gil_drop(gil, thread, false);
    if (range_length(items) > 0)
        status = map_buffers_compute(map_buffers, items, partial);
    gil_retake(gil, thread);
    if (range_length(items) > 0 && status == STATUS_OK)
        fold_push(fold, items, partial);
    return status;
}

/* How many of the items before `end` are computed without the lock. */
static uint64_t released(struct range range, uint64_t end, double fraction)
{
    return (uint64_t)(fraction * (double)(end - range.begin));
}

enum status ticks_compute_releasing(const struct map_buffers *map_buffers, struct range range,
                                    struct gil *gil, unsigned thread, struct fold *fold,
                                    double fraction)
{
    const uint64_t ticks = range_pieces(range, map_buffers->job->kernel->tick);
    fold_reset(fold);
    for (uint64_t tick = 0; tick < ticks; tick++) {
        const struct range piece = range_split(range, ticks, tick);
        const uint64_t last =
            released(range, piece.end, fraction) - released(range, piece.begin, fraction);
        const uint64_t cut = last < range_length(piece) ? piece.end - last : piece.begin;
        if (cut > piece.begin || range_length(piece) == 0)
            TRY(compute(map_buffers, (struct range){piece.begin, cut}, fold));
        if (fraction > 0)
            TRY(compute_released(map_buffers, (struct range){cut, piece.end}, gil, thread, fold));
        gil_safe_point(gil, thread);
    }
    (void)fold_result(fold);
    return STATUS_OK;
}

enum status ticks_compute(const struct map_buffers *map_buffers, struct range range,
                          struct gil *gil, unsigned thread, struct fold *fold)
{
    return ticks_compute_releasing(map_buffers, range, gil, thread, fold,
                                   map_buffers->job->kernel->waits ? 1 : 0);
}
