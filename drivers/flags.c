#include "flags.h"

#include <stdlib.h>

/* A cell's samples, and its ratios of first to other ones, round by round. */
struct gathered {
    size_t samples, ratios;
    double *seconds, *ratio;
};

/* One launch's samples; its first one may be missing in a file that was cut. */
static void gather_launch(struct gathered *gathered, const double *launch, size_t count,
                          bool has_first)
{
    if (has_first && count > 1)
        gathered->ratio[gathered->ratios++] = launch[0] / stats_median(launch + 1, count - 1);
}

static void gather(const struct row *const *rows, size_t count, struct gathered *gathered)
{
    for (size_t first = 0, next; first < count; first = next) {
        const double *launch = gathered->seconds + gathered->samples;
        for (next = first; next < count && rows[next]->round == rows[first]->round; next++)
            gathered->seconds[gathered->samples++] = rows[next]->seconds;
        gather_launch(gathered, launch, next - first, rows[first]->sample == 0);
    }
}

static void count_outliers(const struct gathered *gathered, struct flags *flags)
{
    struct fences fences;
    flags->has_fences = stats_fences(gathered->seconds, gathered->samples, &fences);
    if (!flags->has_fences)
        return;
    flags->outliers = stats_outside(gathered->seconds, gathered->samples, fences.inner);
    flags->far_outliers = stats_outside(gathered->seconds, gathered->samples, fences.outer);
}

enum status flags_make(const struct row *const *rows, size_t count, struct flags *flags)
{
    struct gathered gathered = {.seconds = calloc(count + 1, sizeof(double)),
                                .ratio = calloc(count + 1, sizeof(double))};
    enum status status = STATUS_OK;
    *flags = (struct flags){.has_fences = false};
    if (gathered.seconds && gathered.ratio) {
        gather(rows, count, &gathered);
        count_outliers(&gathered, flags);
        flags->first = stats_summary(gathered.ratio, gathered.ratios);
        flags->slow_first =
            flags->first.has_interval && flags->first.interval.low > FLAGS_SLOW_FIRST;
    } else {
        status = status_no_memory("the analysis");
    }
    free(gathered.ratio);
    free(gathered.seconds);
    return status;
}
