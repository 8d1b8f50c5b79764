#include "office.h"

#include "memory.h"
#include "parcel.h"
#include "process.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct office {
    struct space space;
    unsigned clients; /* with its owner, who is the last one */
    struct process process;
    bool has_ended;         /* which was said */
    struct channel **here;  /* the clients' ends */
    struct channel **there; /* those of the server; twice in a row, so that it can begin anywhere */
    struct storage requests; /* how many there were, for its owner to read */
    uint64_t next;           /* the server's: the first piece that nobody has */
};

typedef _Atomic uint64_t request_count;

/* ---- The server ---- */

/* Makes the answer of the request; where it is of many bytes, they stay where they are. */
static enum status answer(struct office *office, struct frame *frame, void **payload)
{
    const struct space *space = &office->space;
    if (frame->piece >= space->partials.pieces)
        return STATUS_FAILED;
    const struct range range = partials_range(&space->partials, frame->piece);
    const uint64_t bytes = frame->bytes;
    frame->bytes = 0;
    switch ((enum request)frame->kind) {
    case REQUEST_OPEN:
        office->next = 0;
        return STATUS_OK;
    case REQUEST_TAKE:
        frame->piece = office->next;
        office->next += office->next < space->partials.pieces;
        return STATUS_OK;
    case REQUEST_GET:
        frame->bytes = range_length(range) * space->map_buffers.job->kernel->input_item_size;
        *payload = (void *)(uintptr_t)parcel_inputs(space, range);
        return STATUS_OK;
    case REQUEST_PUT:
        return parcel_open(space, frame->piece, *payload, bytes);
    }
    return STATUS_FAILED;
}

/* It would be ready for ever, and all others would wait. */
static void forget(struct office *office, unsigned client)
{
    channel_free(office->there[client]);
    office->there[client] = office->there[office->clients + client] = NULL;
}

/* Each step sends the answer before, as far as there is room, and may bring the next request. That
 * a client is gone is its owner's to notice; one that sends nonsense ends the server. */
static enum status serve_one(struct office *office, unsigned client)
{
    struct channel *end = office->there[client];
    for (;;) {
        struct frame frame;
        void *payload;
        bool came;
        if (channel_step(end, &frame, &payload, &came) != STATUS_OK)
            break;
        if (!came)
            return STATUS_OK;
        TRY(answer(office, &frame, &payload));
        (void)atomic_fetch_add((request_count *)office->requests.start, 1);
        if (channel_put(end, &frame, payload) != STATUS_OK)
            break;
    }
    forget(office, client);
    return STATUS_OK;
}

/* The next one to be looked at is the one after who was served, so that nobody waits for ever. */
static int serve(void *context)
{
    struct office *office = context;
    const unsigned clients = office->clients;
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < clients; i++)
        channel_free(office->here[i]);
    for (unsigned first = 0; status == STATUS_OK;) {
        const int ready = channel_wait(office->there + first, clients, NULL, 0, 0);
        if (ready < 0)
            continue;
        first += (unsigned)ready;
        first -= first >= clients ? clients : 0;
        status = serve_one(office, first++);
        first -= first >= clients ? clients : 0;
    }
    return EXIT_FAILURE;
}

/* ---- Its owner, and the clients ---- */

static enum status make_channels(struct office *office)
{
    for (unsigned i = 0; i < office->clients; i++) {
        TRY(channel_pair(CHANNEL_SOCKETS, &office->here[i], &office->there[i]));
        office->there[office->clients + i] = office->there[i];
    }
    return STATUS_OK;
}

/* All that is left of the server's ends is its own. */
static void free_server_ends(struct office *office)
{
    for (unsigned i = 0; i < office->clients; i++) {
        channel_free(office->there[i]);
        office->there[i] = NULL;
    }
}

enum status office_start(const struct space *space, unsigned clients, struct office **started)
{
    struct office *office = *started = memory_new(1, sizeof *office);
    *office = (struct office){.space = *space, .clients = clients + 1, .process = PROCESS_NONE};
    office->here = memory_new(office->clients, sizeof(struct channel *));
    office->there = memory_new(2 * (size_t)office->clients, sizeof(struct channel *));
    office->requests = storage_new(sizeof(request_count), true, "the manager");
    office_reset_requests(office);
    TRY(make_channels(office));
    const bool forked = process_fork(&office->process, serve, office);
    const int error = errno;
    free_server_ends(office);
    return forked ? STATUS_OK
                  : status_fail(STATUS_FAILED,
                                "cannot start the manager process: %s; use fewer workers",
                                strerror(error));
}

enum status office_ask(struct office *office, unsigned client, struct frame *frame,
                       const void *payload, void **answered)
{
    struct channel *end = office->here[client < office->clients ? client : office->clients - 1];
    TRY(channel_put(end, frame, payload));
    TRY(channel_flush(end));
    return channel_take(end, frame, answered);
}

enum status office_look(struct office *office, uint64_t wait_ns)
{
    const long process = office->process.id;
    char how[96];
    if (office->has_ended)
        return STATUS_FAILED;
    if (wait_ns > 0)
        (void)channel_wait(NULL, 0, &office->process.ends, 1, wait_ns);
    if (!process_has_ended(&office->process, how, sizeof how))
        return STATUS_OK;
    office->has_ended = true;
    return status_fail(STATUS_FAILED, "the manager (process %ld) %s", process, how);
}

uint64_t office_requests(const struct office *office)
{
    return atomic_load((request_count *)office->requests.start);
}

void office_reset_requests(struct office *office)
{
    atomic_store((request_count *)office->requests.start, 0);
}

void office_stop(struct office *office)
{
    if (office == NULL)
        return;
    process_end(&office->process);
    free_server_ends(office);
    for (unsigned i = 0; i < office->clients; i++)
        channel_free(office->here[i]);
    storage_free(&office->requests);
    free(office->here);
    free(office->there);
    free(office);
}
