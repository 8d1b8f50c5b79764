/*
 * The partials on the stack lie one after the other in one arena. Between two of them is a cut,
 * which ranks the higher the earlier one comes to it when the whole is halved again and again. Two
 * partials merge as soon as a cut comes that ranks as high as the one between them, or higher: the
 * upper one is moved up to make room for what the joint partial needs, then appended.
 *
 * So the tree is the one of halving the whole, as near as the pieces allow it, whether they are a
 * power of two or not and equally long or not. Ranks fall from the bottom of the stack to its top,
 * so that there are no more entries than a position has bits.
 */
#include "fold.h"

#include "aligned.h"
#include "storage.h"

#include <string.h>

/* Bits of a position; the entries that there can be, with the one that is being pushed. */
enum { POSITION_BITS = 52, DEPTH_MAX = POSITION_BITS + 3, ALIGNMENT = 64 };

struct fold_entry {
    struct range range;
    unsigned rank; /* of the cut at its end */
    size_t offset; /* of its partial in the arena */
};

struct fold {
    struct storage storage; /* of all this */
    const struct kernel *kernel;
    uint64_t size;
    struct range whole;
    uint64_t next, next_position; /* where the latest range ended, and its position() */
    unsigned depth;
    struct fold_entry stack[DEPTH_MAX];
    _Alignas(ALIGNMENT) unsigned char arena[];
};

/* Room for the whole, for as much again that waits to be appended, and for every entry's rest. */
static size_t arena_bytes(const struct kernel *kernel, uint64_t size, struct range whole)
{
    size_t least = kernel_partial_size(kernel, size, (struct range){whole.begin, whole.begin});
    return 2 * aligned(kernel_partial_size(kernel, size, whole), ALIGNMENT) +
           DEPTH_MAX * (aligned(least, ALIGNMENT) + ALIGNMENT);
}

struct fold *fold_new(const struct kernel *kernel, uint64_t size, struct range whole, bool shared)
{
    const size_t bytes = sizeof(struct fold) + arena_bytes(kernel, size, whole);
    const struct storage storage =
        storage_new(bytes, shared, "combining partial results: take a smaller --size");
    struct fold *fold = storage.start;
    fold->storage = storage;
    fold->kernel = kernel;
    fold->size = size;
    fold->whole = whole;
    fold->next = whole.begin;
    fold->next_position = 0;
    fold->depth = 0;
    return fold;
}

void fold_free(struct fold *fold)
{
    struct storage storage = fold ? fold->storage : (struct storage){0};
    storage_free(&storage);
}

void fold_meet(const struct fold *fold)
{
    storage_meet(&fold->storage);
}

void fold_reset(struct fold *fold)
{
    fold->depth = 0;
}

static void *partial_of(struct fold *fold, const struct fold_entry *entry)
{
    return fold->arena + entry->offset;
}

static size_t end_of_stack(struct fold *fold)
{
    if (fold->depth == 0)
        return 0;
    const struct fold_entry *top = &fold->stack[fold->depth - 1];
    return aligned(top->offset + kernel_used(fold->kernel, partial_of(fold, top)), ALIGNMENT);
}

void *fold_slot(struct fold *fold)
{
    return fold->arena + end_of_stack(fold);
}

static void merge_top(struct fold *fold)
{
    const struct kernel *kernel = fold->kernel;
    struct fold_entry *lower = &fold->stack[fold->depth - 2];
    const struct fold_entry *upper = &fold->stack[fold->depth - 1];
    struct range joint = {lower->range.begin, upper->range.end};

    unsigned char *into = partial_of(fold, lower);
    unsigned char *from = into + aligned(kernel_partial_size(kernel, fold->size, joint), ALIGNMENT);
    const void *partial = partial_of(fold, upper);
    if (partial != from)
        memmove(from, partial, kernel_used(kernel, partial));
    kernel->combine(into, from);

    lower->range = joint;
    lower->rank = upper->rank;
    fold->depth--;
}

/* Where an index lies in the whole, as a fixed-point number from 0 to 1. Signed: to convert it then
 * takes one instruction. */
static uint64_t position(const struct fold *fold, uint64_t index)
{
    const double share =
        (double)(int64_t)(index - fold->whole.begin) / (double)(int64_t)range_length(fold->whole);
    return (uint64_t)(int64_t)(share * (double)(INT64_C(1) << POSITION_BITS));
}

/* Of the cut at the range's end: the highest bit in which its position differs from the begin's,
 * which is where the range before ended. */
static unsigned rank_of_cut(struct fold *fold, struct range range)
{
    if (range_length(range) == 0)
        return 0;
    const uint64_t before =
        range.begin == fold->next ? fold->next_position : position(fold, range.begin);
    fold->next = range.end;
    fold->next_position = position(fold, range.end);
    const uint64_t differing = before ^ fold->next_position;
    return differing ? 64 - (unsigned)__builtin_clzll(differing) : 0;
}

/* Appends it at once to the partial before it, where the cut between them is as low as that. */
void fold_push(struct fold *fold, struct range next, const void *partial)
{
    void *slot = fold_slot(fold);
    const unsigned rank = rank_of_cut(fold, next);
    struct fold_entry *top = &fold->stack[fold->depth];
    if (fold->depth > 0 && top[-1].rank <= rank && partial != slot) {
        fold->kernel->combine(partial_of(fold, &top[-1]), partial);
        top[-1].range.end = next.end;
        top[-1].rank = rank;
    } else {
        if (partial != slot)
            memcpy(slot, partial, kernel_used(fold->kernel, partial));
        *top = (struct fold_entry){next, rank, (size_t)((unsigned char *)slot - fold->arena)};
        fold->depth++;
    }
    while (fold->depth > 1 && fold->stack[fold->depth - 2].rank <= rank)
        merge_top(fold);
}

void *fold_result(struct fold *fold)
{
    while (fold->depth > 1)
        merge_top(fold);
    return fold->arena;
}
