#include "errands.h"

#include "memory.h"
#include "process.h"
#include "seat.h"
#include "storage.h"
#include "taskqueue.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PATROL_NS = 100000000, /* who has ended is looked for at least so often, */
    BLIND_NS = 1000000,    /* where no descriptor tells of ends so often, */
    PATROLS = 10,          /* and so often for one that must have */
    TASK_FAILED = 3,       /* the exit status of a process whose task did, */
    NOBODY_TAKES = 4       /* and of one whose result nobody takes */
};

/* What is known of a seat. Nobody is away where no task is. */
struct away {
    struct process process;
    struct channel *channel; /* this side of its pair */
    uint64_t task;
    bool is_taken, has_brought;
};

struct errands {
    struct errands_plan plan;
    struct seats seats;
    sigset_t handled; /* signals that this process handles */
    struct taskqueue *queue;
    struct storage room;  /* what came out of the queue */
    struct storage blank; /* a process's room: here untouched, so that no fork copies it */
    struct errands_counts counts;
    bool has_failed;   /* which was said */
    struct away *away; /* a seat each, as are those that follow */
    struct channel **ends;
    int *descriptors; /* of the processes; before them, that of the queue */
};

/* ---- In the process ---- */

struct sent {
    const struct errands *errands;
    unsigned seat;
    uint64_t task;
    struct channel *channel; /* that side of its pair */
};

static enum status bring(const struct sent *sent, uint64_t bytes, const void *payload)
{
    const struct frame frame = {sent->seat, sent->task, bytes};
    if (sent->errands->plan.way == ERRANDS_QUEUE)
        return taskqueue_put(sent->errands->queue, &frame, payload);
    TRY(channel_put(sent->channel, &frame, payload));
    return channel_flush(sent->channel);
}

/* The parent's, of all pairs: a process that had them would keep others from noticing its end. */
static void leave_ends(const struct errands *errands)
{
    for (unsigned seat = 0; seat < errands->plan.workers; seat++)
        channel_leave(errands->away[seat].channel);
}

/* Where the queue is broken somebody else died in the middle of a frame: whoever knows ends all. */
static int bring_or_wait(const struct sent *sent, uint64_t bytes, const void *payload)
{
    while (bring(sent, bytes, payload) != STATUS_OK) {
        if (sent->errands->plan.way != ERRANDS_QUEUE)
            return NOBODY_TAKES;
        (void)pause();
    }
    return 0;
}

static int go(void *context)
{
    const struct sent *sent = context;
    const struct errands_plan *plan = &sent->errands->plan;
    uint64_t bytes;
    leave_ends(sent->errands);
    seat_take(&sent->errands->seats, sent->seat);
    void *room = sent->errands->blank.start;
    const enum status status = plan->errand(plan->context, sent->task, room, &bytes);
    return status == STATUS_OK ? bring_or_wait(sent, bytes, room) : TASK_FAILED;
}

/* ---- In the parent ---- */

enum status errands_new(const struct errands_plan *plan, struct errands **made)
{
    struct errands *errands = *made = memory_new(1, sizeof *errands);
    errands->plan = *plan;
    errands->seats = seats_read(0, plan->workers);
    process_handled(&errands->handled);
    errands->away = memory_new(plan->workers, sizeof *errands->away);
    errands->ends = memory_new(plan->workers, sizeof(struct channel *));
    errands->descriptors = memory_new(plan->workers + 1, sizeof *errands->descriptors);
    for (unsigned i = 0; i <= plan->workers; i++)
        errands->descriptors[i] = -1;
    errands->blank = storage_new(plan->room, false, "results: take a smaller chunk");
    if (plan->way != ERRANDS_QUEUE)
        return STATUS_OK;
    errands->room = storage_new(plan->room, false, "what a task brings: take a smaller chunk");
    TRY(taskqueue_new(&errands->queue));
    errands->descriptors[0] = taskqueue_descriptor(errands->queue);
    return STATUS_OK;
}

void errands_free(struct errands *errands)
{
    if (errands == NULL)
        return;
    for (unsigned seat = 0; seat < errands->plan.workers; seat++)
        process_kill(&errands->away[seat].process);
    for (unsigned seat = 0; seat < errands->plan.workers; seat++) {
        process_end(&errands->away[seat].process);
        channel_free(errands->away[seat].channel);
    }
    taskqueue_free(errands->queue);
    storage_free(&errands->room);
    storage_free(&errands->blank);
    free(errands->seats.placement);
    free(errands->away);
    free(errands->ends);
    free(errands->descriptors);
    free(errands);
}

unsigned errands_away(const struct errands *errands)
{
    unsigned count = 0;
    for (unsigned seat = 0; seat < errands->plan.workers; seat++)
        count += errands->away[seat].is_taken;
    return count;
}

struct errands_counts errands_counts(const struct errands *errands)
{
    return errands->counts;
}

void errands_reset_counts(struct errands *errands)
{
    errands->counts = (struct errands_counts){0, 0};
}

/* By turns, so that also where one at a time is away each worker has its share. */
static unsigned free_seat(const struct errands *errands, uint64_t task)
{
    unsigned seat = (unsigned)(task % errands->plan.workers);
    while (errands->away[seat].is_taken)
        seat = (seat + 1) % errands->plan.workers;
    return seat;
}

enum status errands_send(struct errands *errands, uint64_t task)
{
    const unsigned seat = free_seat(errands, task);
    struct away *away = &errands->away[seat];
    struct sent sent = {errands, seat, task, NULL};
    *away = (struct away){.process = PROCESS_NONE, .task = task};
    if (errands->plan.way == ERRANDS_PAIR)
        TRY(channel_pair(CHANNEL_SOCKETS, &away->channel, &sent.channel));
    away->is_taken = process_fork_often(&away->process, &errands->handled, go, &sent);
    const int error = errno;
    channel_free(sent.channel);
    if (!away->is_taken)
        return status_fail(STATUS_FAILED,
                           "cannot start a process for chunk %" PRIu64 " of %" PRIu64
                           ": %s; use fewer workers",
                           task, errands->plan.tasks, strerror(error));
    errands->ends[seat] = away->channel;
    errands->descriptors[1 + seat] = away->process.ends;
    errands->counts.forks++;
    return STATUS_OK;
}

/* Those whose process has ended and has brought what it was sent for. Returns how many. */
static unsigned free_seats(struct errands *errands)
{
    unsigned count = 0;
    for (unsigned seat = 0; seat < errands->plan.workers; seat++) {
        struct away *away = &errands->away[seat];
        if (!away->is_taken || away->process.id != 0 || !away->has_brought)
            continue;
        channel_free(away->channel);
        *away = (struct away){.process = PROCESS_NONE};
        count++;
    }
    return count;
}

static enum status say_end(const struct errands *errands, unsigned seat, pid_t process,
                           const char *how)
{
    const struct away *away = &errands->away[seat];
    return status_fail(STATUS_FAILED, "worker %u (process %ld) %s %s chunk %" PRIu64 " of %" PRIu64,
                       seat, (long)process, how, away->has_brought ? "after it had brought" : "at",
                       away->task, errands->plan.tasks);
}

/* Notes who has ended. Fails for one that ended otherwise than it should. */
static enum status look_for_ends(struct errands *errands)
{
    for (unsigned seat = 0; seat < errands->plan.workers; seat++) {
        struct process *process = &errands->away[seat].process;
        const pid_t id = process->id;
        char how[96];
        if (!process_has_ended(process, how, sizeof how))
            continue;
        errands->descriptors[1 + seat] = -1;
        if (process->exit_status == TASK_FAILED)
            return STATUS_FAILED;
        if (process->exit_status != 0)
            return say_end(errands, seat, id, how);
    }
    return STATUS_OK;
}

/* Something was cut off: whoever did not get to the end of it has ended, or is just about to. */
static enum status find_who_broke_off(struct errands *errands)
{
    for (unsigned patrol = 0; patrol < PATROLS; patrol++) {
        TRY(look_for_ends(errands));
        (void)channel_wait(NULL, 0, errands->descriptors + 1, errands->plan.workers, PATROL_NS);
    }
    return status_fail(STATUS_FAILED, "what a process brought was broken off");
}

/* While what one brings is waited for, another may end: who is stopped amid it holds up nobody's
 * news. */
static enum status look_meanwhile(void *context)
{
    struct errands *errands = context;
    const enum status status = look_for_ends(errands);
    errands->has_failed = status != STATUS_OK;
    return status;
}

static enum status take_from_queue(struct errands *errands, struct frame *frame, void **payload,
                                   bool *came)
{
    struct pollfd polled = {.fd = errands->descriptors[0], .events = POLLIN};
    if (poll(&polled, 1, 0) <= 0)
        return STATUS_OK;
    const struct taskqueue_look look = {look_meanwhile, errands};
    if (taskqueue_take(errands->queue, frame, errands->room.start, errands->room.bytes, &look) !=
        STATUS_OK)
        return errands->has_failed ? STATUS_FAILED : find_who_broke_off(errands);
    *payload = errands->room.start;
    *came = true;
    return STATUS_OK;
}

/* Of one that has ended all is there, and it is waited for: it may be more than one step takes. */
static enum status take_from_pairs(struct errands *errands, struct frame *frame, void **payload,
                                   bool *came)
{
    for (unsigned seat = 0; seat < errands->plan.workers && !*came; seat++) {
        struct channel *end = errands->ends[seat];
        if (!end)
            continue;
        *came =
            errands->away[seat].process.id == 0 && channel_take(end, frame, payload) == STATUS_OK;
        if (!*came && channel_step(end, frame, payload, came) != STATUS_OK)
            return find_who_broke_off(errands);
    }
    return STATUS_OK;
}

/* What those that have ended had brought is there by now. */
static enum status check_ended(const struct errands *errands)
{
    for (unsigned seat = 0; seat < errands->plan.workers; seat++) {
        const struct away *away = &errands->away[seat];
        if (away->is_taken && away->process.id == 0 && !away->has_brought)
            return status_fail(STATUS_FAILED,
                               "worker %u ended without a result at chunk %" PRIu64 " of %" PRIu64,
                               seat, away->task, errands->plan.tasks);
    }
    return STATUS_OK;
}

/* Whether no descriptor tells of some process's end. */
static bool is_blind(const struct errands *errands)
{
    for (unsigned seat = 0; seat < errands->plan.workers; seat++)
        if (errands->away[seat].process.id != 0 && errands->away[seat].process.ends < 0)
            return true;
    return false;
}

/* Who has ended is noted before results are taken in: so none of theirs can come later. */
enum status errands_wait(struct errands *errands, struct frame *frame, void **payload, bool *came)
{
    const unsigned workers = errands->plan.workers;
    *came = false;
    if (free_seats(errands) > 0)
        return STATUS_OK;
    (void)channel_wait(errands->ends, workers, errands->descriptors, workers + 1,
                       is_blind(errands) ? BLIND_NS : PATROL_NS);
    TRY(look_for_ends(errands));
    if (errands->plan.way == ERRANDS_QUEUE)
        TRY(take_from_queue(errands, frame, payload, came));
    else
        TRY(take_from_pairs(errands, frame, payload, came));
    if (!*came)
        return check_ended(errands);
    errands->away[frame->kind].has_brought = true;
    errands->ends[frame->kind] = NULL;
    errands->counts.frames++;
    return STATUS_OK;
}
