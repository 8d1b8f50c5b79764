#include "p2p.h"

#include "memory.h"

#include <stdlib.h>

/*
 * Pieces travel in lanes, by turns: a rank's first piece and every other one in its first lane, the
 * rest in the second. A lane is a tag, so that messages in it come in order, whichever lane is
 * ahead. It has one piece at a time: from when its inputs are sent until its outputs are back.
 */
struct lanes {
    int count; /* on rank 0 those of all other ranks, else this rank's */
    MPI_Request *in, *out;
    /* Rank 0's. */
    uint64_t *pieces; /* in each lane */
    int *ended;
    MPI_Request *partials; /* one for each other rank */
};

static MPI_Request *new_requests(int count)
{
    MPI_Request *requests = memory_new((size_t)count + 1, sizeof *requests);
    for (int i = 0; i <= count; i++)
        requests[i] = MPI_REQUEST_NULL;
    return requests;
}

static void start(struct p2p *p2p)
{
    struct lanes *lanes = p2p->own = memory_new(1, sizeof *lanes);
    const int others = p2p->ranks->size - 1;
    lanes->count = p2p->ranks->rank == 0 ? others * P2P_LANES : P2P_LANES;
    lanes->in = new_requests(lanes->count);
    lanes->out = new_requests(lanes->count);
    lanes->partials = new_requests(others);
    lanes->pieces = memory_new((size_t)lanes->count + 1, sizeof *lanes->pieces);
    lanes->ended = memory_new((size_t)lanes->count + 1, sizeof *lanes->ended);
}

static void stop(struct p2p *p2p)
{
    struct lanes *lanes = p2p->own;
    free(lanes->ended);
    free(lanes->pieces);
    free(lanes->partials);
    free(lanes->out);
    free(lanes->in);
    free(lanes);
}

/* The partial of a piece joins those before it. */
static enum status compute(struct p2p *p2p, uint64_t piece)
{
    const struct range range = p2p_piece(p2p, p2p->ranks->rank, piece);
    void *partial = fold_slot(p2p->fold);
    TRY(map_buffers_compute(&p2p->ranks->map_buffers, range, partial));
    fold_push(p2p->fold, range, partial);
    return STATUS_OK;
}

/* ---- a rank that works for rank 0 ---- */

static void receive_inputs(struct p2p *p2p, uint64_t piece)
{
    const struct lanes *lanes = p2p->own;
    const int lane = (int)(piece % P2P_LANES), rank = p2p->ranks->rank;
    if (piece < p2p_pieces(p2p, rank))
        p2p_begin_receive(p2p, p2p_inputs(p2p, p2p_piece(p2p, rank, piece)), 0, lane,
                          &lanes->in[lane]);
}

/* Those of the piece before it in the lane are there: else its inputs would not have come. */
static void send_outputs(struct p2p *p2p, uint64_t piece)
{
    const struct lanes *lanes = p2p->own;
    const int lane = (int)(piece % P2P_LANES);
    MPI_Wait(&lanes->out[lane], MPI_STATUS_IGNORE);
    p2p_begin_send(p2p, p2p_outputs(p2p, p2p_piece(p2p, p2p->ranks->rank, piece)), 0, lane,
                   &lanes->out[lane]);
}

/* While a piece is computed, the receives of the next two are posted. */
static enum status work(struct p2p *p2p)
{
    const struct lanes *lanes = p2p->own;
    const uint64_t pieces = p2p_pieces(p2p, p2p->ranks->rank);
    fold_reset(p2p->fold);
    for (uint64_t piece = 0; piece < P2P_LANES; piece++)
        receive_inputs(p2p, piece);
    for (uint64_t piece = 0; piece < pieces; piece++) {
        MPI_Wait(&lanes->in[piece % P2P_LANES], MPI_STATUS_IGNORE);
        receive_inputs(p2p, piece + P2P_LANES);
        TRY(compute(p2p, piece));
        send_outputs(p2p, piece);
    }
    void *partial = fold_result(p2p->fold);
    const struct p2p_message message = {partial, kernel_used(p2p->ranks->job->kernel, partial)};
    p2p_begin_send(p2p, message, 0, P2P_PARTIAL, &lanes->out[P2P_LANES]);
    MPI_Waitall(P2P_LANES + 1, lanes->out, MPI_STATUSES_IGNORE);
    return STATUS_OK;
}

/* ---- rank 0 ---- */

static int rank_of(int lane)
{
    return 1 + lane / P2P_LANES;
}

/* Sends the inputs of the lane's piece, and expects its outputs. */
static void exchange(struct p2p *p2p, int lane)
{
    const struct lanes *lanes = p2p->own;
    const int rank = rank_of(lane), tag = lane % P2P_LANES;
    if (lanes->pieces[lane] >= p2p_pieces(p2p, rank))
        return;
    const struct range piece = p2p_piece(p2p, rank, lanes->pieces[lane]);
    p2p_begin_receive(p2p, p2p_outputs(p2p, piece), rank, tag, &lanes->in[lane]);
    MPI_Wait(&lanes->out[lane], MPI_STATUS_IGNORE); /* whose outputs are back */
    p2p_begin_send(p2p, p2p_inputs(p2p, piece), rank, tag, &lanes->out[lane]);
}

/* All ranks get their first piece before any gets its second. */
static void begin(struct p2p *p2p)
{
    const struct lanes *lanes = p2p->own;
    for (int rank = 1; rank < p2p->ranks->size; rank++)
        p2p_begin_receive(p2p, p2p_inbox(p2p, rank), rank, P2P_PARTIAL, &lanes->partials[rank - 1]);
    for (int turn = 0; turn < P2P_LANES; turn++)
        for (int lane = turn; lane < lanes->count; lane += P2P_LANES) {
            lanes->pieces[lane] = (uint64_t)turn;
            exchange(p2p, lane);
        }
}

/* What MPI_Testsome() and MPI_Waitsome() are: the latter waits for one at least. */
typedef int take_some(int count, MPI_Request requests[], int *ended, int indices[],
                      MPI_Status statuses[]);

/* Each piece that is back makes room for the next one. False: none is on its way. */
static bool go_on(struct p2p *p2p, take_some *take)
{
    const struct lanes *lanes = p2p->own;
    int ended = 0;
    take(lanes->count, lanes->in, &ended, lanes->ended, MPI_STATUSES_IGNORE);
    for (int i = 0; ended != MPI_UNDEFINED && i < ended; i++) {
        lanes->pieces[lanes->ended[i]] += P2P_LANES;
        exchange(p2p, lanes->ended[i]);
    }
    return ended != MPI_UNDEFINED;
}

/* Between two of its own pieces it looks after those of others. */
static enum status lead(struct p2p *p2p)
{
    const struct lanes *lanes = p2p->own;
    const struct ranks *ranks = p2p->ranks;
    const uint64_t pieces = p2p_pieces(p2p, 0);
    begin(p2p);
    fold_reset(p2p->fold);
    for (uint64_t piece = 0; piece < pieces; piece++) {
        TRY(compute(p2p, piece));
        (void)go_on(p2p, MPI_Testsome);
    }
    while (go_on(p2p, MPI_Waitsome))
        ;
    MPI_Waitall(lanes->count, lanes->out, MPI_STATUSES_IGNORE);
    MPI_Waitall(ranks->size - 1, lanes->partials, MPI_STATUSES_IGNORE);
    for (int rank = 1; rank < ranks->size; rank++)
        fold_push(p2p->fold, ranks_share(ranks, rank), p2p_inbox(p2p, rank).start);
    return STATUS_OK;
}

const struct p2p_way p2p_nonblocking = {
    .has_pieces = true, .start = start, .lead = lead, .work = work, .stop = stop};
