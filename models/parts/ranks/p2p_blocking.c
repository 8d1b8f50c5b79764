#include "p2p.h"

#include <string.h>

/* Its outputs and its partial go home in one message. */
static enum status work(struct p2p *p2p)
{
    struct ranks *ranks = p2p->ranks;
    struct p2p_message message = p2p_outputs(p2p, ranks->share);
    (void)p2p_receive(p2p, p2p_inputs(p2p, ranks->share), 0, 0);
    TRY(map_buffers_compute(&ranks->map_buffers, ranks->share, ranks->partial));
    const size_t used = kernel_used(ranks->job->kernel, ranks->partial);
    if (message.bytes > 0)
        memcpy((unsigned char *)message.start + message.bytes, ranks->partial, used);
    else
        message.start = ranks->partial;
    message.bytes += used;
    p2p_send(p2p, message, 0, 0);
    return STATUS_OK;
}

/* Outputs go to their place. The partial behind them lies where those of the next rank will, and is
 * taken away before they come. */
static void take_in(struct p2p *p2p, int rank)
{
    const struct job *job = p2p->ranks->job;
    const struct range share = ranks_share(p2p->ranks, rank);
    const struct p2p_message outputs = p2p_outputs(p2p, share);
    void *partial = fold_slot(p2p->fold);
    const struct p2p_message room = {outputs.bytes > 0 ? outputs.start : partial,
                                     outputs.bytes +
                                         kernel_partial_size(job->kernel, job->size, share)};
    const size_t bytes = p2p_receive(p2p, room, rank, 0);
    if (outputs.bytes > 0)
        memcpy(partial, (unsigned char *)outputs.start + outputs.bytes, bytes - outputs.bytes);
    fold_push(p2p->fold, share, partial);
}

static enum status lead(struct p2p *p2p)
{
    const struct ranks *ranks = p2p->ranks;
    for (int rank = 1; rank < ranks->size; rank++)
        p2p_send(p2p, p2p_inputs(p2p, ranks_share(ranks, rank)), rank, 0);
    fold_reset(p2p->fold);
    void *partial = fold_slot(p2p->fold);
    TRY(map_buffers_compute(&ranks->map_buffers, ranks->share, partial));
    fold_push(p2p->fold, ranks->share, partial);
    for (int rank = 1; rank < ranks->size; rank++)
        take_in(p2p, rank);
    return STATUS_OK;
}

const struct p2p_way p2p_blocking = {.lead = lead, .work = work};
