/*
 * Room for one partial per piece of a range, so that workers can leave theirs without a lock and
 * somebody can fold them in index order afterwards.
 */
#ifndef SLOTS_H
#define SLOTS_H

#include "fold.h"
#include "kernel.h"

struct slots {
    const struct kernel *kernel;
    uint64_t size;      /* the kernel's */
    struct range whole; /* what is cut */
    uint64_t pieces;    /* into how many */
    size_t stride;      /* bytes from one slot to the next; whole cache lines, lest two workers
                           write the same one */
    unsigned char *base;
};

/* Describes the slots without their memory: `base` is NULL. */
struct slots slots_plan(const struct kernel *kernel, uint64_t size, struct range whole,
                        uint64_t pieces);

/* Bytes that `base` must have, aligned to a cache line. SIZE_MAX when no memory can have them. */
size_t slots_bytes(const struct slots *slots);

/* Gives the slots memory from the heap; the caller frees `base`. */
MUST_USE enum status slots_allocate(struct slots *slots);

static inline struct range slots_range(const struct slots *slots, uint64_t piece)
{
    return range_split(slots->whole, slots->pieces, piece);
}

static inline void *slots_at(const struct slots *slots, uint64_t piece)
{
    return slots->base + piece * slots->stride;
}

/* Computes one piece into its slot. `input` and `output` belong to the first item of `whole`. */
void slots_compute(const struct slots *slots, uint64_t piece, const void *input, void *output);

/* Pushes one piece's partial, or all of them in order. */
void slots_fold_one(const struct slots *slots, uint64_t piece, struct fold *fold);
void slots_fold(const struct slots *slots, struct fold *fold);

#endif
