/*
 * Combining the partials of neighbouring ranges, pushed in index order, as a balanced tree.
 *
 * Appending partials one by one to a growing product would cost quadratic time: the work would
 * depend on how the range was cut. Here neighbours are combined along the tree of halving the
 * whole, so that every partial takes part in few combinations, of partners of about its length,
 * and the same cut always gives bitwise the same result.
 */
#pragma once

#include "kernel.h"

struct fold;

/* A fold that can take in all of `whole`, in any cut, `shared` or not: see storage.h. It allocates
 * here and never again, so that using it may be timed. The caller frees it; NULL may be freed. */
struct fold *fold_new(const struct kernel *kernel, uint64_t size, struct range whole, bool shared);
void fold_free(struct fold *fold);

/* Reads each page that is shared: see storage_meet(). */
void fold_meet(const struct fold *fold);

/* Forgets what was pushed. The next range may begin anywhere. */
void fold_reset(struct fold *fold);

/* Where the partial of the next range may be computed in place, for fold_push() to take it. */
void *fold_slot(struct fold *fold);

/*
 * Takes in the partial of `next`, which begins where the one before ended. `partial` is what
 * fold_slot() returned, or else is copied.
 */
void fold_push(struct fold *fold, struct range next, const void *partial);

/* The partial of all that was pushed, at least one; it stays the fold's, until the next reset. */
void *fold_result(struct fold *fold);
