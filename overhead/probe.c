#include "probe.h"

#include "clock.h"
#include "options.h"
#include "row.h"
#include "sample.h"
#include "stats.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAIRS = 30 };

enum status probe_compare(const char *what, const char *goal, struct side above, struct side below)
{
    double ratios[PAIRS];
    for (int pair = -2; pair < PAIRS; pair++) {
        /* Whoever comes second meets what the first one left: each comes first in turn. */
        const bool swapped = pair % 2 != 0;
        const struct side first = swapped ? below : above, second = swapped ? above : below;
        double before = 0, after = 0;
        enum status status = first.run(first.context, &before);
        if (status == STATUS_OK)
            status = second.run(second.context, &after);
        if (status != STATUS_OK)
            return status;
        if (pair >= 0)
            ratios[pair] = swapped ? after / before : before / after;
    }
    if (what)
        probe_row(what, goal, ratios, PAIRS);
    return STATUS_OK;
}

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
    return this_model.start(&subject->job, &subject->team);
}

void probe_stop(struct subject *subject)
{
    this_model.stop(subject->team);
    subject->team = NULL;
}

static enum status judge(const struct job *job, const struct outcome *outcome)
{
    struct verdict verdict = {""};
    return sample_verify(job, outcome, &verdict) ? STATUS_OK : STATUS_FAILED;
}

static enum status run_model(const void *context, double *seconds)
{
    const struct subject *subject = context;
    const struct job *job = &subject->job;
    struct outcome outcome;
    enum status status = sample_take(&this_model, subject->team, 1, &outcome);
    *seconds = outcome.seconds;
    return status == STATUS_OK ? judge(job, &outcome) : status;
}

static enum status run_serial(const void *context, double *seconds)
{
    const struct job *job = &((const struct subject *)context)->job;
    _Alignas(16) unsigned char partial[64];

    uint64_t start = clock_now_ns();
    job->kernel->compute(job->size, kernel_whole(job->size), NULL, NULL, partial);
    *seconds = clock_seconds_since(start);

    return judge(job, &(struct outcome){.partial = partial});
}

struct side probe_model(const struct subject *subject)
{
    return (struct side){run_model, subject};
}

struct side probe_serial(const struct subject *subject)
{
    return (struct side){run_serial, subject};
}

/* Four digits, which six columns hold up to a million. */
static const char *number(double value, char text[static 16])
{
    int decimals = value < 10 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0;
    (void)snprintf(text, 16, "%.*f", decimals, value);
    return text;
}

void probe_row(const char *what, const char *goal, const double *values, size_t count)
{
    const struct summary summary = stats_summary(values, count);
    double least = values[0], most = values[0];
    for (size_t i = 1; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    char median[16], low[16], high[16], first[16], last[16];
    printf(ROW_FORMAT, what, goal, number(summary.median, median),
           number(summary.interval.low, low), number(summary.interval.high, high),
           number(least, first), number(most, last), count);
    (void)fflush(stdout);
}

void probe_remark(const char *what, const char *value)
{
    printf("  %s: %s\n", what, value);
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    uint64_t workers;
    if (argc == 2 && count_parse(argv[1], &workers) && workers <= INT_MAX)
        return probe_measure((unsigned)workers) == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
    status_say("this is a part of `overhead`, which calls it with WORKERS");
    return 2;
}
