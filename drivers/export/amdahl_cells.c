#include "amdahl_cells.h"

#include "export_format.h"
#include "laws.h"
#include "memory.h"
#include "quantities.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Whether another model than the base was to be measured for the kernel's own sake. */
static bool has_others(const struct analysed_kernel *kernel)
{
    for (size_t i = 0; i < kernel->count; i++)
        if (!plan_is_base(kernel->cells[i]->cell) && !plan_is_aside(kernel->cells[i]->cell))
            return true;
    return false;
}

static bool is_told(const struct analysis_of_cell *cell, bool with_base)
{
    return cell->verified && !plan_is_aside(cell->cell) && !analysis_is_scaled(cell) &&
           (with_base || !plan_is_base(cell->cell));
}

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Two ways to arrange as many workers stay in the order of the plan. */
static int compare_cells(const void *a, const void *b)
{
    const struct analysis_of_cell *one = ((const struct amdahl_cell *)a)->cell;
    const struct analysis_of_cell *other = ((const struct amdahl_cell *)b)->cell;
    const int steps[] = {compare(one->kernel, other->kernel), compare(one->series, other->series),
                         compare(one->cell->size, other->cell->size),
                         compare(one->cell->workers, other->cell->workers),
                         (one > other) - (one < other)};
    size_t i = 0;
    while (steps[i] == 0 && i + 1 < sizeof steps / sizeof *steps)
        i++;
    return steps[i];
}

static bool is_of_one_curve(const struct analysis_of_cell *one,
                            const struct analysis_of_cell *other)
{
    return one->kernel == other->kernel && one->series == other->series &&
           one->cell->size == other->cell->size;
}

static const char *host_of(const struct analysed_run *run, const struct analysis_of_cell *cell)
{
    const struct worker_times *workers = &cell->state->workers;
    const json_t *machine = json_object_get(run->manifest, "machine");
    return workers->count > 0 && workers->all[0].node
               ? workers->all[0].node
               : json_string_value(json_object_get(machine, "host"));
}

/* Of the launch whose workers are told one by one; else of the execution that the cell's factors
 * are of. */
static void split_time(struct amdahl_cell *told)
{
    const struct worker_times *workers = &told->cell->state->workers;
    const struct instrumented *execution = told->cell->factors.execution;
    double wall_s = NAN;
    told->parallel_s = NAN;
    if (workers->count > 0) {
        wall_s = workers->wall_s;
        for (size_t i = 0; i < workers->count; i++)
            told->parallel_s = fmax(told->parallel_s, workers->all[i].busy_s);
    } else if (execution) {
        wall_s = execution->wall_s;
        told->parallel_s = execution->busy_max_s;
    }
    told->serial_s = fmax(wall_s - told->parallel_s, 0);
    if (isnan(told->parallel_s))
        told->serial_s = NAN;
}

/* The serial fraction that was fitted to the curve which the cell is of; NAN: none was. */
static double fitted_fraction(const struct analysis_of_cell *cell)
{
    const struct experiment *experiment = fits_experiment(cell, LAW_AMDAHL);
    const struct fit *fit =
        experiment ? fits_find(&cell->run->fits, experiment, cell->cell, LAW_AMDAHL) : NULL;
    return fit ? fit->found.parameters[0].median : NAN;
}

/* That of the cell alone, by Karp and Flatt. */
static double own_fraction(const struct analysis_of_cell *cell)
{
    return cell->speedup.count > 0 && !cell->cell->oversubscribed
               ? laws_karp_flatt(&cell->speedup, cell->cell->workers).median
               : NAN;
}

static double expected_time(const struct analysis_of_cell *cell, double fraction)
{
    return cell->base && !cell->cell->oversubscribed
               ? cell->base_s / laws_speedup(LAW_AMDAHL, &fraction, cell->cell->workers)
               : NAN;
}

/* Cells of one curve, in the order of their workers. */
static void apply_law(struct amdahl_cell *cells, size_t count)
{
    const struct amdahl_cell *only = NULL; /* whose speedup tells the fraction */
    double fraction = NAN;
    for (size_t i = 0; i < count && isnan(fraction); i++)
        fraction = fitted_fraction(cells[i].cell);
    for (size_t i = count; i > 0 && isnan(fraction); i--) {
        fraction = own_fraction(cells[i - 1].cell);
        only = &cells[i - 1];
    }
    for (size_t i = 0; i < count; i++) {
        cells[i].proportion = 1 - fraction;
        cells[i].expected_s = &cells[i] == only ? NAN : expected_time(cells[i].cell, fraction);
    }
}

struct amdahl_cell *amdahl_cells(const struct analysed_run *run, size_t *count)
{
    struct amdahl_cell *cells = memory_new(run->count, sizeof *cells);
    size_t first = 0;
    *count = 0;
    for (size_t k = 0; k < run->kernel_count; k++) {
        const struct analysed_kernel *kernel = &run->kernels[k];
        const bool with_base = !has_others(kernel);
        for (size_t i = 0; i < kernel->count; i++)
            if (is_told(kernel->cells[i], with_base))
                cells[(*count)++].cell = kernel->cells[i];
    }
    qsort(cells, *count, sizeof *cells, compare_cells);
    for (size_t i = 0; i < *count; i++) {
        cells[i].host = host_of(run, cells[i].cell);
        split_time(&cells[i]);
        if (i + 1 < *count && is_of_one_curve(cells[i].cell, cells[i + 1].cell))
            continue;
        apply_law(&cells[first], i + 1 - first);
        first = i + 1;
    }
    return cells;
}

static size_t count_scaled(const struct analysed_run *run)
{
    size_t count = 0;
    for (size_t i = 0; i < run->count; i++)
        count += run->cells[i].verified && analysis_is_scaled(&run->cells[i]);
    return count;
}

enum status amdahl_check(const struct analysed_run *run)
{
    const size_t scaled = count_scaled(run);
    size_t count;
    TRY(export_check_verified(run));
    free(amdahl_cells(run, &count));
    if (count == 0)
        return status_fail(STATUS_FAILED,
                           "%s has no cell of a model, measured and verified, whose work is the "
                           "same for any number of workers: nothing can be exported",
                           export_subject(run));
    if (scaled > 0)
        status_say("%zu cell%s left out: the work grows with the workers", scaled,
                   scaled == 1 ? " is" : "s are");
    return STATUS_OK;
}
