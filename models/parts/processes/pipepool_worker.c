#include "pipepool_worker.h"

/* Has room for so many bytes, and keeps it. */
static void make_room(struct storage *storage, size_t bytes)
{
    if (storage->bytes >= bytes)
        return;
    storage_free(storage);
    *storage = storage_new(bytes, false, "a result: take a smaller chunk");
}

/* The parcel stays as it is until it is sent: the caller waits for that. */
static enum status answer(const struct job *job, struct channel *end, const struct frame *task,
                          const void *input, struct storage *parcel)
{
    const struct range range = {task->piece, task->piece + task->kind};
    struct frame frame = {.kind = task->kind, .piece = task->piece};
    if (task->kind > 0) {
        make_room(parcel, parcel_room(job, range));
        if (parcel_compute(job, range, input, parcel->start, &frame.bytes) != STATUS_OK) {
            frame.kind |= PIPEPOOL_FAILED;
            frame.bytes = 0;
        }
    }
    TRY(channel_put(end, &frame, parcel->start));
    return channel_flush(end);
}

int pipepool_work(const struct job *job, struct channel *end, uint64_t tasks)
{
    struct storage parcel = {.start = NULL};
    struct frame frame;
    void *input;
    uint64_t done = 0;
    while ((tasks == 0 || done < tasks) && channel_take(end, &frame, &input) == STATUS_OK &&
           answer(job, end, &frame, input, &parcel) == STATUS_OK)
        done += frame.kind > 0;
    storage_free(&parcel);
    channel_free(end);
    return 0;
}
