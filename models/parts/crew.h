/*
 * Threads that are started once and then run a task together, as often as one likes.
 *
 * Between runs they sleep. It is what the models that build on plain pthreads share.
 */
#ifndef CREW_H
#define CREW_H

#include "status.h"

struct crew;

/* What each thread does in a run: `worker` is 0 … workers-1. */
typedef void crew_task(void *context, unsigned worker);

/* Starts the threads, each on a core of its own if there are as many. The caller owns the crew
 * until crew_stop(), and `context` as long. */
MUST_USE enum status crew_start(unsigned workers, crew_task *task, void *context,
                                struct crew **crew);

/* Waits until all threads are awake and about to wait for a run: a barrier before a clock. */
void crew_ready(struct crew *crew);

/* Runs the task once in every thread and returns when the last one has ended. */
void crew_run(struct crew *crew);

/* Ends the threads and frees the crew, which may be NULL. */
void crew_stop(struct crew *crew);

#endif
