#include "map_buffers.h"

#include "fault.h"
#include "procpool.h"

#include <stdlib.h>
#include <string.h>

enum status map_buffers_allocate(const struct job *job, struct range held, bool shared,
                                 struct map_buffers *map_buffers)
{
    struct map_buffers made = {.job = job, .held = held, .shared = shared};
    made.input_bytes = range_length(held) * job->kernel->input_item_size;
    made.output_bytes = range_length(held) * job->kernel->output_item_size;
    if (made.input_bytes > 0) {
        made.input = shared ? procpool_share(made.input_bytes) : calloc(1, made.input_bytes);
        made.output = shared ? procpool_share(made.output_bytes) : calloc(1, made.output_bytes);
        if (!made.input || !made.output) {
            map_buffers_free(&made);
            return status_too_large("inputs and outputs");
        }
    }
    *map_buffers = made;
    return STATUS_OK;
}

void map_buffers_free(struct map_buffers *map_buffers)
{
    if (map_buffers->shared) {
        procpool_unshare(map_buffers->input, map_buffers->input_bytes);
        procpool_unshare(map_buffers->output, map_buffers->output_bytes);
    } else {
        free(map_buffers->input);
        free(map_buffers->output);
    }
    *map_buffers = (struct map_buffers){.input = NULL};
}

/* The input of an item; there are some. */
static void *input_of(const struct map_buffers *map_buffers, uint64_t index)
{
    return (unsigned char *)map_buffers->input +
           (index - map_buffers->held.begin) * map_buffers->job->kernel->input_item_size;
}

void map_buffers_touch(const struct map_buffers *map_buffers, struct range range)
{
    const struct kernel *kernel = map_buffers->job->kernel;
    const uint64_t items = range_length(range), first = range.begin - map_buffers->held.begin;
    if (!map_buffers->input || items == 0)
        return;
    memset(input_of(map_buffers, range.begin), 0, items * kernel->input_item_size);
    memset(kernel_output_at(kernel, map_buffers->output, first), 0,
           items * kernel->output_item_size);
}

void map_buffers_fill(const struct map_buffers *map_buffers, struct range range)
{
    map_buffers_touch(map_buffers, range);
    if (map_buffers->input && range_length(range) > 0)
        map_buffers->job->kernel->fill(map_buffers->job->size, range,
                                       input_of(map_buffers, range.begin));
}

void map_buffers_meet(const struct map_buffers *map_buffers)
{
    if (!map_buffers->shared)
        return;
    procpool_meet(map_buffers->input, map_buffers->input_bytes);
    procpool_meet(map_buffers->output, map_buffers->output_bytes);
}

enum status map_buffers_compute(const struct map_buffers *map_buffers, struct range range,
                                void *partial)
{
    const struct kernel *kernel = map_buffers->job->kernel;
    const uint64_t first = range.begin - map_buffers->held.begin;
    if (fault_due(range))
        return STATUS_FAILED;
    kernel->compute(map_buffers->job->size, range,
                    kernel_input_at(kernel, map_buffers->input, first),
                    kernel_output_at(kernel, map_buffers->output, first), partial);
    return STATUS_OK;
}

enum status map_buffers_compute_best(const struct map_buffers *map_buffers, void *partial)
{
    if (fault_due(map_buffers->held))
        return STATUS_FAILED;
    map_buffers->job->kernel->best(map_buffers->job->size, map_buffers->input, map_buffers->output,
                                   partial);
    return STATUS_OK;
}
