#include "outliers.h"

#include <math.h>

struct outliers outliers_of(const double *seconds, size_t samples, const double *ratios,
                            size_t launches)
{
    struct outliers flags = {NAN, NAN, .first = stats_summary(ratios, launches)};
    struct fences fences;
    if (stats_fences(seconds, samples, &fences)) {
        flags.outliers = (double)stats_outside(seconds, samples, fences.inner);
        flags.far_outliers = (double)stats_outside(seconds, samples, fences.outer);
    }
    flags.slow_first = flags.first.has_interval && flags.first.interval.low > OUTLIERS_SLOW_FIRST;
    return flags;
}
