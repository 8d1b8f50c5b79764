#include "task_space.h"

#include "memory.h"
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

static executor_task *const task_of[] = {
    [TASK_THREADS] = compute, [TASK_LOCKED_THREADS] = compute_by_ticks};

/* ---- Start and stop ---- */

static void make_lock(const struct job *job, struct task_space *tasks)
{
    tasks->gil = gil_new(INTERVAL_S);
    tasks->by_tick = memory_new(job->workers, sizeof *tasks->by_tick);
    for (unsigned thread = 0; thread < job->workers; thread++)
        tasks->by_tick[thread] = fold_new(job->kernel, job->size, kernel_whole(job->size), false);
}

enum status task_space_start(const struct job *job, uint64_t pieces, enum task_workers workers,
                             struct task_space *tasks)
{
    *tasks = (struct task_space){.space = space_new(job, pieces, 1, false)};
    map_buffers_fill(&tasks->space.map_buffers, kernel_whole(job->size));
    if (workers == TASK_LOCKED_THREADS)
        make_lock(job, tasks);
    const struct executor_plan plan = {.kind = &executor_threads,
                                       .workers = job->workers,
                                       .most = pieces,
                                       .task = task_of[workers],
                                       .context = tasks,
                                       .gil = tasks->gil};
    return executor_start(&plan, &tasks->executor);
}

void task_space_stop(struct task_space *tasks)
{
    executor_stop(tasks->executor, true);
    for (unsigned thread = 0; tasks->by_tick && thread < job_of(tasks)->workers; thread++)
        fold_free(tasks->by_tick[thread]);
    free(tasks->by_tick);
    free(tasks->gil);
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
