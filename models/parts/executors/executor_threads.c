/*
 * An executor's workers as threads: each takes the next task from the table itself, and sleeps on
 * an eventcount while there is none.
 *
 * With the lock of an interpreter, which they hold around each task, they are what Python's
 * ThreadPoolExecutor has: however many they are, one computes.
 */
#include "executor_kind.h"

#include "gil.h"
#include "memory.h"
#include "seat.h"
#include "storage.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct crew {
    struct eventcount work; /* advanced for each task, each roll call, and the end */
    _Alignas(EVENTCOUNT_LINE) _Atomic bool quit;
    _Atomic unsigned calls; /* of the roll */
    _Alignas(EVENTCOUNT_LINE) _Atomic unsigned born, answers;
    unsigned started;
    pthread_t *threads;
    struct seats seats;
};

static void perform(struct executor *executor, unsigned worker, uint64_t future)
{
    const struct executor_plan *plan = &executor->plan;
    if (plan->gil)
        gil_take(plan->gil, worker);
    const enum status status = plan->task(plan->context, worker, future);
    if (plan->gil)
        gil_drop(plan->gil, worker, false);
    executor_end(executor, future, status);
}

/* Nobody takes a task meanwhile: see executor_ready(). */
static void answer_calls(struct executor *executor, unsigned *answered)
{
    struct crew *crew = executor->crew;
    const unsigned calls = atomic_load(&crew->calls);
    if (*answered == calls)
        return;
    *answered = calls;
    if (atomic_fetch_add(&crew->answers, 1) + 1 == executor->plan.workers)
        eventcount_advance(&executor->news);
}

static void *live(void *argument)
{
    struct executor *executor = argument;
    struct crew *crew = executor->crew;
    const unsigned worker = atomic_fetch_add(&crew->born, 1);
    unsigned answered = 0;
    seat_take(&crew->seats, worker);
    for (;;) {
        const uint32_t seen = eventcount_read(&crew->work);
        uint64_t future;
        while (executor_take(executor, &future))
            perform(executor, worker, future);
        answer_calls(executor, &answered);
        if (atomic_load(&crew->quit))
            return NULL;
        (void)eventcount_await(&crew->work, seen, 0);
    }
}

static enum status threads_ready(struct executor *executor)
{
    struct crew *crew = executor->crew;
    atomic_store(&crew->answers, 0);
    (void)atomic_fetch_add(&crew->calls, 1);
    eventcount_advance(&crew->work);
    for (;;) {
        const uint32_t seen = eventcount_read(&executor->news);
        if (atomic_load(&crew->answers) == executor->plan.workers)
            return STATUS_OK;
        (void)eventcount_await(&executor->news, seen, 0);
    }
}

static enum status threads_start(struct executor *executor)
{
    const unsigned workers = executor->plan.workers;
    struct crew *crew = executor->crew = storage_new(sizeof *crew, false, "the threads").start;
    *crew = (struct crew){.seats = seats_read(0, workers),
                          .threads = memory_new(workers, sizeof *crew->threads)};
    for (; crew->started < workers; crew->started++) {
        const int error = pthread_create(&crew->threads[crew->started], NULL, live, executor);
        if (error != 0)
            return status_fail(STATUS_FAILED, "cannot start thread %u of %u: %s; use fewer workers",
                               crew->started + 1, workers, strerror(error));
    }
    return threads_ready(executor);
}

static void threads_submitted(struct executor *executor)
{
    eventcount_advance(&executor->crew->work);
}

static void threads_await(struct executor *executor, uint32_t seen, uint64_t timeout_ns)
{
    (void)eventcount_await(&executor->news, seen, timeout_ns);
}

/* Nothing is pending by now: see executor_stop(). */
static void threads_stop(struct executor *executor)
{
    struct crew *crew = executor->crew;
    atomic_store(&crew->quit, true);
    eventcount_advance(&crew->work);
    for (unsigned worker = 0; worker < crew->started; worker++)
        (void)pthread_join(crew->threads[worker], NULL);
    free(crew->threads);
    free(crew->seats.placement);
    free(crew);
}

const struct executor_kind executor_threads = {
    .start = threads_start,
    .ready = threads_ready,
    .submitted = threads_submitted,
    .await = threads_await,
    .stop = threads_stop,
};
