#include "fits.h"

#include "analysed_run.h"

#include <stdlib.h>
#include <string.h>

/* The points of one model that a law is fitted to. */
struct series {
    size_t count;
    unsigned *workers;
    double *speedups; /* count x rounds */
};

static bool has_law(const struct experiment *experiment, enum law law)
{
    return experiment->laws & 1u << law;
}

/* Whether the cell is a point that tells of the experiment's laws. */
static bool tells(const struct analysis_of_cell *cell, const struct experiment *experiment)
{
    return cell->has_efficiency && !cell->cell->oversubscribed &&
           experiment_has(experiment, cell->cell) && !(cell->cell->traits & TRAIT_BASE);
}

/* The speedups of a cell in each round; scaled where its work is. */
static void add_point(const struct analysed_run *run, const struct analysis_of_cell *cell,
                      struct series *series)
{
    const double scale = analysis_is_scaled(cell) ? cell->cell->workers : 1;
    const double *own = analysed_run_times(run, cell);
    const double *serial = analysed_run_times(run, cell->base);
    double *speedups = series->speedups + series->count * run->rounds;
    for (size_t round = 0; round < run->rounds; round++)
        speedups[round] = scale * serial[round] / own[round];
    series->workers[series->count++] = cell->cell->workers;
}

/* Those of the kernel's cells with that label. Whether any of them is to tell of the experiment. */
static bool gather(const struct analysed_run *run, const struct analysed_kernel *kernel,
                   size_t label, struct series *series, struct fit *fit)
{
    bool takes_part = false;
    series->count = 0;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        const unsigned workers = cell->cell->workers;
        if (cell->label != label)
            continue;
        takes_part = takes_part || (!(cell->cell->traits & TRAIT_BASE) &&
                                    experiment_has(fit->experiment, cell->cell));
        if (!tells(cell, fit->experiment))
            continue;
        add_point(run, cell, series);
        fit->fewest = workers < fit->fewest ? workers : fit->fewest;
        fit->most = workers > fit->most ? workers : fit->most;
    }
    fit->points = series->count;
    return takes_part;
}

static enum status append(struct fits *fits, const struct fit *fit)
{
    struct fit *grown = realloc(fits->all, (fits->count + 1) * sizeof *grown);
    if (!grown)
        return status_no_memory("the fits");
    fits->all = grown;
    fits->all[fits->count++] = *fit;
    fits->existing += fit->found.exists;
    return STATUS_OK;
}

/* All laws of an experiment for the kernel's cells with the label of that one. */
static enum status fit_model(struct analysed_run *run, const struct analysed_kernel *kernel,
                             const struct analysis_of_cell *first,
                             const struct experiment *experiment, struct series *series)
{
    enum status status = STATUS_OK;
    for (enum law law = 0; law < LAW_COUNT && status == STATUS_OK; law++) {
        struct fit fit = {kernel->name, first->cell->label, experiment, law, .fewest = UINT32_MAX};
        if (!has_law(experiment, law) || !gather(run, kernel, first->label, series, &fit))
            continue;
        const struct law_points points = {fit.points, run->rounds, series->workers,
                                          series->speedups};
        status = laws_fit(law, &points, &fit.found);
        if (status == STATUS_OK)
            status = append(&run->fits, &fit);
    }
    return status;
}

const struct experiment *fits_experiment(const struct analysis_of_cell *cell, enum law law)
{
    for (unsigned e = 0; experiment_table[e]; e++)
        if (has_law(experiment_table[e], law) && tells(cell, experiment_table[e]))
            return experiment_table[e];
    return NULL;
}

static struct summary karp_flatt(const struct analysis_of_cell *cell)
{
    const unsigned workers = cell->cell->workers;
    return workers > 1 && fits_experiment(cell, LAW_AMDAHL)
               ? laws_karp_flatt(&cell->speedup, workers)
               : stats_summary(NULL, 0);
}

/* Whether no earlier cell of the kernel has the label of that one. */
static bool starts_label(const struct analysed_kernel *kernel, size_t index)
{
    size_t first = 0;
    while (kernel->cells[first]->label != kernel->cells[index]->label)
        first++;
    return first == index;
}

enum status fits_make(struct analysed_run *run)
{
    struct series series = {0, calloc(run->count + 1, sizeof *series.workers),
                            calloc(run->count * run->rounds + 1, sizeof *series.speedups)};
    enum status status =
        series.workers && series.speedups ? STATUS_OK : status_no_memory("the fits");
    for (size_t i = 0; i < run->count; i++)
        run->cells[i].karp_flatt = karp_flatt(&run->cells[i]);
    for (size_t k = 0; k < run->kernel_count; k++) {
        const struct analysed_kernel *kernel = &run->kernels[k];
        for (size_t i = 0; i < kernel->count; i++) {
            const bool starts = starts_label(kernel, i);
            for (unsigned e = 0; starts && experiment_table[e] && status == STATUS_OK; e++)
                status = fit_model(run, kernel, kernel->cells[i], experiment_table[e], &series);
        }
    }
    free(series.speedups);
    free(series.workers);
    return status;
}

void fits_free(struct fits *fits)
{
    free(fits->all);
    *fits = (struct fits){.all = NULL};
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
