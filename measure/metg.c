#include "metg.h"

#include "memory.h"

#include <math.h>
#include <stdlib.h>

static const double half = 0.5;

/* From long tasks to short ones: what is reached again below a task that is not worth it is noise.
 */
double metg_of(size_t count, const double *duration, const double *efficiency)
{
    size_t above = count; /* the shortest so far that is worth it; `count`: none */
    for (size_t i = count; i-- > 0;) {
        if (!(duration[i] > 0) || !(efficiency[i] > 0))
            continue;
        if (efficiency[i] >= half)
            above = i;
        else if (above < count)
            return duration[i] *
                   pow(duration[above] / duration[i],
                       log(half / efficiency[i]) / log(efficiency[above] / efficiency[i]));
    }
    return NAN;
}

/* On which sides the points are, by their medians. */
static enum metg_state sides_of(const struct metg_points *points)
{
    bool any_above = false, any_below = false;
    for (size_t i = 0; i < points->count; i++) {
        const double median = stats_median(points->efficiency + i * points->rounds, points->rounds);
        any_above = any_above || median >= half;
        any_below = any_below || median < half;
    }
    return any_above && any_below ? METG_FOUND
           : any_above            ? METG_ALL_ABOVE
           : any_below            ? METG_ALL_BELOW
                                  : METG_NO_POINTS;
}

enum metg_state metg_find(const struct metg_points *points, struct summary *found)
{
    const enum metg_state state = sides_of(points);
    const size_t rounds = state == METG_FOUND ? points->rounds : 0;
    double *values = memory_new(rounds + 2 * points->count, sizeof *values);
    double *duration = values + rounds, *efficiency = duration + points->count;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < points->count; i++) {
            duration[i] = points->duration[i * points->rounds + round];
            efficiency[i] = points->efficiency[i * points->rounds + round];
        }
        values[round] = metg_of(points->count, duration, efficiency);
    }
    *found = stats_summary(values, rounds);
    free(values);
    return state == METG_FOUND && found->count == 0 ? METG_NO_POINTS : state;
}
