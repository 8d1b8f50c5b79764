#include "drift.h"

#include "memory.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

/* Room for one number of each cell, and of each round. */
struct room {
    double *centres; /* of the cells: the median over rounds; NAN: never measured */
    double *values;  /* what a median is taken of */
};

static size_t select_known(const double *from, size_t count, double *known)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(from[i]))
            known[found++] = from[i];
    return found;
}

static void find_centres(const double *times, size_t cells, size_t rounds, struct room *room)
{
    for (size_t cell = 0; cell < cells; cell++) {
        const size_t count = select_known(times + cell * rounds, rounds, room->values);
        room->centres[cell] = stats_median(room->values, count);
    }
}

/* How slow a round was; NAN when too few cells tell. */
static double slowness(const double *times, size_t cells, size_t rounds, size_t round,
                       struct room *room)
{
    size_t count = 0;
    for (size_t cell = 0; cell < cells; cell++) {
        const double time = times[cell * rounds + round];
        if (!isnan(time))
            room->values[count++] = time / room->centres[cell];
    }
    return drift_between(room->values, count);
}

static struct drift range_of_rounds(const double *times, size_t cells, size_t rounds,
                                    struct room *room)
{
    struct drift drift = {NAN, 0, 0};
    double fastest = INFINITY, slowest = 0;
    size_t told = 0;
    find_centres(times, cells, rounds, room);
    for (size_t round = 0; round < rounds; round++) {
        const double slow = slowness(times, cells, rounds, round, room);
        if (isnan(slow))
            continue;
        if (slow < fastest)
            drift.fastest = round;
        if (slow > slowest)
            drift.slowest = round;
        fastest = fmin(fastest, slow);
        slowest = fmax(slowest, slow);
        told++;
    }
    if (told > 1)
        drift.ratio = slowest / fastest;
    return drift;
}

struct drift drift_within(const double *times, size_t cells, size_t rounds)
{
    const size_t most = cells > rounds ? cells : rounds;
    struct room room = {.centres = memory_new(cells, sizeof *room.centres),
                        .values = memory_new(most, sizeof *room.values)};
    const struct drift drift = range_of_rounds(times, cells, rounds, &room);
    free(room.values);
    free(room.centres);
    return drift;
}

double drift_between(const double *ratios, size_t count)
{
    return count < DRIFT_CELLS_MIN ? NAN : stats_median(ratios, count);
}

double drift_allowed(double between, double within)
{
    if (isnan(between) || isnan(within))
        return 1;
    return between > 1 ? fmin(between, within) : fmax(between, 1 / within);
}
