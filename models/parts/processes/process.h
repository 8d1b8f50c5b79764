/*
 * A process that is forked to work for this one. It dies with this one, whatever ends it, so that
 * none is left behind; signals that this one handles, it does not; and how it ended can be said.
 *
 * There: multiprocessing.Process with the start method fork.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct process {
    pid_t id; /* 0: there is none */
    int ends; /* a descriptor that can be read once it has ended (pidfd); -1: the system has none */
    int exit_status; /* of one that has ended by itself; -1: by a signal, or nobody knows how */
};
#define PROCESS_NONE ((struct process){0, -1, -1})

/* What it does, once it is there: it takes its seat first, if it is a worker. When that returns,
 * the process ends with that exit status. */
typedef int process_work(void *context);

/* Forks it; it sees memory as it is now. The calling process must have no other threads. False,
 * with errno: there can be no more processes, which the caller says, who knows what for. */
bool process_fork(struct process *process, process_work *work, void *context);

/* The same for who forks again and again: the signals that the calling process handles are looked
 * for once, which takes a call of the system for each. One that it handles later is not known. */
void process_handled(sigset_t *handled);
bool process_fork_often(struct process *process, const sigset_t *handled, process_work *work,
                        void *context);

/* Whether it has ended: then it is there no more, and `how` says what a sentence goes on with:
 * "was killed by signal 9 (Killed)". One that is stopped or slow has not. */
bool process_has_ended(struct process *process, char *how, size_t length);

/* The same of one that is about to end, as it has closed its channel: waits for two seconds at
 * most, and then says in `how` that it does not answer any more. */
void process_await_end(struct process *process, char *how, size_t length);

/* Ends it by force, which not even a stopped one can refuse, and waits until it has. To end several
 * takes less time when each is killed before. None is fine as well. */
void process_end(struct process *process);
void process_kill(const struct process *process);
