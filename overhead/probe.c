#include "probe.h"

#include "clock.h"
#include "memory.h"
#include "options.h"
#include "sample.h"
#include "stats.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAIRS = 30, TRIALS = 5 };

/* ---- rows ---- */

/* Four digits, which six columns hold up to a million. */
static const char *number(double value, char text[static 16])
{
    int decimals = value < 10 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0;
    (void)snprintf(text, 16, "%.*f", decimals, value);
    return text;
}

static void print_row(const char *what, const char *goal, const double *values, size_t count)
{
    const struct summary summary = stats_summary(values, count);
    double *sorted = stats_sorted(values, &count);
    char median[16], low[16], high[16], first[16], last[16];
    printf(ROW_FORMAT, what, goal, number(summary.median, median),
           number(summary.interval.low, low), number(summary.interval.high, high),
           number(sorted[0], first), number(sorted[count - 1], last), count);
    free(sorted);
    (void)fflush(stdout);
}

/* Prints the time of `above` over that of `below` as a row, pair by pair, after two pairs that do
 * not count. */
static enum status compare(const char *what, const char *goal, struct side above, struct side below)
{
    double ratios[PAIRS];
    for (int pair = -2; pair < PAIRS; pair++) {
        /* Whoever comes second meets what the first one left: each comes first in turn. */
        const bool swapped = pair % 2 != 0;
        const struct side first = swapped ? below : above, second = swapped ? above : below;
        double before = 0, after = 0;
        TRY(first.run(first.context, &before));
        TRY(second.run(second.context, &after));
        if (pair >= 0)
            ratios[pair] = swapped ? after / before : before / after;
    }
    print_row(what, goal, ratios, PAIRS);
    return STATUS_OK;
}

enum status probe_time(const char *what, const char *goal, struct side side, unsigned samples,
                       double items)
{
    double micros[PROBE_SAMPLES_MAX], seconds = 0;
    TRY(side.run(side.context, &seconds));
    for (unsigned sample = 0; sample < samples; sample++) {
        TRY(side.run(side.context, &seconds));
        micros[sample] = seconds * 1e6 / items;
    }
    print_row(what, goal, micros, samples);
    return STATUS_OK;
}

/* ---- kernels ---- */

enum status probe_start(struct subject *subject, const char *kernel, uint64_t size,
                        unsigned workers, const char *option)
{
    const bool ranks = this_model.launch == LAUNCH_RANKS;
    *subject = (struct subject){.job = {.kernel = kernel_find(kernel),
                                        .size = size ? size : kernel_find(kernel)->default_size,
                                        .workers = workers,
                                        .ranks = ranks ? workers : 1,
                                        .threads = ranks ? 1 : workers}};
    job_set_defaults(&subject->job, this_model.options);
    if (option && !job_set(&subject->job, option))
        return status_fail(STATUS_FAILED, "%s does not take %s", this_model.name, option);
    if (workers == 0)
        return STATUS_OK;
    subject->team = memory_new(1, this_model.team_bytes);
    return this_model.start(&subject->job, subject->team);
}

void probe_stop(struct subject *subject)
{
    if (subject->team)
        this_model.stop(subject->team);
    free(subject->team);
}

static enum status run(const void *context, double *seconds)
{
    const struct subject *subject = context;
    const struct job *job = &subject->job;
    struct verdict verdict;
    _Alignas(16) unsigned char partial[64];
    struct outcome outcome = {.partial = partial};
    if (subject->team) {
        TRY(sample_take(&this_model, subject->team, 1, &outcome));
    } else {
        uint64_t start = clock_now_ns();
        job->kernel->compute(job->size, kernel_whole(job->size), NULL, NULL, partial);
        outcome.seconds = clock_seconds_since(start);
    }
    *seconds = outcome.seconds;
    return sample_verify(job, &outcome, &verdict) ? STATUS_OK : STATUS_FAILED;
}

struct side probe_side(const struct subject *subject)
{
    return (struct side){run, subject};
}

enum status probe_compare_workers(const struct comparison *row)
{
    struct subject above, below;
    TRY(probe_start(&above, row->kernel, 0, row->above, row->option));
    TRY(probe_start(&below, row->kernel, 0, row->below, row->option));
    TRY(compare(row->what, row->goal, probe_side(&above), probe_side(&below)));
    probe_stop(&below);
    probe_stop(&above);
    return STATUS_OK;
}

/* ---- plain loops ---- */

enum status probe_plain(const char *what, const struct subject *model,
                        const struct plain_form *forms,
                        enum status (*run_form)(const void *form, double *seconds))
{
    const struct plain_form *fastest = forms;
    double least = INFINITY;
    for (const struct plain_form *form = forms; form < forms + PLAIN_FORMS; form++) {
        double seconds[TRIALS];
        for (int trial = 0; trial < TRIALS; trial++)
            TRY(run_form(form, &seconds[trial]));
        if (stats_median(seconds, TRIALS) < least) {
            least = stats_median(seconds, TRIALS);
            fastest = form;
        }
    }
    TRY(compare(what, "<= 1.02", probe_side(model), (struct side){run_form, fastest}));
    printf("  the fastest plain form: %s\n", fastest->name);
    return STATUS_OK;
}

enum status probe_pi(double pi)
{
    if (fabs(pi - 3.14159265358979323846) < 1e-9)
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "the plain loop gave %.15f for pi", pi);
}

int main(int argc, char **argv)
{
    uint64_t workers;
    if (argc == 2 && count_parse(argv[1], &workers) && workers <= INT_MAX)
        return probe_measure((unsigned)workers) == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
    status_say("this is a part of `overhead`, which calls it with WORKERS");
    return 2;
}
