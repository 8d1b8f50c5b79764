/*
 * Room for one partial per piece of a range, so that workers can leave theirs without a lock and
 * somebody can fold them in index order afterwards.
 */
#ifndef PARTIALS_H
#define PARTIALS_H

#include "fold.h"
#include "kernel.h"

struct partials {
    const struct kernel *kernel;
    uint64_t size;      /* the kernel's */
    struct range whole; /* what is cut */
    uint64_t pieces;    /* into how many */
    size_t stride;      /* bytes from one slot to the next; whole cache lines, lest two workers
                           write the same one */
    unsigned char *base;
};

/* Describes the slots without their memory: `base` is NULL. */
struct partials partials_plan(const struct kernel *kernel, uint64_t size, struct range whole,
                              uint64_t pieces);

/* Bytes that `base` must have, aligned to a cache line. SIZE_MAX when no memory can have them. */
size_t partials_bytes(const struct partials *partials);

/* Gives the slots memory from the heap; the caller frees `base`. */
MUST_USE enum status partials_allocate(struct partials *partials);

static inline struct range partials_range(const struct partials *partials, uint64_t piece)
{
    return range_split(partials->whole, partials->pieces, piece);
}

static inline void *partials_at(const struct partials *partials, uint64_t piece)
{
    return partials->base + piece * partials->stride;
}

/* Computes one piece into its slot. `input` and `output` belong to the first item of `whole`. */
void partials_compute(const struct partials *partials, uint64_t piece, const void *input,
                      void *output);

/* Pushes one piece's partial, or all of them in order. */
void partials_fold_one(const struct partials *partials, uint64_t piece, struct fold *fold);
void partials_fold(const struct partials *partials, struct fold *fold);

#endif
