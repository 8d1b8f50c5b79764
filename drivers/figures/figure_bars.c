#include "figure_parts.h"

#include "text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- where the time went ---- */

struct short_text figure_bar_text(const struct point *point)
{
    struct short_text text;
    (void)snprintf(text.text, sizeof text.text, "%u%s%s", point->cell->cell->workers,
                   point->cell->cell->oversubscribed ? "*" : "",
                   point->cell->factors.perturbed ? " !" : "");
    return text;
}

void figure_write_where(FILE *stream, const struct figure *figure)
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

/* What stands above the bars, with what any of them has to be taken with. */
void figure_tell_where(FILE *settings, const void *what)
{
    const struct figure *figure = what;
    char text[FIGURE_CAPTION_MAX];
    bool oversubscribed = false, perturbed = false;
    for (size_t i = 0; i < figure->count; i++) {
        oversubscribed = oversubscribed || figure->points[i].cell->cell->oversubscribed;
        perturbed = perturbed || figure->points[i].cell->factors.perturbed;
    }
    (void)fputs("models = counts = ''\n", settings);
    for (size_t i = 0; i < figure->count; i++)
        (void)fprintf(settings, "models = models.'\"%s\" '\ncounts = counts.'\"%s\" '\n",
                      figure->points[i].cell->cell->label,
                      figure_bar_text(&figure->points[i]).text);
    figure_tell_heading(settings, figure);
    (void)snprintf(
        text, sizeof text, "%s\n%s; one execution of each cell, the one with the median time%s%s",
        analysed_run_machine(figure->run).text, plan_size_text(figure->points[0].cell->cell).text,
        oversubscribed ? "; * more workers than cores" : "", perturbed ? "; ! perturbed" : "");
    gnuplot_set(settings, "caption", text);
}

/* ---- an experiment's own quantity ---- */

/* Area types of plots/style.gp, by what computes. */
enum { AREA_SHARED = 36, AREA_OWN, AREA_RANKS, AREA_BASE, AREAS_END };

static unsigned area_of(const struct cell *cell)
{
    if (plan_is_base(cell))
        return AREA_BASE;
    if (cell->ranks > 1)
        return AREA_RANKS;
    return cell->traits & TRAIT_SHARED_MEMORY ? AREA_SHARED : AREA_OWN;
}

/* What each panel's bars have in common. */
static struct short_text panel_title(const struct figure *figure, const struct point *point)
{
    const struct axis *axis = &figure->experiment->axis;
    struct short_text text = {""};
    if (!figure->kernel)
        text_append(text.text, sizeof text.text, "%s: ", point->cell->cell->kernel);
    text_append(text.text, sizeof text.text, "%s: %s", axis_name(axis),
                axis_text(axis, point->cell->cell).text);
    return text;
}

void figure_write_bars(FILE *stream, const struct figure *figure)
{
    (void)fprintf(stream,
                  "# %s; a block per panel, which a comment names\n"
                  "# model\tmedian\t95%% low\t95%% high\tranks\tthreads\trounds\tsamples\n",
                  figure_numbers(figure));
    for (size_t i = 0; i < figure->count; i++) {
        const struct analysis_of_cell *cell = figure->points[i].cell;
        const struct summary value = figure_value(figure, cell);
        if (figure_starts_panel(figure, i))
            (void)fprintf(stream, "%s# %s\n", i ? "\n\n" : "",
                          panel_title(figure, &figure->points[i]).text);
        (void)fprintf(stream, "%s\t%.9g", figure_series(figure, cell).text, value.median);
        figure_write_interval(stream, value.interval.low, value.interval.high);
        (void)fprintf(stream, "\t%u\t%u\t%zu\t%zu\n", cell->cell->ranks, cell->cell->threads,
                      cell->rounds, cell->samples);
    }
}

/* The kinds of areas that there are, and what they stand for; that of the base by its name. */
static void tell_areas(FILE *settings, const struct figure *figure)
{
    static const char *const names[AREAS_END] = {[AREA_SHARED] = "shared memory",
                                                 [AREA_OWN] = "memory of their own",
                                                 [AREA_RANKS] = "ranks of MPI"};
    (void)fputs("key = ''\n", settings);
    for (unsigned area = AREA_SHARED; area < AREAS_END; area++) {
        const struct cell *cell = NULL;
        for (size_t i = 0; i < figure->count && !cell; i++)
            if (area_of(figure->points[i].cell->cell) == area)
                cell = figure->points[i].cell->cell;
        if (cell)
            (void)fprintf(settings, "key = key.'%u \"%s\" '\n", area,
                          names[area] ? names[area] : cell->model);
    }
}

/* The least and the greatest that is to be seen of bars and marks. */
static void tell_range(FILE *settings, const struct figure *figure)
{
    double low = INFINITY, high = 0;
    for (size_t i = 0; i < figure->count; i++) {
        const struct summary value = figure_value(figure, figure->points[i].cell);
        /* Of a number and NAN, where there is no interval, both are the number. */
        low = fmin(low, fmin(value.median, value.interval.low));
        high = fmax(high, fmax(value.median, value.interval.high));
    }
    figure_widen_by_own(figure, &low, &high);
    (void)fprintf(settings, "low = %.24f\nhigh = %.24f\n", low, high);
}

/* As people write it: fonts of figures have all letters, which not every terminal has. */
static struct short_text shown_text(const struct figure *figure,
                                    const struct analysis_of_cell *cell)
{
    return own_prose(figure->what->own->unit, figure_value(figure, cell).median);
}

void figure_tell_bars(FILE *settings, const void *what)
{
    const struct figure *figure = what;
    char text[FIGURE_CAPTION_MAX] = "";
    figure_tell_heading(settings, figure);
    figure_append_machine(figure, text, sizeof text);
    figure_append_effort(figure, text, sizeof text);
    gnuplot_set(settings, "caption", text);
    gnuplot_set(settings, "x_label", figure->what->own->name);
    tell_range(settings, figure);
    tell_areas(settings, figure);
    (void)fputs("panels = panel_of = models = areas = shown = ''\n", settings);
    for (size_t i = 0, panel = 0; i < figure->count; i++) {
        const struct analysis_of_cell *cell = figure->points[i].cell;
        if (figure_starts_panel(figure, i)) {
            panel++;
            (void)fprintf(settings, "panels = panels.'\"%s\" '\n",
                          panel_title(figure, &figure->points[i]).text);
        }
        (void)fprintf(settings,
                      "panel_of = panel_of.'%zu '\nmodels = models.'\"%s\" '\n"
                      "areas = areas.'%u '\nshown = shown.'\"%s\" '\n",
                      panel, figure_series(figure, cell).text, area_of(cell->cell),
                      shown_text(figure, cell).text);
    }
    figure_tell_own(settings, figure);
}
