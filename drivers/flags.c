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

/* Samples of one launch follow each other in the record. */
static void gather(const struct record *record, size_t cell, struct gathered *gathered)
{
    for (size_t first = 0, next; first < record->count; first = next) {
        const struct row *row = &record->rows[first];
        const double *launch = gathered->seconds + gathered->samples;
        size_t count = 0;
        for (next = first; next < record->count && record->rows[next].cell == row->cell &&
                           record->rows[next].round == row->round;
             next++)
            if (row->cell == cell)
                gathered->seconds[gathered->samples + count++] = record->rows[next].seconds;
        gather_launch(gathered, launch, count, row->sample == 0);
        gathered->samples += count;
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

enum status flags_make(const struct record *record, size_t cell, struct flags *flags)
{
    struct gathered gathered = {.seconds = calloc(record->count + 1, sizeof(double)),
                                .ratio = calloc(record->count + 1, sizeof(double))};
    enum status status = STATUS_OK;
    *flags = (struct flags){.has_fences = false};
    if (gathered.seconds && gathered.ratio) {
        gather(record, cell, &gathered);
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
