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

void workspace_fill(const struct workspace *workspace, const struct kernel *kernel, uint64_t size,
                    uint64_t first, struct range range)
{
    if (!workspace->input || range_length(range) == 0)
        return;
    uint64_t offset = range.begin - first;
    unsigned char *input = workspace->input;
    kernel->fill(size, range, input + offset * kernel->input_item_size);
    memset(kernel_output_at(kernel, workspace->output, offset), 0,
           range_length(range) * kernel->output_item_size);
}
