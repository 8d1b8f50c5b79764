/*
 * Over a pool of processes that see what they need: inputs, outputs and partials lie in pages that
 * all share, and a piece is handed out as a number.
 */
#include "memory.h"
#include "procpool.h"
#include "staff.h"

#include <stdlib.h>

/* What the parent tells its workers. */
struct board {
    bool combines; /* what is handed out is combining, not computing */
};

struct shared_staff {
    struct staff staff;
    struct storage board;
    struct procpool *pool;
    uint64_t replaced; /* in pools that were before */
};

static struct shared_staff *of(struct staff *staff)
{
    return (struct shared_staff *)staff;
}

static struct staff *create(const struct staff_plan *plan)
{
    struct shared_staff *own = memory_new(1, sizeof *own);
    const bool single = plan->tasks_per_child > 0 || plan->respawn;
    const unsigned together = single ? 1 : procpool_together(plan->job->workers, plan->pieces);
    own->staff = (struct staff){.kind = &staff_shared,
                                .plan = *plan,
                                .space = space_new(plan->job, plan->pieces, together, true),
                                .arrived = memory_new(plan->pieces, sizeof(bool))};
    own->board = storage_new(sizeof(struct board), true, "the workers");
    return &own->staff;
}

static void be_born(void *context, unsigned worker)
{
    const struct shared_staff *own = context;
    space_settle(&own->staff.space, worker);
}

/* The last run is the first one that is combined: those before it wait for it. */
static enum status work_on(void *context, unsigned worker, uint64_t piece)
{
    const struct shared_staff *own = context;
    const struct partials *partials = &own->staff.space.partials;
    const struct board *board = own->board.start;
    (void)worker;
    if (!board->combines)
        return space_compute(&own->staff.space, piece);
    partials_combine(partials, partials->runs - 1 - (unsigned)piece);
    return STATUS_OK;
}

static enum status hire(struct staff *staff)
{
    const struct procpool_plan plan = {.workers = staff->plan.job->workers,
                                       .birth = be_born,
                                       .task = work_on,
                                       .context = staff,
                                       .most_chunks = staff->plan.pieces,
                                       .tasks_per_child = staff->plan.tasks_per_child,
                                       .respawn = staff->plan.respawn};
    staff->counts.forks += plan.workers;
    return procpool_open(&plan, &of(staff)->pool);
}

static void count(struct staff *staff)
{
    const struct procpool *pool = of(staff)->pool;
    staff->counts.replaced = of(staff)->replaced + (pool ? procpool_replaced(pool) : 0);
}

static void dismiss(struct staff *staff)
{
    count(staff);
    of(staff)->replaced = staff->counts.replaced;
    procpool_stop(of(staff)->pool);
    of(staff)->pool = NULL;
}

static enum status ready(struct staff *staff)
{
    return procpool_ready(of(staff)->pool);
}

static void submit(struct staff *staff, uint64_t first, uint64_t count)
{
    if (count == 1)
        procpool_dispatch_one(of(staff)->pool, first);
    else
        procpool_dispatch(of(staff)->pool, count);
}

static enum status wait_for(struct staff *staff, uint64_t piece)
{
    return procpool_wait_chunk(of(staff)->pool, piece);
}

static enum status next(struct staff *staff, uint64_t *piece)
{
    TRY(procpool_next_done(of(staff)->pool, piece));
    staff->counts.received++;
    return STATUS_OK;
}

static enum status wait_all(struct staff *staff)
{
    return procpool_wait_all(of(staff)->pool);
}

/* By the workers, each its run, where that is worth a dispatch. But for such as may be replaced:
 * combining is no task of theirs, and those that wait for each other in it cannot bear a death. */
static enum status combine(struct staff *staff)
{
    const struct partials *partials = &staff->space.partials;
    struct board *board = of(staff)->board.start;
    const struct staff_plan *plan = &staff->plan;
    if (!partials_are_much(partials) || plan->tasks_per_child > 0 || plan->respawn) {
        (void)partials_fold(partials);
        return STATUS_OK;
    }
    board->combines = true;
    procpool_dispatch(of(staff)->pool, partials->runs);
    const enum status status = procpool_wait_all(of(staff)->pool);
    board->combines = false;
    return status;
}

static void destroy(struct staff *staff)
{
    dismiss(staff);
    storage_free(&of(staff)->board);
    space_free(&staff->space);
    free(staff->arrived);
    free(of(staff));
}

const struct staff_kind staff_shared = {.create = create,
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
