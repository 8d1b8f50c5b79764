/*
 * Over a pool of processes that share nothing: a piece is sent with its inputs, and what came of it
 * is laid into its place here.
 *
 * Many pieces are sent ahead, few are not: what waits behind another one at a worker while others
 * are idle is no more than a sixteenth of its share.
 */
#include "memory.h"
#include "pipepool.h"
#include "staff.h"

#include <stdlib.h>
#include <string.h>

enum { AHEAD_SHARE = 16 };

enum { IS_THERE = 1, HAS_FAILED };

struct piped_staff {
    struct staff staff;
    struct pipepool *pool;
    uint64_t next, end;  /* pieces that were submitted and not sent yet */
    uint64_t awaited;    /* how many of those that were submitted are not there yet */
    unsigned char *came; /* a piece each: not yet, is there, has failed */
    bool failed;
    struct staff_counts before; /* of pools that were before */
};

static struct piped_staff *of(struct staff *staff)
{
    return (struct piped_staff *)staff;
}

struct pipepool *staff_pipepool(struct staff *staff)
{
    return of(staff)->pool;
}

/* The pages are shared and nobody else looks there: such as are not would be copied when they are
 * first written after a fork, and kept twice. */
static struct staff *create(const struct staff_plan *plan)
{
    struct piped_staff *own = memory_new(1, sizeof *own);
    own->staff = (struct staff){.kind = &staff_piped,
                                .plan = *plan,
                                .space = space_new(plan->job, plan->pieces, 1, true),
                                .arrived = memory_new(plan->pieces, sizeof(bool))};
    own->came = memory_new(plan->pieces, sizeof *own->came);
    map_buffers_fill(&own->staff.space.map_buffers, kernel_whole(plan->job->size));
    return &own->staff;
}

static enum status hire(struct staff *staff)
{
    const struct pipepool_plan plan = {.space = &staff->space,
                                       .of = staff->plan.pieces > 1 ? staff->plan.pieces : 0,
                                       .tasks_per_child = staff->plan.tasks_per_child,
                                       .respawn = staff->plan.respawn};
    staff->counts.forks += staff->plan.job->workers;
    return pipepool_open(&plan, &of(staff)->pool);
}

static void count(struct staff *staff)
{
    const struct staff_counts *before = &of(staff)->before;
    struct pipepool_counts now = {0};
    if (of(staff)->pool)
        now = pipepool_counts(of(staff)->pool);
    staff->counts.sent = before->sent + now.sent;
    staff->counts.received = before->received + now.received;
    staff->counts.replaced = before->replaced + now.replaced;
}

static void dismiss(struct staff *staff)
{
    count(staff);
    of(staff)->before = staff->counts;
    pipepool_stop(of(staff)->pool);
    of(staff)->pool = NULL;
}

static enum status ready(struct staff *staff)
{
    return pipepool_ready(of(staff)->pool);
}

static void submit(struct staff *staff, uint64_t first, uint64_t pieces)
{
    struct piped_staff *own = of(staff);
    const uint64_t ahead = pieces / ((uint64_t)AHEAD_SHARE * staff->plan.job->workers);
    pipepool_send_ahead(own->pool, ahead == 0                   ? 1
                                   : ahead < PIPEPOOL_AHEAD_MAX ? (unsigned)ahead
                                                                : PIPEPOOL_AHEAD_MAX);
    memset(&own->came[first], 0, pieces);
    own->next = first;
    own->end = first + pieces;
    own->awaited = pieces;
    own->failed = false;
}

/* Waits for some piece, and lays it into its place; meanwhile others are sent. */
static enum status take_one(struct piped_staff *own, uint64_t *piece)
{
    const struct space *space = &own->staff.space;
    struct pipepool_result result;
    TRY(pipepool_replace(own->pool));
    while (own->next < own->end && pipepool_takes(own->pool)) {
        const struct pipepool_task task = {own->next, partials_range(&space->partials, own->next)};
        pipepool_submit(own->pool, &task);
        own->next++;
    }
    TRY(pipepool_next(own->pool, &result));
    *piece = result.task.number;
    own->awaited--;
    own->came[*piece] = IS_THERE;
    if (!result.failed)
        return parcel_open(space, *piece, result.parcel, result.bytes);
    own->came[*piece] = HAS_FAILED;
    own->failed = true;
    return STATUS_OK;
}

static enum status wait_for(struct staff *staff, uint64_t piece)
{
    uint64_t other;
    while (of(staff)->came[piece] == 0)
        TRY(take_one(of(staff), &other));
    return of(staff)->came[piece] == IS_THERE ? STATUS_OK : STATUS_FAILED;
}

static enum status next(struct staff *staff, uint64_t *piece)
{
    TRY(take_one(of(staff), piece));
    return of(staff)->came[*piece] == IS_THERE ? STATUS_OK : STATUS_FAILED;
}

static enum status wait_all(struct staff *staff)
{
    uint64_t piece;
    while (of(staff)->awaited > 0)
        TRY(take_one(of(staff), &piece));
    TRY(pipepool_replace(of(staff)->pool));
    return of(staff)->failed ? STATUS_FAILED : STATUS_OK;
}

/* Here, where all partials are. */
static enum status combine(struct staff *staff)
{
    (void)partials_fold(&staff->space.partials);
    return STATUS_OK;
}

static void destroy(struct staff *staff)
{
    dismiss(staff);
    space_free(&staff->space);
    free(staff->arrived);
    free(of(staff)->came);
    free(of(staff));
}

const struct staff_kind staff_piped = {.create = create,
                                       .hire = hire,
                                       .ready = ready,
                                       .submit = submit,
                                       .wait = wait_for,
                                       .next = next,
                                       .wait_all = wait_all,
                                       .combine = combine,
                                       .count = count,
                                       .dismiss = dismiss,
                                       .destroy = destroy};
