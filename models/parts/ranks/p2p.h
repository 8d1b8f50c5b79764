/*
 * Work that rank 0 shares out by messages from one rank to another: each other rank gets the inputs
 * of its share, and gives back its outputs and its partial. Without a map there are only partials.
 *
 * Messages are sent in a mode of MPI's (send_mode.h), and in one of three ways, by the kind of
 * call: who sends and receives what, and when.
 */
#pragma once

#include "fold.h"
#include "ranks.h"
#include "send_mode.h"

/* What is counted beside messages and bytes, in the order in which mpi-p2p.c defines it. */
enum { P2P_HANDSHAKES = RANKS_COUNTED, P2P_INITS, P2P_STARTS };

struct p2p_way;

struct p2p {
    struct ranks *ranks;
    const struct p2p_way *way;
    const struct send_mode *mode;
    uint64_t chunk;    /* most items of a piece, where the way has pieces */
    struct fold *fold; /* rank 0 combines all partials in it, in the order of ranks; another rank
                          those of its pieces, where the way has such */
    void *room;        /* that is attached for messages; NULL: none */
    /* On rank 0, where the way receives from several ranks at once: the partial of each other one,
     * which begins so many bytes behind the start. */
    struct storage inbox;
    size_t *places;
    bool restarts;     /* see send_mode_restarts() */
    uint64_t prepared; /* messages, at the start */
    void *own;         /* the way's */
};

struct p2p_way {
    bool has_pieces;                /* a share travels by pieces, two at a time */
    void (*start)(struct p2p *p2p); /* NULL: there is nothing to prepare */
    /* An execution: of rank 0, whose fold has all partials then, and of another rank. */
    enum status (*lead)(struct p2p *p2p);
    enum status (*work)(struct p2p *p2p);
    void (*stop)(struct p2p *p2p); /* NULL likewise */
};

/*
 * Send and Recv, one after the other. While rank 0 sends others receive, and it receives when they
 * have computed: if all sent first, it would be up to the library whether they ever came to
 * receive, and in synchronous mode they never would. Outputs and partial come home in one message.
 */
extern const struct p2p_way p2p_blocking;

/*
 * Isend, Irecv, Wait. A map's share travels by pieces, two of which are in flight: the next one is
 * on its way while this one is computed, and outputs go home meanwhile. When a piece is back, the
 * next but one is sent. The partial of a share is a message of its own: outputs of several ranks
 * come at once, and behind those of one is the place of the next.
 */
extern const struct p2p_way p2p_nonblocking;

/*
 * Send_init and Recv_init once, at the start; Start in each execution. Place and length of a
 * message are settled then: where partials grow, as long as they may become, and all of that is
 * sent. The partial is a message of its own, as above. With a library that cannot start a message
 * again, each is prepared anew for each execution.
 */
extern const struct p2p_way p2p_persistent;

/* By all ranks, which have started. What one that failed has left is not freed: its rank ends. */
MUST_USE enum status p2p_new(struct p2p *p2p, struct ranks *ranks, const struct p2p_way *way,
                             const struct send_mode *mode, uint64_t chunk);
void p2p_free(struct p2p *p2p);

/* After a sample: adds what was prepared before it. */
void p2p_count(struct p2p *p2p);

/* ---- for the ways ---- */

/* Of messages between two ranks those with one tag come in the order in which they were sent. */
enum { P2P_LANES = 2, P2P_PARTIAL = P2P_LANES /* what has a lane has its number */ };

/* Pieces of a rank's share, at least one, and which that is. */
uint64_t p2p_pieces(const struct p2p *p2p, int rank);
struct range p2p_piece(const struct p2p *p2p, int rank, uint64_t piece);

/* A message, or room for one. */
struct p2p_message {
    void *start;
    size_t bytes;
};

/* The inputs or outputs of items that this rank holds; without a map they have no bytes. */
struct p2p_message p2p_inputs(const struct p2p *p2p, struct range range);
struct p2p_message p2p_outputs(const struct p2p *p2p, struct range range);

/* On rank 0: room for that rank's partial, which stays until the next one comes. */
struct p2p_message p2p_inbox(const struct p2p *p2p, int rank);

/* Sends it in the mode, and counts it. The message is the caller's again when this returns, or when
 * the request is complete. One without bytes is not sent, nor received: its request is complete. */
void p2p_send(struct p2p *p2p, struct p2p_message message, int to, int tag);
void p2p_begin_send(struct p2p *p2p, struct p2p_message message, int to, int tag,
                    MPI_Request *request);

/* Receives at most so many bytes, and tells how many they were; or begins to. */
size_t p2p_receive(struct p2p *p2p, struct p2p_message room, int from, int tag);
void p2p_begin_receive(struct p2p *p2p, struct p2p_message room, int from, int tag,
                       MPI_Request *request);

/* Counts a message that is about to be sent, and waits until it may be. */
void p2p_before_send(struct p2p *p2p, size_t bytes, int to, int tag);
/* The receive is posted: tells its sender, where that waits for it. */
void p2p_after_receive(const struct p2p *p2p, int from, int tag);
