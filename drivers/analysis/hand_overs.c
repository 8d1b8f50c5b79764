#include "hand_overs.h"

#include "counts.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>

static const struct summary none = {0, NAN, false, {NAN, NAN}};

void hand_overs_find(const struct analysis_of_cell *cell, double bound, struct hand_overs *found)
{
    const struct rows_of_cell *rows = &cell->rows;
    const size_t rounds = rows->count > 0 ? rows->rows[rows->count - 1]->round + 1 : 0;
    double *counts = memory_new(4 * rounds, sizeof *counts), *a_second = counts + rounds;
    double *lost = a_second + rounds, *each_s = lost + rounds;
    counts_by_round(cell, "gil::handoffs", counts, rounds);
    for (size_t round = 0; round < rounds; round++) {
        const double time = cell->times[round];
        const double could_s = cell->speedup.count > 0 ? cell->base->times[round] / bound : NAN;
        a_second[round] = counts[round] / time;
        lost[round] = 1 - could_s / time;
        each_s[round] = counts[round] > 0 ? (time - could_s) / counts[round] : NAN;
    }
    *found = (struct hand_overs){.count = counts_of(cell, "gil::handoffs"),
                                 .a_second = stats_summary(a_second, rounds),
                                 .lost = stats_summary(lost, rounds),
                                 .each_s = none};
    if (found->lost.has_interval && found->lost.interval.low > 0)
        found->each_s = stats_summary(each_s, rounds);
    free(counts);
}
