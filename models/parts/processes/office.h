/*
 * A process that owns the pieces of a job, and serves whoever asks for them: one request an access.
 * There: multiprocessing.Manager, whose proxies ask a server process for all that they read and
 * write.
 *
 * Each client has a pair of sockets to it. It takes requests by turns, and one who waits for an
 * answer waits for nothing else: when the server dies, the next access fails, as it does there
 * (BrokenPipeError).
 */
#pragma once

#include "channel.h"
#include "space.h"

/* What a frame to it asks for; its answer is of the same kind. */
enum request {
    REQUEST_OPEN, /* all pieces are to be had again */
    REQUEST_TAKE, /* the next piece that nobody has; the answer names none that there is: no more */
    REQUEST_GET,  /* the inputs of a piece */
    REQUEST_PUT   /* a parcel of a piece, which is laid into its place: see parcel.h */
};

struct office;

/*
 * Forks it, for so many clients, 0, 1, 2 and so on, of which each is used by one process, and for
 * the caller, OFFICE_OWNER. `space` is shared, has its inputs, and stays the caller's, who finds
 * the results there. The calling process must have no other threads. The caller ends it with
 * office_stop(), also one that could not start.
 */
MUST_USE enum status office_start(const struct space *space, unsigned clients,
                                  struct office **office);
#define OFFICE_OWNER UINT32_MAX

/*
 * Asks, and waits for the answer, which is in `frame`, and behind it in `*answer` until that client
 * asks again. `payload` is what the request brings. STATUS_FAILED: the office has ended, as its
 * owner can say. A request that is none ends it, too, and so does a parcel that cannot be opened,
 * of which it has said why.
 */
MUST_USE enum status office_ask(struct office *office, unsigned client, struct frame *frame,
                                const void *payload, void **answer);

/* Fails when it has ended, and says how. Waits for that so long, where there is reason to. */
MUST_USE enum status office_look(struct office *office, uint64_t wait_ns);

/* Requests that were answered since the last reset. */
uint64_t office_requests(const struct office *office);
void office_reset_requests(struct office *office);

/* Ends it by force, and frees the office, which may be NULL. */
void office_stop(struct office *office);
