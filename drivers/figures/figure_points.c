#include "figures.h"

#include "memory.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

/* Line types of plots/style.gp. */
enum {
    STYLE_LOCKED = 1,
    STYLE_OTHERS = 2,
    STYLE_OTHERS_COUNT = 10,
    STYLE_BASE = 21,
    STYLE_LOST = 25,
    STYLE_NODES = 40, /* from those of a number of nodes to those of the next one */
    STYLE_NODES_COUNT = 4
};

/* Gives the point the least series of the cells that are on a line with it: its own, unless the
 * axis is an option, which is part of labels. */
static void find_series(const struct figure *figure, struct point *point)
{
    const struct axis *axis = &figure->experiment->axis;
    const struct axis_series own = axis_series(axis, point->cell->cell);
    point->series = point->cell->series;
    point->one_node_series = point->cell->one_node_series;
    for (size_t i = 0; axis->kind == AXIS_OPTION && i < figure->run->count; i++) {
        const struct analysis_of_cell *other = &figure->run->cells[i];
        if (strcmp(own.text, axis_series(axis, other->cell).text) != 0)
            continue;
        point->series = MIN(point->series, other->series);
        point->one_node_series = MIN(point->one_node_series, other->one_node_series);
    }
}

static const struct experiment_figure where_figures[] = {
    {.heading = "where the time went", .id = "", .script = "where"},
    {0},
};

const struct experiment figure_where = {.name = "where", .figures = where_figures};

static const struct quantity_words {
    const char *name, *alternative, *numbers;
    size_t place; /* of its summary in struct analysis_of_cell */
} quantities[] = {
    [QUANTITY_SPEEDUP] = {"speedup", "Speedup over serial", "speedup over serial",
                          offsetof(struct analysis_of_cell, speedup)},
    [QUANTITY_TIME] = {"time", "Time", "seconds", offsetof(struct analysis_of_cell, time)},
    [QUANTITY_EFFICIENCY] = {"efficiency", "Efficiency, speedup over workers,",
                             "efficiency, speedup over serial over workers",
                             offsetof(struct analysis_of_cell, efficiency)},
};

const char *figure_quantity(const struct figure *figure)
{
    return quantities[figure->what->quantity].name;
}

const struct summary *figure_value(const struct figure *figure, const struct analysis_of_cell *cell)
{
    const void *value = (const char *)cell + quantities[figure->what->quantity].place;
    return value;
}

static bool shows(const struct figure *figure, const struct analysis_of_cell *analysed)
{
    const struct cell *cell = analysed->cell;
    if (!(analysed->verified || analysed->has_lost) || plan_is_aside(cell) ||
        (figure->kernel && figure->kernel != &figure->run->kernels[analysed->kernel]))
        return false;
    if (figure->experiment == &figure_where)
        return analysis_is_explained(analysed) && analysed->factors.is_complete;
    if (!experiment_has(figure->experiment, cell) ||
        !(axis_value(&figure->experiment->axis, cell) > 0))
        return false;
    /* The base's own speedup is 1 by definition. */
    return figure->what->quantity == QUANTITY_TIME ||
           (!(cell->traits & TRAIT_BASE) && !isnan(figure_value(figure, analysed)->median));
}

static int in_drawing_order(const void *left, const void *right)
{
    const struct point *a = left, *b = right;
    if (a->panel != b->panel)
        return a->panel < b->panel ? -1 : 1;
    if (a->series != b->series)
        return a->series < b->series ? -1 : 1;
    return (a->x > b->x) - (a->x < b->x);
}

static struct point point_of(const struct figure *figure, const struct analysis_of_cell *cell)
{
    if (figure->experiment == &figure_where)
        return (struct point){.series = figure->count, .cell = cell};
    struct point point = {.panel = cell->kernel,
                          .x = axis_value(&figure->experiment->axis, cell->cell),
                          .cell = cell};
    find_series(figure, &point);
    if (cell->has_lost) /* a line of its own, behind all others */
        point.series += figure->run->count + SERIES_OTHERS;
    return point;
}

void figure_make(struct figure *figure)
{
    const struct analysed_run *run = figure->run;
    const char *id = figure->what->id ? figure->what->id : figure_quantity(figure);
    (void)snprintf(figure->name, sizeof figure->name, figure->kernel ? "%s-%s%s%s" : "%s",
                   figure->experiment->name, figure->kernel ? figure->kernel->name : "",
                   *id ? "-" : "", id);
    text_file_name(figure->name);
    figure->count = 0;
    figure->points = memory_new(run->count, sizeof *figure->points);
    for (size_t i = 0; i < run->count; i++)
        if (shows(figure, &run->cells[i])) {
            figure->points[figure->count] = point_of(figure, &run->cells[i]);
            figure->count++;
        }
    qsort(figure->points, figure->count, sizeof *figure->points, in_drawing_order);
}

void figure_free(struct figure *figure)
{
    free(figure->points);
    figure->points = NULL;
}

bool figure_next(struct figure *figure)
{
    unsigned e = 0, place = 0;
    do {
        figure->experiment = experiment_table[e] ? experiment_table[e] : &figure_where;
        for (figure->what = figure->experiment->figures; figure->what && figure->what->heading;
             figure->what++) {
            if (place++ < figure->next || figure->what->is_of_all != !figure->kernel)
                continue;
            figure_free(figure);
            figure->next = place;
            figure_make(figure);
            if (figure->count > 0)
                return true;
        }
    } while (experiment_table[e++]);
    figure_free(figure);
    return false;
}

const char *figure_mark(const struct point *point)
{
    return point->cell->has_lost ? " (updates lost)" : "";
}

void figure_describe(const struct figure *figure, char text[FIGURE_ALTERNATIVE_MAX])
{
    const struct axis *axis = &figure->experiment->axis;
    const struct point *last = figure->points;
    const char *separator = "";
    (void)snprintf(text, FIGURE_ALTERNATIVE_MAX, "%s",
                   figure->what->alternative ? figure->what->alternative
                                             : quantities[figure->what->quantity].alternative);
    if (!figure->kernel)
        return;
    if (figure->experiment == &figure_where) {
        (void)snprintf(text, FIGURE_ALTERNATIVE_MAX,
                       "Where the time of all workers went under %s, a bar per cell: useful, extra "
                       "computing, waiting for the slowest, communication. The table has the "
                       "factors.",
                       figure->kernel->name);
        return;
    }
    for (size_t i = 0; i < figure->count; i++)
        last = figure->points[i].x > last->x ? &figure->points[i] : last;
    text_append(text, FIGURE_ALTERNATIVE_MAX,
                " of %s against %s, a line per model. With %s: ", figure->kernel->name,
                axis_name(axis), axis_text(axis, last->cell->cell).text);
    for (size_t i = 0; i < figure->count; i++) {
        const struct point *point = &figure->points[i];
        const double median = figure_value(figure, point->cell)->median;
        if (point->x < last->x)
            continue;
        text_append(text, FIGURE_ALTERNATIVE_MAX, "%s%s%s ", separator,
                    axis_series(axis, point->cell->cell).text, figure_mark(point));
        if (figure->what->quantity == QUANTITY_TIME)
            text_append(text, FIGURE_ALTERNATIVE_MAX, "%s", text_seconds(median).text);
        else
            text_append(text, FIGURE_ALTERNATIVE_MAX, "%.2f", median);
        separator = ", ";
    }
}

bool figure_starts_panel(const struct figure *figure, size_t index)
{
    const struct point *point = &figure->points[index];
    return index == 0 || point[-1].panel != point->panel;
}

bool figure_starts_series(const struct figure *figure, size_t index)
{
    const struct point *point = &figure->points[index];
    return figure_starts_panel(figure, index) || point[-1].series != point->series;
}

unsigned figure_style(const struct point *point)
{
    const unsigned place = point->cell->nodes_place;
    if (point->cell->has_lost)
        return STYLE_LOST;
    if (point->one_node_series == SERIES_BASE)
        return STYLE_BASE;
    if (point->one_node_series == SERIES_LOCKED)
        return STYLE_LOCKED;
    return (place > 0 ? STYLE_NODES * (1 + (place - 1) % STYLE_NODES_COUNT) : 0) + STYLE_OTHERS +
           (unsigned)((point->one_node_series - SERIES_OTHERS) % STYLE_OTHERS_COUNT);
}

const struct fit *figure_law(const struct figure *figure, size_t index)
{
    return figure->what->has_law ? fits_find(&figure->run->fits, figure->experiment,
                                             figure->points[index].cell->cell, figure->what->law)
                                 : NULL;
}

const struct point *figure_limit_beyond(const struct figure *figure, size_t index, double x)
{
    const struct point *next = NULL;
    for (size_t i = index; figure->what->has_limit && i < figure->count; i++) {
        const struct point *point = &figure->points[i];
        if (point->panel == figure->points[index].panel && !isnan(point->cell->limit_speedup) &&
            point->x > x && (!next || point->x < next->x))
            next = point;
    }
    return next;
}

const struct analysis_of_cell *figure_limited(const struct figure *figure, size_t index)
{
    const struct point *first = figure_limit_beyond(figure, index, 0);
    return first ? first->cell : NULL;
}

/* NAN: there is none. */
static void write_interval(FILE *stream, double low, double high)
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
    write_interval(stream, laws_speedup(fit->law, most, workers) / unit,
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
    const struct summary *value = figure_value(figure, point->cell);
    (void)fprintf(stream, "%.15g\t%.9g", point->x, value->median);
    write_interval(stream, value->interval.low, value->interval.high);
    (void)fprintf(stream, "\t%u\t%u\t%zu\t%zu", cell->ranks, cell->threads, point->cell->rounds,
                  point->cell->samples);
    (void)fprintf(stream, axis->kind == AXIS_OPTION ? "\t%s\n" : "\n", axis_text(axis, cell).text);
}

struct short_text figure_bar_text(const struct point *point)
{
    struct short_text text;
    (void)snprintf(text.text, sizeof text.text, "%u%s%s", point->cell->cell->workers,
                   point->cell->cell->oversubscribed ? "*" : "",
                   point->cell->factors.perturbed ? " !" : "");
    return text;
}

static void write_bars(FILE *stream, const struct figure *figure)
{
    (void)fputs("# workers' time in per cent: useful, extra computing, waiting for the slowest, "
                "communication; 1: perturbed\n",
                stream);
    for (size_t i = 0; i < figure->count; i++) {
        const struct efficiency *factors = &figure->points[i].cell->factors;
        (void)fprintf(stream, "%s, %s", figure->points[i].cell->cell->label,
                      figure_bar_text(&figure->points[i]).text);
        for (enum share share = 0; share < SHARE_COUNT; share++)
            (void)fprintf(stream, "\t%.3f", 100 * factors->shares[share]);
        (void)fprintf(stream, "\t%d\n", (int)factors->perturbed);
    }
}

static void write_series(FILE *stream, const struct figure *figure)
{
    const struct axis *axis = &figure->experiment->axis;
    (void)fprintf(stream,
                  "# %s; a block per %smodel, which its first line names\n"
                  "# %s\tmedian\t95%% low\t95%% high\tranks\tthreads\trounds\tsamples\n",
                  figure->what->numbers ? figure->what->numbers
                                        : quantities[figure->what->quantity].numbers,
                  figure->kernel ? "" : "kernel and ", axis_name(axis));
    for (size_t i = 0; i < figure->count; i++) {
        const struct cell *cell = figure->points[i].cell->cell;
        if (figure_starts_series(figure, i))
            (void)fprintf(stream, figure->kernel ? "%s%s\n" : "%s%s\t%s\n", i ? "\n\n" : "",
                          axis_series(axis, cell).text, cell->kernel);
        write_point(stream, figure, &figure->points[i]);
    }
    for (size_t i = 0; i < figure->count; i++)
        if (figure_starts_series(figure, i) && figure_law(figure, i))
            write_law(stream, figure, figure_law(figure, i));
    for (size_t i = 0; i < figure->count; i++)
        if (figure_starts_panel(figure, i))
            write_limit(stream, figure, i);
}

void figure_write(FILE *stream, const void *what)
{
    const struct figure *figure = what;
    if (figure->experiment == &figure_where)
        write_bars(stream, figure);
    else
        write_series(stream, figure);
}
