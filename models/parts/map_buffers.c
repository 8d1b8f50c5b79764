#include "map_buffers.h"

#include <stdlib.h>
#include <string.h>

enum status map_buffers_allocate(const struct kernel *kernel, struct range range,
                                 struct map_buffers *map_buffers)
{
    struct map_buffers created = {NULL, NULL};
    uint64_t items = range_length(range);
    if (kernel_is_map(kernel) && items > 0) {
        created.input = calloc(items, kernel->input_item_size);
        created.output = calloc(items, kernel->output_item_size);
        if (!created.input || !created.output) {
            map_buffers_free(&created);
            return status_no_memory("inputs and outputs");
        }
    }
    *map_buffers = created;
    return STATUS_OK;
}

void map_buffers_free(struct map_buffers *map_buffers)
{
    free(map_buffers->input);
    free(map_buffers->output);
    *map_buffers = (struct map_buffers){NULL, NULL};
}

void map_buffers_touch(const struct map_buffers *map_buffers, const struct kernel *kernel,
                       uint64_t first, struct range range)
{
    uint64_t offset = range.begin - first, items = range_length(range);
    if (!map_buffers->input || items == 0)
        return;
    memset((unsigned char *)map_buffers->input + offset * kernel->input_item_size, 0,
           items * kernel->input_item_size);
    memset(kernel_output_at(kernel, map_buffers->output, offset), 0,
           items * kernel->output_item_size);
}

void map_buffers_fill(const struct map_buffers *map_buffers, const struct kernel *kernel,
                      uint64_t size, uint64_t first, struct range range)
{
    map_buffers_touch(map_buffers, kernel, first, range);
    if (map_buffers->input && range_length(range) > 0)
        kernel->fill(size, range,
                     (unsigned char *)map_buffers->input +
                         (range.begin - first) * kernel->input_item_size);
}
