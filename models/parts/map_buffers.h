/*
 * The inputs and outputs of a map in this process's heap. Without a map both are NULL.
 */
#ifndef MAP_BUFFERS_H
#define MAP_BUFFERS_H

#include "kernel.h"
#include "status.h"

struct map_buffers {
    void *input, *output;
};

/* Room for the items of `range`, untouched, so that whoever writes first decides on the memory
 * node. Freed with map_buffers_free(). */
MUST_USE enum status map_buffers_allocate(const struct kernel *kernel, struct range range,
                                          struct map_buffers *map_buffers);
void map_buffers_free(struct map_buffers *map_buffers);

/*
 * Writes zeros to the inputs and outputs of `range`, so that their pages are there, and near the
 * caller, before the first sample. `first` is the index that the workspace begins with.
 */
void map_buffers_touch(const struct map_buffers *map_buffers, const struct kernel *kernel,
                       uint64_t first, struct range range);

/* The same with the right inputs instead of zeros. */
void map_buffers_fill(const struct map_buffers *map_buffers, const struct kernel *kernel,
                      uint64_t size, uint64_t first, struct range range);

#endif
