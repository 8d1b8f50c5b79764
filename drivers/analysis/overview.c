#include "overview.h"

#include "analysed_run.h"
#include "experiment.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Whether the cell is told of. */
static bool is_told(const struct analysis_of_cell *cell)
{
    return (cell->verified || analysis_has_failed(cell)) && !(cell->cell->traits & TRAIT_BASE) &&
           !analysis_is_scaled(cell) && !plan_is_aside(cell->cell) &&
           experiment_tables(NULL, cell->cell);
}

/* The place of the cell's label among those known, which it joins. */
static size_t model_of(struct overview *overview, const struct cell *cell)
{
    for (size_t i = 0; i < overview->model_count; i++)
        if (strcmp(overview->models[i], cell->label) == 0)
            return i;
    overview->models =
        memory_grow(overview->models, overview->model_count, sizeof *overview->models);
    overview->models[overview->model_count] = cell->label;
    return overview->model_count++;
}

/* Whether the one cell has a core for each worker and the other has not (1); -1: the opposite. */
static int by_cores(const struct analysis_of_cell *one, const struct analysis_of_cell *other)
{
    return other->cell->oversubscribed - one->cell->oversubscribed;
}

/* The place of the kernel likewise. */
static size_t kernel_of(struct overview *overview, const struct analysed_kernel *kernel)
{
    for (size_t i = 0; i < overview->kernel_count; i++)
        if (overview->kernels[i] == kernel)
            return i;
    overview->kernels =
        memory_grow(overview->kernels, overview->kernel_count, sizeof *overview->kernels);
    overview->kernels[overview->kernel_count] = kernel;
    return overview->kernel_count++;
}

static void take(struct overview_entry *entry, const struct analysis_of_cell *cell)
{
    const int ahead = entry->widest ? by_cores(cell, entry->widest) : 1;
    if (ahead > 0)
        *entry = (struct overview_entry){.widest = cell};
    if (ahead < 0)
        return;
    if (cell->cell->workers > entry->widest->cell->workers)
        entry->widest = cell;
    if (cell->speedup.count > 0 &&
        (!entry->best || cell->speedup.median > entry->best->speedup.median))
        entry->best = cell;
}

static void conclude(struct overview_entry *entry)
{
    entry->efficiency = NAN;
    entry->loss = SHARE_COUNT;
    if (!entry->best)
        return;
    entry->efficiency = entry->best->speedup.median / entry->widest->cell->workers;
    entry->loss = analysis_loss(entry->widest, &entry->is_certain);
}

void overview_make(struct analysed_run *run)
{
    struct overview *overview = &run->overview;
    *overview = (struct overview){.models = NULL};
    for (size_t i = 0; i < run->count; i++) {
        if (is_told(&run->cells[i])) {
            (void)model_of(overview, run->cells[i].cell);
            (void)kernel_of(overview, &run->kernels[run->cells[i].kernel]);
        }
    }
    const size_t count = overview->kernel_count * overview->model_count;
    overview->entries = memory_new(count, sizeof *overview->entries);
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        if (is_told(cell)) {
            const size_t kernel = kernel_of(overview, &run->kernels[cell->kernel]);
            take(
                &overview->entries[kernel * overview->model_count + model_of(overview, cell->cell)],
                cell);
        }
    }
    for (size_t i = 0; i < count; i++)
        conclude(&overview->entries[i]);
}

void overview_free(struct overview *overview)
{
    free(overview->models);
    free(overview->kernels);
    free(overview->entries);
    *overview = (struct overview){.models = NULL};
}

unsigned overview_level(const struct overview_entry *entry)
{
    if (isnan(entry->efficiency))
        return 0;
    return (unsigned)fmin(1 + floor(OVERVIEW_LEVELS * entry->efficiency), OVERVIEW_LEVELS);
}

const struct overview_entry *overview_at(const struct overview *overview, size_t kernel,
                                         size_t model)
{
    return &overview->entries[kernel * overview->model_count + model];
}
