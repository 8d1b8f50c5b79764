/*
 * The model `pool`: its speedup, what a chunk costs, and what a whole dispatch does. For
 * comparison, CPython's multiprocessing.Pool takes 11 µs a chunk and 125 µs a dispatch.
 */
#include "clock.h"
#include "probe.h"
#include "procpool.h"

#include <stdio.h>
#include <time.h>

enum { CHUNKS = 1000000, SAMPLES = 30, DISPATCHES = 1000, RESTED = 100, REST_NS = 10000000 };

static enum status measure_speedup(unsigned workers)
{
    char what[64], goal[16];
    (void)snprintf(what, sizeof what, "pool: pi, speedup of %u", workers);
    (void)snprintf(goal, sizeof goal, ">= %.3g", 0.95 * workers);
    return probe_compare_workers(&(struct comparison){what, goal, "pi", NULL, 0, workers});
}

/* Chunks of one item through the model, with its computation and its combining. */
static enum status measure_items(const char *kernel, unsigned workers, const char *what)
{
    struct subject model;
    TRY(probe_start(&model, kernel, CHUNKS, workers, "chunk=1"));
    TRY(probe_time(what, "<= 0.1", probe_side(&model), SAMPLES, CHUNKS));
    probe_stop(&model);
    return STATUS_OK;
}

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

static enum status run_dispatch(const void *context, double *seconds)
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

static enum status measure_dispatches(unsigned workers)
{
    struct procpool *pool = NULL;
    TRY(procpool_start(workers, NULL, do_nothing, NULL, CHUNKS, &pool));
    const struct dispatch many = {pool, CHUNKS, 0}, one = {pool, workers, 0},
                          rested = {pool, workers, REST_NS};
    TRY(probe_time("pool: us/chunk, empty task", "<= 0.1", (struct side){run_dispatch, &many},
                   SAMPLES, CHUNKS));
    TRY(probe_time("pool: us/empty dispatch", "<= 20", (struct side){run_dispatch, &one},
                   DISPATCHES, 1));
    TRY(probe_time("pool: the same, 10 ms later", "<= 20", (struct side){run_dispatch, &rested},
                   RESTED, 1));
    (void)puts("  CPython's Pool takes: 11 us a chunk, 125 us a dispatch");
    procpool_stop(pool);
    return STATUS_OK;
}

enum status probe_measure(unsigned workers)
{
    TRY(measure_speedup(workers));
    TRY(measure_items("pi", workers, "pool: us/chunk, pi chunk=1"));
    TRY(measure_items("squares", workers, "pool: us/chunk, sq. chunk=1"));
    return measure_dispatches(workers);
}
