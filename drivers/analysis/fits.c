#include "fits.h"

#include "analysed_run.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool has_law(const struct experiment *experiment, enum law law)
{
    return experiment->laws & 1u << law;
}

static bool takes_part(const struct analysis_of_cell *cell, const struct experiment *experiment)
{
    return experiment_has(experiment, cell->cell) && !(cell->cell->traits & TRAIT_BASE);
}

/* Whether the cell is a point that tells of the experiment's laws. */
static bool tells(const struct analysis_of_cell *cell, const struct experiment *experiment)
{
    return cell->efficiency.count > 0 && !cell->cell->oversubscribed &&
           takes_part(cell, experiment);
}

static const struct analysis_of_cell *cell_at(const struct analysed_kernel *kernel,
                                              const json_t *places, size_t i)
{
    return kernel->cells[json_integer_value(json_array_get(places, i))];
}

/* Whether a round has all of the points. */
static bool any_is_whole(const struct law_points *points)
{
    for (size_t round = 0; round < points->rounds; round++) {
        bool is_whole = true;
        for (size_t i = 0; i < points->count; i++)
            is_whole = is_whole && !isnan(points->speedups[i * points->rounds + round]);
        if (is_whole)
            return true;
    }
    return false;
}

/* Points that runs measured which were put together may have no round in common. Each speedup is
 * over serial of its own round, so that it does not matter which rounds of two runs are fitted
 * together: the first of each point, its second, and so on. */
static void align(const struct law_points *points, double *speedups)
{
    for (size_t i = 0; i < points->count; i++) {
        double *own = speedups + i * points->rounds;
        size_t next = 0;
        for (size_t round = 0; round < points->rounds; round++)
            if (!isnan(own[round])) {
                const double speedup = own[round];
                own[round] = NAN;
                own[next++] = speedup;
            }
    }
}

/* All laws of an experiment for the kernel's cells with one label, if any takes part. `places` has
 * the place of each. */
static void fit_laws(struct analysed_run *run, const struct analysed_kernel *kernel,
                     const json_t *places, const struct experiment *experiment)
{
    const size_t count = json_array_size(places);
    struct fit fit = {kernel->name, cell_at(kernel, places, 0)->cell->label, experiment,
                      .fewest = UINT32_MAX};
    unsigned *workers = memory_new(count, sizeof *workers);
    double *speedups = memory_new(count * run->rounds, sizeof *speedups);
    bool is_of = false;
    for (size_t i = 0; i < count; i++) {
        const struct analysis_of_cell *cell = cell_at(kernel, places, i);
        is_of = is_of || takes_part(cell, experiment);
        if (!tells(cell, experiment))
            continue;
        const double scale = analysis_is_scaled(cell) ? cell->cell->workers : 1;
        double *own = speedups + fit.points * run->rounds;
        for (size_t round = 0; round < run->rounds; round++)
            own[round] = scale * cell->base->times[round] / cell->times[round];
        workers[fit.points++] = cell->cell->workers;
        fit.fewest = cell->cell->workers < fit.fewest ? cell->cell->workers : fit.fewest;
        fit.most = cell->cell->workers > fit.most ? cell->cell->workers : fit.most;
    }
    const struct law_points points = {fit.points, run->rounds, workers, speedups};
    if (run->sources.count > 0 && !any_is_whole(&points))
        align(&points, speedups);
    for (fit.law = 0; is_of && fit.law < LAW_COUNT; fit.law++) {
        if (!has_law(experiment, fit.law))
            continue;
        fit.found = laws_fit(fit.law, &points);
        run->fits.all = memory_grow(run->fits.all, run->fits.count, sizeof *run->fits.all);
        run->fits.all[run->fits.count++] = fit;
        run->fits.existing += fit.found.exists;
    }
    free(speedups);
    free(workers);
}

const struct experiment *fits_experiment(const struct analysis_of_cell *cell, enum law law)
{
    for (unsigned e = 0; experiment_table[e]; e++)
        if (has_law(experiment_table[e], law) && tells(cell, experiment_table[e]))
            return experiment_table[e];
    return NULL;
}

/* The places of the kernel's cells, an array for each label, in the order of the first of each. */
static json_t *places_of_labels(const struct analysed_kernel *kernel)
{
    json_t *all = json_object();
    for (size_t i = 0; i < kernel->count; i++) {
        const char *label = kernel->cells[i]->cell->label;
        if (!json_object_get(all, label))
            (void)json_object_set_new(all, label, json_array());
        (void)json_array_append_new(json_object_get(all, label), json_integer((json_int_t)i));
    }
    return all;
}

void fits_make(struct analysed_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        struct analysis_of_cell *cell = &run->cells[i];
        cell->karp_flatt = fits_experiment(cell, LAW_AMDAHL)
                               ? laws_karp_flatt(&cell->speedup, cell->cell->workers)
                               : stats_summary(NULL, 0);
    }
    for (size_t k = 0; k < run->kernel_count; k++) {
        const struct analysed_kernel *kernel = &run->kernels[k];
        json_t *all = places_of_labels(kernel), *places;
        const char *label;
        json_object_foreach(all, label, places) for (unsigned e = 0; experiment_table[e];
                                                     e++) if (experiment_table[e]->laws)
            fit_laws(run, kernel, places, experiment_table[e]);
        json_decref(all);
    }
}

const struct fit *fits_find(const struct fits *fits, const struct experiment *experiment,
                            const struct cell *cell, enum law law)
{
    for (size_t i = 0; i < fits->count; i++) {
        const struct fit *fit = &fits->all[i];
        if (fit->found.exists && fit->law == law && fit->experiment == experiment &&
            strcmp(fit->kernel, cell->kernel) == 0 && strcmp(fit->label, cell->label) == 0)
            return fit;
    }
    return NULL;
}
