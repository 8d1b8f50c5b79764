/*
 * MPI ranks that share pages within a node: inputs, outputs and partials lie where all ranks of the
 * node see them, and no byte is moved there. Between nodes, one rank of each exchanges messages.
 *
 * There: mpi4py's Split_type(COMM_TYPE_SHARED), Win.Allocate_shared, and Split for the leaders.
 * Each rank computes its share in place, and leaves its partial in its slot. When all of the node
 * have met, the leader combines the slots, in order. Leaders of other nodes get their node's inputs
 * by Scatterv, and take part in the reduction and in Gatherv: see parts/ranks/node.h. So what has
 * to be shared is told, where threads and forked processes share everything or what they inherited.
 *
 * What to look for: on one node mpi::bytes is 0, and a map (squares) takes as long as with a pool
 * over shared memory, where mpi copies all of it twice. On several nodes there are as many messages
 * as with one rank on each of them. The pages are a file in /dev/shm, which may have less room than
 * the node has memory.
 */
#include "fold.h"
#include "model.h"
#include "node.h"

#include <limits.h>
#include <string.h>

const int ranks_thread_level = MPI_THREAD_SINGLE; /* a rank has no threads */
const struct count_info ranks_counts[] = {RANKS_COUNTS, {0}};

struct team {
    struct ranks ranks;
    struct node node;
    struct fold *fold; /* the leader's */
};

static enum status mpi_shared_start(const struct job *job, struct team *team)
{
    struct ranks *ranks = &team->ranks;
    struct node *node = &team->node;
    TRY(ranks_start(job, ranks));
    ranks_take_seat(ranks);
    node_start(ranks, node);
    TRY(node_share_pages(ranks, node));
    if (node_is_led(node))
        team->fold = fold_new(job->kernel, job->size, node->range, false);
    rank_timer_start(&ranks->timer, job->oversubscribe);
    return STATUS_OK;
}

/* What the node's ranks have left in their slots. */
static void combine(struct team *team)
{
    struct ranks *leaders = &team->node.leaders;
    fold_reset(team->fold);
    for (int rank = 0; rank < team->node.size; rank++)
        fold_push(team->fold, node_share(&team->node, &team->ranks, rank),
                  node_slot(&team->node, rank));
    const void *partial = fold_result(team->fold);
    memcpy(leaders->partial, partial, kernel_used(leaders->job->kernel, partial));
}

static enum status mpi_shared_execute(struct team *team, struct outcome *outcome)
{
    struct node *node = &team->node;
    struct ranks *leaders = &node->leaders;
    if (node_is_led(node))
        ranks_scatter(leaders);
    if (node->first > 0)
        node_meet(node); /* the inputs have come */
    TRY(map_buffers_compute(&node->map_buffers, team->ranks.share, node_slot(node, node->rank)));
    node_meet(node); /* all is computed */
    if (!node_is_led(node))
        return STATUS_OK;
    combine(team);
    outcome->partial = ranks_reduce(leaders);
    outcome->output = ranks_gather(leaders);
    for (int i = 0; i < RANKS_COUNTED; i++) {
        team->ranks.counted[i] += leaders->counted[i];
        leaders->counted[i] = 0;
    }
    return STATUS_OK;
}

static void mpi_shared_stop(struct team *team)
{
    fold_free(team->fold);
    node_stop(&team->node);
    ranks_stop(team);
}

const struct model this_model = {
    .name = "mpi-shared",
    .title = "MPI ranks that share pages within a node: Win_allocate_shared",
    .python = "mpi4py: Win.Allocate_shared, Comm.Split",
    .launch = LAUNCH_RANKS,
    .traits = TRAIT_SHARED_MEMORY | TRAIT_ON_REQUEST,
    .copies = 1,
    .max_map_size = INT_MAX, /* counts and offsets in items are int */
    .counts = ranks_counts,
    .group = &ranks_group,
    .team_bytes = sizeof(struct team),
    .start = mpi_shared_start,
    .execute = mpi_shared_execute,
    .count = ranks_count,
    .tell = ranks_tell,
    .stop = mpi_shared_stop,
};
