/*
 * A team is an eventcount that its threads await for the next run, a count of those that have ended
 * it, and an eventcount where the caller of thread_team_run() waits for the last of them.
 */
#include "thread_team.h"

#include "eventcount.h"
#include "memory.h"
#include "seat.h"
#include "storage.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct thread_team {
    struct eventcount start; /* opened for each run, and once more to end the threads */
    struct eventcount end;   /* opened by the last thread of a run */
    _Alignas(EVENTCOUNT_LINE) _Atomic unsigned ended;
    _Atomic bool failed; /* a thread in this run */
    /* Written only while all threads wait at `start`; opening it shows them. */
    _Alignas(EVENTCOUNT_LINE) bool quit;
    thread_team_task *task; /* what this run is */
    void *context;
    unsigned workers;      /* threads that run */
    _Atomic unsigned born; /* of them, each the next number */
    pthread_t *threads;
    struct seats seats;
};

/* A team's first task: no later run is to pay for it, nor for the birth of a thread. */
static enum status settle(void *context, unsigned worker)
{
    const struct thread_team *thread_team = context;
    seat_take(&thread_team->seats, worker);
    return STATUS_OK;
}

static void *live(void *argument)
{
    struct thread_team *thread_team = argument;
    const unsigned worker = atomic_fetch_add(&thread_team->born, 1);
    for (uint32_t run = 0;; run++) {
        while (eventcount_read(&thread_team->start) == run)
            (void)eventcount_await(&thread_team->start, run, 0);
        if (thread_team->quit)
            return NULL;
        if (thread_team->task(thread_team->context, worker) != STATUS_OK)
            atomic_store(&thread_team->failed, true);
        if (atomic_fetch_add(&thread_team->ended, 1) + 1 == thread_team->workers)
            eventcount_advance(&thread_team->end);
    }
}

static enum status do_nothing(void *context, unsigned worker)
{
    (void)context, (void)worker;
    return STATUS_OK;
}

enum status thread_team_run(struct thread_team *thread_team, thread_team_task *task, void *context)
{
    thread_team->task = task;
    thread_team->context = context;
    atomic_store_explicit(&thread_team->failed, false, memory_order_relaxed);
    atomic_store(&thread_team->ended, 0);
    eventcount_advance(&thread_team->start);
    for (;;) {
        uint32_t seen = eventcount_read(&thread_team->end);
        if (atomic_load(&thread_team->ended) == thread_team->workers)
            return atomic_load(&thread_team->failed) ? STATUS_FAILED : STATUS_OK;
        (void)eventcount_await(&thread_team->end, seen, 0);
    }
}

enum status thread_team_start(unsigned workers, struct thread_team **started)
{
    struct thread_team *thread_team = *started =
        storage_new(sizeof *thread_team, false, "the threads").start;
    *thread_team =
        (struct thread_team){.seats = seats_read(0, workers),
                             .threads = memory_new(workers, sizeof *thread_team->threads)};
    for (; thread_team->workers < workers; thread_team->workers++) {
        const int error =
            pthread_create(&thread_team->threads[thread_team->workers], NULL, live, thread_team);
        if (error != 0)
            return status_fail(STATUS_FAILED, "cannot start thread %u of %u: %s; use fewer workers",
                               thread_team->workers + 1, workers, strerror(error));
    }
    return thread_team_run(thread_team, settle, thread_team);
}

enum status thread_team_ready(struct thread_team *thread_team)
{
    return thread_team_run(thread_team, do_nothing, NULL);
}

void thread_team_stop(struct thread_team *thread_team)
{
    if (thread_team == NULL)
        return;
    thread_team->quit = true;
    eventcount_advance(&thread_team->start);
    for (unsigned worker = 0; worker < thread_team->workers; worker++)
        (void)pthread_join(thread_team->threads[worker], NULL);
    free(thread_team->threads);
    free(thread_team->seats.placement);
    free(thread_team);
}
