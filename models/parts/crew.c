/*
 * A crew is a gate where its threads wait for the next run, a count of those that have ended it,
 * and a gate where the caller of crew_run() waits for the last of them.
 */
#define _GNU_SOURCE
#include "crew.h"

#include "gate.h"
#include "placement.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct member {
    struct crew *crew;
    pthread_t thread;
    unsigned worker;
};

struct crew {
    struct gate start; /* opened for each run, and once more to end the threads */
    struct gate end;   /* opened by the last thread of a run */
    _Alignas(GATE_LINE) _Atomic unsigned ended;
    /* Written only while all threads wait at `start`; opening it shows them. */
    _Alignas(GATE_LINE) bool quit;
    crew_task *current; /* what this run is, and its context */
    void *current_context;
    crew_task *task;
    void *context;
    unsigned workers; /* threads that run */
    struct member *members;
    struct placement *placement;
};

/* A crew's first task: no later run is to pay for it, nor for the birth of a thread. */
static void settle(void *context, unsigned worker)
{
    const struct crew *crew = context;
    placement_bind(crew->placement, worker, crew->workers);
}

static void *live(void *argument)
{
    const struct member *self = argument;
    struct crew *crew = self->crew;
    for (uint32_t run = 0;; run++) {
        while (gate_count(&crew->start) == run)
            (void)gate_wait(&crew->start, run, 0);
        if (crew->quit)
            return NULL;
        crew->current(crew->current_context, self->worker);
        if (atomic_fetch_add(&crew->ended, 1) + 1 == crew->workers)
            gate_open(&crew->end);
    }
}

static void do_nothing(void *context, unsigned worker)
{
    (void)context, (void)worker;
}

static void run(struct crew *crew, crew_task *task, void *context)
{
    crew->current = task;
    crew->current_context = context;
    atomic_store(&crew->ended, 0);
    gate_open(&crew->start);
    for (;;) {
        uint32_t seen = gate_count(&crew->end);
        if (atomic_load(&crew->ended) == crew->workers)
            return;
        (void)gate_wait(&crew->end, seen, 0);
    }
}

enum status crew_start(unsigned workers, crew_task *task, void *context, struct crew **result)
{
    struct crew *crew = aligned_alloc(_Alignof(struct crew), sizeof *crew);
    if (crew == NULL)
        return status_no_memory("the threads");
    *crew = (struct crew){.task = task, .context = context, .placement = placement_read()};
    crew->members = calloc(workers, sizeof *crew->members);
    if (crew->members == NULL) {
        (void)status_no_memory("the threads");
        goto fail;
    }
    for (unsigned worker = 0; worker < workers; worker++) {
        struct member *member = &crew->members[worker];
        *member = (struct member){.crew = crew, .worker = worker};
        int error = pthread_create(&member->thread, NULL, live, member);
        if (error != 0) {
            status_say("cannot start thread %u of %u: %s; use fewer workers", worker + 1, workers,
                       strerror(error));
            goto fail;
        }
        crew->workers = worker + 1;
    }
    run(crew, settle, crew);
    *result = crew;
    return STATUS_OK;
fail:
    crew_stop(crew); /* ends those that were started */
    return STATUS_FAILED;
}

void crew_run(struct crew *crew)
{
    run(crew, crew->task, crew->context);
}

void crew_ready(struct crew *crew)
{
    run(crew, do_nothing, NULL);
}

void crew_stop(struct crew *crew)
{
    if (crew == NULL)
        return;
    crew->quit = true;
    gate_open(&crew->start);
    for (unsigned worker = 0; worker < crew->workers; worker++)
        (void)pthread_join(crew->members[worker].thread, NULL);
    free(crew->members);
    free(crew->placement);
    free(crew);
}
