/*
 * libparbench-kernels.so: what a cell's program in another language calls of the suite. The kernels
 * are the very objects that the C models execute; results are combined, verified and wiped by the
 * same code, and workers take the same cores. So the ratio of a peer's time to that of the model
 * that it mirrors is what its mechanism costs, and nothing else.
 *
 * A process opens one cell, by peer_open(); all else is of that one. There are numbers and
 * addresses only, for any language that can call C. Python's ctypes.CDLL gives up the interpreter's
 * lock around each call, and PyDLL keeps it.
 *
 * Functions that may fail return an enum status: 0 is well, and what went wrong has been said.
 */
#define _GNU_SOURCE
#include "fault.h"
#include "fold.h"
#include "host.h"
#include "map_buffers.h"
#include "memory.h"
#include "options.h"
#include "placement.h"
#include "protocol.h"
#include "sample.h"
#include "seat.h"
#include "tasks.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

enum { LINE_BYTES = 64 };

static struct {
    struct job job;
    struct map_buffers held; /* of peer_hold() */
    struct storage slots;    /* of peer_slots_new() */
    uint64_t pieces;
    size_t stride;
    struct seats seats;
} peer;

/* What is not told by a call; zeros before one is open. */
struct peer_facts {
    uint64_t protocol, size, input_item, output_item, tick;
    int commutative, grows;
};

EXPORT enum status peer_open(const char *program, const char *kernel, uint64_t size,
                             unsigned workers, const char *tasks)
{
    struct job *job = &peer.job;
    program_invocation_short_name = memory_bytes(strlen(program) + 1);
    memcpy(program_invocation_short_name, program, strlen(program) + 1);
    job->kernel = kernel_find(kernel);
    if (!job->kernel)
        return status_fail(STATUS_USAGE, "there is no kernel \"%s\"", kernel);
    if (*tasks)
        TRY(tasks_new(job->kernel, tasks, &job->kernel));
    if (size < 1 || size > job->kernel->max_size)
        return status_fail(STATUS_USAGE, "size must be a whole number from 1 to %" PRIu64,
                           job->kernel->max_size);
    job->size = size;
    job->workers = job->threads = workers;
    job->ranks = 1;
    return STATUS_OK;
}

EXPORT void peer_facts(struct peer_facts *facts)
{
    const struct kernel *kernel = peer.job.kernel;
    *facts = (struct peer_facts){.protocol = PROTOCOL_VERSION};
    if (kernel)
        *facts =
            (struct peer_facts){PROTOCOL_VERSION,         peer.job.size, kernel->input_item_size,
                                kernel->output_item_size, kernel->tick,  kernel->commutative,
                                kernel_grows(kernel)};
}

/* ---- who computes where ---- */

/* The name of the host, in HOST_BYTES of room. */
EXPORT void peer_host(char *name)
{
    host_read(name);
}

/* Whether so many workers have a core each here. */
EXPORT enum status peer_has_cores(unsigned workers)
{
    return placement_check("", workers);
}

/* The cores that seats are of: by a process before it takes one itself. It is the first of `all`
 * workers on this node, or as many as `first` come before it. */
EXPORT void peer_seats(unsigned first, unsigned all)
{
    free(peer.seats.placement);
    peer.seats = seats_read(first, all);
}

/* Binds the calling thread to the core of this worker of the process. */
EXPORT void peer_seat(unsigned worker)
{
    seat_take(&peer.seats, worker);
}

/* ---- pieces ---- */

/* Bytes that the partial of these items may need. */
EXPORT uint64_t peer_room(uint64_t begin, uint64_t end)
{
    return kernel_partial_size(peer.job.kernel, peer.job.size, (struct range){begin, end});
}

/* Bytes of a partial that matter. */
EXPORT uint64_t peer_used(const void *partial)
{
    return kernel_used(peer.job.kernel, partial);
}

EXPORT void peer_fill(uint64_t begin, uint64_t end, void *input)
{
    if (peer.job.kernel->fill)
        peer.job.kernel->fill(peer.job.size, (struct range){begin, end}, input);
}

/* The inputs and outputs begin with the first of these items. */
EXPORT enum status peer_compute(uint64_t begin, uint64_t end, const void *input, void *output,
                                void *partial)
{
    if (fault_due((struct range){begin, end}))
        return STATUS_FAILED;
    peer.job.kernel->compute(peer.job.size, (struct range){begin, end}, input, output, partial);
    return STATUS_OK;
}

EXPORT void peer_combine(void *into, const void *from)
{
    peer.job.kernel->combine(into, from);
}

/* ---- inputs, outputs and partials in memory that workers share ---- */

/* Makes them, with the inputs in place. */
EXPORT void peer_hold(int shared)
{
    const struct range whole = kernel_whole(peer.job.size);
    peer.held = map_buffers_new(&peer.job, whole, shared);
    map_buffers_fill(&peer.held, whole);
}

EXPORT void *peer_input(uint64_t item)
{
    return (void *)kernel_input_at(peer.job.kernel, peer.held.input.start, item);
}

EXPORT void *peer_output(uint64_t item)
{
    return kernel_output_at(peer.job.kernel, peer.held.output.start, item);
}

/* A place for the partial of each of so many pieces, of which none needs more than `room` bytes. */
EXPORT void peer_slots_new(uint64_t pieces, uint64_t room)
{
    peer.pieces = pieces;
    peer.stride = (room + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
    peer.slots =
        storage_new(pieces * peer.stride, true, "the partial results: take a larger chunk");
    storage_touch(&peer.slots, 0, peer.slots.bytes);
}

static void *slot_at(uint64_t piece)
{
    return (unsigned char *)peer.slots.start + piece * peer.stride;
}

static struct range piece_at(uint64_t piece)
{
    return range_split(kernel_whole(peer.job.size), peer.pieces, piece);
}

/* Computes a piece of what is held into its slot. */
EXPORT enum status peer_compute_slot(uint64_t piece)
{
    return map_buffers_compute(&peer.held, piece_at(piece), slot_at(piece));
}

/* ---- combining partials in index order, as the C models do ---- */

EXPORT struct fold *peer_fold_new(uint64_t begin, uint64_t end)
{
    return fold_new(peer.job.kernel, peer.job.size, (struct range){begin, end}, false);
}

EXPORT void peer_fold_free(struct fold *fold)
{
    fold_free(fold);
}

EXPORT void peer_fold_reset(struct fold *fold)
{
    fold_reset(fold);
}

EXPORT void peer_fold_push(struct fold *fold, uint64_t begin, uint64_t end, const void *partial)
{
    fold_push(fold, (struct range){begin, end}, partial);
}

/* Computes the next items of what is held, and takes their partial in. */
EXPORT enum status peer_fold_compute(struct fold *fold, uint64_t begin, uint64_t end)
{
    void *slot = fold_slot(fold);
    TRY(map_buffers_compute(&peer.held, (struct range){begin, end}, slot));
    fold_push(fold, (struct range){begin, end}, slot);
    return STATUS_OK;
}

/* Takes in the slots of the pieces `first` … `end` - 1. */
EXPORT void peer_fold_slots(struct fold *fold, uint64_t first, uint64_t end)
{
    for (uint64_t piece = first; piece < end; piece++)
        fold_push(fold, piece_at(piece), slot_at(piece));
}

EXPORT void *peer_fold_result(struct fold *fold)
{
    return fold_result(fold);
}

/* ---- the result ---- */

/* Whether it is right: 0, else `reason` has it in so many bytes. Outputs of a map are wiped, unless
 * they are not to be looked at. Without `output` those that are held are meant. */
EXPORT int peer_verify(const void *partial, void *output, int only_partial, char *reason,
                       size_t length)
{
    struct verdict verdict = {""};
    const struct outcome outcome = {.partial = partial,
                                    .output = output ? output : peer.held.output.start};
    const enum sample_verdict judged =
        (only_partial ? sample_verify_partial : sample_verify)(&peer.job, &outcome, &verdict);
    (void)snprintf(reason, length, "%s", verdict.reason);
    return judged == SAMPLE_RIGHT ? 0 : 1;
}

EXPORT void peer_print(const void *partial, char *text, size_t length)
{
    peer.job.kernel->print(partial, text, length);
}

/* ---- what is to go wrong ---- */

EXPORT void peer_fault(uint64_t item, uint64_t times)
{
    fault_plan(item, times);
}

EXPORT void peer_fault_say(void)
{
    fault_say();
}
