/*
 * Who computed which piece when, of one worker in one execution: pieces of work one behind the
 * other, as many as there is room for.
 *
 * Where there are more, neighbours with no more than `gap_ns` between them are joined to one, and
 * `gap_ns` doubles until there is room again: so the gaps that matter stay, however many pieces
 * there are. No clock is read here.
 */
#pragma once

#include "range.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Pieces that a worker has room for, where nobody asks for fewer, and the fewest to ask for. */
enum { TIMELINE_PIECES = 512, TIMELINE_PIECES_MIN = 8 };

/* Workers that are told of, the first ones, lest thousands are. */
enum { TIMELINE_LANES_MAX = 64 };

/* Plain data, so that it can cross MPI. Times are from the beginning of the execution. */
struct timeline_piece {
    uint64_t begin_ns, end_ns;
    struct range items; /* from the first one that was computed to behind the last */
    uint64_t computed;  /* of these items: fewer where others computed some in between */
    uint64_t worked_ns; /* of its time, without gaps between those that were joined */
    bool combines;      /* most of it: partials were combined, and no items computed */
};

struct timeline {
    uint64_t gap_ns;  /* no gap is told that is not longer */
    uint64_t turn_ns; /* what it was at the beginning */
    uint32_t most, count;
    struct timeline_piece pieces[];
};

/* Of one with room for so many pieces, at least TIMELINE_PIECES_MIN. */
size_t timeline_bytes(unsigned most);

/* Empties it. Gaps up to `gap_ns` are none from the start, where a worker goes on with the items
 * behind those that it had. */
void timeline_begin(struct timeline *timeline, unsigned most, uint64_t gap_ns);

/* Adds one that began when the one before had ended. */
void timeline_add(struct timeline *timeline, const struct timeline_piece *piece);

/* After the last one: pieces that came late are joined like those before. */
void timeline_end(struct timeline *timeline);

/* Joins neighbours until there are no more than so many, at least one. */
void timeline_thin(struct timeline_piece *pieces, size_t *count, size_t most, uint64_t gap_ns);
