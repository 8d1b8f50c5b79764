/*
 * Batches are of any size, and nobody knows before how many there will be. A partial that comes
 * before its turn is kept aside until then. How long batches take decides where the range is cut:
 * the last digits of a sum of rounded terms need not be the same twice.
 */
#include "batch.h"
#include "dispatch.h"
#include "memory.h"
#include "pipepool.h"

#include <stdlib.h>
#include <string.h>

enum { AHEAD = 2 }; /* batches a worker at once, as pre_dispatch='2*n_jobs' has it */

struct early {
    struct range range;
    void *partial; /* NULL: it is not there, or folded */
};

struct batches {
    struct staff *staff;
    struct pipepool *pool;
    struct batch batch;
    uint64_t taken; /* items, into so many batches, */
    uint64_t count, ended, folded;
    struct early *early; /* a batch each */
};

static void submit(struct batches *batches, uint64_t items)
{
    const struct range range = {batches->taken, batches->taken + items};
    batches->taken = range.end;
    batches->early = memory_grow(batches->early, batches->count, sizeof *batches->early);
    batches->early[batches->count] = (struct early){range, NULL};
    pipepool_submit(batches->pool, &(struct pipepool_task){batches->count++, range});
    batches->staff->counts.submitted++;
    batches->staff->counts.batches++;
}

static void *copy_of(const struct kernel *kernel, const void *partial)
{
    const size_t bytes = kernel_used(kernel, partial);
    return memcpy(memory_bytes(bytes), partial, bytes);
}

/* Folds it, if it is its turn, and those that have waited for it. */
static void take_in(struct batches *batches, uint64_t number, const void *partial)
{
    struct fold *fold = batches->staff->space.partials.folds[0];
    struct early *early = batches->early;
    if (number != batches->folded) {
        early[number].partial = copy_of(batches->staff->plan.job->kernel, partial);
        return;
    }
    fold_push(fold, early[batches->folded++].range, partial);
    for (; batches->folded < batches->count && early[batches->folded].partial; batches->folded++) {
        struct early *next = &early[batches->folded];
        fold_push(fold, next->range, next->partial);
        free(next->partial);
        next->partial = NULL;
    }
}

static enum status take_result(struct batches *batches)
{
    struct pipepool_result result;
    TRY(pipepool_next(batches->pool, &result));
    batches->ended++;
    if (result.failed)
        return STATUS_FAILED;
    const void *partial =
        parcel_unpack(&batches->staff->space, result.task.range, result.parcel, result.bytes);
    if (!partial)
        return STATUS_FAILED;
    batch_ended(&batches->batch, range_length(result.task.range), result.seconds);
    take_in(batches, result.task.number, partial);
    return STATUS_OK;
}

static enum status run(struct batches *batches, uint64_t size)
{
    do {
        uint64_t items;
        TRY(pipepool_replace(batches->pool));
        while (batches->taken < size && pipepool_takes(batches->pool) &&
               (items = batch_next(&batches->batch, size - batches->taken)) > 0)
            submit(batches, items);
        TRY(take_result(batches));
    } while (batches->taken < size || batches->ended < batches->count);
    return pipepool_replace(batches->pool);
}

enum status dispatch_auto(struct staff *staff)
{
    const struct job *job = staff->plan.job;
    struct batches batches = {
        .staff = staff, .pool = staff_pipepool(staff), .batch = batch_new(job->workers)};
    pipepool_send_ahead(batches.pool, AHEAD);
    fold_reset(staff->space.partials.folds[0]);
    const enum status status = run(&batches, job->size);
    for (uint64_t i = 0; i < batches.count; i++)
        free(batches.early[i].partial);
    free(batches.early);
    return status;
}
