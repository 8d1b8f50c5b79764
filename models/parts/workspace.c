#include "workspace.h"

#include <stdlib.h>
#include <string.h>

enum status workspace_allocate(const struct kernel *kernel, struct range range,
                               struct workspace *workspace)
{
    struct workspace created = {NULL, NULL};
    uint64_t items = range_length(range);
    if (kernel_is_map(kernel) && items > 0) {
        created.input = calloc(items, kernel->input_item_size);
        created.output = calloc(items, kernel->output_item_size);
        if (!created.input || !created.output) {
            workspace_free(&created);
            return status_no_memory("inputs and outputs");
        }
    }
    *workspace = created;
    return STATUS_OK;
}

void workspace_free(struct workspace *workspace)
{
    free(workspace->input);
    free(workspace->output);
    *workspace = (struct workspace){NULL, NULL};
}

void workspace_touch(const struct workspace *workspace, const struct kernel *kernel, uint64_t first,
                     struct range range)
{
    uint64_t offset = range.begin - first, items = range_length(range);
    if (!workspace->input || items == 0)
        return;
    memset((unsigned char *)workspace->input + offset * kernel->input_item_size, 0,
           items * kernel->input_item_size);
    memset(kernel_output_at(kernel, workspace->output, offset), 0,
           items * kernel->output_item_size);
}

void workspace_fill(const struct workspace *workspace, const struct kernel *kernel, uint64_t size,
                    uint64_t first, struct range range)
{
    workspace_touch(workspace, kernel, first, range);
    if (workspace->input && range_length(range) > 0)
        kernel->fill(size, range,
                     (unsigned char *)workspace->input +
                         (range.begin - first) * kernel->input_item_size);
}
