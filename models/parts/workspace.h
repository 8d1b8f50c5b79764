/*
 * The inputs and outputs of a map in this process's heap. Without a map both are NULL.
 */
#ifndef WORKSPACE_H
#define WORKSPACE_H

#include "kernel.h"
#include "status.h"

struct workspace {
    void *input, *output;
};

/* Room for the items of `range`, untouched, so that whoever writes first decides on the memory
 * node. Freed with workspace_free(). */
MUST_USE enum status workspace_allocate(const struct kernel *kernel, struct range range,
                                        struct workspace *workspace);
void workspace_free(struct workspace *workspace);

/*
 * Writes the inputs of `range`, and zeros to its outputs, lest the first sample pays for the
 * pages. `first` is the index that the workspace begins with.
 */
void workspace_fill(const struct workspace *workspace, const struct kernel *kernel, uint64_t size,
                    uint64_t first, struct range range);

#endif
