#include "figure_parts.h"

#include "manifest.h"
#include "quantities.h"
#include "text.h"
#include "timeline_figure.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/param.h>
#include <sys/stat.h>

/* ---- what is to be seen beside the points ---- */

/* What as many workers as the cell has would ideally reach. */
static double ideal_of(const struct figure *figure, const struct analysis_of_cell *cell)
{
    const double workers = cell->cell->workers;
    if (figure->what->own) /* none is known */
        return figure_value(figure, cell).median;
    if (figure->what->quantity == QUANTITY_EFFICIENCY)
        return 1;
    if (figure->what->quantity == QUANTITY_TIME)
        return cell->speedup.count > 0 && experiment_is_of_one_size(figure->experiment)
                   ? cell->base_s / workers
                   : cell->time.median;
    return figure->experiment->oversubscription ? fmin(workers, figure->run->allowed) : workers;
}

struct limits {
    double low, high;
};

/* Least and greatest value that must be seen, those of the ideal line among them. */
static struct limits own_limits(const struct figure *figure)
{
    struct limits limits = {INFINITY, -INFINITY};
    for (size_t i = 0; i < figure->count; i++) {
        const struct point *point = &figure->points[i];
        const struct summary value = figure_value(figure, point->cell);
        const double ideal = ideal_of(figure, point->cell);
        /* Of a number and NAN, where there is no interval, both are the number. */
        limits.low = fmin(limits.low, fmin(ideal, fmin(value.median, value.interval.low)));
        limits.high = fmax(limits.high, fmax(ideal, fmax(value.median, value.interval.high)));
        if (figure->what->has_limit) /* of a number and NAN likewise */
            limits.high = fmax(limits.high, point->cell->limit_speedup);
    }
    figure_widen_by_own(figure, &limits.low, &limits.high);
    return limits;
}

/* The same for all kernels, whose figures are held beside each other. Times, which are not, have
 * as many decades instead, so that the same slope is the same speedup; an experiment's own
 * quantities are of each kernel by itself. */
static struct limits limits_of(const struct figure *figure)
{
    const struct limits own = own_limits(figure);
    struct limits all = own;
    double span = own.high / own.low;
    if (figure->what->own)
        return own;
    for (size_t k = 0; figure->kernel && k < figure->run->kernel_count; k++) {
        struct figure other = {.run = figure->run,
                               .kernel = &figure->run->kernels[k],
                               .experiment = figure->experiment,
                               .what = figure->what};
        figure_make(&other);
        const struct limits limits = own_limits(&other);
        if (other.count > 0)
            span = fmax(span, limits.high / limits.low);
        all.low = fmin(all.low, limits.low);
        all.high = fmax(all.high, limits.high);
        figure_free(&other);
    }
    return figure->what->quantity != QUANTITY_TIME ? all
                                                   : (struct limits){own.high / span, own.high};
}

/* Serial's time, which speedups and efficiencies of the panel of this point are relative to; 0:
 * there is none, or one for each size. */
static double base_of(const struct figure *figure, size_t index)
{
    for (size_t i = index; i < figure->count && experiment_is_of_one_size(figure->experiment); i++)
        if (figure->points[i].panel == figure->points[index].panel &&
            figure->points[i].cell->efficiency.count > 0)
            return figure->points[i].cell->base_s;
    return 0;
}

/* ---- the words ---- */

static void append_range(char *text, size_t length, size_t low, size_t high, const char *noun)
{
    text_append(text, length, low == high ? "%zu" : "%zu to %zu", low, high);
    text_append(text, length, " %s%s", noun, plural(high));
}

/* How often what is shown was measured, and what the intervals are. */
void figure_append_effort(const struct figure *figure, char *text, size_t length)
{
    size_t samples[2] = {SIZE_MAX, 0}, rounds[2] = {SIZE_MAX, 0};
    size_t intervals = 0;
    for (size_t i = 0; i < figure->count; i++) {
        const struct analysis_of_cell *cell = figure->points[i].cell;
        samples[0] = cell->samples < samples[0] ? cell->samples : samples[0];
        samples[1] = cell->samples > samples[1] ? cell->samples : samples[1];
        rounds[0] = cell->rounds < rounds[0] ? cell->rounds : rounds[0];
        rounds[1] = cell->rounds > rounds[1] ? cell->rounds : rounds[1];
        intervals += figure_value(figure, figure->points[i].cell).has_interval;
    }
    append_range(text, length, samples[0], samples[1], "sample");
    text_append(text, length, " in ");
    append_range(text, length, rounds[0], rounds[1], "round");
    text_append(text, length, " per point, median");
    if (intervals == 0)
        text_append(text, length, "; no interval: fewer than %d rounds", STATS_MIN_FOR_INTERVAL);
    else if (rounds[1] == 1)
        text_append(text, length, " and 95 %% interval within one launch");
    else if (intervals < figure->count)
        text_append(text, length, "; 95 %% interval where there are %d rounds or more",
                    STATS_MIN_FOR_INTERVAL);
    else
        text_append(text, length, " and 95 %% interval");
}

/* What law is drawn, if one is, and what tells of its interval. */
static void append_law(const struct figure *figure, char *text, size_t length)
{
    const struct law_info *law = &law_info[figure->what->law];
    bool has = false, interval = false;
    for (size_t i = 0; i < figure->count; i++) {
        const struct fit *fit = figure_law(figure, i);
        has = has || fit;
        for (unsigned j = 0; fit && j < law->parameters; j++)
            interval = interval || fit->found.parameters[j].has_interval;
    }
    if (!has)
        return;
    text_append(text, length, "\nthin lines: %s as fitted, dashed beyond", law->title);
    if (interval)
        text_append(text, length, "; light shade: its parameter%s 95 %% interval",
                    law->parameters == 1 ? "'s" : "s'");
}

void figure_tell_heading(FILE *settings, const struct figure *figure)
{
    char text[FIGURE_CAPTION_MAX];
    (void)snprintf(text, sizeof text, "%s%s%s", figure->kernel ? figure->kernel->name : "",
                   figure->kernel ? ": " : "", figure->what->heading);
    gnuplot_set(settings, "heading", text);
}

void figure_append_machine(const struct figure *figure, char *text, size_t length)
{
    text_append(text, length, "%s\n", analysed_run_machine(figure->run).text);
}

/* Whether all of its points are, and so are told of one size. */
static bool is_of_one_size(const struct figure *figure)
{
    bool is = experiment_is_of_one_size(figure->experiment);
    for (size_t i = 0; i < figure->count && is; i++)
        is = figure->points[i].cell->cell->base_size == figure->points[0].cell->cell->base_size;
    return is;
}

/* Title, the lines below it, and what stands at the axes. */
static void tell_words(FILE *settings, const struct figure *figure)
{
    char text[FIGURE_CAPTION_MAX];
    figure_tell_heading(settings, figure);
    *text = '\0';
    figure_append_machine(figure, text, sizeof text);
    if (figure->kernel && figure->points[0].cell->cell->tasks)
        text_append(text, sizeof text, "%s; ", plan_size_text(figure->points[0].cell->cell).text);
    else if (figure->kernel && is_of_one_size(figure))
        text_append(text, sizeof text, "%s %s; ", experiment_of_size(figure->experiment),
                    text_grouped(figure->points[0].cell->cell->base_size).text);
    figure_append_effort(figure, text, sizeof text);
    append_law(figure, text, sizeof text);
    figure_append_own(figure, text, sizeof text);
    gnuplot_set(settings, "caption", text);
    gnuplot_set(settings, "x_label",
                figure->what->over ? figure->what->over->name
                                   : axis_name(&figure->experiment->axis));
    const double base_s = base_of(figure, 0);
    if (figure->what->own)
        (void)snprintf(text, sizeof text, "%s", figure->what->own->name);
    else if (figure->what->quantity == QUANTITY_TIME)
        (void)snprintf(text, sizeof text, "time");
    else
        (void)snprintf(text, sizeof text,
                       figure->kernel && base_s > 0 ? "%s over serial (%s)" : "%s over serial",
                       figure_quantity(figure), text_seconds(base_s).text);
    gnuplot_set(settings, "y_label", text);
}

/* Which line types each panel has, and which have a law. Names are words, in which nothing means
 * anything to gnuplot. */
static void tell_panels(FILE *settings, const struct figure *figure)
{
    for (size_t i = 0; i < figure->count; i++) {
        const struct cell *cell = figure->points[i].cell->cell;
        if (!figure_starts_series(figure, i))
            continue;
        if (figure_starts_panel(figure, i)) {
            (void)fprintf(settings, "styles = styles.'%s\"'\npanels = panels.'\"%s", i ? "\" " : "",
                          cell->kernel);
            if (experiment_is_of_one_size(figure->experiment))
                (void)fprintf(settings, ": %s, serial %s", plan_size_text(cell).text,
                              text_seconds(base_of(figure, i)).text);
            (void)fputs("\" '\n", settings);
        }
        (void)fprintf(settings, "styles = styles.'%u '\n",
                      figure_style(figure, &figure->points[i]));
        if (figure_law(figure, i))
            (void)fprintf(settings, "fitted = fitted.'%u '\n",
                          figure_style(figure, &figure->points[i]));
    }
    (void)fputs("styles = styles.'\"'\n", settings);
}

/* What is drawn as a limit, and in which block of the numbers each panel has its own; -1: none. */
static void tell_limits(FILE *settings, const struct figure *figure)
{
    int block = 0;
    char words[FIGURE_CAPTION_MAX] = "";
    for (size_t i = 0; i < figure->count; i++)
        block += figure_starts_series(figure, i) * (1 + (figure_law(figure, i) != NULL));
    (void)fputs("limit_blocks = '", settings);
    for (size_t i = 0; i < figure->count; i++) {
        if (!figure_starts_panel(figure, i))
            continue;
        const struct analysis_of_cell *limited = figure_limited(figure, i);
        if (limited)
            (void)snprintf(words, sizeof words, "limit%s%s", figure->kernel ? ": " : "",
                           figure->kernel ? limited->cell->limit.what : "");
        (void)fprintf(settings, "%d ", limited ? block++ : -1);
    }
    (void)fputs("'\n", settings);
    gnuplot_set(settings, "limit_title", words);
}

/* Each line type and what it stands for, once. */
static void tell_key(FILE *settings, const struct figure *figure)
{
    size_t most = 0;
    for (size_t i = 0; i < figure->count; i++)
        most = figure->points[i].series > most ? figure->points[i].series : most;
    for (size_t next = 0; next <= most; next++)
        for (size_t i = 0; i < figure->count; i++) {
            const struct point *point = &figure->points[i];
            if (point->series != next)
                continue;
            (void)fprintf(settings, "key = key.'%u \"%s%s\" '\n", figure_style(figure, point),
                          figure_series(figure, point->cell).text, figure_mark(point));
            break;
        }
}

/* The values of the axis that have a point, in order, and what stands below them. */
static void tell_axis(FILE *settings, const struct figure *figure)
{
    const struct point *next;
    for (double last = 0;; last = next->x) {
        next = NULL;
        for (size_t i = 0; i < figure->count; i++)
            if (figure->points[i].x > last && (!next || figure->points[i].x < next->x))
                next = &figure->points[i];
        if (!next)
            return;
        (void)fprintf(settings, "widths = widths.'%.15g '\nticks = ticks.'\"%s\" '\n", next->x,
                      axis_text(&figure->experiment->axis, next->cell->cell).text);
    }
}

/* Workers that a number of nodes have room for, and what is said of them, where a point is of
 * several. Returns workers that all of its nodes have room for. */
static double tell_boundaries(FILE *settings, const struct figure *figure)
{
    const double slots = manifest_slots(figure->run->manifest);
    unsigned most = 1;
    (void)fputs("boundaries = ''\n", settings);
    for (size_t i = 0; i < figure->count; i++)
        most = MAX(most, figure->points[i].cell->cell->nodes);
    for (unsigned nodes = 1, last = 0; most > 1 && last < most; last = nodes, nodes *= 2) {
        nodes = MIN(nodes, most);
        (void)fprintf(settings, "boundaries = boundaries.'%.0f \"%u node%s\" '\n", nodes * slots,
                      nodes, plural(nodes));
    }
    return most > 1 ? most * slots : figure->run->allowed;
}

static void tell_points(FILE *settings, const void *what)
{
    const struct figure *figure = what;
    const bool is_over_workers =
        figure->experiment->axis.kind == AXIS_WORKERS && !figure->what->over;
    const double cores = tell_boundaries(settings, figure);
    const struct limits limits = limits_of(figure);
    (void)fprintf(settings,
                  "low = %.24f\nhigh = %.24f\nbase = %.24f\ncores = %.1f\n"
                  "team = %u.0\nkey = panels = styles = fitted = widths = ticks = ''\n",
                  limits.low, limits.high, base_of(figure, 0), cores,
                  is_over_workers ? 0 : figure->points[0].cell->cell->workers);
    tell_words(settings, figure);
    tell_panels(settings, figure);
    tell_limits(settings, figure);
    tell_key(settings, figure);
    tell_axis(settings, figure);
    figure_tell_own(settings, figure);
}

/* ---- drawing ---- */

static enum status add(struct gnuplot *gnuplot, const struct figure *figure, const char *plots)
{
    /* More lines are nothing to look at, and gnuplot takes minutes for them; a bar takes 39 pixels
     * of a picture that may have 32,767. */
    enum { LINES_MAX = 500, BARS_MAX = 800 };
    const bool is_where = figure->experiment == &figure_where;
    const bool is_bars = is_where || figure->what->is_bars;
    size_t lines = 0;
    for (size_t i = 0; i < figure->count; i++)
        lines += figure_starts_series(figure, i);
    if (lines > (is_bars ? BARS_MAX : LINES_MAX))
        return status_fail(STATUS_FAILED, "a figure of %zu %s cannot be drawn: take --no-figures",
                           lines, is_bars ? "bars" : "lines");
    return gnuplot_add(gnuplot, &(struct drawing){.plots = plots,
                                                  .script = figure_script(figure),
                                                  .name = figure->name,
                                                  .tell = is_where  ? figure_tell_where
                                                          : is_bars ? figure_tell_bars
                                                                    : tell_points,
                                                  .write = figure_write,
                                                  .what = figure});
}

static enum status make_folder(const char *folder, const char *name)
{
    char path[PATH_MAX];
    errno = ENAMETOOLONG;
    if (run_folder_path(folder, name, path, sizeof path) &&
        (mkdir(path, 0777) == 0 || errno == EEXIST))
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "cannot make the folder %s/%s: %s", folder, name,
                       strerror(errno));
}

enum status figures_make_folders(const struct analysed_run *run)
{
    TRY(make_folder(run->folder, "figures"));
    return make_folder(run->folder, "figures/narrow");
}

enum status figures_draw(const struct analysed_run *run, const char *plots)
{
    enum status status = STATUS_OK;
    TRY(figures_make_folders(run));
    struct gnuplot *gnuplot = gnuplot_begin(run->folder);
    for (size_t k = 0; k <= run->kernel_count && status == STATUS_OK; k++) {
        struct figure figure = {.run = run,
                                .kernel = k < run->kernel_count ? &run->kernels[k] : NULL};
        while (status == STATUS_OK && figure_next(&figure))
            status = add(gnuplot, &figure, plots);
        figure_free(&figure);
        struct timeline_figure timeline = {.kernel = figure.kernel};
        while (status == STATUS_OK && figure.kernel && timeline_figure_next(&timeline)) {
            const struct drawing drawing =
                timeline_drawing(&timeline.picture, plots, timeline.name);
            status = gnuplot_add(gnuplot, &drawing);
        }
    }
    return gnuplot_end(gnuplot, status);
}
