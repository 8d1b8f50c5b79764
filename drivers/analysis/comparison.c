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
    for (size_t i = 0; i < other->plan->count; i++)
        if (strcmp(other->plan->cells[i].id, cell->id) == 0)
            return &other->cells[i];
    return NULL;
}

/* ---- one cell ---- */

static size_t index_of(const struct analysed_run *run, const struct analysis_of_cell *cell)
{
    return (size_t)(cell - run->cells);
}

/* A run's median of each round, cell by cell, and room for those of one cell, and their ratios. */
struct medians {
    const double *times;
    double *own, *ratios;
    size_t rounds;
};

static enum status medians_make(const struct analysed_run *run, struct medians *medians)
{
    *medians = (struct medians){run->times, calloc(run->rounds + 1, sizeof(double)),
                                calloc(run->rounds + 1, sizeof(double)), run->rounds};
    return medians->own && medians->ratios ? STATUS_OK : status_no_memory("the comparison");
}

static void medians_free(struct medians *medians)
{
    free(medians->ratios);
    free(medians->own);
}

/* Puts those of one cell together; returns in how many rounds it was measured. */
static size_t select_own(const struct medians *medians, size_t cell)
{
    size_t count = 0;
    for (size_t round = 0; round < medians->rounds; round++) {
        const double time = medians->times[cell * medians->rounds + round];
        if (!isnan(time))
            medians->own[count++] = time;
    }
    return count;
}

/* Each round's ratio, of those that both have; `ratios` has room. Returns how many. */
static size_t select_ratios(const struct medians *base, size_t base_cell,
                            const struct medians *other, size_t other_cell, double *ratios)
{
    const double *base_times = base->times + base_cell * base->rounds;
    const double *other_times = other->times + other_cell * other->rounds;
    size_t count = 0;
    for (size_t round = 0; round < base->rounds && round < other->rounds; round++)
        if (!isnan(base_times[round]) && !isnan(other_times[round]))
            ratios[count++] = other_times[round] / base_times[round];
    return count;
}

static void measure_pairs(double *ratios, double bound, struct compared *cell)
{
    cell->ratio = ratio_of_pairs(ratios, cell->pairs);
    if (cell->ratio.has_interval)
        cell->p_value = ratio_p_value_of_pairs(ratios, cell->pairs, bound);
}

static void measure_all(const double *base, const double *other, double bound,
                        struct compared *cell)
{
    cell->ratio = ratio_of(base, cell->base_rounds, other, cell->other_rounds);
    if (cell->ratio.has_interval)
        cell->p_value = ratio_p_value(base, cell->base_rounds, other, cell->other_rounds, bound);
}

static enum status measure_ratio(const struct comparison *comparison, const struct medians *base,
                                 const struct medians *other, struct compared *cell)
{
    const size_t base_cell = index_of(comparison->base, cell->base);
    const size_t other_cell = index_of(comparison->other, cell->other);
    const double bound = 1 + comparison->margins.change;
    cell->base_rounds = select_own(base, base_cell);
    cell->other_rounds = select_own(other, other_cell);
    if (comparison->interleaved)
        cell->pairs = select_ratios(base, base_cell, other, other_cell, base->ratios);
    if (cell->pairs > 0)
        measure_pairs(base->ratios, bound, cell);
    else
        measure_all(base->own, other->own, bound, cell);
    if (isnan(cell->ratio.value))
        return status_no_memory("the ratios of so many rounds");
    if (cell->ratio.has_interval)
        cell->within = fmax(cell->ratio.interval.high, 1 / cell->ratio.interval.low) - 1;
    return STATUS_OK;
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

static bool agree(const struct analysed_run *base, const struct analysed_run *other,
                  const char *key)
{
    return json_equal(json_object_get(base->manifest, key), json_object_get(other->manifest, key));
}

static bool are_interleaved(const struct analysed_run *base, const struct analysed_run *other)
{
    return json_is_string(json_object_get(base->manifest, "by_turns")) &&
           agree(base, other, "by_turns") && agree(base, other, "seed") &&
           strcmp(base->folder, other->folder) != 0;
}

static void pair(struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->base->plan->count; i++) {
        const struct analysis_of_cell *base = &comparison->base->cells[i];
        const struct analysis_of_cell *other = comparison_partner(comparison->other, base->cell);
        if (!other)
            continue;
        comparison->cells[comparison->count++] =
            (struct compared){.base = base,
                              .other = other,
                              .is_usable = base->verified && other->verified,
                              .ratio = {NAN, false, {NAN, NAN}},
                              .within = INFINITY,
                              .p_value = 1};
    }
}

static enum status measure_ratios(struct comparison *comparison, const struct medians *base,
                                  const struct medians *other)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < comparison->count && status == STATUS_OK; i++) {
        struct compared *cell = &comparison->cells[i];
        if (!cell->is_usable)
            continue;
        comparison->usable++;
        status = measure_ratio(comparison, base, other, cell);
    }
    return status;
}

/* What all cells have in common; `ratios` has room for one of each. */
static void find_drift(struct comparison *comparison, const struct medians *base,
                       const struct medians *other, double *ratios)
{
    size_t count = 0;
    for (size_t i = 0; i < comparison->count; i++)
        if (comparison->cells[i].ratio.has_interval)
            ratios[count++] = comparison->cells[i].ratio.value;
    comparison->together = drift_between(ratios, count);
    comparison->drift =
        fmax(drift_within(base->times, comparison->base->plan->count, base->rounds).ratio,
             drift_within(other->times, comparison->other->plan->count, other->rounds).ratio);
    comparison->allowed = drift_allowed(comparison->together, comparison->drift);
}

/* The cell's chance where what may be the machine's is left out, if that is greater. */
static void allow_for_drift(const struct comparison *comparison, const struct medians *base,
                            const struct medians *other, struct compared *cell)
{
    if (comparison->allowed == 1)
        return;
    const size_t bases = select_own(base, index_of(comparison->base, cell->base));
    const size_t others = select_own(other, index_of(comparison->other, cell->other));
    for (size_t i = 0; i < others; i++)
        other->own[i] /= comparison->allowed;
    cell->p_value = fmax(cell->p_value, ratio_p_value(base->own, bases, other->own, others,
                                                      1 + comparison->margins.change));
}

/* Returns how many there are. */
static size_t collect_p_values(const struct comparison *comparison, const struct medians *base,
                               const struct medians *other, double *p_values)
{
    size_t count = 0;
    for (size_t i = 0; i < comparison->count; i++) {
        struct compared *cell = &comparison->cells[i];
        if (!cell->ratio.has_interval)
            continue;
        if (!comparison->interleaved)
            allow_for_drift(comparison, base, other, cell);
        p_values[count++] = cell->p_value;
    }
    return count;
}

static void judge_all(struct comparison *comparison, double enough)
{
    for (size_t i = 0; i < comparison->count; i++) {
        struct compared *cell = &comparison->cells[i];
        if (!cell->is_usable)
            continue;
        judge(cell, comparison->allowed, &comparison->margins, enough);
        comparison->changes[cell->change]++;
        comparison->doubts[cell->doubt]++;
    }
}

/* `numbers` has room for one a cell. */
static void decide(struct comparison *comparison, const struct medians *base,
                   const struct medians *other, double *numbers)
{
    if (!comparison->interleaved)
        find_drift(comparison, base, other, numbers);
    comparison->decidable = collect_p_values(comparison, base, other, numbers);
    judge_all(comparison, ratio_false_discovery(numbers, comparison->decidable, false_discoveries));
}

static enum status compare_all(struct comparison *comparison, double *numbers)
{
    struct medians base = {0}, other = {0};
    pair(comparison);
    enum status status = medians_make(comparison->base, &base);
    if (status == STATUS_OK)
        status = medians_make(comparison->other, &other);
    if (status == STATUS_OK)
        status = measure_ratios(comparison, &base, &other);
    if (status == STATUS_OK)
        decide(comparison, &base, &other, numbers);
    medians_free(&other);
    medians_free(&base);
    return status;
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
    comparison->cells = calloc(base->plan->count + 1, sizeof *comparison->cells);
    double *numbers = calloc(base->plan->count + 1, sizeof *numbers);
    enum status status = comparison->cells && numbers ? compare_all(comparison, numbers)
                                                      : status_no_memory("the comparison");
    free(numbers);
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
    size_t verified = 0;
    for (size_t i = 0; i < comparison->base->plan->count; i++)
        verified += comparison->base->cells[i].verified;
    return verified - comparison->usable;
}
