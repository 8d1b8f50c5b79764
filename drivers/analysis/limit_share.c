#include "limit_share.h"

#include "analysed_run.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>

double limit_share_least(enum limit_kind kind, double limit_s, double base_s, unsigned workers)
{
    switch (kind) {
    case LIMIT_OF_MACHINE:
        return limit_s;
    case LIMIT_OF_CORES:
        return limit_s / workers;
    case LIMIT_OF_SERIAL_PART:
        return limit_s + (base_s < limit_s ? 0 : base_s - limit_s) / workers;
    case LIMIT_NONE:
        break;
    }
    return NAN;
}

/* The cell that the plan names as this one's limit; NULL: there is none that says anything. */
static const struct analysis_of_cell *find(const struct analysed_run *run,
                                           const struct analysis_of_cell *cell)
{
    const struct cell *planned =
        *cell->cell->limit.cell ? plan_find(run->plan, cell->cell->limit.cell) : NULL;
    const struct analysis_of_cell *limit = planned ? &run->cells[planned - run->plan->cells] : NULL;
    const bool is_there = limit && limit->verified && cell->verified;
    return is_there && !cell->cell->oversubscribed && !analysis_is_scaled(cell) ? limit : NULL;
}

void limit_share_make(struct analysed_run *run)
{
    const size_t rounds = run->rounds;
    double *least = memory_new(3 * rounds, sizeof *least);
    double *shares = least + rounds, *speedups = shares + rounds;
    for (size_t i = 0; i < run->count; i++) {
        struct analysis_of_cell *cell = &run->cells[i];
        const double *base = cell->base ? cell->base->times : NULL;
        cell->limit = find(run, cell);
        for (size_t round = 0; round < rounds; round++) {
            const double base_s = base ? base[round] : NAN;
            least[round] =
                cell->limit ? limit_share_least(cell->cell->limit.kind, cell->limit->times[round],
                                                base_s, cell->cell->workers)
                            : NAN;
            shares[round] = least[round] / cell->times[round];
            speedups[round] = base_s / least[round];
        }
        cell->limit_s = stats_median(least, rounds);
        cell->of_limit = stats_summary(shares, rounds);
        cell->limit_speedup = stats_median(speedups, rounds);
    }
    free(least);
}
