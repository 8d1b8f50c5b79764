#include "curves.h"

#include "analysed_run.h"
#include "experiment.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>

/* The cells of one model. */
struct points {
    size_t count;
    const struct analysis_of_cell **cells;
};

static bool is_of_curve(const struct analysis_of_cell *cell, unsigned cores)
{
    return cell->speedup.has_interval && !(cell->cell->traits & (TRAIT_BASE | TRAIT_LOCKED)) &&
           cell->cell->workers <= (uint64_t)cores * cell->cell->nodes &&
           !cell->cell->oversubscribed && !plan_is_aside(cell->cell) &&
           experiment_tables(NULL, cell->cell);
}

/* The most that cells with more workers may gain over this one; 0: nothing. */
static double most_gained(const struct points *points, const struct analysis_of_cell *over)
{
    double most = 0;
    for (size_t i = 0; i < points->count; i++)
        if (points->cells[i]->cell->workers > over->cell->workers)
            most = fmax(most,
                        points->cells[i]->speedup.interval.high / over->speedup.interval.low - 1);
    return most;
}

static struct curve curve_of(const struct points *points)
{
    struct curve curve = {.best = points->cells[0], .widest = points->cells[0]};
    for (size_t i = 1; i < points->count; i++) {
        const struct analysis_of_cell *cell = points->cells[i];
        if (cell->speedup.median > curve.best->speedup.median)
            curve.best = cell;
        if (cell->cell->workers > curve.widest->cell->workers)
            curve.widest = cell;
    }
    curve.peak_from = curve.peak_to = curve.best->cell->workers;
    curve.enough = curve.widest;
    for (size_t i = 0; i < points->count; i++) {
        const struct analysis_of_cell *cell = points->cells[i];
        const unsigned workers = cell->cell->workers;
        if (stats_overlap(&cell->speedup, &curve.best->speedup)) {
            curve.peak_from = workers < curve.peak_from ? workers : curve.peak_from;
            curve.peak_to = workers > curve.peak_to ? workers : curve.peak_to;
        }
        if (workers < curve.enough->cell->workers && most_gained(points, cell) <= CURVES_LITTLE)
            curve.enough = cell;
    }
    curve.gain = most_gained(points, curve.enough);
    return curve;
}

/* Those of the model of that cell, which is the first of them; else none. */
static void gather(const struct analysed_kernel *kernel, size_t first, unsigned cores,
                   struct points *points)
{
    const size_t series = kernel->cells[first]->series;
    points->count = 0;
    if (!is_of_curve(kernel->cells[first], cores))
        return;
    for (size_t i = 0; i < kernel->count && (points->count > 0 || i <= first); i++)
        if (kernel->cells[i]->series == series && is_of_curve(kernel->cells[i], cores))
            points->cells[points->count++] = kernel->cells[i];
    if (points->count > 0 && points->cells[0] != kernel->cells[first])
        points->count = 0;
}

struct curve *curves_make(const struct analysed_kernel *kernel, unsigned cores, size_t *count)
{
    struct points points = {.cells = memory_new(kernel->count, sizeof *points.cells)};
    struct curve *curves = NULL;
    *count = 0;
    for (size_t first = 0; first < kernel->count; first++) {
        gather(kernel, first, cores, &points);
        if (points.count == 0)
            continue;
        curves = memory_grow(curves, *count, sizeof *curves);
        curves[(*count)++] = curve_of(&points);
    }
    free(points.cells);
    return curves;
}
