#include "comparison.h"

#include "drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const change_name[CHANGE_COUNT] = {
    [CHANGE_SAME] = "same",
    [CHANGE_FASTER] = "faster",
    [CHANGE_SLOWER] = "slower",
    [CHANGE_UNDECIDED] = "undecided",
};

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

/* Room for the times of one cell in each round of either run, for the ratios of those, and for a
 * number of each cell. */
struct room {
    double *base, *other, *ratios, *numbers;
};

/* Those that there are; returns in how many rounds the cell was measured. */
static size_t select_times(const struct analysed_run *run, const struct analysis_of_cell *cell,
                           double *selected)
{
    const double *times = analysed_run_times(run, cell);
    size_t count = 0;
    for (size_t round = 0; round < run->rounds; round++)
        if (!isnan(times[round]))
            selected[count++] = times[round];
    return count;
}

/* Of each round that both have; returns how many. */
static size_t select_ratios(const struct comparison *comparison, const struct compared *cell,
                            double *ratios)
{
    const double *base = analysed_run_times(comparison->base, cell->base);
    const double *other = analysed_run_times(comparison->other, cell->other);
    size_t count = 0;
    for (size_t i = 0; i < comparison->base->rounds && i < comparison->other->rounds; i++)
        if (!isnan(base[i]) && !isnan(other[i]))
            ratios[count++] = other[i] / base[i];
    return count;
}

static enum status measure(const struct comparison *comparison, const struct room *room,
                           struct compared *cell)
{
    cell->base_rounds = select_times(comparison->base, cell->base, room->base);
    cell->other_rounds = select_times(comparison->other, cell->other, room->other);
    if (comparison->interleaved)
        cell->pairs = select_ratios(comparison, cell, room->ratios);
    cell->ratio = cell->pairs > 0
                      ? ratio_of_pairs(room->ratios, cell->pairs)
                      : ratio_of(room->base, cell->base_rounds, room->other, cell->other_rounds);
    if (isnan(cell->ratio.value))
        return status_no_memory("the ratios of so many rounds");
    if (cell->ratio.has_interval)
        cell->within = fmax(cell->ratio.interval.high, 1 / cell->ratio.interval.low) - 1;
    return STATUS_OK;
}

/* Where what may be the machine's is left out, the greater one of with it and without. */
static double p_value_of(const struct comparison *comparison, const struct room *room,
                         const struct compared *cell)
{
    const double bound = 1 + comparison->margins.change;
    if (cell->pairs > 0)
        return ratio_p_value_of_pairs(room->ratios, select_ratios(comparison, cell, room->ratios),
                                      bound);
    const size_t bases = select_times(comparison->base, cell->base, room->base);
    const size_t others = select_times(comparison->other, cell->other, room->other);
    const double whole = ratio_p_value(room->base, bases, room->other, others, bound);
    if (comparison->allowed == 1)
        return whole;
    for (size_t i = 0; i < others; i++)
        room->other[i] /= comparison->allowed;
    return fmax(whole, ratio_p_value(room->base, bases, room->other, others, bound));
}

/* Wholly slower (1), wholly faster (-1) by more than the margin, or neither (0). */
static int side_of(const struct interval *interval, double allowed, double margin)
{
    return (interval->low / allowed > 1 + margin) - (interval->high / allowed < 1 / (1 + margin));
}

/* `enough`: the largest p-value that is small enough. */
static void judge(struct compared *cell, double allowed, const struct margins *margins,
                  double enough)
{
    const struct interval *interval = &cell->ratio.interval;
    const int side = cell->ratio.has_interval ? side_of(interval, 1, margins->change) : 0;
    cell->change = CHANGE_UNDECIDED;
    cell->doubt = DOUBT_NONE;
    if (!cell->ratio.has_interval)
        cell->doubt = DOUBT_FEW_ROUNDS;
    else if (side != 0 && side_of(interval, allowed, margins->change) != side)
        cell->doubt = DOUBT_DRIFT;
    else if (side != 0 && cell->p_value > enough)
        cell->doubt = DOUBT_MANY_CELLS;
    else if (side != 0)
        cell->change = cell->ratio.value > 1 ? CHANGE_SLOWER : CHANGE_FASTER;
    else if (cell->within <= margins->same)
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

/* Those cells that are in both. */
static enum status pair(struct comparison *comparison, const struct room *room)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < comparison->base->count && status == STATUS_OK; i++) {
        const struct analysis_of_cell *base = &comparison->base->cells[i];
        const struct analysis_of_cell *other = comparison_partner(comparison->other, base->cell);
        if (!other)
            continue;
        struct compared *cell = &comparison->cells[comparison->count++];
        *cell = (struct compared){.base = base,
                                  .other = other,
                                  .is_usable = base->verified && other->verified,
                                  .ratio = {NAN, false, {NAN, NAN}},
                                  .within = INFINITY,
                                  .p_value = 1};
        comparison->usable += cell->is_usable;
        if (cell->is_usable)
            status = measure(comparison, room, cell);
    }
    return status;
}

/* What all cells have in common. */
static void find_drift(struct comparison *comparison, double *ratios)
{
    const struct analysed_run *base = comparison->base, *other = comparison->other;
    size_t count = 0;
    for (size_t i = 0; i < comparison->count; i++)
        if (comparison->cells[i].ratio.has_interval)
            ratios[count++] = comparison->cells[i].ratio.value;
    comparison->together = drift_between(ratios, count);
    comparison->drift = fmax(base->noise.drift.ratio, other->noise.drift.ratio);
    comparison->allowed = drift_allowed(comparison->together, comparison->drift);
}

static void decide(struct comparison *comparison, const struct room *room)
{
    if (!comparison->interleaved)
        find_drift(comparison, room->numbers);
    for (size_t i = 0; i < comparison->count; i++) {
        struct compared *cell = &comparison->cells[i];
        if (!cell->ratio.has_interval)
            continue;
        cell->p_value = p_value_of(comparison, room, cell);
        room->numbers[comparison->decidable++] = cell->p_value;
    }
    const double enough =
        ratio_false_discovery(room->numbers, comparison->decidable, false_discoveries);
    for (size_t i = 0; i < comparison->count; i++) {
        struct compared *cell = &comparison->cells[i];
        if (!cell->is_usable)
            continue;
        judge(cell, comparison->allowed, &comparison->margins, enough);
        comparison->changes[cell->change]++;
        comparison->doubts[cell->doubt]++;
    }
}

enum status comparison_make(const struct analysed_run *base, const struct analysed_run *other,
                            struct margins margins, struct comparison *comparison)
{
    *comparison = (struct comparison){.base = base,
                                      .other = other,
                                      .margins = margins,
                                      .interleaved = are_interleaved(base, other),
                                      .together = NAN,
                                      .drift = NAN,
                                      .allowed = 1};
    comparison->cells = calloc(base->count + 1, sizeof *comparison->cells);
    double *all = calloc(base->count + 2 * base->rounds + other->rounds + 1, sizeof *all);
    if (!comparison->cells || !all) {
        free(all);
        return status_no_memory("the comparison");
    }
    const struct room room = {all, all + base->rounds, all + base->rounds + other->rounds,
                              all + 2 * base->rounds + other->rounds};
    enum status status = pair(comparison, &room);
    if (status == STATUS_OK)
        decide(comparison, &room);
    free(all);
    return status;
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
                  comparison->cells[i].ratio.value >= 1 + share;
    return slower;
}

size_t comparison_lost(const struct comparison *comparison)
{
    return comparison->base->totals.verified - comparison->usable;
}
