#include "figure_parts.h"

#include "text.h"

#include <math.h>

void figure_write_interval(FILE *stream, double low, double high)
{
    (void)fprintf(stream, isnan(low + high) ? "\tNaN\tNaN" : "\t%.9g\t%.9g", low, high);
}

/* The law's value, and what it is with all parameters at the upper and at the lower ends of their
 * intervals: whatever the law, more of any of them makes it less. */
static void write_law_row(FILE *stream, const struct figure *figure, const struct fit *fit,
                          double workers, bool beyond)
{
    const double unit = figure->what->quantity == QUANTITY_EFFICIENCY ? workers : 1;
    double middle[LAWS_PARAMETERS_MAX], most[LAWS_PARAMETERS_MAX], least[LAWS_PARAMETERS_MAX];
    for (unsigned i = 0; i < LAWS_PARAMETERS_MAX; i++) {
        const struct summary *parameter = &fit->found.parameters[i];
        middle[i] = parameter->median;
        most[i] = parameter->interval.high;
        least[i] = parameter->interval.low;
    }
    (void)fprintf(stream, "%.9g\t%.9g", workers, laws_speedup(fit->law, middle, workers) / unit);
    figure_write_interval(stream, laws_speedup(fit->law, most, workers) / unit,
                          laws_speedup(fit->law, least, workers) / unit);
    (void)fprintf(stream, "\t%d\n", (int)beyond);
}

/* What it was fitted on, and as far as the figure goes beyond, evenly on a logarithmic axis. */
static void write_law(FILE *stream, const struct figure *figure, const struct fit *fit)
{
    enum { STEPS = 24 };
    double ends[] = {fit->fewest, fit->most, fit->most};
    for (size_t i = 0; i < figure->count; i++)
        ends[2] = fmax(ends[2], figure->points[i].x);
    (void)fprintf(stream, "\n\n%s, %s law\n", fit->label, law_info[fit->law].name);
    for (unsigned part = 0; part < (ends[2] > ends[1] ? 2 : 1); part++)
        for (unsigned i = 0; i <= STEPS; i++)
            write_law_row(stream, figure, fit,
                          ends[part] * pow(ends[part + 1] / ends[part], (double)i / STEPS),
                          part > 0);
}

static void write_limit(FILE *stream, const struct figure *figure, size_t index)
{
    const struct point *next = figure_limit_beyond(figure, index, 0);
    if (!next)
        return;
    (void)fprintf(stream, figure->kernel ? "\n\nlimit: %s\n" : "\n\nlimit: %s\t%s\n",
                  next->cell->cell->limit.what, next->cell->cell->kernel);
    for (; next; next = figure_limit_beyond(figure, index, next->x))
        (void)fprintf(stream, "%.15g\t%.9g\n", next->x, next->cell->limit_speedup);
}

/* Where it is on the axis, what it is there, and what it was measured with. */
static void write_point(FILE *stream, const struct figure *figure, const struct point *point)
{
    const struct axis *axis = &figure->experiment->axis;
    const struct cell *cell = point->cell->cell;
    const struct summary value = figure_value(figure, point->cell);
    (void)fprintf(stream, "%.15g\t%.9g", point->x, value.median);
    figure_write_interval(stream, value.interval.low, value.interval.high);
    (void)fprintf(stream, "\t%u\t%u\t%zu\t%zu", cell->ranks, cell->threads, point->cell->rounds,
                  point->cell->samples);
    (void)fprintf(stream, axis->kind == AXIS_OPTION || figure->what->over ? "\t%s\n" : "\n",
                  axis_text(axis, cell).text);
}

static void write_series(FILE *stream, const struct figure *figure)
{
    const struct axis *axis = &figure->experiment->axis;
    (void)fprintf(stream,
                  "# %s; a block per %smodel, which its first line names\n"
                  "# %s\tmedian\t95%% low\t95%% high\tranks\tthreads\trounds\tsamples\n",
                  figure_numbers(figure), figure->kernel ? "" : "kernel and ",
                  figure->what->over ? figure->what->over->name : axis_name(axis));
    for (size_t i = 0; i < figure->count; i++) {
        const struct cell *cell = figure->points[i].cell->cell;
        if (figure_starts_series(figure, i))
            (void)fprintf(stream, figure->kernel ? "%s%s\n" : "%s%s\t%s\n", i ? "\n\n" : "",
                          figure_series(figure, figure->points[i].cell).text, cell->kernel);
        write_point(stream, figure, &figure->points[i]);
    }
    for (size_t i = 0; i < figure->count; i++)
        if (figure_starts_series(figure, i) && figure_law(figure, i))
            write_law(stream, figure, figure_law(figure, i));
    for (size_t i = 0; i < figure->count; i++)
        if (figure_starts_panel(figure, i))
            write_limit(stream, figure, i);
    figure_write_own(stream, figure);
}

void figure_write(FILE *stream, const void *what)
{
    const struct figure *figure = what;
    if (figure->experiment == &figure_where)
        figure_write_where(stream, figure);
    else if (figure->what->is_bars)
        figure_write_bars(stream, figure);
    else
        write_series(stream, figure);
}
