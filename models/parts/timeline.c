#include "timeline.h"

static uint64_t length_of(const struct timeline_piece *piece)
{
    return piece->end_ns - piece->begin_ns;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t greater(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* What is shorter than the gap is told no better than that: a short piece of another kind goes with
 * its neighbour. */
static bool are_one(const struct timeline_piece *left, const struct timeline_piece *right,
                    uint64_t gap_ns)
{
    const uint64_t between = right->begin_ns > left->end_ns ? right->begin_ns - left->end_ns : 0;
    return between <= gap_ns && (left->combines == right->combines ||
                                 lesser(length_of(left), length_of(right)) <= gap_ns);
}

/* One without items is nowhere. */
static struct range hull_of(const struct timeline_piece *left, const struct timeline_piece *right)
{
    if (left->computed == 0)
        return right->items;
    if (right->computed == 0)
        return left->items;
    return (struct range){lesser(left->items.begin, right->items.begin),
                          greater(left->items.end, right->items.end)};
}

/* It is of the kind that took longer. */
static struct timeline_piece joined(const struct timeline_piece *left,
                                    const struct timeline_piece *right)
{
    return (struct timeline_piece){
        .begin_ns = left->begin_ns,
        .end_ns = greater(left->end_ns, right->end_ns),
        .items = hull_of(left, right),
        .computed = left->computed + right->computed,
        .worked_ns = left->worked_ns + right->worked_ns,
        .combines = left->worked_ns >= right->worked_ns ? left->combines : right->combines};
}

/* Whether one goes on with the items where the other ended. */
static bool goes_on(const struct timeline_piece *left, const struct timeline_piece *right)
{
    return left->computed == 0 || right->computed == 0 || left->items.end == right->items.begin;
}

/* Returns how many are left. */
static size_t join(struct timeline_piece *pieces, size_t count, uint64_t gap_ns, bool across)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept > 0 && are_one(&pieces[kept - 1], &pieces[i], gap_ns) &&
            (across || goes_on(&pieces[kept - 1], &pieces[i])))
            pieces[kept - 1] = joined(&pieces[kept - 1], &pieces[i]);
        else
            pieces[kept++] = pieces[i];
    return kept;
}

/* Joins up to `*gap_ns`, and that doubles, until there are no more than `most`. */
static size_t join_until(struct timeline_piece *pieces, size_t count, size_t most, uint64_t *gap_ns)
{
    while (count > most) {
        *gap_ns = *gap_ns > 0 ? 2 * *gap_ns : 1;
        count = join(pieces, count, *gap_ns, true);
    }
    return count;
}

size_t timeline_bytes(unsigned most)
{
    return sizeof(struct timeline) + most * sizeof(struct timeline_piece);
}

void timeline_begin(struct timeline *timeline, unsigned most, uint64_t gap_ns)
{
    *timeline = (struct timeline){.gap_ns = gap_ns, .turn_ns = gap_ns, .most = most};
}

/* Room for a quarter is made at once, so that joining costs next to nothing for each. */
void timeline_add(struct timeline *timeline, const struct timeline_piece *piece)
{
    if (timeline->count >= timeline->most)
        timeline->count =
            (uint32_t)join_until(timeline->pieces, timeline->count,
                                 timeline->most - timeline->most / 4, &timeline->gap_ns);
    timeline->pieces[timeline->count++] = *piece;
}

void timeline_end(struct timeline *timeline)
{
    if (timeline->gap_ns > 0)
        timeline->count = (uint32_t)join(timeline->pieces, timeline->count, timeline->gap_ns,
                                         timeline->gap_ns > timeline->turn_ns);
}

void timeline_thin(struct timeline_piece *pieces, size_t *count, size_t most, uint64_t gap_ns)
{
    *count = join(pieces, *count, gap_ns, true);
    *count = join_until(pieces, *count, most, &gap_ns);
}
