/*
 * The model `pool`: what it costs one worker, its speedup, what a chunk costs, how short one may
 * be, and what a whole dispatch costs. For comparison, CPython's multiprocessing.Pool takes 11 µs a
 * chunk and 125 µs a dispatch.
 */
#include "clock.h"
#include "probe.h"
#include "procpool.h"

#include <stdio.h>
#include <time.h>

enum {
    INPUTS = 1 << 25,
    CHUNKS = 1000000,
    STEPS = 1 << 24,
    MESSAGES = 100000,
    SAMPLES = 30,
    DISPATCHES = 1000,
    RESTED = 100,
    REST_NS = 10000000,
    MANY_WORKERS = 16
};

static const struct comparison comparisons[] = {
    {"pool: pi, 1 worker / serial", "<= 1.03", {.kernel = "pi", .workers = 1}, {.kernel = "pi"}},
    {"pool: primes, 1 / serial",
     "<= 1.03",
     {.kernel = "primes", .workers = 1},
     {.kernel = "primes"}},
    {"pool: squares, 1 / serial",
     "<= 1.03",
     {.kernel = "squares", .size = INPUTS, .workers = 1},
     {.kernel = "squares", .size = INPUTS}},
    {"pool: pi, serial / all cores",
     NULL,
     {.kernel = "pi"},
     {.kernel = "pi", .workers = ALL_WORKERS}},
    {0},
};

/* Chunks of one item through the model, with its computation and its combining. */
static const struct cost costs[] = {
    {"pool: us/chunk, pi, map",
     "<= 0.05",
     {.kernel = "pi", .size = CHUNKS, .workers = ALL_WORKERS, .options = {"chunk=1"}}},
    {"pool: us/chunk, pi, imap",
     "<= 0.05",
     {.kernel = "pi",
      .size = CHUNKS,
      .workers = ALL_WORKERS,
      .options = {"dispatch=imap", "chunk=1"}}},
    {"pool: us/chunk, squares, map",
     "<= 0.05",
     {.kernel = "squares", .size = CHUNKS, .workers = ALL_WORKERS, .options = {"chunk=1"}}},
    {"pool: us/chunk, sq., imap",
     "<= 0.05",
     {.kernel = "squares",
      .size = CHUNKS,
      .workers = ALL_WORKERS,
      .options = {"dispatch=imap", "chunk=1"}}},
    {"pool: us/chunk, unordered",
     "<= 0.1",
     {.kernel = "pi",
      .size = CHUNKS,
      .workers = ALL_WORKERS,
      .options = {"dispatch=imap-unordered", "chunk=1"}}},
    {"pool: us/chunk, pi, pipe",
     "<= 10",
     {.kernel = "pi",
      .size = MESSAGES,
      .workers = ALL_WORKERS,
      .options = {"transport=pipe", "chunk=1"}}},
    /* Of a sum that is exact: how it is cut is up to the time that batches take. */
    {"pool: us/item, sq., auto",
     "<= 1",
     {.kernel = "squares",
      .size = MESSAGES,
      .workers = ALL_WORKERS,
      .options = {"transport=pipe", "dispatch=auto"}}},
    {0},
};

static const struct cost smallest[] = {
    {"pool: METG(50 %), us", "<= 0.3", {.kernel = "pi", .size = STEPS, .workers = ALL_WORKERS}},
    {0},
};

/* Where all are more. */
static const struct cost costs_of_many[] = {
    {"pool: the same of 16, map",
     "<= 0.05",
     {.kernel = "pi", .size = CHUNKS, .workers = MANY_WORKERS, .options = {"chunk=1"}}},
    {"pool: the same of 16, imap",
     "<= 0.05",
     {.kernel = "pi",
      .size = CHUNKS,
      .workers = MANY_WORKERS,
      .options = {"dispatch=imap", "chunk=1"}}},
    {0},
};

static enum status do_nothing(void *context, unsigned worker, uint64_t chunk)
{
    (void)context, (void)worker, (void)chunk;
    return STATUS_OK;
}

/* A dispatch of empty chunks after a rest. */
struct dispatch {
    struct procpool *pool;
    uint64_t chunks;
    long rest_ns;
};

static enum status run_dispatch(void *context, double *seconds)
{
    const struct dispatch *dispatch = context;
    if (dispatch->rest_ns > 0)
        (void)nanosleep(&(struct timespec){.tv_nsec = dispatch->rest_ns}, NULL);
    uint64_t start = clock_now_ns();
    procpool_dispatch(dispatch->pool, dispatch->chunks);
    TRY(procpool_wait_all(dispatch->pool));
    *seconds = clock_seconds_since(start);
    return STATUS_OK;
}

static enum status measure_dispatches(void)
{
    const unsigned workers = probe_workers();
    const uint64_t chunks = probe_size(CHUNKS);
    struct procpool *pool = NULL;
    TRY(procpool_start(workers, NULL, do_nothing, NULL, CHUNKS, &pool));
    struct dispatch many = {pool, chunks, 0}, one = {pool, workers, 0},
                    rested = {pool, workers, REST_NS};
    TRY(probe_time("pool: us/chunk, empty task", "<= 0.05", (struct side){run_dispatch, &many},
                   SAMPLES, (double)chunks));
    TRY(probe_time("pool: us/empty dispatch", "<= 20", (struct side){run_dispatch, &one},
                   DISPATCHES, 1));
    TRY(probe_time("pool: the same, 10 ms later", "<= 20", (struct side){run_dispatch, &rested},
                   RESTED, 1));
    (void)puts("  CPython's Pool takes: 11 us a chunk, 125 us a dispatch; joblib 2.1 us an item");
    procpool_stop(pool);
    return STATUS_OK;
}

enum status probe_measure(void)
{
    TRY(probe_compare(comparisons));
    TRY(probe_costs(costs));
    TRY(probe_metg(smallest));
    if (probe_workers() > MANY_WORKERS)
        TRY(probe_costs(costs_of_many));
    return measure_dispatches();
}
