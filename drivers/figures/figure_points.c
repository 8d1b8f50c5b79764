#define _GNU_SOURCE
#include "figure_points.h"

#include "figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SERIES_SERIAL, SERIES_GIL, SERIES_OTHERS };

/* Line types of plots/style.gp. */
enum { STYLE_GIL = 1, STYLE_OTHERS = 2, STYLE_OTHERS_COUNT = 10, STYLE_SERIAL = 21 };

static bool is_serial(const struct cell *cell)
{
    return cell->traits & TRAIT_BASE;
}

static bool is_gil(const struct cell *cell)
{
    return cell->traits & TRAIT_LOCKED && strcmp(cell->label, cell->model) == 0;
}

/* The place of a model among the run's models, serial and gil before the others. */
static size_t series_of(const struct analysed_run *run, const struct analysis_of_cell *cell)
{
    size_t before = SERIES_OTHERS, labels = 0;
    if (is_serial(cell->cell) || is_gil(cell->cell))
        return is_serial(cell->cell) ? SERIES_SERIAL : SERIES_GIL;
    for (size_t i = 0; labels < cell->label; i++)
        if (run->cells[i].label == labels) {
            before += !is_serial(run->cells[i].cell) && !is_gil(run->cells[i].cell);
            labels++;
        }
    return before;
}

static bool shows(const struct figure *figure, const struct analysis_of_cell *analysed)
{
    const struct cell *cell = analysed->cell;
    if (!(cell->experiments & 1u << figure->experiment) || !analysed->verified ||
        plan_is_best(cell))
        return false;
    if (figure->kernel && figure->kernel != &figure->where->run->kernels[analysed->kernel])
        return false;
    if (figure->quantity == QUANTITY_TIME)
        return true;
    /* Serial's own speedup is 1 by definition. */
    return !is_serial(cell) && (figure->quantity == QUANTITY_SPEEDUP ? analysed->has_speedup
                                                                     : analysed->has_efficiency);
}

static int in_drawing_order(const void *left, const void *right)
{
    const struct point *a = left, *b = right;
    if (a->panel != b->panel)
        return a->panel < b->panel ? -1 : 1;
    if (a->series != b->series)
        return a->series < b->series ? -1 : 1;
    return (a->cell->cell->workers > b->cell->cell->workers) -
           (a->cell->cell->workers < b->cell->cell->workers);
}

void figure_select(struct figure *figure)
{
    const struct analysed_run *run = figure->where->run;
    figure->count = 0;
    for (size_t i = 0; i < run->count; i++)
        if (shows(figure, &run->cells[i]))
            figure->points[figure->count++] = (struct point){
                run->cells[i].kernel, series_of(run, &run->cells[i]), &run->cells[i]};
    qsort(figure->points, figure->count, sizeof *figure->points, in_drawing_order);
}

bool figure_starts_panel(const struct figure *figure, size_t index)
{
    return index == 0 || figure->points[index].panel != figure->points[index - 1].panel;
}

bool figure_starts_series(const struct figure *figure, size_t index)
{
    return figure_starts_panel(figure, index) ||
           figure->points[index].series != figure->points[index - 1].series;
}

unsigned figure_style(const struct point *point)
{
    if (point->series == SERIES_SERIAL)
        return STYLE_SERIAL;
    if (point->series == SERIES_GIL)
        return STYLE_GIL;
    return STYLE_OTHERS + (unsigned)((point->series - SERIES_OTHERS) % STYLE_OTHERS_COUNT);
}

const struct summary *figure_value(const struct figure *figure, const struct point *point)
{
    switch (figure->quantity) {
    case QUANTITY_TIME:
        return &point->cell->time;
    case QUANTITY_EFFICIENCY:
        return &point->cell->efficiency;
    case QUANTITY_SPEEDUP:
        break;
    }
    return &point->cell->speedup;
}

/* What the numbers are, for whoever finds the file. */
static const char *meaning(const struct figure *figure)
{
    switch (figure->quantity) {
    case QUANTITY_TIME:
        return "seconds";
    case QUANTITY_EFFICIENCY:
        return figure->experiment == EXPERIMENT_WEAK
                   ? "efficiency, serial's time over the time with `workers` times its work"
                   : "efficiency, speedup over serial over workers";
    case QUANTITY_SPEEDUP:
        break;
    }
    return "speedup over serial";
}

const struct fit *figure_law(const struct figure *figure, size_t index)
{
    const struct cell *cell = figure->points[index].cell->cell;
    if (figure->experiment == EXPERIMENT_STRONG && figure->quantity == QUANTITY_SPEEDUP)
        return fits_find(&figure->where->run->fits, cell->kernel, cell->label, LAW_UNIVERSAL);
    if (figure->experiment == EXPERIMENT_WEAK && figure->quantity == QUANTITY_EFFICIENCY)
        return fits_find(&figure->where->run->fits, cell->kernel, cell->label, LAW_GUSTAFSON);
    return NULL;
}

bool figure_law_has_interval(const struct fit *fit)
{
    bool has = true;
    for (unsigned i = 0; i < law_info[fit->law].parameters; i++)
        has = has && fit->found.parameters[i].has_interval;
    return has;
}

/* The law's value, and what it is with all parameters at the upper and at the lower ends of their
 * intervals: whatever the law, more of any of them makes it less. */
static void write_law_row(FILE *stream, const struct figure *figure, const struct fit *fit,
                          double workers, bool beyond)
{
    const double unit = figure->quantity == QUANTITY_EFFICIENCY ? workers : 1;
    double middle[LAWS_PARAMETERS_MAX], most[LAWS_PARAMETERS_MAX], least[LAWS_PARAMETERS_MAX];
    for (unsigned i = 0; i < LAWS_PARAMETERS_MAX; i++) {
        const struct summary *parameter = &fit->found.parameters[i];
        middle[i] = parameter->median;
        most[i] = parameter->interval.high;
        least[i] = parameter->interval.low;
    }
    (void)fprintf(stream, "%.9g\t%.9g", workers, laws_speedup(fit->law, middle, workers) / unit);
    if (figure_law_has_interval(fit))
        (void)fprintf(stream, "\t%.9g\t%.9g", laws_speedup(fit->law, most, workers) / unit,
                      laws_speedup(fit->law, least, workers) / unit);
    else
        (void)fputs("\tNaN\tNaN", stream);
    (void)fprintf(stream, "\t%d\n", (int)beyond);
}

/* Over a range, evenly on a logarithmic axis. */
static void write_law_range(FILE *stream, const struct figure *figure, const struct fit *fit,
                            const unsigned ends[2], bool beyond)
{
    enum { STEPS = 60 };
    for (unsigned i = 0; i <= STEPS; i++)
        write_law_row(stream, figure, fit,
                      ends[0] * pow((double)ends[1] / ends[0], (double)i / STEPS), beyond);
}

/* What it was fitted on, and as far as the figure goes beyond. */
static void write_law(FILE *stream, const struct figure *figure, const struct fit *fit)
{
    unsigned widest = 0;
    for (size_t i = 0; i < figure->count; i++)
        if (figure->points[i].cell->cell->workers > widest)
            widest = figure->points[i].cell->cell->workers;
    (void)fprintf(stream, "\n\n%s, %s law\n", fit->label, law_info[fit->law].name);
    write_law_range(stream, figure, fit, (const unsigned[]){fit->fewest, fit->most}, false);
    if (widest > fit->most)
        write_law_range(stream, figure, fit, (const unsigned[]){fit->most, widest}, true);
}

void figure_write(FILE *stream, const void *what)
{
    const struct figure *figure = what;
    (void)fprintf(stream,
                  "# %s; a block per %smodel, which its first line names\n"
                  "# workers\tmedian\t95%% low\t95%% high\tranks\tthreads\trounds\tsamples\n",
                  meaning(figure), figure->kernel ? "" : "kernel and ");
    for (size_t i = 0; i < figure->count; i++) {
        const struct point *point = &figure->points[i];
        const struct cell *cell = point->cell->cell;
        const struct summary *value = figure_value(figure, point);
        if (figure_starts_series(figure, i))
            (void)fprintf(stream, figure->kernel ? "%s%s\n" : "%s%s\t%s\n", i ? "\n\n" : "",
                          cell->label, cell->kernel);
        (void)fprintf(stream, "%u\t%.9g", cell->workers, value->median);
        if (value->has_interval)
            (void)fprintf(stream, "\t%.9g\t%.9g", value->interval.low, value->interval.high);
        else
            (void)fputs("\tNaN\tNaN", stream);
        (void)fprintf(stream, "\t%u\t%u\t%zu\t%zu\n", cell->ranks, cell->threads,
                      point->cell->rounds, point->cell->samples);
    }
    for (size_t i = 0; i < figure->count; i++)
        if (figure_starts_series(figure, i) && figure_law(figure, i))
            write_law(stream, figure, figure_law(figure, i));
}

void figure_limits(const struct figure *figure, unsigned cores, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < figure->count; i++) {
        const struct point *point = &figure->points[i];
        const struct summary *value = figure_value(figure, point);
        const double workers = point->cell->cell->workers;
        double ideal = figure->quantity == QUANTITY_SPEEDUP      ? workers
                       : figure->quantity == QUANTITY_EFFICIENCY ? 1
                       : point->cell->has_speedup                ? point->cell->base_s / workers
                                                                 : value->median;
        if (figure->experiment == EXPERIMENT_GIL)
            ideal = fmin(ideal, cores);
        *low = fmin(*low, fmin(ideal, value->median));
        *high = fmax(*high, fmax(ideal, value->median));
        if (value->has_interval) {
            *low = fmin(*low, value->interval.low);
            *high = fmax(*high, value->interval.high);
        }
    }
}

double figure_base(const struct figure *figure, size_t index)
{
    for (size_t i = index; i < figure->count; i++)
        if (figure->points[i].panel == figure->points[index].panel &&
            figure->points[i].cell->has_efficiency)
            return figure->points[i].cell->base_s;
    return 0;
}
