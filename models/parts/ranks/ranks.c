#include "ranks.h"

#include "cgroup.h"
#include "host.h"
#include "memory.h"
#include "placement.h"
#include "quantities.h"
#include "seat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whose reduction it is, as MPI hands a user-defined operation no context. `scratch` holds one
 * partial, since the operation must not write to its first operand. */
static struct {
    const struct kernel *kernel;
    void *scratch;
} appended;

/* inout = in followed by inout: `in` comes from the lower rank. */
static void append_to_lower(void *in, void *inout, int *length, MPI_Datatype *type)
{
    int bytes = 0;
    MPI_Type_size(*type, &bytes);
    for (int i = 0; i < *length; i++) {
        unsigned char *upper = (unsigned char *)inout + (size_t)i * (size_t)bytes;
        memcpy(appended.scratch, (unsigned char *)in + (size_t)i * (size_t)bytes, (size_t)bytes);
        appended.kernel->combine(appended.scratch, upper);
        memcpy(upper, appended.scratch, (size_t)bytes);
    }
}

static struct ranks *ranks_of(struct team *team)
{
    return (struct ranks *)(void *)team; /* it begins with them */
}

struct range ranks_share(const struct ranks *ranks, int rank)
{
    return range_split(kernel_whole(ranks->job->size), (uint64_t)ranks->size, (uint64_t)rank);
}

/* What a rank's partial covers once it has appended all that it receives in the tree. */
static struct range subtree(const struct ranks *ranks)
{
    const uint64_t end = range_subtree_end((uint64_t)ranks->size, (uint64_t)ranks->rank);
    const struct range last = ranks_share(ranks, (int)end - 1);
    return (struct range){ranks->share.begin, last.end};
}

static const char *thread_level_name(int level)
{
    return level == MPI_THREAD_SINGLE       ? "MPI_THREAD_SINGLE"
           : level == MPI_THREAD_FUNNELED   ? "MPI_THREAD_FUNNELED"
           : level == MPI_THREAD_SERIALIZED ? "MPI_THREAD_SERIALIZED"
           : level == MPI_THREAD_MULTIPLE   ? "MPI_THREAD_MULTIPLE"
                                            : "unknown";
}

static enum status initialise(struct ranks *ranks)
{
    int provided = 0;
    MPI_Init_thread(NULL, NULL, ranks_thread_level, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks->size);
    if (provided < ranks_thread_level)
        return status_fail(STATUS_FAILED,
                           "this MPI library provides %s and %s was asked for: take one that was "
                           "built for threads",
                           thread_level_name(provided), thread_level_name(ranks_thread_level));
    const unsigned asked = ranks->job->ranks + ranks->job->helpers;
    if (ranks->size != (int)asked)
        return status_fail(
            STATUS_FAILED,
            "%u rank%s asked for and MPI started %d: is it launched by the mpirun of "
            "the library that it was built with?",
            asked, asked == 1 ? " was" : "s were", ranks->size);
    return STATUS_OK;
}

/* The first three calls are allowed before MPI is initialised. */
void ranks_tell(library_add *add, void *context)
{
    char library[MPI_MAX_LIBRARY_VERSION_STRING] = "", standard[32];
    int length, major = 0, minor = 0, initialised = 0, provided = 0;
    MPI_Get_library_version(library, &length);
    MPI_Get_version(&major, &minor);
    MPI_Initialized(&initialised);
    (void)snprintf(standard, sizeof standard, "%d.%d", major, minor);
    add(context, "mpi_library", library);
    add(context, "mpi_standard", standard);
    add(context, "mpi_thread_level", thread_level_name(ranks_thread_level));
    if (!initialised)
        return;
    MPI_Query_thread(&provided);
    add(context, "mpi_thread_level_provided", thread_level_name(provided));
}

static bool is_helper(const struct ranks *ranks)
{
    return ranks->rank < (int)ranks->job->helpers;
}

/* Ranks of one node are those that can share memory. Helpers are the first of them, and behind the
 * others in order of cores. */
static void look_around_the_node(struct ranks *ranks)
{
    struct placement_mask own, all;
    MPI_Comm node;
    int rank, size, helpers;
    const int helps = is_helper(ranks);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
    MPI_Comm_rank(node, &rank);
    MPI_Comm_size(node, &size);
    placement_mask_read(&own);
    MPI_Allreduce(own.bytes, all.bytes, sizeof own.bytes, MPI_BYTE, MPI_BOR, node);
    MPI_Allreduce(&helps, &helpers, 1, MPI_INT, MPI_SUM, node);
    MPI_Comm_free(&node);
    ranks->local_rank = (unsigned)(helps ? size - helpers + rank : rank - helpers);
    ranks->local_size = (unsigned)(size - helpers);
    ranks->local_helpers = (unsigned)helpers;
    ranks->cores = placement_mask_cores("", &own);
    ranks->node_cores = cgroup_cores_within(placement_mask_cores("", &all), cgroup_cpu_quota(""));
}

static void say_too_few_cores(const struct ranks *ranks, unsigned threads)
{
    char host[HOST_BYTES], processors[128];
    host_read(host);
    placement_print(processors, sizeof processors);
    if (ranks->cores < threads)
        status_say("rank %d on %s has %u thread%s and a mask of %u core%s (%s): launch it with as "
                   "many cores, or --oversubscribe",
                   ranks->rank, host, threads, plural(threads), ranks->cores, plural(ranks->cores),
                   processors);
    else if (ranks->node_cores == 0)
        status_say("a cgroup quota leaves less than a core on %s: ask for a whole one, or "
                   "--oversubscribe",
                   host);
    else
        status_say("%u workers in %u rank%s and %u core%s allowed on %s: take fewer, or "
                   "--oversubscribe",
                   ranks->local_size * threads, ranks->local_size, plural(ranks->local_size),
                   ranks->node_cores, plural(ranks->node_cores), host);
}

/*
 * An error unless each rank's mask has a core for each of its workers, and the masks of each node's
 * ranks together, within its control groups' quota, one for each of all their workers. Ranks on a
 * node may share one mask or have one each. All ranks call it, before any of them binds itself, and
 * all fail when one does; the first of those that do says why.
 */
static enum status check_cores(const struct ranks *ranks)
{
    const unsigned threads = ranks->job->threads;
    const bool enough = threads <= ranks->cores && ranks->local_size * threads <= ranks->node_cores;
    const int failing = enough ? ranks->size : ranks->rank;
    int first;
    if (ranks->job->oversubscribe)
        return STATUS_OK;
    MPI_Allreduce(&failing, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (first == ranks->size)
        return STATUS_OK;
    if (first == ranks->rank)
        say_too_few_cores(ranks, threads);
    MPI_Barrier(MPI_COMM_WORLD); /* mpirun ends all ranks with the first one that ends */
    return STATUS_FAILED;
}

static void plan_moves(struct ranks *ranks)
{
    const struct kernel *kernel = ranks->job->kernel;
    if (!kernel_is_map(kernel))
        return;
    ranks->counts = memory_new((size_t)ranks->size, sizeof *ranks->counts);
    ranks->offsets = memory_new((size_t)ranks->size, sizeof *ranks->offsets);
    for (int rank = 0; rank < ranks->size; rank++) {
        struct range share = ranks_share(ranks, rank);
        ranks->counts[rank] = (int)range_length(share);
        ranks->offsets[rank] = (int)share.begin;
    }
    MPI_Type_contiguous((int)kernel->input_item_size, MPI_BYTE, &ranks->input_item);
    MPI_Type_contiguous((int)kernel->output_item_size, MPI_BYTE, &ranks->output_item);
    MPI_Type_commit(&ranks->input_item);
    MPI_Type_commit(&ranks->output_item);
}

static void plan_reduction(struct ranks *ranks)
{
    static const char what[] = "the partial results: take a smaller --size";
    const struct kernel *kernel = ranks->job->kernel;
    const size_t bytes = kernel_partial_size(kernel, ranks->job->size, subtree(ranks));
    ranks->room = bytes;
    ranks->partial = storage_new(bytes, false, what).start;
    ranks->other = storage_new(bytes, false, what).start;
    ranks->scratch = storage_new(bytes, false, what).start;
    MPI_Type_contiguous((int)kernel_partial_size(kernel, ranks->job->size, ranks->share), MPI_BYTE,
                        &ranks->partial_type);
    MPI_Type_commit(&ranks->partial_type);
    MPI_Op_create(append_to_lower, 0, &ranks->append);
}

/* As rank 0 finds it, on the node that has them. */
static void find_crowd(struct ranks *ranks)
{
    const struct job *job = ranks->job;
    int is_crowded = ranks->local_size * job->threads + ranks->local_helpers > ranks->node_cores;
    if (job->helpers == 0)
        return;
    MPI_Bcast(&is_crowded, 1, MPI_INT, 0, MPI_COMM_WORLD);
    ranks->crowded = is_crowded;
}

enum status ranks_enter(const struct job *job, struct ranks *ranks)
{
    ranks->job = job;
    ranks->comm = MPI_COMM_WORLD;
    TRY(initialise(ranks));
    look_around_the_node(ranks);
    TRY(check_cores(ranks));
    find_crowd(ranks);
    return STATUS_OK;
}

enum status ranks_start(const struct job *job, struct ranks *ranks)
{
    TRY(ranks_enter(job, ranks));
    ranks->share = ranks_share(ranks, ranks->rank);
    plan_moves(ranks);
    plan_reduction(ranks);
    const struct range held = ranks->rank == 0 ? kernel_whole(job->size) : ranks->share;
    ranks->map_buffers = map_buffers_new_for_messages(job, held);
    return STATUS_OK;
}

void ranks_settle(struct ranks *ranks)
{
    if (ranks->rank == 0 && ranks->map_buffers.job) /* others get theirs with every execution */
        map_buffers_fill(&ranks->map_buffers, kernel_whole(ranks->job->size));
    rank_timer_start(&ranks->timer, ranks->job->oversubscribe || ranks->crowded);
}

void ranks_take_seat(const struct ranks *ranks)
{
    const unsigned all = ranks->local_size + (ranks->crowded ? 0 : ranks->local_helpers);
    if (!is_helper(ranks)) {
        seat_take_only(ranks->local_rank, all);
    } else if (!ranks->crowded) {
        struct placement *placement = placement_read();
        placement_bind(placement, ranks->local_rank, all);
        free(placement);
    }
}

enum status ranks_start_worker(const struct job *job, struct ranks *ranks)
{
    TRY(ranks_start(job, ranks));
    ranks_take_seat(ranks);
    map_buffers_touch(&ranks->map_buffers, ranks->map_buffers.held);
    ranks_settle(ranks);
    return STATUS_OK;
}

void ranks_stop(struct team *team)
{
    struct ranks *ranks = ranks_of(team);
    map_buffers_free(&ranks->map_buffers);
    rank_timer_stop(&ranks->timer);
    if (ranks->partial) {
        MPI_Op_free(&ranks->append);
        MPI_Type_free(&ranks->partial_type);
    }
    if (ranks->counts) {
        MPI_Type_free(&ranks->output_item);
        MPI_Type_free(&ranks->input_item);
    }
    free(ranks->scratch);
    free(ranks->other);
    free(ranks->partial);
    free(ranks->offsets);
    free(ranks->counts);
    MPI_Finalize();
}

void ranks_count_message(struct ranks *ranks, uint64_t bytes)
{
    ranks->counted[RANKS_MESSAGES] += bytes > 0;
    ranks->counted[RANKS_BYTES] += bytes;
}

void ranks_count_length(struct ranks *ranks)
{
    ranks->counted[RANKS_MESSAGES]++;
}

void ranks_scatter(struct ranks *ranks)
{
    void *input = ranks->map_buffers.input.start;
    if (!kernel_is_map(ranks->job->kernel))
        return;
    MPI_Scatterv(input, ranks->counts, ranks->offsets, ranks->input_item,
                 ranks->rank == 0 ? MPI_IN_PLACE : input, (int)range_length(ranks->share),
                 ranks->input_item, 0, ranks->comm);
    for (int rank = 1; ranks->rank == 0 && rank < ranks->size; rank++)
        ranks_count_message(ranks,
                            (uint64_t)ranks->counts[rank] * ranks->job->kernel->input_item_size);
}

void *ranks_gather(struct ranks *ranks)
{
    void *output = ranks->map_buffers.output.start;
    if (!kernel_is_map(ranks->job->kernel))
        return NULL;
    MPI_Gatherv(ranks->rank == 0 ? MPI_IN_PLACE : output, (int)range_length(ranks->share),
                ranks->output_item, output, ranks->counts, ranks->offsets, ranks->output_item, 0,
                ranks->comm);
    if (ranks->rank == 0)
        return output;
    ranks_count_message(ranks, range_length(ranks->share) * ranks->job->kernel->output_item_size);
    return NULL;
}

static void send_buffer(struct ranks *ranks, const void *data, size_t bytes, int to)
{
    MPI_Send(data, (int)bytes, MPI_BYTE, to, 0, ranks->comm);
    ranks_count_message(ranks, bytes);
}

static size_t receive_buffer(struct ranks *ranks, void *data, int from)
{
    MPI_Status status;
    int bytes;
    MPI_Recv(data, (int)ranks->room, MPI_BYTE, from, 0, ranks->comm, &status);
    MPI_Get_count(&status, MPI_BYTE, &bytes);
    return (size_t)bytes;
}

/* A rank appends what it receives from rank + 1, rank + 2, rank + 4 …, then sends it all down. */
const void *ranks_reduce_by_tree(struct ranks *ranks, ranks_send *send, ranks_receive *receive)
{
    const struct kernel *kernel = ranks->job->kernel;
    for (int step = 1; step < ranks->size; step *= 2) {
        if (ranks->rank & step) {
            send(ranks, ranks->partial, kernel_used(kernel, ranks->partial), ranks->rank - step);
            return NULL;
        }
        if (ranks->rank + step < ranks->size) {
            (void)receive(ranks, ranks->other, ranks->rank + step);
            kernel->combine(ranks->partial, ranks->other);
        }
    }
    return ranks->partial;
}

const void *ranks_reduce(struct ranks *ranks)
{
    if (kernel_grows(ranks->job->kernel))
        return ranks_reduce_by_tree(ranks, send_buffer, receive_buffer);
    appended.kernel = ranks->job->kernel;
    appended.scratch = ranks->scratch;
    MPI_Reduce(ranks->partial, ranks->other, 1, ranks->partial_type, ranks->append, 0, ranks->comm);
    if (ranks->rank == 0)
        return ranks->other;
    ranks_count_message(ranks,
                        kernel_partial_size(ranks->job->kernel, ranks->job->size, ranks->share));
    return NULL;
}

/* ---- for the harness ---- */

static uint64_t begin(struct team *team)
{
    struct ranks *ranks = ranks_of(team);
    memset(ranks->counted, 0, sizeof ranks->counted);
    return rank_timer_begin(&ranks->timer);
}

static void meet(struct team *team)
{
    if (!ranks_of(team)->in_step)
        MPI_Barrier(MPI_COMM_WORLD);
}

static void end(struct team *team, uint64_t duration_ns, unsigned executions,
                struct outcome *outcome)
{
    rank_timer_end(&ranks_of(team)->timer, duration_ns, executions, outcome);
}

static void collect(struct team *team, const void *mine, size_t bytes, void *all)
{
    (void)team;
    MPI_Gather(mine, (int)bytes, MPI_BYTE, all, (int)bytes, MPI_BYTE, 0, MPI_COMM_WORLD);
}

static bool owns(struct team *team)
{
    return ranks_of(team)->rank == 0;
}

const struct group ranks_group = {
    .begin = begin,
    .meet = meet,
    .end = end,
    .collect = collect,
    .owns = owns,
};

void ranks_count(struct team *team, struct outcome *outcome)
{
    const struct ranks *ranks = ranks_of(team);
    uint64_t all[MODEL_COUNTS_MAX];
    MPI_Reduce(ranks->counted, all, MODEL_COUNTS_MAX, MPI_UINT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
    for (size_t i = 0; ranks->rank == 0 && ranks_counts[i].name != NULL; i++)
        outcome_count(outcome, ranks_counts[i].name, (double)all[i]);
}
