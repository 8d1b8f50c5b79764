/*
 * Who gets which piece next: what a dealer decides, who hands out pieces of work to workers and
 * hears what came of them. It sends nothing itself.
 *
 * The one with the fewest pieces outstanding gets the next one, and of several that one who got
 * none for the longest time. A piece that failed goes before new ones, and never to a worker who
 * has failed it. There: the task scheduler of ipyparallel's load-balanced view, with the scheme
 * "leastload", its `hwm` and `retries`.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct deal_plan {
    uint64_t pieces;
    unsigned workers;
    unsigned ahead;   /* most pieces that a worker has at once */
    uint64_t retries; /* how often a piece may fail and yet be handed out again */
};

struct deal;

/* The caller frees; NULL may be freed. */
struct deal *deal_new(const struct deal_plan *plan);
void deal_free(struct deal *deal);

/* All pieces are to be had again. Nobody may have one. */
void deal_reset(struct deal *deal);

/* The next piece, and who gets it; false: as things are, there is none, or nobody for it. */
bool deal_next(struct deal *deal, uint64_t *piece, unsigned *worker);

/* A worker has done one of its pieces. */
void deal_done(struct deal *deal, unsigned worker);

/* A worker has failed a piece; false: it failed too often, or there is nobody left to try it. */
bool deal_failed(struct deal *deal, unsigned worker, uint64_t piece);

/* Whether all pieces are done. */
bool deal_is_over(const struct deal *deal);
