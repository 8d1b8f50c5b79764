#include "series.h"

#include "quantities.h"
#include "text.h"

#include <string.h>

static bool has_one_text(const struct experiment *experiment, const struct cell *a,
                         const struct cell *b)
{
    return strcmp(axis_series(&experiment->axis, a).text, axis_series(&experiment->axis, b).text) ==
           0;
}

static bool has_widths(const struct experiment *experiment)
{
    return experiment->axis.kind != AXIS_WORKERS;
}

bool series_is_one(const struct experiment *experiment, const struct cell *a, const struct cell *b)
{
    return (!has_widths(experiment) || a->workers == b->workers) && has_one_text(experiment, a, b);
}

struct axis_series series_name(const struct experiment *experiment, const struct analysed_run *run,
                               const struct cell *cell)
{
    struct axis_series name = axis_series(&experiment->axis, cell);
    bool has_others = false;
    for (size_t i = 0; has_widths(experiment) && i < run->count && !has_others; i++) {
        const struct cell *other = run->cells[i].cell;
        has_others = other->workers != cell->workers && experiment_has(experiment, other) &&
                     !plan_is_aside(other) && has_one_text(experiment, cell, other);
    }
    if (has_others)
        text_append(name.text, sizeof name.text, ", %u worker%s", cell->workers,
                    plural(cell->workers));
    return name;
}

bool series_has(const struct experiment *experiment, const struct analysis_of_cell *cell)
{
    return cell->verified && !plan_is_aside(cell->cell) && experiment_has(experiment, cell->cell) &&
           axis_value(&experiment->axis, cell->cell) > 0;
}

const struct analysis_of_cell *series_next(const struct experiment *experiment,
                                           const struct analysed_kernel *kernel,
                                           const struct analysis_of_cell *of,
                                           const struct analysis_of_cell *before)
{
    const struct axis *axis = &experiment->axis;
    const struct analysis_of_cell *next = NULL;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!series_has(experiment, cell) || !series_is_one(experiment, of->cell, cell->cell) ||
            (before && axis_value(axis, cell->cell) <= axis_value(axis, before->cell)))
            continue;
        if (!next || axis_value(axis, cell->cell) < axis_value(axis, next->cell))
            next = cell;
    }
    return next;
}

/* The place among the kernel's cells of the first one of that one's series. */
static size_t place_of(const struct experiment *experiment, const struct analysed_kernel *kernel,
                       const struct analysis_of_cell *of)
{
    size_t i = 0;
    while (!series_has(experiment, kernel->cells[i]) ||
           !series_is_one(experiment, of->cell, kernel->cells[i]->cell))
        i++;
    return i;
}

const struct analysis_of_cell *series_first(const struct experiment *experiment,
                                            const struct analysed_kernel *kernel,
                                            const struct analysis_of_cell *before)
{
    for (size_t i = before ? place_of(experiment, kernel, before) + 1 : 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (series_has(experiment, cell) && place_of(experiment, kernel, cell) == i)
            return series_next(experiment, kernel, cell, NULL);
    }
    return NULL;
}
