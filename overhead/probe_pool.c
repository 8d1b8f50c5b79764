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
struct dispatches {
    const char *what, *goal;
    uint64_t chunks;
    long rest_ns;
    int samples;
    double each; /* the figure is of so many */
};

static enum status measure_empty(struct procpool *pool, const struct dispatches *dispatches)
{
    double micros[DISPATCHES];
    for (int sample = -1; sample < dispatches->samples; sample++) {
        if (dispatches->rest_ns > 0)
            (void)nanosleep(&(struct timespec){.tv_nsec = dispatches->rest_ns}, NULL);
        uint64_t start = clock_now_ns();
        procpool_dispatch(pool, dispatches->chunks);
        enum status status = procpool_wait_all(pool);
        if (status != STATUS_OK)
            return status;
        if (sample >= 0)
            micros[sample] = clock_seconds_since(start) * 1e6 / dispatches->each;
    }
    probe_row(dispatches->what, dispatches->goal, micros, (size_t)dispatches->samples);
    return STATUS_OK;
}

static enum status measure_dispatches(unsigned workers)
{
    const struct dispatches all[] = {
        {"pool: us/chunk, empty task", "<= 0.1", CHUNKS, 0, SAMPLES, CHUNKS},
        {"pool: us/empty dispatch", "<= 20", workers, 0, DISPATCHES, 1},
        {"pool: the same, 10 ms later", "<= 20", workers, REST_NS, RESTED, 1},
    };
    struct procpool *pool = NULL;
    enum status status = procpool_start(workers, NULL, do_nothing, NULL, CHUNKS, &pool);
    for (size_t i = 0; i < sizeof all / sizeof *all && status == STATUS_OK; i++)
        status = measure_empty(pool, &all[i]);
    if (status == STATUS_OK)
        probe_remark("CPython's Pool takes", "11 us a chunk, 125 us a dispatch");
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
