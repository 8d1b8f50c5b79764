/*
 * Half-open ranges of indices, and the one way in which the suite cuts them.
 */
#pragma once

#include <stdint.h>

struct range {
    uint64_t begin, end; /* begin <= end; end itself is outside */
};

static inline uint64_t range_length(struct range range)
{
    return range.end - range.begin;
}

/* How many pieces of at most `chunk` items, chunk > 0, a range makes: at least one. */
static inline uint64_t range_pieces(struct range range, uint64_t chunk)
{
    uint64_t count = range_length(range);
    return count == 0 ? 1 : (count - 1) / chunk + 1;
}

/*
 * The items of a chunk by the rule of Python's Pool.map: a quarter of a worker's share, rounded up.
 * (CPython, Lib/multiprocessing/pool.py, Pool._map_async.)
 */
static inline uint64_t range_chunk(struct range range, unsigned workers)
{
    return range_pieces(range, UINT64_C(4) * workers); /* n / 4P, rounded up */
}

/*
 * The first part behind those that `part` appends, where neighbours of `parts` are combined
 * in a binomial tree: part + 1, part + 2, part + 4 …, and the first one everything.
 */
static inline uint64_t range_subtree_end(uint64_t parts, uint64_t part)
{
    const uint64_t end = part == 0 ? parts : part + (part & -part);
    return end < parts ? end : parts;
}

/*
 * Piece `index` of `range` cut into `pieces` whose lengths differ by at most one, the longer ones
 * first. With more pieces than items the last ones are empty.
 */
static inline struct range range_split(struct range range, uint64_t pieces, uint64_t index)
{
    uint64_t each = range_length(range) / pieces;
    uint64_t longer = range_length(range) % pieces;
    uint64_t begin = range.begin + index * each + (index < longer ? index : longer);
    return (struct range){begin, begin + each + (index < longer)};
}
