#include "p2p.h"

#include "aligned.h"
#include "memory.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/param.h>

enum { ALIGNMENT = 64 };

/* ---- pieces, and where they are ---- */

uint64_t p2p_pieces(const struct p2p *p2p, int rank)
{
    const bool has_pieces = p2p->way->has_pieces && kernel_is_map(p2p->ranks->job->kernel);
    return has_pieces ? range_pieces(ranks_share(p2p->ranks, rank), p2p->chunk) : 1;
}

struct range p2p_piece(const struct p2p *p2p, int rank, uint64_t piece)
{
    return range_split(ranks_share(p2p->ranks, rank), p2p_pieces(p2p, rank), piece);
}

static struct p2p_message items(const struct p2p *p2p, const struct storage *storage,
                                size_t item_size, struct range range)
{
    const uint64_t first = range.begin - p2p->ranks->map_buffers.held.begin;
    unsigned char *start = storage->start;
    return (struct p2p_message){start ? start + first * item_size : NULL,
                                range_length(range) * item_size};
}

struct p2p_message p2p_inputs(const struct p2p *p2p, struct range range)
{
    return items(p2p, &p2p->ranks->map_buffers.input, p2p->ranks->job->kernel->input_item_size,
                 range);
}

struct p2p_message p2p_outputs(const struct p2p *p2p, struct range range)
{
    return items(p2p, &p2p->ranks->map_buffers.output, p2p->ranks->job->kernel->output_item_size,
                 range);
}

static size_t partial_room(const struct p2p *p2p, int rank)
{
    const struct job *job = p2p->ranks->job;
    return kernel_partial_size(job->kernel, job->size, ranks_share(p2p->ranks, rank));
}

struct p2p_message p2p_inbox(const struct p2p *p2p, int rank)
{
    return (struct p2p_message){(unsigned char *)p2p->inbox.start + p2p->places[rank],
                                partial_room(p2p, rank)};
}

static void make_inbox(struct p2p *p2p)
{
    size_t bytes = 0;
    p2p->places = memory_new((size_t)p2p->ranks->size, sizeof *p2p->places);
    for (int rank = 1; rank < p2p->ranks->size; rank++) {
        p2p->places[rank] = bytes;
        bytes += aligned(partial_room(p2p, rank), ALIGNMENT);
    }
    p2p->inbox = storage_new(bytes, false, "the partial results: take a smaller --size");
}

/* ---- room for messages in buffered mode ---- */

/* Of all messages that this rank sends in an execution, each with what MPI adds to it: a library
 * may find out late that a piece has gone, when many more are sent. */
static size_t room_needed(const struct p2p *p2p)
{
    const struct ranks *ranks = p2p->ranks;
    const struct kernel *kernel = ranks->job->kernel;
    const size_t added = MPI_BSEND_OVERHEAD;
    size_t bytes = 0;
    if (ranks->rank > 0)
        return range_length(ranks->share) * kernel->output_item_size +
               partial_room(p2p, ranks->rank) + (p2p_pieces(p2p, ranks->rank) + 1) * added;
    for (int rank = 1; rank < ranks->size; rank++)
        bytes += range_length(ranks_share(ranks, rank)) * kernel->input_item_size +
                 p2p_pieces(p2p, rank) * added;
    return bytes;
}

/* Twice that: those of the execution before may still be there. */
static enum status attach_room(struct p2p *p2p)
{
    const size_t needed = room_needed(p2p), bytes = MIN(2 * needed, INT_MAX);
    if (needed > INT_MAX)
        return status_fail(STATUS_FAILED,
                           "%zu bytes of messages at once have no room in "
                           "mode=buffered, where 2 GiB are the most: take a smaller --size or "
                           "a larger chunk",
                           needed);
    p2p->room = storage_new(bytes, false, "the room of mode=buffered: take a smaller --size").start;
    if (p2p->room)
        MPI_Buffer_attach(p2p->room, (int)bytes);
    return STATUS_OK;
}

/* ---- its beginning and its end ---- */

enum status p2p_new(struct p2p *p2p, struct ranks *ranks, const struct p2p_way *way,
                    const struct send_mode *mode, uint64_t chunk)
{
    const struct job *job = ranks->job;
    const bool leads = ranks->rank == 0;
    *p2p = (struct p2p){.ranks = ranks, .way = way, .mode = mode, .chunk = chunk};
    if (leads || way->has_pieces)
        p2p->fold =
            fold_new(job->kernel, job->size, leads ? kernel_whole(job->size) : ranks->share, false);
    if (leads && way != &p2p_blocking)
        make_inbox(p2p);
    p2p->restarts = way != &p2p_persistent || !mode->takes_room || send_mode_restarts(mode);
    if (mode->takes_room)
        TRY(attach_room(p2p));
    if (way->start)
        way->start(p2p);
    return STATUS_OK;
}

void p2p_free(struct p2p *p2p)
{
    void *room;
    int bytes;
    if (p2p->way->stop)
        p2p->way->stop(p2p);
    if (p2p->room)
        MPI_Buffer_detach(&room, &bytes); /* waits until all of it has gone */
    free(p2p->room);
    free(p2p->places);
    storage_free(&p2p->inbox);
    fold_free(p2p->fold);
}

void p2p_count(struct p2p *p2p)
{
    p2p->ranks->counted[P2P_INITS] += p2p->prepared;
}

/* ---- messages ---- */

void p2p_before_send(struct p2p *p2p, size_t bytes, int to, int tag)
{
    ranks_count_message(p2p->ranks, bytes);
    if (p2p->mode->is_by_invitation) {
        send_mode_await_invitation(to, tag);
        p2p->ranks->counted[P2P_HANDSHAKES]++;
    }
}

void p2p_after_receive(const struct p2p *p2p, int from, int tag)
{
    if (p2p->mode->is_by_invitation)
        send_mode_invite(from, tag);
}

void p2p_send(struct p2p *p2p, struct p2p_message message, int to, int tag)
{
    if (message.bytes == 0)
        return;
    p2p_before_send(p2p, message.bytes, to, tag);
    p2p->mode->blocking(message.start, (int)message.bytes, MPI_BYTE, to, tag, MPI_COMM_WORLD);
}

void p2p_begin_send(struct p2p *p2p, struct p2p_message message, int to, int tag,
                    MPI_Request *request)
{
    *request = MPI_REQUEST_NULL;
    if (message.bytes == 0)
        return;
    p2p_before_send(p2p, message.bytes, to, tag);
    p2p->mode->nonblocking(message.start, (int)message.bytes, MPI_BYTE, to, tag, MPI_COMM_WORLD,
                           request);
}

void p2p_begin_receive(struct p2p *p2p, struct p2p_message room, int from, int tag,
                       MPI_Request *request)
{
    *request = MPI_REQUEST_NULL;
    if (room.bytes == 0)
        return;
    MPI_Irecv(room.start, (int)room.bytes, MPI_BYTE, from, tag, MPI_COMM_WORLD, request);
    p2p_after_receive(p2p, from, tag);
}

size_t p2p_receive(struct p2p *p2p, struct p2p_message room, int from, int tag)
{
    MPI_Request request;
    MPI_Status status;
    int bytes;
    if (room.bytes == 0)
        return 0;
    if (p2p->mode->is_by_invitation) {
        MPI_Irecv(room.start, (int)room.bytes, MPI_BYTE, from, tag, MPI_COMM_WORLD, &request);
        send_mode_invite(from, tag);
        MPI_Wait(&request, &status);
    } else {
        MPI_Recv(room.start, (int)room.bytes, MPI_BYTE, from, tag, MPI_COMM_WORLD, &status);
    }
    MPI_Get_count(&status, MPI_BYTE, &bytes);
    return (size_t)bytes;
}
