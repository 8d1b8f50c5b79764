#include "comparison.h"

#include "drift.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const change_name[CHANGE_COUNT] = {[CHANGE_SAME] = "same",
                                               [CHANGE_FASTER] = "faster",
                                               [CHANGE_SLOWER] = "slower",
                                               [CHANGE_UNDECIDED] = "undecided"};

const char *const doubt_name[DOUBT_COUNT] = {
    [DOUBT_NONE] = "none",          [DOUBT_FEW_ROUNDS] = "too few rounds",
    [DOUBT_WIDE] = "wide interval", [DOUBT_MANY_CELLS] = "many cells",
    [DOUBT_DRIFT] = "drift",
};

/* Of the cells called slower or faster, so many may be expected to be neither. */
static const double false_discoveries = 0.05;

const struct analysis_of_cell *comparison_partner(const struct analysed_run *other,
                                                  const struct cell *cell)
{
    for (size_t i = 0; i < other->count; i++)
        if (strcmp(other->plan->cells[i].id, cell->id) == 0)
            return &other->cells[i];
    return NULL;
}

/* ---- one cell ---- */

/* Within these nothing is faster or slower, with so much left out. */
static struct interval bounds_of(const struct comparison *comparison, double allowed)
{
    const double most = 1 + comparison->margins.change;
    return (struct interval){allowed / most, allowed * most};
}

/* The ratio of each round that both have. */
static void measure_pairs(const struct comparison *comparison, struct compared *cell)
{
    const size_t bases = comparison->base->rounds, others = comparison->other->rounds;
    const size_t rounds = bases < others ? bases : others;
    double *ratios = memory_new(rounds, sizeof *ratios);
    for (size_t i = 0; i < rounds; i++)
        ratios[i] = cell->other->times[i] / cell->base->times[i];
    cell->ratio = ratio_of_pairs(ratios, rounds);
    cell->pairs = cell->ratio.count;
    cell->p_value = ratio_p_value_of_pairs(ratios, rounds, bounds_of(comparison, 1));
    free(ratios);
}

static void measure(const struct comparison *comparison, struct compared *cell)
{
    if (comparison->interleaved || comparison->is_itself)
        measure_pairs(comparison, cell);
    if (cell->pairs == 0)
        cell->ratio = ratio_of(cell->base->times, comparison->base->rounds, cell->other->times,
                               comparison->other->rounds);
    if (cell->ratio.has_interval)
        cell->within = fmax(cell->ratio.interval.high, 1 / cell->ratio.interval.low) - 1;
}

static double p_value_of(const struct comparison *comparison, const struct compared *cell,
                         double allowed)
{
    return ratio_p_value(cell->base->times, comparison->base->rounds, cell->other->times,
                         comparison->other->rounds, bounds_of(comparison, allowed));
}

/* Wholly slower (1), wholly faster (-1), with so much left out, or neither (0). */
static int side_of(const struct comparison *comparison, const struct compared *cell, double allowed)
{
    const struct interval *interval = &cell->ratio.interval;
    const struct interval bounds = bounds_of(comparison, allowed);
    return (interval->low > bounds.high) - (interval->high < bounds.low);
}

/* `enough`: the largest p-value that is small enough. */
static void judge(const struct comparison *comparison, struct compared *cell, double enough)
{
    const int side = side_of(comparison, cell, 1);
    cell->change = CHANGE_UNDECIDED;
    cell->doubt = DOUBT_NONE;
    if (!cell->ratio.has_interval)
        cell->doubt = DOUBT_FEW_ROUNDS;
    else if (side != 0 && side_of(comparison, cell, comparison->allowed) != side)
        cell->doubt = DOUBT_DRIFT;
    else if (side != 0 && cell->p_value > enough)
        cell->doubt = DOUBT_MANY_CELLS;
    else if (side != 0)
        cell->change = side > 0 ? CHANGE_SLOWER : CHANGE_FASTER;
    else if (cell->within <= comparison->margins.same)
        cell->change = CHANGE_SAME;
    else
        cell->doubt = DOUBT_WIDE;
}

/* ---- all of them ---- */

static bool are_interleaved(const struct analysed_run *base, const struct analysed_run *other)
{
    const json_t *name = json_object_get(base->manifest, "by_turns");
    return json_is_string(name) && json_equal(name, json_object_get(other->manifest, "by_turns")) &&
           json_equal(json_object_get(base->manifest, "seed"),
                      json_object_get(other->manifest, "seed")) &&
           strcmp(base->folder, other->folder) != 0;
}

/* Whether each cell of the base took the same times in the other run, and one took any at all: two
 * measurements never do. */
static bool are_itself(const struct analysed_run *base, const struct analysed_run *other)
{
    bool any = false;
    for (size_t i = 0; i < base->count; i++) {
        const struct analysis_of_cell *one = &base->cells[i];
        const struct analysis_of_cell *partner = comparison_partner(other, one->cell);
        if (!partner || base->rounds != other->rounds)
            return false;
        for (size_t round = 0; round < base->rounds; round++) {
            const double time = one->times[round];
            if (isnan(time) ? !isnan(partner->times[round]) : time != partner->times[round])
                return false;
            any = any || !isnan(time);
        }
    }
    return any;
}

/* Those cells that are in both. */
static void pair(struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->base->count; i++) {
        const struct analysis_of_cell *base = &comparison->base->cells[i];
        const struct analysis_of_cell *other = comparison_partner(comparison->other, base->cell);
        if (!other)
            continue;
        struct compared *cell = &comparison->cells[comparison->count++];
        *cell = (struct compared){.base = base,
                                  .other = other,
                                  .is_usable = base->verified && other->verified,
                                  .ratio = stats_summary(NULL, 0),
                                  .within = INFINITY};
        comparison->usable += cell->is_usable;
        if (cell->is_usable)
            measure(comparison, cell);
    }
}

/* What all cells have in common. */
static void find_drift(struct comparison *comparison, double *ratios)
{
    const struct analysed_run *base = comparison->base, *other = comparison->other;
    for (size_t i = 0; i < comparison->count; i++)
        ratios[i] =
            comparison->cells[i].ratio.has_interval ? comparison->cells[i].ratio.median : NAN;
    comparison->together = drift_between(ratios, comparison->count);
    comparison->drift = fmax(base->noise.drift.ratio, other->noise.drift.ratio);
    comparison->allowed = drift_allowed(comparison->together, comparison->drift);
}

static void decide(struct comparison *comparison)
{
    double *numbers = memory_new(comparison->count, sizeof *numbers);
    if (!comparison->interleaved && !comparison->is_itself)
        find_drift(comparison, numbers);
    for (size_t i = 0; i < comparison->count; i++) {
        struct compared *cell = &comparison->cells[i];
        if (cell->ratio.has_interval && cell->pairs == 0)
            cell->p_value = fmax(p_value_of(comparison, cell, 1),
                                 p_value_of(comparison, cell, comparison->allowed));
        numbers[i] = cell->ratio.has_interval ? cell->p_value : NAN;
        comparison->decidable += cell->ratio.has_interval;
    }
    const double enough = ratio_false_discovery(numbers, comparison->count, false_discoveries);
    free(numbers);
    for (size_t i = 0; i < comparison->count; i++) {
        struct compared *cell = &comparison->cells[i];
        if (!cell->is_usable)
            continue;
        judge(comparison, cell, enough);
        comparison->changes[cell->change]++;
        comparison->doubts[cell->doubt]++;
    }
}

struct comparison comparison_make(const struct analysed_run *base, const struct analysed_run *other,
                                  struct margins margins)
{
    struct comparison comparison = {.base = base,
                                    .other = other,
                                    .margins = margins,
                                    .interleaved = are_interleaved(base, other),
                                    .is_itself = are_itself(base, other),
                                    .cells = memory_new(base->count, sizeof *comparison.cells),
                                    .together = NAN,
                                    .drift = NAN,
                                    .allowed = 1};
    pair(&comparison);
    decide(&comparison);
    return comparison;
}

void comparison_free(struct comparison *comparison)
{
    free(comparison->cells);
    *comparison = (struct comparison){.base = NULL};
}

size_t comparison_slower(const struct comparison *comparison, double share)
{
    size_t slower = 0;
    for (size_t i = 0; i < comparison->count; i++)
        slower += comparison->cells[i].is_usable && comparison->cells[i].change == CHANGE_SLOWER &&
                  comparison->cells[i].ratio.median >= 1 + share;
    return slower;
}

size_t comparison_lost(const struct comparison *comparison)
{
    size_t lost = comparison->base->totals.verified - comparison->usable;
    for (size_t i = 0; i < comparison->count; i++)
        lost -= comparison->cells[i].base->verified && comparison->cells[i].other->has_lost;
    return lost;
}
