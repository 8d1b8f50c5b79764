#include "outliers.h"

#include <math.h>
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

static void gather(struct rows_of_cell own, struct gathered *gathered)
{
    for (size_t first = 0, next; first < own.count; first = next) {
        const double *launch = gathered->seconds + gathered->samples;
        const struct row *begin = own.rows[first];
        size_t count = 0;
        for (next = first; next < own.count && own.rows[next]->round == begin->round; next++)
            if (!own.rows[next]->is_late)
                gathered->seconds[gathered->samples + count++] = own.rows[next]->seconds;
        gathered->samples += count;
        gather_launch(gathered, launch, count, begin->sample == 0 && !begin->is_late);
    }
}

static void count_outliers(const struct gathered *gathered, struct outliers *flags)
{
    struct fences fences;
    if (!stats_fences(gathered->seconds, gathered->samples, &fences))
        return;
    flags->outliers = (double)stats_outside(gathered->seconds, gathered->samples, fences.inner);
    flags->far_outliers = (double)stats_outside(gathered->seconds, gathered->samples, fences.outer);
}

enum status outliers_make(struct rows_of_cell rows, struct outliers *flags)
{
    struct gathered gathered = {.seconds = calloc(rows.count + 1, sizeof(double)),
                                .ratio = calloc(rows.count + 1, sizeof(double))};
    enum status status = STATUS_OK;
    *flags = (struct outliers){.outliers = NAN, .far_outliers = NAN};
    if (gathered.seconds && gathered.ratio) {
        gather(rows, &gathered);
        count_outliers(&gathered, flags);
        flags->first = stats_summary(gathered.ratio, gathered.ratios);
        flags->slow_first =
            flags->first.has_interval && flags->first.interval.low > OUTLIERS_SLOW_FIRST;
    } else {
        status = status_no_memory("the analysis");
    }
    free(gathered.ratio);
    free(gathered.seconds);
    return status;
}
