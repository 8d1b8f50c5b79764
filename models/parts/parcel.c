#include "parcel.h"

#include "aligned.h"

#include <inttypes.h>
#include <string.h>

static size_t output_bytes(const struct job *job, struct range range)
{
    return (size_t)range_length(range) * job->kernel->output_item_size;
}

/* Where the partial begins. */
static size_t partial_offset(const struct job *job, struct range range)
{
    return aligned(output_bytes(job, range), PARTIAL_ALIGNMENT);
}

size_t parcel_room(const struct job *job, struct range range)
{
    return partial_offset(job, range) + kernel_partial_size(job->kernel, job->size, range);
}

/* Where partials grow, any may be the largest. */
size_t parcel_most(const struct space *space)
{
    const struct job *job = space->map_buffers.job;
    const uint64_t pieces = kernel_grows(job->kernel) ? space->partials.pieces : 1;
    size_t most = 0;
    for (uint64_t piece = 0; piece < pieces; piece++) {
        const size_t room = parcel_room(job, partials_range(&space->partials, piece));
        most = room > most ? room : most;
    }
    return most;
}

enum status parcel_compute(const struct job *job, struct range range, const void *input,
                           void *parcel, uint64_t *bytes)
{
    const size_t offset = partial_offset(job, range);
    unsigned char *partial = (unsigned char *)parcel + offset;
    const struct map_buffers only_these = {
        .job = job,
        .held = range,
        .input = {.start = (void *)(uintptr_t)input},
        .output = {.start = kernel_is_map(job->kernel) ? parcel : NULL}};
    TRY(map_buffers_compute(&only_these, range, partial));
    memset((unsigned char *)parcel + output_bytes(job, range), 0,
           offset - output_bytes(job, range));
    *bytes = offset + kernel_used(job->kernel, partial);
    return STATUS_OK;
}

const void *parcel_unpack(const struct space *space, struct range range, const void *parcel,
                          uint64_t bytes)
{
    const struct job *job = space->map_buffers.job;
    const size_t offset = partial_offset(job, range);
    if (bytes < offset || bytes > parcel_room(job, range)) {
        status_say("what came as the result of the items from %" PRIu64 " to %" PRIu64
                   " is none: it has %" PRIu64 " bytes",
                   range.begin, range.end - 1, bytes);
        return NULL;
    }
    if (kernel_is_map(job->kernel))
        memcpy(kernel_output_at(job->kernel, space->map_buffers.output.start, range.begin), parcel,
               output_bytes(job, range));
    return (const unsigned char *)parcel + offset;
}

enum status parcel_open(const struct space *space, uint64_t piece, const void *parcel,
                        uint64_t bytes)
{
    const struct range range = partials_range(&space->partials, piece);
    const void *partial = parcel_unpack(space, range, parcel, bytes);
    if (!partial)
        return STATUS_FAILED;
    memcpy(partials_at(&space->partials, piece), partial,
           (size_t)bytes - partial_offset(space->map_buffers.job, range));
    return STATUS_OK;
}

const void *parcel_inputs(const struct space *space, struct range range)
{
    return kernel_input_at(space->map_buffers.job->kernel, space->map_buffers.input.start,
                           range.begin);
}
