/*
 * The model `threads` against the same OpenMP loops written by hand. Both use the same threads of
 * libgomp, bound alike, so that what remains is the model's own way to cut, compute and combine.
 * Then algorithms of kernels, under this model, against what libraries offer, and each other.
 */
#include "clock.h"
#include "libraries.h"

#include <omp.h>

enum { STEPS = 1000000000, INPUTS = 1 << 25, NUMBERS = 1000000000, TASKS = 1000000 };

static enum status run_pi(struct subject *subject, double *seconds)
{
    const double step = 1.0 / (double)subject->job.size;
    omp_set_num_threads((int)subject->job.workers);

    uint64_t start = clock_now_ns();
    double pi = subject->way->loop.pi(0, (int)subject->job.size, step) * step;
    *seconds = clock_seconds_since(start);
    return probe_check_pi(pi);
}

static enum status run_squares(struct subject *subject, double *seconds)
{
    const struct map_buffers *map_buffers = &subject->map_buffers;
    uint64_t sums[2];
    omp_set_num_threads((int)subject->job.workers);

    uint64_t start = clock_now_ns();
    subject->way->loop.squares((int64_t)subject->job.size, map_buffers->input.start,
                               map_buffers->output.start, sums);
    *seconds = clock_seconds_since(start);
    return probe_check_squares(subject, sums);
}

static const struct way pi[] = PLAIN_PI(run_pi);
static const struct way squares[] = PLAIN_SQUARES(run_squares, NULL);

#define SIEVE "primes:algorithm=sieve"
#define PAIRED "pi:algorithm=paired"
#define STREAM "squares:algorithm=stream"
#define POWERS "factorial:algorithm=primes"

static const struct comparison rows[] = {
    {"threads: pi / plain OpenMP",
     "<= 1.02",
     {.kernel = "pi", .size = STEPS, .workers = ALL_WORKERS},
     {.kernel = "pi", .size = STEPS, .workers = ALL_WORKERS, .ways = pi}},
    {"threads 1: pi / plain",
     "<= 1.02",
     {.kernel = "pi", .workers = 1},
     {.kernel = "pi", .workers = 1, .ways = pi}},
    {"threads: squares / plain",
     "<= 1.02",
     {.kernel = "squares", .size = INPUTS, .workers = ALL_WORKERS},
     {.kernel = "squares", .size = INPUTS, .workers = ALL_WORKERS, .ways = squares}},
    {"threads 1: squares / plain",
     "<= 1.02",
     {.kernel = "squares", .size = INPUTS, .workers = 1},
     {.kernel = "squares", .size = INPUTS, .workers = 1, .ways = squares}},
    {"sieve, 1 thread / primesieve",
     "<= 1",
     {.kernel = SIEVE, .size = NUMBERS, .workers = 1},
     {.kernel = "primes", .size = NUMBERS, .ways = library_sieve}},
    {"sieve, 1 thread / all cores",
     NULL,
     {.kernel = SIEVE, .size = NUMBERS, .workers = 1},
     {.kernel = SIEVE, .size = NUMBERS, .workers = ALL_WORKERS}},
    {"plain OpenMP / pi paired",
     ">= 1.6",
     {.kernel = "pi", .size = STEPS, .workers = ALL_WORKERS, .ways = pi},
     {.kernel = PAIRED, .size = STEPS, .workers = ALL_WORKERS}},
    {"threads: squares / stream",
     ">= 1.3",
     {.kernel = "squares", .size = INPUTS, .workers = ALL_WORKERS},
     {.kernel = STREAM, .size = INPUTS, .workers = ALL_WORKERS}},
    {"factorial primes, 1 / GMP",
     "<= 1.05",
     {.kernel = POWERS, .workers = 1},
     {.kernel = "factorial", .ways = library_factorial}},
    {"factorial primes, all / GMP",
     "<= 0.67",
     {.kernel = POWERS, .workers = ALL_WORKERS},
     {.kernel = "factorial", .ways = library_factorial}},
    {0},
};

static const struct cost costs[] = {
    {"threads: us/chunk, dynamic",
     "<= 0.1",
     {.kernel = "pi",
      .size = TASKS,
      .workers = ALL_WORKERS,
      .options = {"schedule=dynamic", "chunk=1"}}},
    {0},
};

static const struct cost smallest[] = {
    {"threads: METG(50 %), us",
     "<= 0.3",
     {.kernel = "pi", .size = 1 << 24, .workers = ALL_WORKERS, .options = {"schedule=dynamic"}}},
    {0},
};

enum status probe_measure(void)
{
    TRY(probe_compare(rows));
    TRY(probe_costs(costs));
    return probe_metg(smallest);
}
