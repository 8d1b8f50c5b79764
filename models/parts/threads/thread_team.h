/*
 * Threads that are started once and then run a task together, as often as one likes.
 *
 * Between runs they sleep. It is what the models that build on plain pthreads share.
 */
#pragma once

#include "status.h"

struct thread_team;

/* What each thread does in a run: `worker` is 0 … workers-1. */
typedef enum status thread_team_task(void *context, unsigned worker);

/* Starts the threads, each on a core of its own if there are as many. The caller ends the team with
 * thread_team_stop(), also one that could not start all of them. */
MUST_USE enum status thread_team_start(unsigned workers, struct thread_team **thread_team);

/* Waits until all threads are awake and about to wait for a run: a barrier before a clock. */
MUST_USE enum status thread_team_ready(struct thread_team *thread_team);

/* Runs the task once in every thread and returns when the last one has ended. Fails when one
 * did. */
MUST_USE enum status thread_team_run(struct thread_team *thread_team, thread_team_task *task,
                                     void *context);

/* Ends the threads and frees the team, which may be NULL. */
void thread_team_stop(struct thread_team *thread_team);
