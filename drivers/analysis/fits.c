#include "fits.h"

#include "analysed_run.h"
#include "memory.h"

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

/* All laws of an experiment for the kernel's cells with that one's label, if any takes part. */
static void fit_laws(struct analysed_run *run, const struct analysed_kernel *kernel,
                     const struct analysis_of_cell *first, const struct experiment *experiment)
{
    struct fit fit = {kernel->name, first->cell->label, experiment, .fewest = UINT32_MAX};
    unsigned *workers = memory_new(kernel->count, sizeof *workers);
    double *speedups = memory_new(kernel->count * run->rounds, sizeof *speedups);
    bool is_of = false;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (cell->series != first->series || strcmp(cell->cell->label, first->cell->label) != 0)
            continue;
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
        json_t *done = json_object();
        for (size_t i = 0; i < kernel->count; i++) {
            const char *label = kernel->cells[i]->cell->label;
            for (unsigned e = 0; !json_object_get(done, label) && experiment_table[e]; e++)
                fit_laws(run, kernel, kernel->cells[i], experiment_table[e]);
            (void)json_object_set_new(done, label, json_true());
        }
        json_decref(done);
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
