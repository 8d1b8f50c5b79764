/*
 * Room for one partial per piece of a range, so that workers can leave theirs without a lock, and
 * the folds that combine them in index order afterwards.
 *
 * One worker can do so, or several at once: each folds a run of neighbouring pieces, then appends
 * what the workers after it have made, in a binomial tree. The same number of workers always gives
 * bitwise the same result.
 */
#pragma once

#include "fold.h"
#include "map_buffers.h"

struct partials {
    struct range whole;   /* what is cut */
    uint64_t pieces;      /* into how many */
    size_t stride;        /* bytes from one slot to the next, so many that two workers that are at
                             work at once do not write the same cache line */
    struct storage slots; /* one a piece */
    bool grow;            /* the longer the range, the longer its partial */
    unsigned runs;        /* of pieces, each with a fold that has room for all that it appends */
    struct fold **folds;
    struct storage made; /* for each run an eventcount: how often it was combined */
};

/*
 * For the pieces of `whole`, of which there is one at least and which `workers` combine, `shared`
 * or not: see storage.h. A worker takes `together` neighbours at once, the first of them such a
 * multiple; those of small partials then lie close. The caller frees; zeroed partials may be freed,
 * too.
 */
struct partials partials_new(const struct job *job, struct range whole, uint64_t pieces,
                             unsigned workers, unsigned together, bool shared);
void partials_free(struct partials *partials);

/* Bytes of the longest partial of so many pieces of it. */
size_t partials_longest(const struct job *job, struct range whole, uint64_t pieces);

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

/* Reads each page that is shared: see storage_meet(). */
void partials_meet(const struct partials *partials);

/* Combines all partials, in order; what they make stays the partials' until they are combined
 * again. */
const void *partials_fold(const struct partials *partials);

/* The same one by one: the next piece, after piece 0 began anew, and what they made. */
void partials_fold_one(const struct partials *partials, uint64_t piece);
const void *partials_result(const struct partials *partials);

/*
 * The same by all workers: each calls it once, when all pieces are there. It waits for the workers
 * after it, of which each must have begun or begin while it waits, and for nobody else. Once all
 * have returned, partials_result() is what they made.
 */
void partials_combine(const struct partials *partials, unsigned worker);

/* Whether that gains something where the workers must be sent for: they take some microseconds, as
 * long as one alone takes for some hundred partials of a few bytes. */
bool partials_are_much(const struct partials *partials);
