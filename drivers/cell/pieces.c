#include "pieces.h"

#include "memory.h"
#include "options.h"
#include "protocol.h"

#include <stdlib.h>
#include <string.h>

enum { PIECES_A_LINE = 48 };

/* Ticks within one turn under a lock follow each other sooner, and no other worker has its turn and
 * ends it in so short a time. */
enum { TURN_GAP_NS = 1000 };

void pieces_ask(struct instrumentation *instrumentation, const struct job *job, unsigned most)
{
    instrumentation_ask_timelines(instrumentation, most,
                                  job_traits(job) & TRAIT_LOCKED ? TURN_GAP_NS : 0);
}

/* Begin, end, first item, and behind the last; of several that were joined also how many items, and
 * the time without gaps. One that combines has no items, or where it was joined, a true. */
static json_t *piece_array(const struct timeline_piece *piece)
{
    const uint64_t numbers[] = {piece->begin_ns,  piece->end_ns,   piece->items.begin,
                                piece->items.end, piece->computed, piece->worked_ns};
    const bool is_plain = piece->computed == range_length(piece->items) &&
                          piece->worked_ns == piece->end_ns - piece->begin_ns;
    const unsigned count = is_plain && piece->combines ? 2 : is_plain ? 4 : 6;
    json_t *array = json_array();
    for (unsigned i = 0; i < count; i++)
        (void)json_array_append_new(array, json_integer((json_int_t)numbers[i]));
    if (piece->combines && count > 2)
        (void)json_array_append_new(array, json_true());
    return array;
}

/* Of a worker, or where `thread` is none of a process's, of whoever has no seat there. */
static enum status tell_worker(const struct timeline *timeline, unsigned rank, unsigned thread,
                               bool is_seated)
{
    uint32_t next = 0;
    do {
        json_t *pieces = json_array();
        for (uint32_t i = 0; i < PIECES_A_LINE && next < timeline->count; i++)
            (void)json_array_append_new(pieces, piece_array(&timeline->pieces[next++]));
        TRY(protocol_say("pieces", json_pack("{s:i, s:o, s:o}", "rank", (int)rank, "thread",
                                             is_seated ? json_integer(thread) : json_null(),
                                             "pieces", pieces)));
    } while (next < timeline->count);
    return STATUS_OK;
}

/* What the processes have noted, one behind the other: in each its workers, then whoever has no
 * seat. */
struct noted {
    const unsigned char *all;
    size_t of_worker, of_process; /* bytes */
    unsigned each;                /* workers of a process */
};

static const struct timeline *noted_by(const struct noted *noted, unsigned rank, unsigned thread)
{
    return (const void *)(noted->all + rank * noted->of_process + thread * noted->of_worker);
}

/* The first `most` workers of the process, and whoever has no seat, where these are all of them. */
static enum status tell_process(const struct noted *noted, unsigned rank, unsigned most)
{
    const struct timeline *unseated = noted_by(noted, rank, noted->each);
    for (unsigned thread = 0; thread < noted->each && thread < most; thread++)
        TRY(tell_worker(noted_by(noted, rank, thread), rank, thread, true));
    return most >= noted->each && unseated->count > 0 ? tell_worker(unseated, rank, 0, false)
                                                      : STATUS_OK;
}

static enum status tell(const struct noted *noted, const struct job *job,
                        const struct outcome *outcome)
{
    TRY(protocol_say("timeline", json_pack("{s:f, s:f, s:i}", "wall_s", outcome->seconds, "apart_s",
                                           outcome->start.skew_s + outcome->start.uncertain_s,
                                           "workers", (int)job->workers)));
    const unsigned told = job->workers < TIMELINE_LANES_MAX ? job->workers : TIMELINE_LANES_MAX;
    for (unsigned rank = 0; rank * noted->each < told; rank++)
        TRY(tell_process(noted, rank, told - rank * noted->each));
    return STATUS_OK;
}

enum status pieces_tell(struct team *team, const struct job *job,
                        const struct instrumentation *instrumentation, unsigned each,
                        unsigned helpers, const struct outcome *outcome)
{
    const size_t bytes = timeline_bytes(instrumentation_timeline(instrumentation, 0)->most);
    const size_t of_process = ((size_t)each + 1) * bytes;
    unsigned char *mine = memory_bytes(of_process), *all = mine;
    for (unsigned i = 0; i <= each; i++)
        memcpy(mine + i * bytes, instrumentation_timeline(instrumentation, i), bytes);
    if (this_model.group) {
        all = memory_bytes(outcome->partial ? (helpers + job->ranks) * of_process : 1);
        this_model.group->collect(team, mine, of_process, all);
    }
    const struct noted noted = {all + helpers * of_process, bytes, of_process, each};
    const enum status status = outcome->partial ? tell(&noted, job, outcome) : STATUS_OK;
    if (all != mine)
        free(all);
    free(mine);
    return status;
}
