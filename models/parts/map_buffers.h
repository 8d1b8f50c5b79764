/*
 * Where a process computes: the inputs and outputs of the items that it holds. Without a map there
 * are none, and both are NULL.
 */
#pragma once

#include "job.h"
#include "status.h"
#include "storage.h"

struct map_buffers {
    const struct job *job;
    struct range held;            /* the items that there is room for */
    struct storage input, output; /* begin with the first item of `held` */
};

/* Room for the items of `held`, untouched, `shared` or not: see storage.h. The caller frees; zeroed
 * buffers may be freed, too. */
struct map_buffers map_buffers_new(const struct job *job, struct range held, bool shared);
/* The same, not shared, and with room for a partial of `held` right behind a map's outputs: one
 * message can then bring both. */
struct map_buffers map_buffers_new_for_messages(const struct job *job, struct range held);
void map_buffers_free(struct map_buffers *map_buffers);

/* Writes a zero to each page of the inputs and outputs of `range`, so that they are there, and near
 * the caller, before the first sample. */
void map_buffers_touch(const struct map_buffers *map_buffers, struct range range);

/* The same by filling the inputs, every item of which a kernel writes. */
void map_buffers_fill(const struct map_buffers *map_buffers, struct range range);

/*
 * Computes a piece of work, the partial of `range`, as all models do: by a status, since a piece
 * can fail (see fault.h). What was computed of it is then worth nothing.
 */
MUST_USE enum status map_buffers_compute(const struct map_buffers *map_buffers, struct range range,
                                         void *partial);
