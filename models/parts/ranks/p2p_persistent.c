#include "p2p.h"

#include "memory.h"

#include <stdlib.h>

/* Messages of each execution, and the requests that are prepared for them. */
struct list {
    int count;
    MPI_Request *requests;
    struct letter {
        struct p2p_message message;
        int other, tag;
    } * letters;
};

struct lists {
    struct list received, sent;
    bool has_begun;
};

static MPI_Request *add(struct list *list, struct p2p_message message, int other, int tag)
{
    list->letters[list->count] = (struct letter){message, other, tag};
    return &list->requests[list->count++];
}

static void add_receive(struct p2p *p2p, struct p2p_message room, int from, int tag)
{
    struct lists *lists = p2p->own;
    if (room.bytes > 0)
        MPI_Recv_init(room.start, (int)room.bytes, MPI_BYTE, from, tag, MPI_COMM_WORLD,
                      add(&lists->received, room, from, tag));
}

static void prepare(const struct p2p *p2p, const struct letter *letter, MPI_Request *request)
{
    p2p->mode->persistent(letter->message.start, (int)letter->message.bytes, MPI_BYTE,
                          letter->other, letter->tag, MPI_COMM_WORLD, request);
}

static void add_send(struct p2p *p2p, struct p2p_message message, int to, int tag)
{
    struct lists *lists = p2p->own;
    if (message.bytes == 0)
        return;
    prepare(p2p, &(struct letter){message, to, tag}, add(&lists->sent, message, to, tag));
    p2p->prepared++;
}

static struct list list_new(int most)
{
    return (struct list){.requests = memory_new((size_t)most, sizeof(MPI_Request)),
                         .letters = memory_new((size_t)most, sizeof(struct letter))};
}

static void list_free(struct list *list)
{
    for (int i = 0; i < list->count; i++)
        MPI_Request_free(&list->requests[i]);
    free(list->letters);
    free(list->requests);
}

static void start(struct p2p *p2p)
{
    struct ranks *ranks = p2p->ranks;
    const struct job *job = ranks->job;
    struct lists *lists = p2p->own = memory_new(1, sizeof *lists);
    *lists =
        (struct lists){.received = list_new(2 * ranks->size), .sent = list_new(2 * ranks->size)};
    for (int rank = 1; ranks->rank == 0 && rank < ranks->size; rank++) {
        const struct range share = ranks_share(ranks, rank);
        add_send(p2p, p2p_inputs(p2p, share), rank, 0);
        add_receive(p2p, p2p_outputs(p2p, share), rank, 0);
        add_receive(p2p, p2p_inbox(p2p, rank), rank, P2P_PARTIAL);
    }
    if (ranks->rank > 0) {
        const struct p2p_message partial = {
            ranks->partial, kernel_partial_size(job->kernel, job->size, ranks->share)};
        add_receive(p2p, p2p_inputs(p2p, ranks->share), 0, 0);
        add_send(p2p, p2p_outputs(p2p, ranks->share), 0, 0);
        add_send(p2p, partial, 0, P2P_PARTIAL);
    }
}

static void stop(struct p2p *p2p)
{
    struct lists *lists = p2p->own;
    list_free(&lists->received);
    list_free(&lists->sent);
    free(lists);
}

static void start_receives(struct p2p *p2p)
{
    const struct list *list = &((struct lists *)p2p->own)->received;
    MPI_Startall(list->count, list->requests);
    for (int i = 0; i < list->count; i++)
        p2p_after_receive(p2p, list->letters[i].other, list->letters[i].tag);
}

/* Those of an earlier execution have gone. */
static void prepare_anew(struct p2p *p2p, const struct list *list)
{
    for (int i = 0; i < list->count; i++) {
        MPI_Request_free(&list->requests[i]);
        prepare(p2p, &list->letters[i], &list->requests[i]);
    }
    p2p->ranks->counted[P2P_INITS] += (uint64_t)list->count;
}

static void start_sends(struct p2p *p2p)
{
    struct lists *lists = p2p->own;
    const struct list *list = &lists->sent;
    if (lists->has_begun && !p2p->restarts)
        prepare_anew(p2p, list);
    lists->has_begun = true;
    for (int i = 0; i < list->count; i++) {
        const struct letter *letter = &list->letters[i];
        p2p_before_send(p2p, letter->message.bytes, letter->other, letter->tag);
        MPI_Start(&list->requests[i]);
    }
    p2p->ranks->counted[P2P_STARTS] += (uint64_t)list->count;
}

static void wait_for(const struct list *list)
{
    MPI_Waitall(list->count, list->requests, MPI_STATUSES_IGNORE);
}

static enum status work(struct p2p *p2p)
{
    const struct lists *lists = p2p->own;
    const struct ranks *ranks = p2p->ranks;
    start_receives(p2p);
    wait_for(&lists->received);
    TRY(map_buffers_compute(&ranks->map_buffers, ranks->share, ranks->partial));
    start_sends(p2p);
    wait_for(&lists->sent);
    return STATUS_OK;
}

static enum status lead(struct p2p *p2p)
{
    const struct lists *lists = p2p->own;
    const struct ranks *ranks = p2p->ranks;
    start_receives(p2p);
    start_sends(p2p);
    fold_reset(p2p->fold);
    void *partial = fold_slot(p2p->fold);
    TRY(map_buffers_compute(&ranks->map_buffers, ranks->share, partial));
    fold_push(p2p->fold, ranks->share, partial);
    wait_for(&lists->sent);
    wait_for(&lists->received);
    for (int rank = 1; rank < ranks->size; rank++)
        fold_push(p2p->fold, ranks_share(ranks, rank), p2p_inbox(p2p, rank).start);
    return STATUS_OK;
}

const struct p2p_way p2p_persistent = {.start = start, .lead = lead, .work = work, .stop = stop};
