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
 * Writes zeros to the inputs and outputs of `range`, so that their pages are there, and near the
 * caller, before the first sample. `first` is the index that the workspace begins with.
 */
void workspace_touch(const struct workspace *workspace, const struct kernel *kernel, uint64_t first,
                     struct range range);

/* The same with the right inputs instead of zeros. */
void workspace_fill(const struct workspace *workspace, const struct kernel *kernel, uint64_t size,
                    uint64_t first, struct range range);

#endif
