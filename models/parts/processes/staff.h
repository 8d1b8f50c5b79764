/*
 * The workers of a pool, by the same verbs whoever they are: processes that share their parent's
 * memory (staff_shared, over procpool.h), or are sent what they need (staff_piped, over
 * pipepool.h).
 *
 * A model says which pieces are to be computed and in which order it wants to have them; the staff
 * sees to it that their partials and outputs are in its space then.
 */
#pragma once

#include "space.h"

struct staff_plan {
    const struct job *job;
    uint64_t pieces; /* into which the job's range is cut */
    /* A worker ends after so many pieces, and another takes its place; 0: none does. */
    uint64_t tasks_per_child;
    bool respawn; /* one that dies is replaced, and what it was at done again; else it is the end */
};

/* Sums since the staff was made. */
struct staff_counts {
    uint64_t submitted; /* pieces, or batches */
    uint64_t forks;     /* workers that were hired */
    uint64_t replaced;  /* those that others have taken the place of */
    uint64_t sent;      /* tasks, where they are sent */
    uint64_t received;  /* results that were sent, or that staff_next() told of */
    uint64_t batches;   /* of dispatch_auto() */
};

struct staff {
    const struct staff_kind *kind;
    struct staff_plan plan;
    struct space space;
    bool *arrived;              /* one a piece, for who takes them in order of completion */
    struct staff_counts counts; /* as staff_count() has left them */
};

struct staff_kind {
    struct staff *(*create)(const struct staff_plan *plan);
    enum status (*hire)(struct staff *staff);
    enum status (*ready)(struct staff *staff);
    void (*submit)(struct staff *staff, uint64_t first, uint64_t count);
    enum status (*wait)(struct staff *staff, uint64_t piece);
    enum status (*next)(struct staff *staff, uint64_t *piece);
    enum status (*wait_all)(struct staff *staff);
    enum status (*combine)(struct staff *staff);
    void (*count)(struct staff *staff);
    void (*dismiss)(struct staff *staff);
    void (*destroy)(struct staff *staff);
};

extern const struct staff_kind staff_shared, staff_piped;

/* The pool of such as are sent their tasks: dispatch_auto() cuts them itself. */
struct pipepool *staff_pipepool(struct staff *staff);

/* Space for the plan, and nobody yet who works there. The caller frees it, hired or not; NULL may
 * be freed. */
static inline struct staff *staff_new(const struct staff_kind *kind, const struct staff_plan *plan)
{
    return kind->create(plan);
}

static inline void staff_free(struct staff *staff)
{
    if (staff)
        staff->kind->destroy(staff);
}

/* Forks the workers, who settle, and returns when all are ready. */
MUST_USE static inline enum status staff_hire(struct staff *staff)
{
    return staff->kind->hire(staff);
}

/* Ends them all; others can be hired then. */
static inline void staff_dismiss(struct staff *staff)
{
    staff->kind->dismiss(staff);
}

/* Waits until all are awake: a barrier before a clock. */
MUST_USE static inline enum status staff_ready(struct staff *staff)
{
    return staff->kind->ready(staff);
}

/* Has all pieces from `first` on computed, so many of them: one, or all. Returns at once. All that
 * was submitted before must have been waited for. */
static inline void staff_submit(struct staff *staff, uint64_t first, uint64_t count)
{
    staff->counts.submitted += count;
    staff->kind->submit(staff, first, count);
}

/* Waits for that piece. Fails when it failed, or one that is handed out together with it, and when
 * a worker died. */
MUST_USE static inline enum status staff_wait(struct staff *staff, uint64_t piece)
{
    return staff->kind->wait(staff, piece);
}

/* Waits for a piece that this has not told of yet: in order of completion. Fails likewise. */
MUST_USE static inline enum status staff_next(struct staff *staff, uint64_t *piece)
{
    return staff->kind->next(staff, piece);
}

/* Waits for all that was submitted. All of it is computed, also where a piece of it failed. */
MUST_USE static inline enum status staff_wait_all(struct staff *staff)
{
    return staff->kind->wait_all(staff);
}

/* Combines all partials, once they are all there, by whoever does it best. */
MUST_USE static inline enum status staff_combine(struct staff *staff)
{
    return staff->kind->combine(staff);
}

static inline struct staff_counts staff_count(struct staff *staff)
{
    staff->kind->count(staff);
    return staff->counts;
}
