/*
 * The model `pool`: its speedup, what a chunk costs, and what a whole dispatch does. For
 * comparison, CPython's multiprocessing.Pool takes 11 µs a chunk and 125 µs a dispatch.
 */
#define _GNU_SOURCE
#include "clock.h"
#include "probe.h"
#include "procpool.h"

#include <stdio.h>
#include <time.h>

enum { CHUNKS = 1000000, SAMPLES = 30, DISPATCHES = 1000, RESTED = 100, REST_NS = 10000000 };

static enum status measure_speedup(unsigned workers)
{
    struct subject subject;
    char what[64], goal[16];
    (void)snprintf(what, sizeof what, "pool: pi, speedup of %u", workers);
    (void)snprintf(goal, sizeof goal, ">= %.3g", 0.95 * workers);
    enum status status = probe_start(&subject, "pi", 0, workers, NULL);
    if (status == STATUS_OK)
        status = probe_compare(what, goal, probe_serial(&subject), probe_model(&subject));
    probe_stop(&subject);
    return status;
}

/* Chunks of one item through the model, with its computation and its combining. */
static enum status measure_items(const char *kernel, unsigned workers, const char *what)
{
    struct subject subject;
    double micros[SAMPLES];
    enum status status = probe_start(&subject, kernel, CHUNKS, workers, "chunk=1");
    struct side model = probe_model(&subject);
    for (int sample = -1; sample < SAMPLES && status == STATUS_OK; sample++) {
        double seconds;
        status = model.run(model.context, &seconds);
        if (sample >= 0)
            micros[sample] = seconds / CHUNKS * 1e6;
    }
    if (status == STATUS_OK)
        probe_row(what, "<= 0.1", micros, SAMPLES);
    probe_stop(&subject);
    return status;
}

static enum status do_nothing(void *context, unsigned worker, uint64_t chunk)
{
    (void)context, (void)worker, (void)chunk;
    return STATUS_OK;
}

/* Dispatches so many empty chunks `samples` times, each after a rest, and times every one. */
static enum status measure_empty(struct procpool *pool, uint64_t chunks, long rest_ns,
                                 double *seconds, int samples)
{
    for (int sample = -1; sample < samples; sample++) {
        if (rest_ns > 0)
            (void)nanosleep(&(struct timespec){.tv_nsec = rest_ns}, NULL);
        uint64_t start = clock_now_ns();
        procpool_dispatch(pool, chunks);
        enum status status = procpool_wait_all(pool);
        if (status != STATUS_OK)
            return status;
        if (sample >= 0)
            seconds[sample] = clock_seconds_since(start);
    }
    return STATUS_OK;
}

static void row_of_micros(const char *what, const char *goal, double *seconds, int samples,
                          double each)
{
    for (int sample = 0; sample < samples; sample++)
        seconds[sample] *= 1e6 / each;
    probe_row(what, goal, seconds, (size_t)samples);
}

static enum status measure_dispatches(unsigned workers)
{
    double seconds[DISPATCHES];
    struct procpool *pool = NULL;
    enum status status = procpool_start(workers, NULL, do_nothing, NULL, CHUNKS, &pool);
    if (status == STATUS_OK)
        status = measure_empty(pool, CHUNKS, 0, seconds, SAMPLES);
    if (status == STATUS_OK) {
        row_of_micros("pool: us/chunk, empty task", "<= 0.1", seconds, SAMPLES, CHUNKS);
        status = measure_empty(pool, workers, 0, seconds, DISPATCHES);
    }
    if (status == STATUS_OK) {
        row_of_micros("pool: us/empty dispatch", "<= 20", seconds, DISPATCHES, 1);
        status = measure_empty(pool, workers, REST_NS, seconds, RESTED);
    }
    if (status == STATUS_OK) {
        row_of_micros("pool: the same, 10 ms later", "<= 20", seconds, RESTED, 1);
        probe_remark("CPython's Pool takes", "11 us a chunk, 125 us a dispatch");
    }
    procpool_stop(pool);
    return status;
}

enum status probe_measure(unsigned workers)
{
    enum status status = measure_speedup(workers);
    if (status == STATUS_OK)
        status = measure_items("pi", workers, "pool: us/chunk, pi chunk=1");
    if (status == STATUS_OK)
        status = measure_items("squares", workers, "pool: us/chunk, sq. chunk=1");
    if (status == STATUS_OK)
        status = measure_dispatches(workers);
    return status;
}
