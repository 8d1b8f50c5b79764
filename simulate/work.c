/*
 * parbench-simulated-work KERNEL SIZE: how the work of a kernel is spread over its indices.
 *
 * Computes the whole range as the serial model does, in even pieces one after the other, and
 * writes one JSON object: {"seconds": [...]} with the processor's time of each piece, or how long
 * it waited, the least of some goes; of a kernel whose partials grow, where pieces do not add up,
 * that of the whole range. Errors are a line on standard error and exit status 1, or 2 when the
 * arguments are wrong.
 */
#include "kernel.h"
#include "memory.h"
#include "quantities.h"
#include "status.h"
#include "storage.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The fewest goes and the most; between these what they take together, lest all of a short piece's
 * are disturbed; most pieces, and the least time of one, next to which the clock takes none. */
enum { TRIES = 3, TRIES_MAX = 1000, PIECES_MAX = 4096 };
static const double enough_s = 0.1, piece_least_s = 100e-6;

struct work {
    const struct kernel *kernel;
    uint64_t size;
    struct storage input, output, partial;
};

/* By the processor's clock, which what else runs here does not move; but not of one that waits. */
static double now_s(const struct work *work)
{
    struct timespec now;
    (void)clock_gettime(work->kernel->waits ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Goes through all pieces once; `least` keeps the least time of each. Returns that of all. */
static double go(const struct work *work, uint64_t pieces, double *least)
{
    double all = 0;
    for (uint64_t i = 0; i < pieces; i++) {
        const struct range range = range_split(kernel_whole(work->size), pieces, i);
        const double start = now_s(work);
        work->kernel->compute(
            work->size, range, kernel_input_at(work->kernel, work->input.start, range.begin),
            kernel_output_at(work->kernel, work->output.start, range.begin), work->partial.start);
        least[i] = fmin(least[i], now_s(work) - start);
        all += least[i];
    }
    return all;
}

static uint64_t pieces_of(const struct work *work)
{
    double whole = HUGE_VAL;
    if (kernel_grows(work->kernel))
        return 1;
    const double most = fmax(1, go(work, 1, &whole) / piece_least_s);
    const uint64_t pieces = most < PIECES_MAX ? (uint64_t)most : PIECES_MAX;
    return pieces < work->size ? pieces : work->size;
}

static enum status tell(const struct work *work)
{
    const uint64_t pieces = pieces_of(work);
    double *least = memory_new(pieces, sizeof *least);
    json_t *seconds = json_array();
    for (uint64_t i = 0; i < pieces; i++)
        least[i] = HUGE_VAL;
    double spent_s = 0;
    for (unsigned i = 0; i < TRIES || (i < TRIES_MAX && spent_s < enough_s); i++)
        spent_s += go(work, pieces, least);
    for (uint64_t i = 0; i < pieces; i++)
        (void)json_array_append_new(seconds, json_real(least[i]));
    json_t *told = json_pack("{s:o}", "seconds", seconds);
    const bool written = json_dumpf(told, stdout, JSON_REAL_PRECISION(9)) == 0;
    json_decref(told);
    free(least);
    return written && puts("") >= 0 && fflush(stdout) == 0
               ? STATUS_OK
               : status_fail(STATUS_FAILED, "cannot write what was measured");
}

int main(int argc, char **argv)
{
    static const char what[] = "a kernel's data: take a smaller --size";
    struct work work = {.kernel = argc == 3 ? kernel_find(argv[1]) : NULL};
    if (!work.kernel || !count_parse(argv[2], &work.size) || work.size > work.kernel->max_size)
        return (int)status_fail(STATUS_USAGE, "usage: %s KERNEL SIZE", argv[0]);
    const struct kernel *kernel = work.kernel;
    const struct range whole = kernel_whole(work.size);
    work.input = storage_new(work.size * kernel->input_item_size, false, what);
    work.output = storage_new(work.size * kernel->output_item_size, false, what);
    work.partial = storage_new(kernel_partial_size(kernel, work.size, whole), false, what);
    if (kernel_is_map(kernel))
        kernel->fill(work.size, whole, work.input.start);
    const enum status status = tell(&work);
    storage_free(&work.input);
    storage_free(&work.output);
    storage_free(&work.partial);
    return (int)status;
}
