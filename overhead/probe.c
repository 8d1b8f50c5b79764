#define _GNU_SOURCE
#include "probe.h"

#include "clock.h"
#include "memory.h"
#include "metg.h"
#include "options.h"
#include "placement.h"
#include "row.h"
#include "sample.h"
#include "stats.h"

#include <inttypes.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A try is to show that all rows can be measured: a pair each, of a thousandth of the work. */
enum { PAIRS = 30, TRIALS = 5, SAMPLES_MAX = 1000, TRY_SHARE = 1000 };

static struct {
    unsigned workers;
    const char *over_nodes;
    bool tries;
} told;

/* As it was before a row bound the calling thread, which a row behind it starts threads from. */
static struct placement_mask first_mask;

/* Another rank has the results, and prints. */
static bool is_silent;

unsigned probe_workers(void)
{
    return told.workers;
}

const char *probe_kernel_over_nodes(void)
{
    return told.over_nodes;
}

uint64_t probe_size(uint64_t size)
{
    return told.tries && size > TRY_SHARE ? size / TRY_SHARE : size;
}

static unsigned times(unsigned count)
{
    return told.tries ? 1 : count;
}

/* ---- one at work ---- */

static enum status start_model(struct subject *subject)
{
    subject->team = memory_new(1, this_model.team_bytes);
    return this_model.start(&subject->job, subject->team);
}

static void start_alone(struct subject *subject)
{
    const struct job *job = &subject->job;
    const struct range whole = kernel_whole(job->size);
    const struct range held = subject->way && subject->way->held ? subject->way->held(job) : whole;
    subject->map_buffers = map_buffers_new(job, held, false);
    map_buffers_fill(&subject->map_buffers, held);
    subject->partial =
        storage_new(kernel_partial_size(job->kernel, job->size, whole), false, "the result");
}

static enum status start(const struct contender *contender, struct subject *subject)
{
    const bool has_ranks = this_model.launch == LAUNCH_RANKS;
    const struct kernel *kernel = kernel_find(contender->kernel);
    const unsigned workers = contender->workers == ALL_WORKERS ? told.workers : contender->workers;
    const uint64_t size = contender->size == ITEM_EACH ? workers : contender->size;
    *subject = (struct subject){.way = contender->ways, .executions = 1};
    if (contender->executions > 1)
        subject->executions = (unsigned)probe_size(contender->executions);
    (void)sched_setaffinity(0, sizeof first_mask, (const cpu_set_t *)&first_mask);
    if (!kernel)
        return status_fail(STATUS_FAILED, "there is no kernel %s", contender->kernel);
    subject->job = (struct job){.kernel = kernel,
                                .size = probe_size(size ? size : kernel->default_size),
                                .workers = workers,
                                .ranks = has_ranks ? workers : 1,
                                .threads = has_ranks ? 1 : workers,
                                .traits = this_model.traits,
                                .helpers = this_model.helpers};
    job_set_defaults(&subject->job, this_model.options);
    for (int i = 0; i < PROBE_OPTIONS_MAX && contender->options[i]; i++)
        if (!job_set(&subject->job, contender->options[i]))
            return status_fail(STATUS_FAILED, "%s does not take %s", this_model.name,
                               contender->options[i]);
    if (workers > 0 && !contender->ways)
        return start_model(subject);
    start_alone(subject);
    return STATUS_OK;
}

static void stop(struct subject *subject)
{
    if (subject->team)
        this_model.stop(subject->team);
    free(subject->team);
    map_buffers_free(&subject->map_buffers);
    storage_free(&subject->partial);
    storage_free(&subject->first);
}

enum status probe_check(struct subject *subject, const struct outcome *outcome)
{
    const struct kernel *kernel = subject->job.kernel;
    struct verdict verdict;
    is_silent = !outcome->partial;
    if (is_silent)
        return STATUS_OK;
    const size_t bytes = kernel_used(kernel, outcome->partial);
    if (subject->first.start && !kernel_is_map(kernel))
        return bytes == subject->first.bytes &&
                       memcmp(outcome->partial, subject->first.start, bytes) == 0
                   ? STATUS_OK
                   : status_fail(STATUS_FAILED, "a result of %s is not what the first one was",
                                 kernel->name);
    if (sample_verify(&subject->job, outcome, &verdict) != SAMPLE_RIGHT)
        return STATUS_FAILED;
    storage_free(&subject->first);
    subject->first = storage_new(bytes, false, "the result");
    memcpy(subject->first.start, outcome->partial, bytes);
    return STATUS_OK;
}

enum status probe_check_squares(struct subject *subject, const uint64_t *sums)
{
    uint64_t *sum = subject->partial.start;
    if (!sums)
        return probe_check(subject, &(struct outcome){.partial = NULL});
    /* As the kernel's partial has it: 128 bits, the lower ones first. */
    sum[0] = sums[0] + (sums[1] << 32);
    sum[1] = (sums[1] >> 32) + (sum[0] < sums[0]);
    return probe_check(
        subject, &(struct outcome){.partial = sum, .output = subject->map_buffers.output.start});
}

enum status probe_check_pi(double pi)
{
    if (fabs(pi - 3.14159265358979323846) < 1e-9)
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "the plain loop gave %.15f for pi", pi);
}

static enum status compute_alone(struct subject *subject, struct outcome *outcome)
{
    const struct map_buffers *map_buffers = &subject->map_buffers;
    const uint64_t start = clock_now_ns();
    TRY(map_buffers_compute(map_buffers, map_buffers->held, subject->partial.start));
    *outcome = (struct outcome){.seconds = clock_seconds_since(start),
                                .partial = subject->partial.start,
                                .output = map_buffers->output.start};
    return STATUS_OK;
}

static enum status run(void *context, double *seconds)
{
    struct subject *subject = context;
    struct outcome outcome;
    if (subject->way)
        return subject->way->run(subject, seconds);
    TRY(subject->team ? sample_take(&this_model, subject->team, subject->executions, &outcome)
                      : compute_alone(subject, &outcome));
    *seconds = outcome.seconds;
    return probe_check(subject, &outcome);
}

/* Of several ways the fastest; whatever has no choice stays what it is. */
static enum status choose_fastest(struct subject *subject)
{
    const struct way *ways = subject->way, *fastest = ways;
    double least = INFINITY;
    if (!ways || !ways[1].name)
        return STATUS_OK;
    for (const struct way *way = ways; way->name; way++) {
        double seconds[TRIALS];
        subject->way = way;
        for (unsigned trial = 0; trial < times(TRIALS); trial++)
            TRY(run(subject, &seconds[trial]));
        const double median = stats_median(seconds, times(TRIALS));
        fastest = median < least ? way : fastest;
        least = fmin(median, least);
    }
    subject->way = fastest;
    return STATUS_OK;
}

/* ---- rows ---- */

static void print(const char *what, const char *goal, const double *values, unsigned count)
{
    if (!is_silent)
        row_print(what, goal, values, count);
}

/* What a pair gives. */
typedef double pair_value(const struct subject *above, double above_s, double below_s);

static double ratio_of(const struct subject *above, double above_s, double below_s)
{
    (void)above;
    return above_s / below_s;
}

static double micros_more(const struct subject *above, double above_s, double below_s)
{
    return (above_s - below_s) * 1e6 / above->executions;
}

static enum status take_pairs(const struct comparison *row, pair_value *value,
                              struct subject *above, struct subject *below)
{
    const int pairs = (int)times(PAIRS);
    double values[PAIRS];
    for (int pair = -2; pair < pairs; pair++) {
        /* Whoever comes second meets what the first one left: each comes first in turn. */
        const bool swapped = pair % 2 != 0;
        double before = 0, after = 0;
        TRY(run(swapped ? below : above, &before));
        TRY(run(swapped ? above : below, &after));
        if (pair >= 0)
            values[pair] = value(above, swapped ? after : before, swapped ? before : after);
    }
    char speedup[16];
    const unsigned from = above->job.workers > 0 ? above->job.workers : 1;
    (void)snprintf(speedup, sizeof speedup, ">= %.3g", 0.95 * below->job.workers / from);
    print(row->what, row->goal ? row->goal : speedup, values, (unsigned)pairs);
    return STATUS_OK;
}

static void say_fastest(const struct contender *contender, const struct subject *subject)
{
    if (contender->ways && contender->ways[1].name && !is_silent)
        printf("  the fastest plain form: %s\n", subject->way->name);
}

static enum status compare(const struct comparison *row, pair_value *value)
{
    struct subject above, below;
    TRY(start(&row->above, &above));
    TRY(start(&row->below, &below));
    TRY(choose_fastest(&above));
    TRY(choose_fastest(&below));
    TRY(take_pairs(row, value, &above, &below));
    say_fastest(&row->above, &above);
    say_fastest(&row->below, &below);
    stop(&below);
    stop(&above);
    return STATUS_OK;
}

static bool has_no_way(const struct contender *contender)
{
    return contender->ways && !contender->ways->name;
}

static enum status compare_all(const struct comparison *rows, pair_value *value)
{
    for (; rows->what; rows++) {
        if (has_no_way(&rows->above) || has_no_way(&rows->below))
            printf("%s: left out, the library was not there when the suite was built\n",
                   rows->what);
        else
            TRY(compare(rows, value));
    }
    return STATUS_OK;
}

enum status probe_compare(const struct comparison *rows)
{
    return compare_all(rows, ratio_of);
}

enum status probe_differences(const struct comparison *rows)
{
    return compare_all(rows, micros_more);
}

enum status probe_costs(const struct cost *rows)
{
    for (; rows->what; rows++) {
        struct subject subject;
        TRY(start(&rows->contender, &subject));
        TRY(probe_time(rows->what, rows->goal, (struct side){run, &subject}, PAIRS,
                       (double)subject.job.size * subject.executions));
        stop(&subject);
    }
    return STATUS_OK;
}

enum status probe_time(const char *what, const char *goal, struct side side, unsigned samples,
                       double items)
{
    double micros[SAMPLES_MAX], seconds = 0;
    TRY(side.run(side.context, &seconds));
    for (unsigned sample = 0; sample < times(samples); sample++) {
        TRY(side.run(side.context, &seconds));
        micros[sample] = seconds * 1e6 / items;
    }
    print(what, goal, micros, times(samples));
    return STATUS_OK;
}

/* ---- the smallest task ---- */

enum { METG_POINTS = 13, METG_ITEMS = 32 /* of the shortest chunk */ };

/* The same work in chunks of twice as many items from point to point. */
struct sweep {
    struct subject alone, points[METG_POINTS];
    char options[METG_POINTS][32];
};

static uint64_t items_at(unsigned point)
{
    return (uint64_t)METG_ITEMS << point;
}

static enum status start_sweep(const struct contender *contender, struct sweep *sweep)
{
    struct contender alone = *contender, cut = *contender;
    unsigned given = 0;
    while (cut.options[given])
        given++;
    alone.workers = NO_WORKERS;
    memset(alone.options, 0, sizeof alone.options);
    TRY(start(&alone, &sweep->alone));
    for (unsigned point = 0; point < METG_POINTS; point++) {
        (void)snprintf(sweep->options[point], sizeof sweep->options[point], "chunk=%" PRIu64,
                       items_at(point));
        cut.options[given] = sweep->options[point];
        TRY(start(&cut, &sweep->points[point]));
    }
    return STATUS_OK;
}

static void stop_sweep(struct sweep *sweep)
{
    stop(&sweep->alone);
    for (unsigned point = 0; point < METG_POINTS; point++)
        stop(&sweep->points[point]);
}

/* Microseconds; NAN where all points are on one side. */
static double metg(double alone, const double *seconds, const struct job *job)
{
    double duration[METG_POINTS], efficiency[METG_POINTS];
    for (unsigned point = 0; point < METG_POINTS; point++) {
        const double tasks = ceil((double)job->size / (double)items_at(point));
        duration[point] = seconds[point] * job->workers / tasks * 1e6;
        efficiency[point] = alone / (seconds[point] * job->workers);
    }
    return metg_of(METG_POINTS, duration, efficiency);
}

static enum status take_metg(struct sweep *sweep, double *value)
{
    double alone, seconds[METG_POINTS];
    TRY(run(&sweep->alone, &alone));
    for (unsigned point = 0; point < METG_POINTS; point++)
        TRY(run(&sweep->points[point], &seconds[point]));
    *value = metg(alone, seconds, &sweep->points[0].job);
    return STATUS_OK;
}

enum status probe_metg(const struct cost *rows)
{
    for (; rows->what; rows++) {
        struct sweep sweep;
        double values[PAIRS], value;
        unsigned count = 0;
        TRY(start_sweep(&rows->contender, &sweep));
        TRY(take_metg(&sweep, &value));
        for (unsigned sample = 0; sample < times(PAIRS); sample++) {
            TRY(take_metg(&sweep, &value));
            if (!isnan(value))
                values[count++] = value;
        }
        if (count > 0)
            print(rows->what, rows->goal, values, count);
        else if (!is_silent)
            printf("%s: no figure: all chunks are on one side of 50 %%\n", rows->what);
        stop_sweep(&sweep);
    }
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    uint64_t workers;
    char **word = argc > 1 ? argv + 2 : argv + argc;
    if (argc > 3 && strcmp(*word, "--over-nodes") == 0) {
        told.over_nodes = word[1];
        word += 2;
    }
    told.tries = *word && strcmp(*word, "--try") == 0;
    word += told.tries;
    if (argc > 1 && !*word && count_parse(argv[1], &workers) && workers < INT_MAX) {
        told.workers = (unsigned)workers;
        placement_mask_read(&first_mask);
        return probe_measure() == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    status_say("this is a part of `overhead`, which calls it with WORKERS [--over-nodes KERNEL] "
               "[--try]");
    return 2;
}
