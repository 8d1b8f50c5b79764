/*
 * The ways in which MPI sends a message from one rank to another: four modes, each by three kinds
 * of calls. The receiver is the same for all. (MPI: A Message-Passing Interface Standard, version
 * 4.1, 3.4 Communication Modes, 3.7 Nonblocking Communication, 3.9 Persistent Communication
 * Requests.)
 *
 * The mode tells when a send is complete. Standard: when the library likes; a short message is
 * usually copied away, a long one waits for its receiver, and nothing is promised. Buffered: at
 * once, in room that the program has attached. Synchronous: once its receiver has begun to receive.
 * Ready: as standard; but the receive must be posted before, or all is undefined. How the sender
 * knows is the program's business: here by an invitation, a message without bytes.
 *
 * The call tells who waits for that. A blocking one does. A nonblocking one returns at once, and
 * the message is on its way while the program computes. A persistent one is prepared once, and
 * started again and again.
 */
#pragma once

#include <mpi.h>
#include <stdbool.h>

typedef int send_call(const void *message, int count, MPI_Datatype type, int to, int tag,
                      MPI_Comm ranks);
typedef int send_call_with_request(const void *message, int count, MPI_Datatype type, int to,
                                   int tag, MPI_Comm ranks, MPI_Request *request);

struct send_mode {
    const char *word; /* "synchronous" */
    send_call *blocking;
    send_call_with_request *nonblocking, *persistent;
    bool takes_room;       /* that the program attaches */
    bool is_by_invitation; /* it is sent to a receive that is posted */
};

/* The mode of that word; NULL: there is none. */
const struct send_mode *send_mode_find(const char *word);

/* By the receiver, once its receive is posted, and by the sender before it sends, where the mode is
 * by invitation. The former never waits. No other message between the two may have a tag of
 * SEND_MODE_TAGS or more at the time. */
enum { SEND_MODE_TAGS = 8 };
void send_mode_invite(int from, int tag);
void send_mode_await_invitation(int to, int tag);

/*
 * Whether a persistent send that is started again sends what is in its place by then, as it should:
 * Open MPI 4.1 sends what a long one in buffered mode held at its first start (open-mpi/ompi on
 * GitHub, pull request 12797). Tries it with this rank itself, in a room that it attaches
 * meanwhile.
 */
bool send_mode_restarts(const struct send_mode *mode);
