#include "row.h"

#include "stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Four digits, which six columns hold up to a million, and below 0 as far as minus a hundred
 * thousand: a difference may be less than nothing. */
static const char *number(double value, char text[static 16])
{
    const double size = fabs(value);
    const int decimals = size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0;
    if (isnan(value))
        return "-";
    (void)snprintf(text, 16, "%.*f", decimals, value);
    return text;
}

void row_print(const char *what, const char *goal, const double *values, size_t count)
{
    const struct summary summary = stats_summary(values, count);
    double *sorted = stats_sorted(values, &count);
    char median[16], low[16], high[16], first[16], last[16];
    printf("%-28s %-7s %6s [%6s,%6s] %6s ..%6s %4zu\n", what, goal, number(summary.median, median),
           number(summary.interval.low, low), number(summary.interval.high, high),
           number(sorted[0], first), number(sorted[count - 1], last), count);
    free(sorted);
    (void)fflush(stdout);
}
