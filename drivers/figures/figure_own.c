#include "figure_parts.h"

#include "text.h"

#include <math.h>

/* ---- lines beside the points ---- */

static bool has_line(const struct figure *figure, const struct own_line *line)
{
    bool has = false;
    for (size_t i = 0; i < figure->count; i++)
        has = has || !isnan(line->value(figure->points[i].cell));
    return has;
}

static const struct own_line *first_line(const struct figure *figure)
{
    static const struct own_line none = {0};
    return figure->what->lines ? figure->what->lines : &none;
}

void figure_widen_by_own(const struct figure *figure, double *low, double *high)
{
    for (const struct own_line *line = first_line(figure); line->title; line++)
        for (size_t i = 0; i < figure->count; i++) {
            const double value = line->value(figure->points[i].cell);
            if (figure->what->own->is_linear || value > 0) { /* of NAN likewise */
                *low = fmin(*low, value);
                *high = fmax(*high, value);
            }
        }
}

/* The next place beyond `x` where it has a value, in any series; NULL: there is none. */
static const struct point *next_of_all(const struct figure *figure, const struct own_line *line,
                                       double x)
{
    const struct point *next = NULL;
    for (size_t i = 0; i < figure->count; i++) {
        const struct point *point = &figure->points[i];
        if (point->x > x && !isnan(line->value(point->cell)) && (!next || point->x < next->x))
            next = point;
    }
    return next;
}

static void write_of_all(FILE *stream, const struct figure *figure, const struct own_line *line)
{
    const struct point *point = next_of_all(figure, line, -INFINITY);
    (void)fprintf(stream, "\n\n%s\n", line->title);
    for (; point; point = next_of_all(figure, line, point->x))
        (void)fprintf(stream, "%.15g\t%.9g\n", point->x, line->value(point->cell));
}

static void write_of_series(FILE *stream, const struct figure *figure, const struct own_line *line)
{
    for (size_t i = 0; i < figure->count; i++) {
        const struct point *point = &figure->points[i];
        const double value = line->value(point->cell);
        if (figure_starts_series(figure, i))
            (void)fprintf(stream, "\n\n%s, %s\n", figure_series(figure, point->cell).text,
                          line->title);
        if (!isnan(value))
            (void)fprintf(stream, "%.15g\t%.9g\n", point->x, value);
    }
}

void figure_write_own(FILE *stream, const struct figure *figure)
{
    for (unsigned is_of_all = 0; is_of_all <= 1; is_of_all++)
        for (const struct own_line *line = first_line(figure); line->title; line++) {
            if (line->is_of_all != is_of_all || !has_line(figure, line))
                continue;
            if (is_of_all)
                write_of_all(stream, figure, line);
            else
                write_of_series(stream, figure, line);
        }
}

/* ---- what scripts are told ---- */

void figure_append_own(const struct figure *figure, char *text, size_t length)
{
    const char *separator = "\nthin lines: ";
    for (const struct own_line *line = first_line(figure); line->title; line++) {
        if (line->is_of_all || !has_line(figure, line))
            continue;
        text_append(text, length, "%s%s", separator, line->title);
        separator = ", ";
    }
}

/* Of lines of series a block for each of these; then those of all, whose titles are in the key. */
static void tell_lines(FILE *settings, const struct figure *figure)
{
    const char *titles[2] = {"", ""};
    unsigned of_all = 0, of_series = 0;
    for (const struct own_line *line = first_line(figure); line->title; line++) {
        if (!has_line(figure, line))
            continue;
        if (line->is_of_all && of_all < 2)
            titles[of_all++] = line->title;
        of_series += !line->is_of_all;
    }
    gnuplot_set(settings, "limit_title", titles[0]);
    gnuplot_set(settings, "ideal_title", titles[1]);
    (void)fprintf(settings, "lines_of_all = %u\nlines_of_series = %u\n", of_all, of_series);
}

/* Marks of bars: where each line is in each panel; -1: nowhere. */
static void tell_marks(FILE *settings, const struct figure *figure)
{
    (void)fputs("marks = ''\n", settings);
    for (size_t i = 0; i < figure->count; i++)
        for (const struct own_line *line = first_line(figure);
             figure_starts_panel(figure, i) && line->title; line++)
            if (line->is_of_all && has_line(figure, line)) {
                const double value = line->value(figure->points[i].cell);
                (void)fprintf(settings, "marks = marks.'%.15g '\n", isnan(value) ? -1 : value);
            }
}

void figure_tell_own(FILE *settings, const struct figure *figure)
{
    const struct own_quantity *own = figure->what->own, *over = figure->what->over;
    double low = INFINITY, high = -INFINITY;
    if (!own)
        return;
    for (size_t i = 0; i < figure->count; i++) {
        low = fmin(low, figure->points[i].x);
        high = fmax(high, figure->points[i].x);
    }
    gnuplot_set(settings, "unit", own->unit);
    gnuplot_set(settings, "over_unit", over ? over->unit : "");
    (void)fprintf(settings,
                  "linear = %d\nis_over = %d\nover_linear = %d\nover_low = %.24f\n"
                  "over_high = %.24f\n",
                  (int)own->is_linear, over != NULL, over && over->is_linear, low, high);
    tell_lines(settings, figure);
    if (figure->what->is_bars)
        tell_marks(settings, figure);
}
