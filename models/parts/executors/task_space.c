#include "task_space.h"

#include "memory.h"
#include "parcel.h"
#include "ticks.h"

#include <stdlib.h>
#include <string.h>

static const double INTERVAL_S = 5e-3; /* of CPython's lock */

static const struct job *job_of(const struct task_space *tasks)
{
    return tasks->space.map_buffers.job;
}

/* ---- Tasks ---- */

static enum status compute(void *context, unsigned worker, uint64_t piece)
{
    const struct task_space *tasks = context;
    (void)worker;
    return space_compute(&tasks->space, piece);
}

static enum status compute_by_ticks(void *context, unsigned worker, uint64_t piece)
{
    const struct task_space *tasks = context;
    const struct partials *partials = &tasks->space.partials;
    struct fold *fold = tasks->by_tick[worker];
    TRY(ticks_compute(&tasks->space.map_buffers, partials_range(partials, piece), tasks->gil,
                      worker, fold));
    const void *partial = fold_result(fold);
    memcpy(partials_at(partials, piece), partial, kernel_used(job_of(tasks)->kernel, partial));
    return STATUS_OK;
}

static enum status compute_parcel(void *context, unsigned worker, uint64_t piece)
{
    struct task_space *tasks = context;
    const struct range range = partials_range(&tasks->space.partials, piece);
    (void)worker;
    return parcel_compute(job_of(tasks), range, parcel_inputs(&tasks->space, range),
                          tasks->parcel.start, &tasks->parcel_bytes);
}

static const void *send_parcel(void *context, uint64_t piece, uint64_t *bytes)
{
    const struct task_space *tasks = context;
    (void)piece;
    *bytes = tasks->parcel_bytes;
    return tasks->parcel.start;
}

static enum status open_parcel(void *context, uint64_t piece, const void *parcel, uint64_t bytes)
{
    const struct task_space *tasks = context;
    return parcel_open(&tasks->space, piece, parcel, bytes);
}

static executor_task *const task_of[] = {[TASK_THREADS] = compute,
                                         [TASK_LOCKED_THREADS] = compute_by_ticks,
                                         [TASK_PROCESSES] = compute_parcel};

/* ---- Start and stop ---- */

static void make_lock(const struct job *job, struct task_space *tasks)
{
    tasks->gil = gil_new(INTERVAL_S);
    tasks->by_tick = memory_new(job->workers, sizeof *tasks->by_tick);
    for (unsigned thread = 0; thread < job->workers; thread++)
        tasks->by_tick[thread] = fold_new(job->kernel, job->size, kernel_whole(job->size), false);
}

/* Room for any piece's: of outputs the first has most, of its partial any may. */
static struct storage room_for_parcels(const struct job *job, const struct partials *partials)
{
    const size_t bytes = parcel_room(job, partials_range(partials, 0)) + partials->stride;
    return storage_new(bytes, false, "what a worker sends: take a smaller chunk");
}

enum status task_space_start(const struct job *job, uint64_t pieces, enum task_workers workers,
                             struct task_space *tasks)
{
    const bool processes = workers == TASK_PROCESSES;
    *tasks = (struct task_space){.space = space_new(job, pieces, 1, false)};
    map_buffers_fill(&tasks->space.map_buffers, kernel_whole(job->size));
    if (workers == TASK_LOCKED_THREADS)
        make_lock(job, tasks);
    if (processes)
        tasks->parcel = room_for_parcels(job, &tasks->space.partials);
    const struct executor_plan plan = {.kind = processes ? &executor_processes : &executor_threads,
                                       .workers = job->workers,
                                       .most = pieces,
                                       .task = task_of[workers],
                                       .context = tasks,
                                       .gil = tasks->gil,
                                       .pack = send_parcel,
                                       .unpack = open_parcel};
    return executor_start(&plan, &tasks->executor);
}

void task_space_stop(struct task_space *tasks)
{
    executor_stop(tasks->executor, true);
    for (unsigned thread = 0; tasks->by_tick && thread < job_of(tasks)->workers; thread++)
        fold_free(tasks->by_tick[thread]);
    free(tasks->by_tick);
    free(tasks->gil);
    storage_free(&tasks->parcel);
    space_free(&tasks->space);
}

void task_space_combine(const struct task_space *tasks, uint64_t piece)
{
    const unsigned caller = job_of(tasks)->workers;
    if (tasks->gil)
        gil_take(tasks->gil, caller);
    partials_fold_one(&tasks->space.partials, piece);
    if (tasks->gil)
        gil_drop(tasks->gil, caller, false);
}
