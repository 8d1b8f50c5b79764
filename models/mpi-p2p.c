/*
 * MPI ranks that send each other messages point to point: from one rank to another, one by one.
 *
 * There: mpi4py's upper-case calls on buffers, comm.Send and comm.Recv. Rank 0 owns inputs and
 * outputs. It sends each other rank its share, computes its own, and receives what comes back, in
 * the order of ranks.
 *
 * Send returns once its buffer may be written again: a short message has been copied away by then,
 * a long one usually waits for its receiver, and the standard promises neither. So one sends while
 * the other receives: if all sent first, it would be up to the library whether they ever came to
 * receive.
 *
 * What to look for: with two ranks and few bytes a map is a ping-pong, whose half is the latency of
 * a message, that home being longer by the partial; with many bytes it tells their bandwidth. With
 * more ranks those that end early wait for their turn, and rank 0 has all messages to itself, where
 * the collective calls of mpi.c may have others pass data on. mpi::messages is 2 for each other
 * rank of a map, else 1.
 */
#include "fold.h"
#include "model.h"
#include "ranks.h"

#include <limits.h>
#include <string.h>

enum { TAG = 0 }; /* messages between two ranks come in the order in which they were sent */

const int ranks_thread_level = MPI_THREAD_SINGLE; /* a rank has no threads */
const struct count_info ranks_counts[] = {RANKS_COUNTS, {0}};

struct team {
    struct ranks ranks;
    struct fold *fold; /* what rank 0 combines the partials with, in the order of ranks */
};

/* How its messages are sent: in standard mode, blocking. */
static void send(struct ranks *ranks, const void *message, size_t bytes, int to)
{
    MPI_Send(message, (int)bytes, MPI_BYTE, to, TAG, MPI_COMM_WORLD);
    ranks_count_message(ranks, bytes);
}

/* At most so many bytes; returns how many came. */
static size_t receive(void *message, size_t room, int from)
{
    MPI_Status status;
    int bytes;
    MPI_Recv(message, (int)room, MPI_BYTE, from, TAG, MPI_COMM_WORLD, &status);
    MPI_Get_count(&status, MPI_BYTE, &bytes);
    return (size_t)bytes;
}

/* ---- a rank that works for rank 0 ---- */

/* Its outputs and its partial come home in one message. */
static enum status work(struct ranks *ranks)
{
    const struct kernel *kernel = ranks->job->kernel;
    const uint64_t items = range_length(ranks->share);
    const size_t outputs = items * kernel->output_item_size;
    unsigned char *output = ranks->map_buffers.output.start;
    if (items * kernel->input_item_size > 0)
        (void)receive(ranks->map_buffers.input.start, items * kernel->input_item_size, 0);
    TRY(map_buffers_compute(&ranks->map_buffers, ranks->share, ranks->partial));
    const size_t used = kernel_used(kernel, ranks->partial);
    if (outputs > 0)
        memcpy(output + outputs, ranks->partial, used);
    send(ranks, outputs > 0 ? output : ranks->partial, outputs + used, 0);
    return STATUS_OK;
}

/* ---- rank 0 ---- */

static void send_inputs(struct ranks *ranks, int rank)
{
    const struct kernel *kernel = ranks->job->kernel;
    const struct range share = ranks_share(ranks, rank);
    const size_t bytes = range_length(share) * kernel->input_item_size;
    if (bytes > 0)
        send(ranks, kernel_input_at(kernel, ranks->map_buffers.input.start, share.begin), bytes,
             rank);
}

/* Outputs go to their place. The partial behind them lies where those of the next rank will, and is
 * taken away before they come. */
static void take_in(struct team *team, int rank)
{
    const struct ranks *ranks = &team->ranks;
    const struct kernel *kernel = ranks->job->kernel;
    const struct range share = ranks_share(ranks, rank);
    const size_t outputs = range_length(share) * kernel->output_item_size;
    const size_t room = outputs + kernel_partial_size(kernel, ranks->job->size, share);
    void *partial = fold_slot(team->fold);
    unsigned char *place =
        outputs > 0 ? kernel_output_at(kernel, ranks->map_buffers.output.start, share.begin)
                    : partial;
    const size_t bytes = receive(place, room, rank);
    if (outputs > 0)
        memcpy(partial, place + outputs, bytes - outputs);
    fold_push(team->fold, share, partial);
}

static enum status lead(struct team *team, struct outcome *outcome)
{
    struct ranks *ranks = &team->ranks;
    for (int rank = 1; rank < ranks->size; rank++)
        send_inputs(ranks, rank);
    fold_reset(team->fold);
    void *partial = fold_slot(team->fold);
    TRY(map_buffers_compute(&ranks->map_buffers, ranks->share, partial));
    fold_push(team->fold, ranks->share, partial);
    for (int rank = 1; rank < ranks->size; rank++)
        take_in(team, rank);
    outcome->partial = fold_result(team->fold);
    outcome->output = ranks->map_buffers.output.start;
    return STATUS_OK;
}

/* ---- the model ---- */

static enum status mpi_p2p_start(const struct job *job, struct team *team)
{
    struct ranks *ranks = &team->ranks;
    TRY(ranks_start_worker(job, ranks));
    ranks->in_step = kernel_is_map(job->kernel) && job->size >= job->ranks;
    if (ranks->rank == 0)
        team->fold = fold_new(job->kernel, job->size, kernel_whole(job->size), false);
    return STATUS_OK;
}

static enum status mpi_p2p_execute(struct team *team, struct outcome *outcome)
{
    return team->ranks.rank == 0 ? lead(team, outcome) : work(&team->ranks);
}

static void mpi_p2p_stop(struct team *team)
{
    fold_free(team->fold);
    ranks_stop(team);
}

const struct model this_model = {
    .name = "mpi-p2p",
    .title = "MPI ranks: Send and Recv, point to point",
    .python = "mpi4py: comm.Send, Recv",
    .launch = LAUNCH_RANKS,
    .traits = TRAIT_ON_REQUEST | TRAIT_POINT_TO_POINT,
    .copies = 2,
    /* The bytes of a message are int, and of two ranks each has half of the items. */
    .max_map_size = INT_MAX / 8,
    .counts = ranks_counts,
    .group = &ranks_group,
    .team_bytes = sizeof(struct team),
    .start = mpi_p2p_start,
    .execute = mpi_p2p_execute,
    .count = ranks_count,
    .tell = ranks_tell,
    .stop = mpi_p2p_stop,
};
