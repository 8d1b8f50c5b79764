#include "map_buffers.h"

#include "fault.h"

/* With so many bytes behind the outputs. */
static struct map_buffers new_buffers(const struct job *job, struct range held, bool shared,
                                      size_t behind)
{
    static const char what[] = "inputs and outputs: take a smaller --size";
    const uint64_t items = range_length(held);
    return (struct map_buffers){
        .job = job,
        .held = held,
        .input = storage_new(items * job->kernel->input_item_size, shared, what),
        .output = storage_new(items * job->kernel->output_item_size + behind, shared, what)};
}

struct map_buffers map_buffers_new(const struct job *job, struct range held, bool shared)
{
    return new_buffers(job, held, shared, 0);
}

struct map_buffers map_buffers_new_for_messages(const struct job *job, struct range held)
{
    const struct kernel *kernel = job->kernel;
    return new_buffers(job, held, false,
                       kernel_is_map(kernel) ? kernel_partial_size(kernel, job->size, held) : 0);
}

void map_buffers_free(struct map_buffers *map_buffers)
{
    storage_free(&map_buffers->input);
    storage_free(&map_buffers->output);
}

/* The input of an item; there are some. */
static void *input_of(const struct map_buffers *map_buffers, uint64_t index)
{
    return (unsigned char *)map_buffers->input.start +
           (index - map_buffers->held.begin) * map_buffers->job->kernel->input_item_size;
}

static void touch_inputs(const struct map_buffers *map_buffers, struct range range)
{
    const size_t each = map_buffers->job->kernel->input_item_size;
    storage_touch(&map_buffers->input, (range.begin - map_buffers->held.begin) * each,
                  range_length(range) * each);
}

static void touch_outputs(const struct map_buffers *map_buffers, struct range range)
{
    const size_t each = map_buffers->job->kernel->output_item_size;
    storage_touch(&map_buffers->output, (range.begin - map_buffers->held.begin) * each,
                  range_length(range) * each);
}

void map_buffers_touch(const struct map_buffers *map_buffers, struct range range)
{
    touch_inputs(map_buffers, range);
    touch_outputs(map_buffers, range);
}

/* The kernel clears a new page, which leaves it in the cache: to fill it at once saves reading it
 * from memory again. Shared pages have to be made huge before. */
void map_buffers_fill(const struct map_buffers *map_buffers, struct range range)
{
    touch_outputs(map_buffers, range);
    if (map_buffers->input.shared)
        touch_inputs(map_buffers, range);
    if (map_buffers->input.start && range_length(range) > 0)
        map_buffers->job->kernel->fill(map_buffers->job->size, range,
                                       input_of(map_buffers, range.begin));
}

enum status map_buffers_compute(const struct map_buffers *map_buffers, struct range range,
                                void *partial)
{
    const struct kernel *kernel = map_buffers->job->kernel;
    const uint64_t first = range.begin - map_buffers->held.begin;
    if (fault_due(range))
        return STATUS_FAILED;
    kernel->compute(map_buffers->job->size, range,
                    kernel_input_at(kernel, map_buffers->input.start, first),
                    kernel_output_at(kernel, map_buffers->output.start, first), partial);
    return STATUS_OK;
}
