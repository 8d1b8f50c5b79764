/*
 * Processes that are each sent for one task, bring what came of it, and end. There: Process(…),
 * start(), and the queue or the pipe that it was given.
 *
 * Each takes the seat of the worker that it stands for, so that there are never more at once than
 * workers. What they bring is taken in while others compute: none of them waits for ever with more
 * than a pipe holds, as one does there whose parent joins it before it has read.
 */
#pragma once

#include "channel.h"

/* Where the processes put what they bring. */
enum errands_way {
    ERRANDS_QUEUE, /* all into one queue, see taskqueue.h */
    ERRANDS_PAIR   /* each into a pair of sockets of its own */
};

/* Does the task in a process of its own: `room` holds what it brings, `*bytes` of it matter. Of one
 * that fails nothing is brought; it says why itself. */
typedef enum status errand(void *context, uint64_t task, void *room, uint64_t *bytes);

struct errands_plan {
    unsigned workers;
    uint64_t tasks; /* how many there are, for messages */
    enum errands_way way;
    size_t room; /* the most bytes that a task brings */
    errand *errand;
    void *context;
};

struct errands;

/* The caller frees them, which ends all processes that are away by force, also where it failed;
 * NULL may be freed. The calling process must have no other threads. */
MUST_USE enum status errands_new(const struct errands_plan *plan, struct errands **errands);
void errands_free(struct errands *errands);

/* Forks a process for a task; there must be fewer away than workers. */
MUST_USE enum status errands_send(struct errands *errands, uint64_t task);

/* Processes that were sent and are not known to have ended. */
unsigned errands_away(const struct errands *errands);

/*
 * Waits until what a task brought has `came`, there until the next call, or fewer are away.
 * Fails when one ended without, and says how and at which task, unless its task failed.
 */
MUST_USE enum status errands_wait(struct errands *errands, struct frame *frame, void **payload,
                                  bool *came);

/* How many were forked, and how many have brought something, since the last reset. */
struct errands_counts {
    uint64_t forks, frames;
};
struct errands_counts errands_counts(const struct errands *errands);
void errands_reset_counts(struct errands *errands);
