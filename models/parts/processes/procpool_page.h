/*
 * What the two sides of a process pool have in common, and nobody else knows: the page that all of
 * its processes share, and the parent's own account of it. See procpool.c.
 */
#pragma once

#include "procpool.h"

#include "eventcount.h"
#include "process.h"
#include "seat.h"
#include "storage.h"

#include <stdatomic.h>

#define NO_CHUNK UINT64_MAX
#define ANY_STRETCH (UINT64_MAX - 1)

enum {
    PATROL_NS = 100000000, /* the parent looks for dead workers at least this often */
    CALLS_A_PATROL = 64,   /* so often it looks at the clock where it need not wait */
    STRETCHES = 1024,      /* a worker gets at least so many, or single chunks */
    STRETCH_SHIFT_MAX = 6, /* of 64 chunks at most */
    COLUMNS = 64,          /* of what is known of stretches */
    FAILED = 1 << 16,      /* what a failed chunk adds to a stretch's progress, beside 1 */
    WORD_SHIFT = 32        /* of what stands in a word's upper half */
};

/* In the lower half of a station's word: no chunk is left, however many others try to take one. */
#define NOTHING_LEFT (UINT64_C(1) << (WORD_SHIFT - 1))

/* What one worker is at: on a line of its own. */
struct station {
    /* Its stretch in the upper half; in the lower one, how many chunks of it have been taken. */
    _Alignas(EVENTCOUNT_LINE) _Atomic uint64_t taken;
    _Atomic uint64_t chunk;    /* for the message when it dies; or NO_CHUNK */
    _Atomic uint32_t finished; /* the latest round in which it found no more chunks */
    _Atomic bool retired;      /* it has had its chunks, and ends */
};

/* Of a stretch: in the upper half the dispatch, in the lower one the chunks that are done in it:
 * one each, and FAILED more for those that failed. */
typedef _Atomic uint64_t progress_word;

/* A chunk in which workers died in this dispatch, and how many of them. */
struct deadly {
    uint64_t chunk;
    unsigned deaths;
};

/* The page that all processes share. What different processes write is on different lines. */
struct control {
    struct eventcount start;
    /* Written only while all workers wait at `start`; opening it shows them. */
    uint32_t dispatch; /* its number, from 1 */
    uint64_t chunks, stretches;
    uint64_t listed; /* handed out are not all stretches, but so many that are listed; or 0 */
    uint64_t first;  /* the chunk that is handed out as chunk 0 */
    uint64_t of;     /* how many there are, as the message says when a worker dies */
    unsigned shift;  /* of a chunk's number to that of its stretch */
    _Atomic bool failed;
    _Alignas(EVENTCOUNT_LINE) _Atomic uint64_t next;
    _Alignas(EVENTCOUNT_LINE) _Atomic unsigned finished;
    struct eventcount news;
    _Alignas(EVENTCOUNT_LINE) _Atomic uint64_t awaited; /* or NO_CHUNK, or ANY_STRETCH */
    struct station stations[];
};

struct procpool {
    struct procpool_plan plan;
    struct storage pages; /* of `control`, `list` and `progress` */
    struct control *control;
    uint64_t *list;          /* of stretches that were lost: at most one a worker at a time */
    progress_word *progress; /* in columns of so many: see progress_of() */
    size_t column;
    struct process *processes;
    struct seats seats;
    uint32_t round;    /* how often `start` was opened: for each dispatch, and for what was lost */
    uint64_t replaced; /* workers, since the start */
    unsigned deaths;   /* since it was last looked for what was lost with them */
    unsigned idle_deaths;  /* in this dispatch, at no chunk */
    struct deadly *deadly; /* and at one */
    size_t deadlies;
    uint64_t patrolled_ns; /* when it last looked for dead workers */
    struct {
        uint64_t *open; /* stretches that were handed out, as far as is known, and not told of: as
                         * many as there are workers, and one */
        size_t count;
        uint64_t known; /* stretches before this one were handed out and are open, or told of */
        uint64_t stretch, told; /* the one that is being told of, and how many of its chunks were */
        uint64_t calls;
    } told;
    bool broken; /* a worker died: nothing can be waited for any more */
};

/* Neighbours, which different workers write at a time, are on different lines. */
static inline progress_word *progress_of(const struct procpool *pool, uint64_t stretch)
{
    return &pool->progress[stretch % COLUMNS * pool->column + stretch / COLUMNS];
}

/* Its chunks; only the last one may be shorter. */
static inline uint64_t stretch_length(const struct control *control, uint64_t stretch)
{
    const uint64_t left = control->chunks - (stretch << control->shift);
    const uint64_t most = UINT64_C(1) << control->shift;
    return left < most ? left : most;
}

/* Whether a word of its progress tells that all of the stretch is done in that dispatch. */
static inline bool tells_all(const struct control *control, uint64_t stretch, uint64_t word,
                             uint64_t dispatch)
{
    return word >> WORD_SHIFT == dispatch && word % FAILED == stretch_length(control, stretch);
}

/* Whether the stretch is done in this dispatch. */
static inline bool stretch_is_whole(const struct procpool *pool, uint64_t stretch)
{
    return tells_all(pool->control, stretch, atomic_load(progress_of(pool, stretch)),
                     pool->control->dispatch);
}

/* Whether workers may be replaced. Then chunks are handed out one by one: it must be known which
 * one a worker was at. And who has finished is told by a word of each: who dies cannot be counted.
 */
static inline bool procpool_replaces(const struct procpool *pool)
{
    return pool->plan.tasks_per_child > 0 || pool->plan.respawn;
}

/* What a worker does with its life, in rounds after `seen`. */
_Noreturn void procpool_work(const struct procpool *pool, unsigned worker, uint32_t seen);

/* Forks them all. */
MUST_USE enum status procpool_fork(struct procpool *pool);

/* Opens a round of what the control page says, while all workers wait. */
void procpool_open_round(struct procpool *pool);

/* Whether all workers have finished this round. */
bool procpool_have_finished(const struct procpool *pool);

/*
 * Looks for workers that have retired, and where `thorough` also for such as died: they are
 * replaced, or it says how one died and at what, and fails.
 */
MUST_USE enum status procpool_look_after(struct procpool *pool, bool thorough);

/* The same, thoroughly, if it is time for that: it may be called at any news. */
MUST_USE enum status procpool_patrol(struct procpool *pool);

/* Once all have finished: hands out what was lost with those that died. False: there is nothing. */
bool procpool_hand_out_lost(struct procpool *pool);
