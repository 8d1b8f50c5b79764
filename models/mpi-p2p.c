/*
 * MPI ranks that send each other messages point to point: from one rank to another, one by one.
 *
 * There: mpi4py's upper-case calls on buffers, comm.Send and comm.Recv, in each of MPI's modes and
 * by each kind of call. Rank 0 owns inputs and outputs. It sends each other rank its share,
 * computes its own, and receives what comes back.
 *
 * A mode tells when a send is complete, and its buffer may be written again. Standard promises
 * nothing: a short message has been copied away by then, a long one usually waits for its receiver.
 * So one sends while the other receives: if both sent first, it would be up to the library whether
 * they ever came to receive, and in synchronous mode they never would. Buffered completes at once,
 * in room that the program attaches: one copy more. Ready spares the library from asking whether
 * the receiver is there, and the program has to know it: each message costs one without bytes the
 * other way (p2p::handshakes).
 *
 * A blocking call waits for that (parts/ranks/p2p_blocking.c). With call=nonblocking
 * (…_nonblocking.c) a share travels by pieces of `chunk` items, the next one while this one is
 * computed, and outputs go home meanwhile. With call=persistent (…_persistent.c) messages are
 * prepared once (p2p::inits) and started in each execution (p2p::starts).
 *
 * What to look for: with two ranks and few bytes a map is a ping-pong, whose half is the latency of
 * a message, that home being longer by the partial; with many bytes it tells their bandwidth. With
 * more ranks those that end early wait for their turn, but for nonblocking calls; and rank 0 has
 * all messages to itself, where the collective calls of mpi.c may have others pass data on.
 * mpi::messages is 2 for each other rank of a map, else 1. Where several ranks' outputs may come at
 * once, by the other two calls, a map's partial is one more; and of nonblocking ones there are 2
 * for each piece.
 */
#include "model.h"
#include "mpi-p2p_options.h"
#include "options.h"
#include "p2p.h"

#include <limits.h>

const int ranks_thread_level = MPI_THREAD_SINGLE; /* a rank has no threads */

const struct count_info ranks_counts[] = {
    RANKS_COUNTS,
    {"p2p::handshakes", "",
     "messages that were sent once their receiver had said that it was there"},
    {"p2p::inits", "", "messages that were prepared once, whatever the number of executions"},
    {"p2p::starts", "", "messages that were prepared before, and started"},
    {0},
};

struct team {
    struct ranks ranks;
    struct p2p p2p;
};

static const struct p2p_way *way_of(const struct job *job)
{
    return job_chose(job, "call", "nonblocking")  ? &p2p_nonblocking
           : job_chose(job, "call", "persistent") ? &p2p_persistent
                                                  : &p2p_blocking;
}

static enum status mpi_p2p_start(const struct job *job, struct team *team)
{
    struct ranks *ranks = &team->ranks;
    const uint64_t chunk = range_chunk(kernel_whole(job->size), job->ranks);
    TRY(ranks_start_worker(job, ranks));
    ranks->in_step = kernel_is_map(job->kernel) && job->size >= job->ranks;
    return p2p_new(&team->p2p, ranks, way_of(job), send_mode_find(job_choice(job, "mode")),
                   job_count(job, "chunk", chunk));
}

static enum status mpi_p2p_execute(struct team *team, struct outcome *outcome)
{
    struct p2p *p2p = &team->p2p;
    if (team->ranks.rank > 0)
        return p2p->way->work(p2p);
    TRY(p2p->way->lead(p2p));
    outcome->partial = fold_result(p2p->fold);
    outcome->output = team->ranks.map_buffers.output.start;
    return STATUS_OK;
}

static void mpi_p2p_count(struct team *team, struct outcome *outcome)
{
    p2p_count(&team->p2p);
    ranks_count(team, outcome);
}

static void mpi_p2p_stop(struct team *team)
{
    p2p_free(&team->p2p);
    ranks_stop(team);
}

const struct model this_model = {
    .name = "mpi-p2p",
    .title = "MPI ranks: Send and Recv, point to point",
    .python = "mpi4py: comm.Send, Recv; Isend, Irecv; Send_init, Recv_init",
    .launch = LAUNCH_RANKS,
    .traits = TRAIT_ON_REQUEST | TRAIT_POINT_TO_POINT | TRAIT_BY_MESSAGE,
    .copies = 2,
    /* The bytes of a message are int, and of two ranks each has half of the items. */
    .max_map_size = INT_MAX / 8,
    .options = mpi_p2p_options,
    .refusals = mpi_p2p_refusals,
    .counts = ranks_counts,
    .group = &ranks_group,
    .team_bytes = sizeof(struct team),
    .start = mpi_p2p_start,
    .execute = mpi_p2p_execute,
    .count = mpi_p2p_count,
    .tell = ranks_tell,
    .stop = mpi_p2p_stop,
};
