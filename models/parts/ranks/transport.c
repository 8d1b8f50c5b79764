#include "transport.h"

#include "aligned.h"
#include "memory.h"
#include "object.h"

#include <limits.h>
#include <stdlib.h>

static bool moves_map(const struct ranks *ranks)
{
    return kernel_is_map(ranks->job->kernel);
}

/* ---- buffers ---- */

static void bcast_buffer(struct ranks *ranks)
{
    const struct job *job = ranks->job;
    if (!moves_map(ranks))
        return;
    MPI_Bcast(ranks->map_buffers.input.start, (int)job->size, ranks->input_item, 0, MPI_COMM_WORLD);
    for (int rank = 1; ranks->rank == 0 && rank < ranks->size; rank++)
        ranks_count_message(ranks, job->size * job->kernel->input_item_size);
}

/* Of partials that do not grow rank 0 knows how long they are. */
static void collect_buffers(struct ranks *ranks, struct pieces *partials)
{
    const struct kernel *kernel = ranks->job->kernel;
    const int bytes = (int)kernel_used(kernel, ranks->partial);
    if (kernel_grows(kernel)) {
        MPI_Gather(&bytes, 1, MPI_INT, partials->counts, 1, MPI_INT, 0, MPI_COMM_WORLD);
        if (ranks->rank != 0)
            ranks_count_length(ranks);
    }
    MPI_Gatherv(ranks->rank == 0 ? MPI_IN_PLACE : ranks->partial, bytes, MPI_BYTE, partials->start,
                partials->counts, partials->offsets, MPI_BYTE, 0, MPI_COMM_WORLD);
    if (ranks->rank != 0)
        ranks_count_message(ranks, (uint64_t)bytes);
}

const struct transport transport_buffer = {.scatter = ranks_scatter,
                                           .bcast = bcast_buffer,
                                           .gather = ranks_gather,
                                           .reduce = ranks_reduce,
                                           .collect = collect_buffers};

/* ---- buffers, as many items on each rank ---- */

static void scatter_equal(struct ranks *ranks)
{
    void *input = ranks->map_buffers.input.start;
    const int items = (int)range_length(ranks->share);
    if (!moves_map(ranks))
        return;
    MPI_Scatter(input, items, ranks->input_item, ranks->rank == 0 ? MPI_IN_PLACE : input, items,
                ranks->input_item, 0, MPI_COMM_WORLD);
    for (int rank = 1; ranks->rank == 0 && rank < ranks->size; rank++)
        ranks_count_message(ranks, (uint64_t)items * ranks->job->kernel->input_item_size);
}

static void *gather_equal(struct ranks *ranks)
{
    void *output = ranks->map_buffers.output.start;
    const int items = (int)range_length(ranks->share);
    if (!moves_map(ranks))
        return NULL;
    MPI_Gather(ranks->rank == 0 ? MPI_IN_PLACE : output, items, ranks->output_item, output, items,
               ranks->output_item, 0, MPI_COMM_WORLD);
    if (ranks->rank == 0)
        return output;
    ranks_count_message(ranks, (uint64_t)items * ranks->job->kernel->output_item_size);
    return NULL;
}

const struct transport transport_equal = {.scatter = scatter_equal,
                                          .bcast = bcast_buffer,
                                          .gather = gather_equal,
                                          .reduce = ranks_reduce,
                                          .collect = collect_buffers};

/* ---- objects ---- */

static struct pieces items_of(const struct ranks *ranks, void *start, size_t each)
{
    return (struct pieces){start, ranks->counts, ranks->offsets, each};
}

static void scatter_objects(struct ranks *ranks)
{
    void *input = ranks->map_buffers.input.start;
    const struct pieces inputs = items_of(ranks, input, ranks->job->kernel->input_item_size);
    if (moves_map(ranks))
        object_scatter(ranks, &inputs, input);
}

static void bcast_object(struct ranks *ranks)
{
    const struct job *job = ranks->job;
    if (moves_map(ranks))
        object_bcast(ranks, ranks->map_buffers.input.start,
                     job->size * job->kernel->input_item_size);
}

static void *gather_objects(struct ranks *ranks)
{
    void *output = ranks->map_buffers.output.start;
    const size_t each = ranks->job->kernel->output_item_size;
    struct pieces outputs = items_of(ranks, output, each);
    if (!moves_map(ranks))
        return NULL;
    object_gather(ranks, output, range_length(ranks->share) * each, &outputs);
    return ranks->rank == 0 ? output : NULL;
}

static const void *reduce_objects(struct ranks *ranks)
{
    return ranks_reduce_by_tree(ranks, object_send, object_receive);
}

static void collect_objects(struct ranks *ranks, struct pieces *partials)
{
    object_gather(ranks, ranks->partial, kernel_used(ranks->job->kernel, ranks->partial), partials);
}

const struct transport transport_object = {.scatter = scatter_objects,
                                           .bcast = bcast_object,
                                           .gather = gather_objects,
                                           .reduce = reduce_objects,
                                           .collect = collect_objects};

/* ---- all inputs on each rank ---- */

void transport_hold_all(struct ranks *ranks)
{
    struct storage *input = &ranks->map_buffers.input;
    const size_t bytes = ranks->job->size * ranks->job->kernel->input_item_size;
    if (ranks->rank == 0) /* has them all */
        return;
    storage_free(input);
    *input = storage_new(bytes, false, "all inputs on each rank: take a smaller --size");
    storage_touch(input, 0, bytes);
}

struct map_buffers transport_slice(const struct ranks *ranks)
{
    struct map_buffers slice = ranks->map_buffers;
    slice.input.start = (unsigned char *)slice.input.start +
                        ranks->share.begin * ranks->job->kernel->input_item_size;
    return slice;
}

/* ---- partials that come to rank 0 uncombined ---- */

static size_t room_of(const struct ranks *ranks, int rank)
{
    const size_t bytes =
        kernel_partial_size(ranks->job->kernel, ranks->job->size, ranks_share(ranks, rank));
    return aligned(bytes, PARTIAL_ALIGNMENT);
}

enum status collected_new(const struct ranks *ranks, struct collected *collected)
{
    const struct job *job = ranks->job;
    size_t all = 0;
    for (int rank = 1; rank < ranks->size; rank++)
        all += room_of(ranks, rank);
    if (all > INT_MAX)
        return status_fail(STATUS_FAILED, "the partial results of all ranks are too long for one "
                                          "Gatherv: take combine=reduce or a smaller --size");
    if (ranks->rank != 0)
        return STATUS_OK;
    collected->storage = storage_new(all, false,
                                     "the partial results of all ranks: take "
                                     "combine=reduce or a smaller --size");
    storage_touch(&collected->storage, 0, all);
    collected->fold = fold_new(job->kernel, job->size, kernel_whole(job->size), false);
    collected->partials = (struct pieces){.start = collected->storage.start,
                                          .counts = memory_new((size_t)ranks->size, sizeof(int)),
                                          .offsets = memory_new((size_t)ranks->size, sizeof(int)),
                                          .each = 1};
    all = 0;
    for (int rank = 1; rank < ranks->size; rank++) {
        collected->partials.counts[rank] = (int)job->kernel->partial_bytes;
        collected->partials.offsets[rank] = (int)all;
        all += room_of(ranks, rank);
    }
    return STATUS_OK;
}

void collected_free(struct collected *collected)
{
    free(collected->partials.counts);
    free(collected->partials.offsets);
    fold_free(collected->fold);
    storage_free(&collected->storage);
}

const void *collected_fold(const struct ranks *ranks, struct collected *collected)
{
    const struct pieces *partials = &collected->partials;
    if (ranks->rank != 0)
        return NULL;
    fold_reset(collected->fold);
    fold_push(collected->fold, ranks->share, ranks->partial);
    for (int rank = 1; rank < ranks->size; rank++)
        fold_push(collected->fold, ranks_share(ranks, rank),
                  (const unsigned char *)partials->start + partials->offsets[rank]);
    return fold_result(collected->fold);
}
