#include "fits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The points of one model that a law is fitted to. */
struct series {
    size_t count;
    unsigned *workers;
    double *speedups; /* count x rounds */
};

/* What the fits of a run are made from. */
struct source {
    const struct record *record;
    const struct analysis_of_cell *cells;
    size_t rounds;
    double *times; /* cells x rounds */
    struct series series;
};

bool fits_take(const struct analysis_of_cell *cell, enum experiment experiment)
{
    return cell->has_efficiency && !cell->cell->oversubscribed &&
           cell->cell->experiments & 1u << experiment && !(cell->cell->traits & TRAIT_BASE);
}

static bool is_same(const struct cell *cell, const struct cell *other)
{
    return strcmp(cell->kernel, other->kernel) == 0 && strcmp(cell->label, other->label) == 0;
}

/* The speedups of a cell in each round; scaled where its work is. */
static void add_point(struct source *source, size_t index)
{
    const struct cell *cell = source->cells[index].cell;
    const struct cell *base = plan_base(source->record->plan, cell);
    const double scale = analysis_is_scaled(&source->cells[index]) ? cell->workers : 1;
    struct series *series = &source->series;
    const double *own = source->times + index * source->rounds;
    const double *serial =
        source->times + (size_t)(base - source->record->plan->cells) * source->rounds;
    double *speedups = series->speedups + series->count * source->rounds;
    for (size_t round = 0; round < source->rounds; round++)
        speedups[round] = scale * serial[round] / own[round];
    series->workers[series->count++] = cell->workers;
}

static void gather(struct source *source, const struct cell *first, enum experiment experiment,
                   struct fit *fit)
{
    *fit = (struct fit){first->kernel, first->label, experiment, .fewest = UINT32_MAX};
    source->series.count = 0;
    for (size_t i = 0; i < source->record->plan->count; i++) {
        const struct cell *cell = source->cells[i].cell;
        if (!is_same(cell, first) || !fits_take(&source->cells[i], experiment))
            continue;
        add_point(source, i);
        fit->fewest = cell->workers < fit->fewest ? cell->workers : fit->fewest;
        fit->most = cell->workers > fit->most ? cell->workers : fit->most;
    }
    fit->points = source->series.count;
}

static enum status append(struct fits *fits, const struct fit *fit)
{
    struct fit *grown = realloc(fits->all, (fits->count + 1) * sizeof *grown);
    if (!grown)
        return status_no_memory("the fits");
    fits->all = grown;
    fits->all[fits->count++] = *fit;
    return STATUS_OK;
}

const enum experiment fits_experiment[LAW_COUNT] = {[LAW_AMDAHL] = EXPERIMENT_STRONG,
                                                    [LAW_UNIVERSAL] = EXPERIMENT_STRONG,
                                                    [LAW_GUSTAFSON] = EXPERIMENT_WEAK};

/* All laws of the model that the cell is the first one of. */
static enum status fit_model(struct source *source, const struct cell *first, struct fits *fits)
{
    enum status status = STATUS_OK;
    for (enum law law = 0; law < LAW_COUNT && status == STATUS_OK; law++) {
        struct fit fit;
        gather(source, first, fits_experiment[law], &fit);
        const struct law_points points = {fit.points, source->rounds, source->series.workers,
                                          source->series.speedups};
        fit.law = law;
        status = laws_fit(law, &points, &fit.found);
        if (status == STATUS_OK && fit.found.exists)
            status = append(fits, &fit);
    }
    return status;
}

enum status fits_make(const struct record *record, const struct analysis_of_cell *cells,
                      struct fits *fits)
{
    const size_t count = record->plan->count;
    struct source source = {.record = record, .cells = cells};
    *fits = (struct fits){0, NULL};
    enum status status = analysis_times(record, &source.times, &source.rounds);
    if (status != STATUS_OK)
        return status;
    source.series.workers = calloc(count + 1, sizeof *source.series.workers);
    source.series.speedups = calloc(count * source.rounds + 1, sizeof *source.series.speedups);
    if (!source.series.workers || !source.series.speedups)
        status = status_no_memory("the fits");
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (cells[i].first_of_label == i)
            status = fit_model(&source, cells[i].cell, fits);
    free(source.series.speedups);
    free(source.series.workers);
    free(source.times);
    return status;
}

void fits_free(struct fits *fits)
{
    free(fits->all);
    *fits = (struct fits){0, NULL};
}

const struct fit *fits_find(const struct fits *fits, const char *kernel, const char *label,
                            enum law law)
{
    for (size_t i = 0; fits && i < fits->count; i++) {
        const struct fit *fit = &fits->all[i];
        if (fit->law == law && strcmp(fit->kernel, kernel) == 0 && strcmp(fit->label, label) == 0)
            return fit;
    }
    return NULL;
}

struct summary fits_karp_flatt(const struct analysis_of_cell *cell)
{
    static const struct summary none = {0, NAN, false, {NAN, NAN}};
    const unsigned workers = cell->cell->workers;
    return workers < 2 || !fits_take(cell, EXPERIMENT_STRONG)
               ? none
               : laws_karp_flatt(&cell->speedup, workers);
}
