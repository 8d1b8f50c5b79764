#include "node.h"

#include "aligned.h"
#include "host.h"
#include "memory.h"

#include <stdlib.h>
#include <sys/statvfs.h>

enum { PAGE = 4096 }; /* at least: no two kinds of data lie in one */

/* How the inputs and outputs of a map are cut among them. */
static void plan_moves(struct ranks *leaders)
{
    const int own[] = {(int)range_length(leaders->share), (int)leaders->share.begin};
    leaders->counts = memory_new((size_t)leaders->size, sizeof *leaders->counts);
    leaders->offsets = memory_new((size_t)leaders->size, sizeof *leaders->offsets);
    MPI_Gather(&own[0], 1, MPI_INT, leaders->counts, 1, MPI_INT, 0, leaders->comm);
    MPI_Gather(&own[1], 1, MPI_INT, leaders->offsets, 1, MPI_INT, 0, leaders->comm);
}

/* Ranks of another communicator, that take what all have agreed upon from those. */
static void plan_leaders(const struct ranks *all, struct node *node)
{
    static const char what[] = "the partial results: take a smaller --size";
    const struct kernel *kernel = all->job->kernel;
    struct ranks *leaders = &node->leaders;
    leaders->job = all->job;
    leaders->share = node->range;
    leaders->input_item = all->input_item;
    leaders->output_item = all->output_item;
    leaders->partial_type = all->partial_type;
    leaders->append = all->append;
    leaders->scratch = all->scratch;
    leaders->room = kernel_partial_size(kernel, all->job->size, kernel_whole(all->job->size));
    leaders->partial = storage_new(leaders->room, false, what).start;
    leaders->other = storage_new(leaders->room, false, what).start;
    if (kernel_is_map(kernel))
        plan_moves(leaders);
}

void node_start(struct ranks *ranks, struct node *node)
{
    MPI_Comm *leaders = &node->leaders.comm;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, ranks->rank, MPI_INFO_NULL,
                        &node->comm);
    MPI_Comm_rank(node->comm, &node->rank);
    MPI_Comm_size(node->comm, &node->size);
    MPI_Comm_split(MPI_COMM_WORLD, node_is_led(node) ? 0 : MPI_UNDEFINED, ranks->rank, leaders);
    if (node_is_led(node)) {
        MPI_Comm_rank(*leaders, &node->leaders.rank);
        MPI_Comm_size(*leaders, &node->leaders.size);
        MPI_Exscan(&node->size, &node->first, 1, MPI_INT, MPI_SUM, *leaders);
        if (node->leaders.rank == 0)
            node->first = 0; /* which that leaves as it finds it */
    }
    MPI_Bcast(&node->first, 1, MPI_INT, 0, node->comm);
    ranks->share = node_share(node, ranks, node->rank);
    node->range = (struct range){node_share(node, ranks, 0).begin,
                                 node_share(node, ranks, node->size - 1).end};
    if (node_is_led(node))
        plan_leaders(ranks, node);
}

void node_stop(struct node *node)
{
    if (node->leaders.comm != MPI_COMM_NULL)
        MPI_Comm_free(&node->leaders.comm);
    free(node->leaders.partial);
    free(node->leaders.other);
    free(node->leaders.counts);
    free(node->leaders.offsets);
    storage_free(&node->again);
    MPI_Win_unlock_all(node->pages);
    MPI_Win_free(&node->pages);
    MPI_Comm_free(&node->comm);
}

/* Whether the file system that shared memory is in, as MPI libraries take it on Linux, has room. */
static enum status check_room(size_t bytes)
{
    static const char place[] = "/dev/shm";
    static const double mebi = 1 << 20;
    char host[HOST_BYTES];
    struct statvfs there;
    if (statvfs(place, &there) != 0 || bytes / there.f_frsize < there.f_bavail)
        return STATUS_OK;
    host_read(host);
    return status_fail(STATUS_FAILED,
                       "%s on %s has %.1f MiB left, and its ranks share %.1f: free or enlarge it, "
                       "or take a smaller --size",
                       place, host, (double)there.f_bavail * (double)there.f_frsize / mebi,
                       (double)bytes / mebi);
}

/* Makes so many bytes behind a first page, which may not be whole: MPI's memory may begin anywhere
 * in it, at the same place for all. */
static enum status make_pages(struct node *node, size_t bytes, unsigned char **first)
{
    const size_t all = node_is_led(node) ? PAGE + bytes : 0;
    MPI_Aint size;
    int unit;
    unsigned char *start;
    if (node->size > 1 && node_is_led(node)) /* the others are ended with their leader */
        TRY(check_room(all));
    MPI_Win_allocate_shared((MPI_Aint)all, 1, MPI_INFO_NULL, node->comm, &start, &node->pages);
    MPI_Win_shared_query(node->pages, 0, &size, &unit, &start);
    MPI_Win_lock_all(MPI_MODE_NOCHECK, node->pages);
    *first = start - (uintptr_t)start % PAGE;
    if (node->size > 1 && bytes >= STORAGE_HUGE_PAGE)
        node->again = storage_again(*first, PAGE + bytes);
    if (node->again.start)
        *first = node->again.start;
    return STATUS_OK;
}

/* Any rank's may be the longest where partials grow. */
static size_t longest_partial(const struct ranks *ranks, const struct node *node)
{
    size_t most = 0;
    for (int rank = 0; rank < node->size; rank++) {
        const size_t bytes = kernel_partial_size(ranks->job->kernel, ranks->job->size,
                                                 node_share(node, ranks, rank));
        most = bytes > most ? bytes : most;
    }
    return most;
}

/* The inputs of other nodes are rank 0's to write. */
static void touch(const struct ranks *ranks, const struct node *node)
{
    const struct range rest = {node->range.end, ranks->job->size};
    if (node->first > 0)
        map_buffers_touch(&node->map_buffers, ranks->share);
    else
        map_buffers_fill(&node->map_buffers, ranks->share);
    if (ranks->rank == 0)
        map_buffers_fill(&node->map_buffers, rest);
}

/* Slots, inputs and outputs, one behind the other. */
enum status node_share_pages(struct ranks *ranks, struct node *node)
{
    const struct job *job = ranks->job;
    const struct range held = node->first == 0 ? kernel_whole(job->size) : node->range;
    const size_t inputs = range_length(held) * job->kernel->input_item_size;
    const size_t outputs = range_length(held) * job->kernel->output_item_size;
    const size_t unit = inputs >= STORAGE_HUGE_PAGE ? STORAGE_HUGE_PAGE : PAGE;
    node->stride = aligned(longest_partial(ranks, node), PAGE);
    const size_t input = aligned(PAGE + (size_t)node->size * node->stride, unit);
    const size_t output = aligned(input + inputs, unit);
    unsigned char *first;
    TRY(make_pages(node, output + outputs, &first));
    node->slots = first + PAGE;
    node->map_buffers = (struct map_buffers){.job = job, .held = held};
    if (inputs > 0) {
        node->map_buffers.input = (struct storage){first + input, inputs, true};
        node->map_buffers.output = (struct storage){first + output, outputs, true};
        touch(ranks, node);
    }
    node->leaders.map_buffers = node->map_buffers;
    node_meet(node);
    return STATUS_OK;
}

void node_meet(const struct node *node)
{
    MPI_Win_sync(node->pages);
    MPI_Barrier(node->comm);
    MPI_Win_sync(node->pages);
}
