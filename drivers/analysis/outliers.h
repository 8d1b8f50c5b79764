/*
 * What is odd about a cell's samples. It is said and never acted on: no sample is left out.
 */
#ifndef OUTLIERS_H
#define OUTLIERS_H

#include "stats.h"

/*
 * The first sample of a launch is slow when the low end of the interval of its time over that of
 * the others is beyond this.
 */
#define OUTLIERS_SLOW_FIRST 1.05

struct outliers {
    /*
     * Beyond Tukey's fences, which are over all samples of the cell as they are. They are not
     * centred by round first: then a launch that was slow as a whole would not be seen, and with
     * one sample a launch nothing would.
     */
    double outliers;     /* beyond 1.5 times the distance of the quartiles, */
    double far_outliers; /* of these, beyond 3 times; NAN below STATS_MIN_FOR_FENCES samples */

    /* Over rounds: a launch's first sample over the median of its others. */
    struct summary first;
    bool slow_first; /* never without an interval */
};

/* Of a cell's valid samples, and of its launches' first ones over the median of their others. */
struct outliers outliers_of(const double *seconds, size_t samples, const double *ratios,
                            size_t launches);

#endif
