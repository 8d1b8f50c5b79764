#include "noted.h"

#include "memory.h"
#include "options.h"

#include <stdlib.h>
#include <string.h>

/* As cells have it, of workers that take turns. */
enum { TURN_GAP_NS = 1000 };

static int by_items(const void *left, const void *right)
{
    const struct timeline_piece *a = left, *b = right;
    return (a->items.begin > b->items.begin) - (a->items.begin < b->items.begin);
}

/* Whether they compute each item once, and no other. They are sorted. Of so many that some had to
 * be joined across others' it is only known how many items they are. */
static bool covers(struct timeline_piece *pieces, size_t count, bool joined, uint64_t size)
{
    uint64_t next = 0;
    qsort(pieces, count, sizeof *pieces, by_items);
    for (size_t i = 0; joined && i < count; i++)
        next += pieces[i].computed;
    for (size_t i = 0; !joined && i < count; i++) {
        if (pieces[i].computed == 0)
            continue;
        if (pieces[i].items.begin != next || pieces[i].computed != range_length(pieces[i].items))
            return false;
        next = pieces[i].items.end;
    }
    return next == size;
}

/* Whether a worker's pieces lie one behind the other, within the execution. */
static bool is_in_order(const struct timeline *timeline, uint64_t wall_ns)
{
    uint64_t ended_ns = 0;
    for (uint32_t i = 0; i < timeline->count; i++) {
        if (timeline->pieces[i].begin_ns < ended_ns ||
            timeline->pieces[i].end_ns < timeline->pieces[i].begin_ns)
            return false;
        ended_ns = timeline->pieces[i].end_ns;
    }
    return ended_ns <= wall_ns;
}

static int by_begin(const void *left, const void *right)
{
    const struct timeline_piece *a = left, *b = right;
    return (a->begin_ns > b->begin_ns) - (a->begin_ns < b->begin_ns);
}

/* Whether a worker computes only while it holds the one lock that there is. */
static bool is_locked(const struct job *job)
{
    return job_traits(job) & TRAIT_LOCKED && !job->kernel->waits &&
           !(options_find(job->options, "release") && job_number(job, "release") > 0);
}

/* Whether no two of them are at the same time. They are sorted. */
static bool are_apart(struct timeline_piece *pieces, size_t count)
{
    qsort(pieces, count, sizeof *pieces, by_begin);
    for (size_t i = 1; i < count; i++)
        if (pieces[i].begin_ns < pieces[i - 1].end_ns)
            return false;
    return true;
}

/* What all processes noted, one behind the other; of others than the owner nothing. The caller
 * frees it. */
static unsigned char *collect(const struct job *job, struct team *team, unsigned own,
                              const struct instrumentation *instrumentation)
{
    const size_t bytes = timeline_bytes(TIMELINE_PIECES);
    unsigned char *mine = memory_bytes(own * bytes), *all;
    for (unsigned i = 0; i < own; i++)
        memcpy(mine + i * bytes, instrumentation_timeline(instrumentation, i), bytes);
    if (!this_model.group)
        return mine;
    const unsigned helpers = launch_has_ranks(this_model.launch) ? this_model.helpers : 0;
    all = memory_bytes((job->workers + helpers * own) * bytes);
    this_model.group->collect(team, mine, own * bytes, all);
    memmove(all, all + (size_t)helpers * own * bytes, job->workers * bytes);
    free(mine);
    return all;
}

/* Of all that any of the workers noted. */
static const char *judge(const struct job *job, const unsigned char *all, double wall_s)
{
    const size_t bytes = timeline_bytes(TIMELINE_PIECES);
    struct timeline_piece *pieces = memory_new(job->workers, TIMELINE_PIECES * sizeof *pieces);
    const uint64_t wall_ns = (uint64_t)(wall_s * 1e9 + 0.5);
    const char *wrong = NULL;
    size_t count = 0;
    bool joined = false;
    for (unsigned i = 0; i < job->workers; i++) {
        const struct timeline *timeline = (const void *)(all + i * bytes);
        if (!is_in_order(timeline, wall_ns))
            wrong = "a worker's pieces are not one behind the other within the execution";
        joined = joined || timeline->gap_ns > TURN_GAP_NS;
        memcpy(&pieces[count], timeline->pieces, timeline->count * sizeof *pieces);
        count += timeline->count;
    }
    if (!covers(pieces, count, joined, job->size))
        wrong = "the workers' pieces are not all items once";
    if (is_locked(job) && !are_apart(pieces, count))
        wrong = "two workers compute at once, and only one has the lock";
    free(pieces);
    return wrong;
}

void noted_ask(struct instrumentation *instrumentation, const struct job *job)
{
    instrumentation_ask_timelines(instrumentation, TIMELINE_PIECES,
                                  job_traits(job) & TRAIT_LOCKED ? TURN_GAP_NS : 0);
}

const char *noted_is_wrong(const struct job *job, struct team *team, unsigned own,
                           const struct instrumentation *instrumentation,
                           const struct outcome *outcome)
{
    unsigned char *all = collect(job, team, own, instrumentation);
    const char *wrong = outcome->partial ? judge(job, all, outcome->seconds) : NULL;
    free(all);
    return wrong;
}
