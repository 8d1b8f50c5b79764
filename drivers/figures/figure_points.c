#include "figures.h"

#include "memory.h"
#include "mirrors.h"
#include "series.h"
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
    STYLE_MORE = 260, /* behind those; as many for each number of nodes */
    STYLE_MORE_COUNT = 10,
    STYLE_BASE = 21,
    STYLE_LOST = 25,
    STYLE_NODES = 40, /* from those of a number of nodes to those of the next one */
    STYLE_NODES_COUNT = 4,
    STYLE_PAIRS = 220,      /* of models that peers mirror, */
    STYLE_PEERS = 240,      /* of the peers, in the same order, */
    STYLE_PEERS_MORE = 310, /* and of others that the same models mirror */
    STYLE_PAIRS_COUNT = 10
};

/* Whether there are lines that differ in their workers only. */
static bool has_widths(const struct figure *figure)
{
    const struct analysis_of_cell *cells = figure->run->cells;
    bool has = false;
    for (size_t i = 0; i < figure->run->count && !has; i++)
        has = series_has(figure->experiment, &cells[i]) &&
              strcmp(series_name(figure->experiment, figure->run, cells[i].cell).text,
                     axis_series(&figure->experiment->axis, cells[i].cell).text) != 0;
    return has;
}

/* Whether lines are others than those of the labels, an option in which is the axis then. */
static bool has_lines_of_its_own(const struct figure *figure)
{
    return figure->experiment != &figure_where &&
           (figure->experiment->axis.kind == AXIS_OPTION || has_widths(figure));
}

/* Whether the model under a lock, as it is by default, is one of the line's cells. */
static bool is_locked(const struct figure *figure, const struct cell *cell)
{
    const struct analysed_run *run = figure->run;
    size_t i = 0;
    while (i < run->count && !(run->cells[i].series == SERIES_LOCKED &&
                               series_has(figure->experiment, &run->cells[i]) &&
                               series_is_one(figure->experiment, cell, run->cells[i].cell)))
        i++;
    return i < run->count;
}

/* The place of each cell's line among all of the experiment, in the order of the plan, behind the
 * base's and the lock's, of which there is one; the caller frees it. */
static size_t *number_lines(const struct figure *figure)
{
    const struct analysed_run *run = figure->run;
    const bool is_one_width = !has_widths(figure);
    size_t next = SERIES_OTHERS;
    size_t *places = memory_new(run->count, sizeof *places);
    for (size_t i = 0; i < run->count; i++) {
        const struct cell *cell = run->cells[i].cell;
        size_t k = 0;
        if (!experiment_has(figure->experiment, cell) || plan_is_base(cell))
            continue;
        while (k < i &&
               (places[k] == 0 || !series_is_one(figure->experiment, cell, run->cells[k].cell)))
            k++;
        if (k < i)
            places[i] = places[k];
        else
            places[i] = is_one_width && is_locked(figure, cell) ? (size_t)SERIES_LOCKED : next++;
    }
    return places;
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
    return figure->what->own ? figure->what->own->name : quantities[figure->what->quantity].name;
}

const char *figure_script(const struct figure *figure)
{
    if (figure->what->script)
        return figure->what->script;
    if (!figure->what->own)
        return quantities[figure->what->quantity].name;
    return figure->what->is_bars ? "bars" : "lines";
}

const char *figure_numbers(const struct figure *figure)
{
    return figure->what->numbers ? figure->what->numbers
           : figure->what->own   ? figure->what->own->name
                                 : quantities[figure->what->quantity].numbers;
}

struct summary figure_value(const struct figure *figure, const struct analysis_of_cell *cell)
{
    struct summary own;
    if (!figure->what->own) {
        const void *value = (const char *)cell + quantities[figure->what->quantity].place;
        return *(const struct summary *)value;
    }
    figure->what->own->value(cell, &own);
    return own;
}

struct axis_series figure_series(const struct figure *figure, const struct analysis_of_cell *cell)
{
    return series_name(figure->experiment, figure->run, cell->cell);
}

/* Whether a value has a place on an axis of the quantity. */
static bool lies_on(const struct own_quantity *own, const struct summary *value)
{
    return value->count > 0 && (own->is_linear || value->median > 0);
}

static double place_of(const struct figure *figure, const struct analysis_of_cell *cell)
{
    struct summary value;
    if (!figure->what->over)
        return axis_value(&figure->experiment->axis, cell->cell);
    figure->what->over->value(cell, &value);
    return lies_on(figure->what->over, &value) ? value.median : NAN;
}

/* A cell that lost updates has a time and a speedup to be seen, and nothing follows of them. */
static bool shows_own(const struct figure *figure, const struct analysis_of_cell *cell)
{
    const struct summary value = figure_value(figure, cell);
    return cell->verified && lies_on(figure->what->own, &value) && !isnan(place_of(figure, cell));
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
        (figure->what->shows && !figure->what->shows(cell)) ||
        !(axis_value(&figure->experiment->axis, cell) > 0))
        return false;
    if (figure->what->own)
        return shows_own(figure, analysed);
    /* The base's own speedup is 1 by definition. */
    return figure->what->quantity == QUANTITY_TIME ||
           (!(cell->traits & TRAIT_BASE) && !isnan(figure_value(figure, analysed).median));
}

static int in_drawing_order(const void *left, const void *right)
{
    const struct point *a = left, *b = right;
    if (a->panel != b->panel)
        return a->panel < b->panel ? -1 : 1;
    if (a->axis != b->axis)
        return a->axis < b->axis ? -1 : 1;
    if (a->axis == 0 && a->series != b->series)
        return a->series < b->series ? -1 : 1;
    return (a->x > b->x) - (a->x < b->x);
}

/* `line`: its number, 0 where that is the label's. */
static struct point point_of(const struct figure *figure, const struct analysis_of_cell *cell,
                             size_t line)
{
    if (figure->experiment == &figure_where)
        return (struct point){.series = figure->count, .cell = cell};
    struct point point = {.panel = cell->kernel, .x = place_of(figure, cell), .cell = cell};
    if (figure->what->is_bars) { /* a line of one point each, in the order of what they show */
        point.series = (size_t)(cell - figure->run->cells);
        point.axis = point.x;
        point.x = figure_value(figure, cell).median;
        return point;
    }
    point.series = line > 0 ? line : cell->series;
    point.one_node_series = line > 0 ? line : cell->one_node_series;
    if (cell->has_lost) /* a line of its own, behind all others */
        point.series += figure->run->count + SERIES_OTHERS;
    return point;
}

void figure_make(struct figure *figure)
{
    const struct analysed_run *run = figure->run;
    const char *id = figure->what->id ? figure->what->id : figure_quantity(figure);
    size_t *lines = has_lines_of_its_own(figure) ? number_lines(figure) : NULL;
    (void)snprintf(figure->name, sizeof figure->name, figure->kernel ? "%s-%s%s%s" : "%s",
                   figure->experiment->name, figure->kernel ? figure->kernel->name : "",
                   *id ? "-" : "", id);
    text_file_name(figure->name);
    for (char *space = figure->name; (space = strchr(space, ' '));)
        *space = '-';
    figure->count = 0;
    figure->points = memory_new(run->count, sizeof *figure->points);
    for (size_t i = 0; i < run->count; i++)
        if (shows(figure, &run->cells[i]))
            figure->points[figure->count++] =
                point_of(figure, &run->cells[i], lines ? lines[i] : 0);
    free(lines);
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

/* What the quantity is at a point, in words. */
static struct short_text value_text(const struct figure *figure, const struct point *point)
{
    const double median = figure_value(figure, point->cell).median;
    struct short_text text;
    if (figure->what->own)
        return own_text(figure->what->own->unit, median);
    if (figure->what->quantity == QUANTITY_TIME)
        return text_seconds(median);
    (void)snprintf(text.text, sizeof text.text, "%.2f", median);
    return text;
}

/* Where the lines end; over another quantity than the axis each somewhere else. */
static void describe_lines(const struct figure *figure, char text[FIGURE_ALTERNATIVE_MAX])
{
    const struct axis *axis = &figure->experiment->axis;
    const struct own_quantity *over = figure->what->over;
    const struct point *last = figure->points;
    const char *separator = "";
    for (size_t i = 0; i < figure->count; i++)
        last = figure->points[i].x > last->x ? &figure->points[i] : last;
    text_append(text, FIGURE_ALTERNATIVE_MAX, " of %s against %s, a line per model. ",
                figure->kernel->name, over ? over->name : axis_name(axis));
    if (!over)
        text_append(text, FIGURE_ALTERNATIVE_MAX,
                    "With %s: ", axis_text(axis, last->cell->cell).text);
    for (size_t i = 0; i < figure->count; i++) {
        const struct point *point = &figure->points[i];
        const bool ends = i + 1 == figure->count || figure_starts_series(figure, i + 1);
        if (over ? !ends : point->x < last->x)
            continue;
        text_append(text, FIGURE_ALTERNATIVE_MAX, "%s%s%s %s", separator,
                    figure_series(figure, point->cell).text, figure_mark(point),
                    value_text(figure, point).text);
        if (over)
            text_append(text, FIGURE_ALTERNATIVE_MAX, " at %s",
                        own_text(over->unit, point->x).text);
        separator = ", ";
    }
}

/* What each bar shows, as far as there is room. */
static void describe_bars(const struct figure *figure, char text[FIGURE_ALTERNATIVE_MAX])
{
    text_append(text, FIGURE_ALTERNATIVE_MAX, " of %s, a bar per cell, the longest last",
                figure->kernel->name);
    for (size_t i = 0; i < figure->count; i++)
        text_append(text, FIGURE_ALTERNATIVE_MAX, "%s%s %s",
                    figure_starts_panel(figure, i) ? ": " : ", ",
                    figure_series(figure, figure->points[i].cell).text,
                    value_text(figure, &figure->points[i]).text);
}

void figure_describe(const struct figure *figure, char text[FIGURE_ALTERNATIVE_MAX])
{
    (void)snprintf(text, FIGURE_ALTERNATIVE_MAX, "%s",
                   figure->what->alternative ? figure->what->alternative
                   : figure->what->own       ? figure->what->own->name
                                             : quantities[figure->what->quantity].alternative);
    if (!figure->kernel)
        return;
    if (figure->experiment == &figure_where)
        (void)snprintf(text, FIGURE_ALTERNATIVE_MAX,
                       "Where the time of all workers went under %s, a bar per cell: useful, extra "
                       "computing, waiting for the slowest, communication. The table has the "
                       "factors.",
                       figure->kernel->name);
    else if (figure->what->is_bars)
        describe_bars(figure, text);
    else
        describe_lines(figure, text);
}

bool figure_starts_panel(const struct figure *figure, size_t index)
{
    const struct point *point = &figure->points[index];
    return index == 0 || point[-1].panel != point->panel || point[-1].axis != point->axis;
}

bool figure_starts_series(const struct figure *figure, size_t index)
{
    const struct point *point = &figure->points[index];
    return figure_starts_panel(figure, index) || point[-1].series != point->series;
}

/* The place of the model's line among those that peers mirror, of the base 0. */
static unsigned place_among_pairs(const struct figure *figure, const struct analysis_of_cell *model)
{
    const struct analysed_run *run = figure->run;
    unsigned place = 0;
    for (size_t i = 0; !plan_is_base(model->cell) && i < run->count; i++) {
        const struct analysis_of_cell *other = &run->cells[i];
        bool is_new = experiment_has(figure->experiment, other->cell) && !*other->cell->mirrors &&
                      other->series <= model->series && !plan_is_base(other->cell) &&
                      (!figure->what->shows || figure->what->shows(other->cell));
        for (size_t k = 0; k < i && is_new; k++)
            is_new = run->cells[k].series != other->series ||
                     !experiment_has(figure->experiment, run->cells[k].cell);
        place += is_new;
    }
    return place > 0 ? 1 + (place - 1) % (STYLE_PAIRS_COUNT - 1) : 0;
}

/* Whether the same model mirrors another peer before this one, too. */
static bool is_one_more(const struct figure *figure, const struct analysis_of_cell *peer,
                        const struct analysis_of_cell *model)
{
    bool is = false;
    for (const struct analysis_of_cell *other = figure->run->cells; other < peer && !is; other++) {
        const struct analysis_of_cell *beside =
            *other->cell->mirrors ? mirrors_beside(other) : NULL;
        is = beside && model && beside->series == model->series && other->series < peer->series;
    }
    return is;
}

/* A peer has the colour of the model that it is held against. */
static unsigned style_of_pair(const struct figure *figure, const struct analysis_of_cell *cell)
{
    const bool is_peer = *cell->cell->mirrors;
    const struct analysis_of_cell *model = is_peer ? mirrors_beside(cell) : cell;
    const unsigned first = !is_peer                           ? STYLE_PAIRS
                           : is_one_more(figure, cell, model) ? STYLE_PEERS_MORE
                                                              : STYLE_PEERS;
    return first + (model ? place_among_pairs(figure, model) : STYLE_PAIRS_COUNT);
}

static unsigned style_among_others(size_t series, unsigned nodes_place)
{
    const unsigned place = (unsigned)(series % (STYLE_OTHERS_COUNT + STYLE_MORE_COUNT));
    return place < STYLE_OTHERS_COUNT
               ? STYLE_OTHERS + nodes_place * STYLE_NODES + place
               : STYLE_MORE + nodes_place * STYLE_MORE_COUNT + place - STYLE_OTHERS_COUNT;
}

unsigned figure_style(const struct figure *figure, const struct point *point)
{
    const unsigned place = point->cell->nodes_place;
    if (point->cell->has_lost)
        return STYLE_LOST;
    if (figure->experiment->is_of_peers)
        return style_of_pair(figure, point->cell);
    if (point->one_node_series == SERIES_BASE)
        return STYLE_BASE;
    if (point->one_node_series == SERIES_LOCKED)
        return STYLE_LOCKED;
    return style_among_others(point->one_node_series - SERIES_OTHERS,
                              place > 0 ? 1 + (place - 1) % STYLE_NODES_COUNT : 0);
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
