#include "drift.h"

#include "memory.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

static size_t cells_of(const double *times, size_t cells, size_t rounds, size_t round)
{
    size_t count = 0;
    for (size_t cell = 0; cell < cells; cell++)
        count += times[cell * rounds + round] > 0;
    return count;
}

struct drift drift_within(const double *times, size_t cells, size_t rounds)
{
    struct drift drift = {NAN, 0, 0};
    double *centres = memory_new(cells, sizeof *centres),
           *ratios = memory_new(cells, sizeof *ratios);
    double fastest = INFINITY, slowest = 0;
    size_t told = 0, most = 0;
    for (size_t cell = 0; cell < cells; cell++)
        centres[cell] = stats_median(times + cell * rounds, rounds);
    for (size_t round = 0; round < rounds; round++) {
        const size_t count = cells_of(times, cells, rounds, round);
        most = count > most ? count : most;
    }
    for (size_t round = 0; round < rounds; round++) {
        if (2 * cells_of(times, cells, rounds, round) <= most)
            continue;
        for (size_t cell = 0; cell < cells; cell++)
            ratios[cell] = times[cell * rounds + round] / centres[cell];
        const double slow = drift_between(ratios, cells); /* NAN when too few cells tell */
        drift.fastest = slow < fastest ? round : drift.fastest;
        drift.slowest = slow > slowest ? round : drift.slowest;
        fastest = fmin(fastest, slow);
        slowest = fmax(slowest, slow);
        told += slow > 0;
    }
    if (told > 1)
        drift.ratio = slowest / fastest;
    free(ratios);
    free(centres);
    return drift;
}

double drift_between(const double *ratios, size_t count)
{
    const struct summary all = stats_summary(ratios, count);
    return all.count < DRIFT_CELLS_MIN ? NAN : all.median;
}

double drift_allowed(double between, double within)
{
    if (isnan(between) || isnan(within))
        return 1;
    return between > 1 ? fmin(between, within) : fmax(between, 1 / within);
}
