/*
 * Room for one partial per piece of a range, so that workers can leave theirs without a lock, and
 * the fold that combines them in index order afterwards.
 */
#pragma once

#include "fold.h"
#include "map_buffers.h"

struct partials {
    struct range whole;   /* what is cut */
    uint64_t pieces;      /* into how many */
    size_t stride;        /* bytes from one slot to the next; whole cache lines, lest two workers
                             write the same one */
    struct storage slots; /* one a piece */
    struct fold *fold;
};

/* For the pieces of `whole`, `shared` or not: see storage.h. The caller frees; zeroed partials may
 * be freed, too. */
struct partials partials_new(const struct job *job, struct range whole, uint64_t pieces,
                             bool shared);
void partials_free(struct partials *partials);

static inline struct range partials_range(const struct partials *partials, uint64_t piece)
{
    return range_split(partials->whole, partials->pieces, piece);
}

static inline void *partials_at(const struct partials *partials, uint64_t piece)
{
    return (unsigned char *)partials->slots.start + piece * partials->stride;
}

/* Computes one piece into its slot. */
MUST_USE static inline enum status partials_compute(const struct partials *partials,
                                                    const struct map_buffers *map_buffers,
                                                    uint64_t piece)
{
    return map_buffers_compute(map_buffers, partials_range(partials, piece),
                               partials_at(partials, piece));
}

/* Combines all partials, in order; what they make stays the fold's until it is reset. */
const void *partials_fold(const struct partials *partials);

/* Only the next one, for whoever resets the fold and takes its result. */
void partials_fold_one(const struct partials *partials, uint64_t piece);
