#include "dealer.h"

#include "aligned.h"
#include "clock.h"
#include "deal.h"
#include "fault.h"
#include "memory.h"
#include "parcel.h"

#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DEALER = 0, TAG = 0 };

/* A message begins with one of these, and has as many pieces. One to a worker tells how many
 * attempts are still to fail, see fault.h, and without pieces it is the end of the execution. */
struct head {
    uint64_t pieces, faults;
};

/* Before a piece's inputs, or before what came of it. */
struct label {
    uint64_t piece, bytes;
};
#define FAILED UINT64_MAX /* for bytes: it failed, and nothing follows */

struct dealer {
    struct ranks *ranks;
    struct dealer_plan plan;
    MPI_Comm others; /* on the dealer the workers, 0, 1, 2 …; on a worker the dealer, 0 */
    struct storage incoming;
    /* The dealer's: */
    struct space space;
    struct deal *deal; /* NULL: directly */
    /* Messages to workers that may be on their way, and their requests: as many as are ahead of
     * each worker, and one more for the end, used in turn. */
    struct storage outgoing;
    MPI_Request *requests;
    uint64_t *sent; /* messages to each worker */
    /* A worker's: */
    struct storage result;
};

static bool is_dealer(const struct dealer *dealer)
{
    return dealer->ranks->rank == DEALER;
}

static unsigned workers_of(const struct dealer *dealer)
{
    return dealer->ranks->job->ranks;
}

/* ---- messages ---- */

static size_t padded(size_t bytes)
{
    return aligned(bytes, PARTIAL_ALIGNMENT);
}

/* What is written behind the other in a message, or read. */
static void *append(unsigned char **end, size_t bytes)
{
    void *place = *end;
    *end += padded(bytes);
    return place;
}

static struct range items_of(const struct dealer *dealer, uint64_t piece)
{
    return range_split(kernel_whole(dealer->ranks->job->size), dealer->plan.pieces, piece);
}

static size_t input_bytes(const struct dealer *dealer, uint64_t piece)
{
    return range_length(items_of(dealer, piece)) * dealer->ranks->job->kernel->input_item_size;
}

/* Most bytes of a message with so many bytes of each piece; the first piece is none of the shorter
 * ones, and the first worker has none fewer than another. */
static size_t message_most(const struct dealer *dealer, size_t each)
{
    const uint64_t pieces =
        dealer->plan.direct ? (dealer->plan.pieces - 1) / workers_of(dealer) + 1 : 1;
    size_t bytes;
    if (__builtin_mul_overflow(pieces, sizeof(struct label) + padded(each), &bytes) ||
        bytes > INT_MAX)
        return SIZE_MAX;
    return sizeof(struct head) + bytes;
}

static size_t task_most(const struct dealer *dealer)
{
    return message_most(dealer, input_bytes(dealer, 0));
}

static size_t result_most(const struct dealer *dealer)
{
    const struct job *job = dealer->ranks->job;
    const size_t outputs = range_length(items_of(dealer, 0)) * job->kernel->output_item_size;
    return message_most(dealer, padded(outputs) + partials_longest(job, kernel_whole(job->size),
                                                                   dealer->plan.pieces));
}

/* Messages to a worker that may be on their way. */
static size_t turns_of(const struct dealer *dealer)
{
    return (size_t)dealer->plan.ahead + 1;
}

/* Returns the number of the rank that it came from, among the others. */
static unsigned receive(struct dealer *dealer, struct head *head, unsigned char **next)
{
    MPI_Status status;
    MPI_Recv(dealer->incoming.start, (int)dealer->incoming.bytes, MPI_BYTE, MPI_ANY_SOURCE, TAG,
             dealer->others, &status);
    *next = dealer->incoming.start;
    *head = *(struct head *)append(next, sizeof *head);
    return (unsigned)status.MPI_SOURCE;
}

/* ---- a worker ---- */

static void compute(struct dealer *dealer, const struct label *task, const void *input,
                    unsigned char **end)
{
    struct label *result = append(end, sizeof *result);
    result->piece = task->piece;
    if (parcel_compute(dealer->ranks->job, items_of(dealer, task->piece), input, *end,
                       &result->bytes) == STATUS_OK)
        (void)append(end, result->bytes);
    else
        result->bytes = FAILED;
}

/* A task that fails comes home as a message like another. Returns false for the end. */
static bool do_task(struct dealer *dealer)
{
    struct head head;
    unsigned char *next, *const result = dealer->result.start, *end = result;
    (void)receive(dealer, &head, &next);
    if (head.pieces == 0 && !dealer->plan.direct)
        return false;
    fault_leave(head.faults);
    *(struct head *)append(&end, sizeof head) = head;
    for (uint64_t i = 0; i < head.pieces; i++) {
        const struct label *task = append(&next, sizeof *task);
        compute(dealer, task, append(&next, task->bytes), &end);
    }
    MPI_Send(result, (int)(end - result), MPI_BYTE, DEALER, TAG, dealer->others);
    ranks_count_message(dealer->ranks, (uint64_t)(end - result));
    return !dealer->plan.direct;
}

/* ---- the dealer sends ---- */

/* So many pieces, each `step` behind the other. The message whose place it takes has been received:
 * what came of it is home, or that execution is over. */
static void send(struct dealer *dealer, unsigned worker, uint64_t piece, uint64_t step,
                 uint64_t pieces)
{
    const size_t turns = turns_of(dealer), turn = dealer->sent[worker]++ % turns;
    const size_t place = worker * turns + turn;
    unsigned char *message =
        (unsigned char *)dealer->outgoing.start + place * padded(task_most(dealer));
    unsigned char *end = message;
    MPI_Wait(&dealer->requests[place], MPI_STATUS_IGNORE);
    *(struct head *)append(&end, sizeof(struct head)) = (struct head){pieces, fault_left()};
    for (uint64_t i = 0; i < pieces; i++, piece += step) {
        const size_t bytes = input_bytes(dealer, piece);
        *(struct label *)append(&end, sizeof(struct label)) = (struct label){piece, bytes};
        void *inputs = append(&end, bytes);
        if (bytes > 0)
            memcpy(inputs, parcel_inputs(&dealer->space, items_of(dealer, piece)), bytes);
    }
    MPI_Isend(message, (int)(end - message), MPI_BYTE, (int)worker, TAG, dealer->others,
              &dealer->requests[place]);
    ranks_count_message(dealer->ranks, (uint64_t)(end - message));
}

static void hand_out(struct dealer *dealer)
{
    uint64_t piece;
    unsigned worker;
    while (deal_next(dealer->deal, &piece, &worker))
        send(dealer, worker, piece, 1, 1);
}

static void hand_out_all(struct dealer *dealer)
{
    const uint64_t pieces = dealer->plan.pieces, workers = workers_of(dealer);
    for (unsigned worker = 0; worker < workers; worker++)
        send(dealer, worker, worker, workers, pieces / workers + (worker < pieces % workers));
}

static void end(struct dealer *dealer)
{
    for (unsigned worker = 0; worker < workers_of(dealer); worker++)
        send(dealer, worker, 0, 1, 0);
}

/* ---- the dealer receives ---- */

/*
 * Until a message is there. On a core that it shares with a worker the dealer must not poll without
 * end: it looks less and less often, down to each millisecond, as MPIPoolExecutor's manager does.
 */
static void wait(const struct dealer *dealer)
{
    static const uint64_t eager_ns = 50000;
    static const long least_ns = 20000, most_ns = 1000000;
    struct timespec pause = {.tv_nsec = least_ns};
    const uint64_t until = clock_now_ns() + eager_ns;
    for (;;) {
        int is_there;
        MPI_Iprobe(MPI_ANY_SOURCE, TAG, dealer->others, &is_there, MPI_STATUS_IGNORE);
        if (is_there)
            return;
        if (clock_now_ns() < until) {
            (void)sched_yield();
            continue;
        }
        (void)nanosleep(&pause, NULL);
        pause.tv_nsec = 2 * pause.tv_nsec < most_ns ? 2 * pause.tv_nsec : most_ns;
    }
}

/* Its items fail once less from now on, and can be told of. */
static enum status take_failure(struct dealer *dealer, unsigned worker, uint64_t piece)
{
    (void)fault_due(items_of(dealer, piece));
    if (!dealer->deal || !deal_failed(dealer->deal, worker, piece))
        return STATUS_FAILED;
    dealer->ranks->counted[DEALER_RETRIED]++;
    return STATUS_OK;
}

/* What came of the pieces of one message. */
static enum status take_in(struct dealer *dealer)
{
    struct head head;
    unsigned char *next;
    if (dealer->ranks->crowded)
        wait(dealer);
    const unsigned worker = receive(dealer, &head, &next);
    for (uint64_t i = 0; i < head.pieces; i++) {
        const struct label *label = append(&next, sizeof *label);
        if (label->bytes == FAILED) {
            TRY(take_failure(dealer, worker, label->piece));
            continue;
        }
        TRY(parcel_open(&dealer->space, label->piece, append(&next, label->bytes), label->bytes));
        if (dealer->deal)
            deal_done(dealer->deal, worker);
    }
    return STATUS_OK;
}

static enum status deal_directly(struct dealer *dealer)
{
    hand_out_all(dealer);
    for (unsigned i = 0; i < workers_of(dealer); i++)
        TRY(take_in(dealer));
    return STATUS_OK;
}

static enum status deal_balanced(struct dealer *dealer)
{
    deal_reset(dealer->deal);
    hand_out(dealer);
    while (!deal_is_over(dealer->deal)) {
        TRY(take_in(dealer));
        hand_out(dealer);
    }
    end(dealer);
    return STATUS_OK;
}

enum status dealer_run(struct dealer *dealer)
{
    if (is_dealer(dealer)) {
        dealer->ranks->counted[DEALER_CHUNKS] += dealer->plan.pieces;
        return dealer->deal ? deal_balanced(dealer) : deal_directly(dealer);
    }
    while (do_task(dealer))
        ;
    return STATUS_OK;
}

/* ---- made and ended ---- */

static enum status check_length(const struct dealer *dealer)
{
    if (task_most(dealer) <= INT_MAX && result_most(dealer) <= INT_MAX)
        return STATUS_OK;
    if (is_dealer(dealer))
        status_say("a message would have more than %d bytes, which MPI counts by int: take a "
                   "smaller --size or a smaller chunk",
                   INT_MAX);
    MPI_Barrier(MPI_COMM_WORLD); /* mpirun ends all ranks with the first one that ends */
    return STATUS_FAILED;
}

static struct storage new_room(size_t bytes)
{
    return storage_new(bytes, false, "messages: take a smaller chunk");
}

/* Its pages are met before the first sample. */
static struct storage new_room_met(size_t bytes)
{
    const struct storage room = new_room(bytes);
    storage_touch(&room, 0, bytes);
    return room;
}

static void join_groups(struct dealer *dealer)
{
    MPI_Comm own;
    MPI_Comm_split(MPI_COMM_WORLD, is_dealer(dealer), dealer->ranks->rank, &own);
    MPI_Intercomm_create(own, 0, MPI_COMM_WORLD, is_dealer(dealer) ? DEALER + 1 : DEALER, TAG,
                         &dealer->others);
    MPI_Comm_free(&own);
}

static void sit_down(struct dealer *dealer)
{
    const struct job *job = dealer->ranks->job;
    const struct dealer_plan *plan = &dealer->plan;
    const size_t messages = workers_of(dealer) * turns_of(dealer);
    const struct deal_plan deal = {plan->pieces, workers_of(dealer), plan->ahead, plan->retries};
    dealer->space = space_new(job, plan->pieces, 1, false);
    map_buffers_fill(&dealer->space.map_buffers, kernel_whole(job->size));
    dealer->deal = plan->direct ? NULL : deal_new(&deal);
    dealer->sent = memory_new(workers_of(dealer), sizeof *dealer->sent);
    dealer->outgoing = new_room(messages * padded(task_most(dealer)));
    dealer->requests = memory_new(messages, sizeof *dealer->requests);
    for (size_t i = 0; i < messages; i++)
        dealer->requests[i] = MPI_REQUEST_NULL;
}

enum status dealer_new(struct ranks *ranks, const struct dealer_plan *plan, struct dealer **made)
{
    struct dealer *dealer = *made = memory_new(1, sizeof *dealer);
    dealer->ranks = ranks;
    dealer->plan = *plan;
    dealer->others = MPI_COMM_NULL;
    TRY(check_length(dealer));
    join_groups(dealer);
    dealer->incoming = new_room_met(is_dealer(dealer) ? result_most(dealer) : task_most(dealer));
    if (is_dealer(dealer))
        sit_down(dealer);
    else
        dealer->result = new_room_met(result_most(dealer));
    return STATUS_OK;
}

void dealer_free(struct dealer *dealer)
{
    if (!dealer)
        return;
    if (dealer->requests)
        MPI_Waitall((int)(workers_of(dealer) * turns_of(dealer)), dealer->requests,
                    MPI_STATUSES_IGNORE);
    if (dealer->others != MPI_COMM_NULL)
        MPI_Comm_free(&dealer->others);
    free(dealer->requests);
    free(dealer->sent);
    deal_free(dealer->deal);
    space_free(&dealer->space);
    storage_free(&dealer->outgoing);
    storage_free(&dealer->incoming);
    storage_free(&dealer->result);
    free(dealer);
}

const struct space *dealer_space(const struct dealer *dealer)
{
    return is_dealer(dealer) ? &dealer->space : NULL;
}
