#define _GNU_SOURCE
#include "figures.h"

#include "figure_efficiency.h"
#include "figure_points.h"
#include "gnuplot.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- the words ---- */

enum { CAPTION_WIDTH = 104, CAPTION_MAX = 640 };

/* Breaks a line between words, into two at most; the rest is cut. */
static void append_wrapped(char *text, size_t length, const char *line)
{
    for (int left = 2; *line; left--) {
        size_t end = strlen(line);
        if (end <= CAPTION_WIDTH) {
            text_append(text, length, "%s", line);
            return;
        }
        end = CAPTION_WIDTH;
        while (left > 1 && end > 0 && line[end] != ' ')
            end--;
        /* No word ends here, or this is the last line: cut, but no character of UTF-8 in two. */
        if (end == 0)
            end = CAPTION_WIDTH;
        while (end > 1 && ((unsigned char)line[end] & 0xc0u) == 0x80)
            end--;
        text_append(text, length, left > 1 ? "%.*s\n" : "%.*s…", (int)end, line);
        if (left == 1)
            return;
        line += end + (line[end] == ' ');
    }
}

static void append_range(char *text, size_t length, size_t low, size_t high, const char *noun)
{
    text_append(text, length, low == high ? "%zu" : "%zu to %zu", low, high);
    text_append(text, length, " %s%s", noun, high == 1 ? "" : "s");
}

/* How often what is shown was measured, and what the intervals are. */
static void append_effort(const struct figure *figure, char *text, size_t length)
{
    size_t samples[2] = {SIZE_MAX, 0}, rounds[2] = {SIZE_MAX, 0};
    size_t intervals = 0;
    for (size_t i = 0; i < figure->count; i++) {
        const struct analysis_of_cell *cell = figure->points[i].cell;
        samples[0] = cell->samples < samples[0] ? cell->samples : samples[0];
        samples[1] = cell->samples > samples[1] ? cell->samples : samples[1];
        rounds[0] = cell->rounds < rounds[0] ? cell->rounds : rounds[0];
        rounds[1] = cell->rounds > rounds[1] ? cell->rounds : rounds[1];
        intervals += figure_value(figure, &figure->points[i])->has_interval;
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
    bool has = false, interval = false;
    for (size_t i = 0; i < figure->count; i++) {
        const struct fit *fit = figure_law(figure, i);
        has = has || fit;
        interval = interval || (fit && figure_law_has_interval(fit));
    }
    if (!has)
        return;
    const bool weak = figure->experiment == EXPERIMENT_WEAK;
    text_append(text, length, "\nthin lines: %s law as fitted, dashed beyond",
                weak ? "Gustafson's" : "universal scalability");
    if (interval)
        text_append(text, length, "; light shade: its parameter%s 95 %% interval",
                    weak ? "'s" : "s'");
}

static void write_caption(FILE *stream, const struct figure *figure)
{
    char text[CAPTION_MAX] = "", size[32];
    append_wrapped(text, sizeof text, figure->where->machine);
    text_append(text, sizeof text, "\n");
    if (figure->kernel) {
        text_grouped(figure->points[0].cell->cell->base_size, size, sizeof size);
        text_append(text, sizeof text,
                    figure->experiment == EXPERIMENT_WEAK ? "for each worker the work of size %s; "
                                                          : "size %s; ",
                    size);
    }
    append_effort(figure, text, sizeof text);
    append_law(figure, text, sizeof text);
    (void)fputs(text, stream);
}

/* A line type for each series, those of a panel together in quotes. */
static void write_styles(FILE *stream, const struct figure *figure)
{
    for (size_t i = 0; i < figure->count; i++) {
        if (!figure_starts_series(figure, i))
            continue;
        if (figure_starts_panel(figure, i))
            (void)fputs(i ? "\" \"" : "\"", stream);
        (void)fprintf(stream, "%u ", figure_style(&figure->points[i]));
    }
    (void)fputs("\"", stream);
}

static void write_widths(FILE *stream, const struct figure *figure)
{
    for (unsigned last = 0, next; last < UINT_MAX; last = next) {
        next = UINT_MAX;
        for (size_t i = 0; i < figure->count; i++) {
            unsigned workers = figure->points[i].cell->cell->workers;
            next = workers > last && workers < next ? workers : next;
        }
        if (next < UINT_MAX)
            (void)fprintf(stream, "%u ", next);
    }
}

static void write_panels(FILE *stream, const struct figure *figure)
{
    for (size_t i = 0; i < figure->count; i++) {
        const struct cell *cell = figure->points[i].cell->cell;
        char size[32], base[32];
        if (!figure_starts_panel(figure, i))
            continue;
        text_grouped(cell->size, size, sizeof size);
        text_seconds(figure_base(figure, i), base, sizeof base);
        (void)fprintf(stream, "\"%s: size %s, serial %s\" ", cell->kernel, size, base);
    }
}

/* Each line type and what it stands for, once. */
static void write_key(FILE *stream, const struct figure *figure)
{
    size_t next = 0;
    while (next < SIZE_MAX) {
        const size_t wanted = next;
        next = SIZE_MAX;
        for (size_t i = 0; i < figure->count; i++) {
            const struct point *point = &figure->points[i];
            if (point->series > wanted && point->series < next)
                next = point->series;
        }
        for (size_t i = 0; i < figure->count; i++)
            if (figure->points[i].series == wanted) {
                (void)fprintf(stream, "%u \"%s\" ", figure_style(&figure->points[i]),
                              figure->points[i].cell->cell->label);
                break;
            }
    }
}

/* ---- drawing ---- */

/* What `write` writes, as a text that the caller frees; NULL without memory. */
static char *text_of(void (*write)(FILE *stream, const struct figure *figure),
                     const struct figure *figure)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        return NULL;
    write(stream, figure);
    bool failed = ferror(stream) != 0;
    if (fclose(stream) == 0 && !failed)
        return text;
    free(text);
    return NULL;
}

/* The unit in which the least time is at least 1. */
static double unit_for(double least, const char **name)
{
    *name = least >= 1 ? "s" : least >= 1e-3 ? "ms" : "µs";
    return least >= 1 ? 1 : least >= 1e-3 ? 1e-3 : 1e-6;
}

static enum status draw_one(const struct figure *figure, const char *script, const char *name,
                            const char *const *arguments)
{
    char script_path[PATH_MAX], folder[PATH_MAX];
    if (snprintf(script_path, sizeof script_path, "%s/%s", figure->where->plots, script) >=
            (int)sizeof script_path ||
        snprintf(folder, sizeof folder, "%s/figures", figure->where->run->folder) >=
            (int)sizeof folder)
        return status_fail(STATUS_FAILED, "the path of %s is too long", name);
    struct drawing drawing = {.script = script_path,
                              .folder = folder,
                              .name = name,
                              .write = figure_write,
                              .what = figure};
    memcpy(drawing.arguments, arguments, GNUPLOT_ARGUMENTS_MAX * sizeof *arguments);
    return gnuplot_draw(&drawing);
}

/* A figure of one kernel. */
static enum status draw_scaling(const struct figure *figure)
{
    static const char *const quantities[] = {[QUANTITY_SPEEDUP] = "speedup",
                                             [QUANTITY_TIME] = "time",
                                             [QUANTITY_EFFICIENCY] = "efficiency"};
    char title[96], name[96], script[32], numbers[512], axis[96], base_text[32];
    const char *experiment = experiment_table[figure->experiment]->name;
    const char *quantity = quantities[figure->quantity];
    const bool time = figure->quantity == QUANTITY_TIME;
    const double base = figure_base(figure, 0);
    const char *unit_name;
    double low, high;
    figure_limits(figure, figure->where->run->allowed, &low, &high);
    const double unit = unit_for(low, &unit_name);
    text_seconds(base, base_text, sizeof base_text);
    (void)snprintf(title, sizeof title, "%s: %s scaling, %s", figure->kernel->name, experiment,
                   quantity);
    (void)snprintf(name, sizeof name, "%s-%s-%s", experiment, figure->kernel->name, quantity);
    (void)snprintf(script, sizeof script, "%s.gp", quantity);
    (void)snprintf(numbers, sizeof numbers, "%.24f %.24f %u %.24f %.24f", low, high,
                   figure->where->run->allowed, base, unit);
    for (size_t i = 0; i < figure->count; i++)
        if (figure_starts_series(figure, i) && figure_law(figure, i))
            text_append(numbers, sizeof numbers, " %u", figure_style(&figure->points[i]));
    (void)snprintf(axis, sizeof axis, time ? "%s (%s)" : "%s over serial (%s)", quantity,
                   time ? unit_name : base_text);
    char *caption = text_of(write_caption, figure);
    char *key = text_of(write_key, figure);
    char *widths = text_of(write_widths, figure);
    const char *const arguments[GNUPLOT_ARGUMENTS_MAX] = {title,  caption, key,
                                                          widths, numbers, axis};
    enum status status = caption && key && widths ? draw_one(figure, script, name, arguments)
                                                  : status_no_memory("a figure");
    free(widths);
    free(key);
    free(caption);
    return status;
}

static enum status draw_gil(const struct figure *figure)
{
    char numbers[96];
    double low, high;
    figure_limits(figure, figure->where->run->allowed, &low, &high);
    (void)snprintf(numbers, sizeof numbers, "%.24f %u", high, figure->where->run->allowed);
    char *caption = text_of(write_caption, figure);
    char *panels = text_of(write_panels, figure);
    char *styles = text_of(write_styles, figure);
    char *key = text_of(write_key, figure);
    char *widths = text_of(write_widths, figure);
    const char *const arguments[GNUPLOT_ARGUMENTS_MAX] = {caption, panels, styles,
                                                          key,     widths, numbers};
    enum status status = caption && panels && styles && key && widths
                             ? draw_one(figure, "gil.gp", "gil", arguments)
                             : status_no_memory("a figure");
    free(widths);
    free(key);
    free(styles);
    free(panels);
    free(caption);
    return status;
}

/* More are nothing to look at, and gnuplot takes minutes for them. */
static enum status check_lines(const struct figure *figure)
{
    enum { LINES_MAX = 500 };
    size_t lines = 0;
    for (size_t i = 0; i < figure->count; i++)
        lines += figure_starts_series(figure, i);
    return lines <= LINES_MAX
               ? STATUS_OK
               : status_fail(STATUS_FAILED,
                             "a figure of %zu lines cannot be drawn: take --no-figures", lines);
}

/* Selects what the figure shows and draws it, unless that is nothing. */
static enum status draw(struct figure *figure)
{
    figure_select(figure);
    if (figure->count == 0)
        return STATUS_OK;
    /* A kernel's name becomes part of a path. */
    if (figure->kernel && strchr(figure->kernel->name, '/'))
        return status_fail(STATUS_FAILED, "no file can be named after the kernel %s",
                           figure->kernel->name);
    enum status status = check_lines(figure);
    if (status != STATUS_OK)
        return status;
    return figure->experiment == EXPERIMENT_GIL ? draw_gil(figure) : draw_scaling(figure);
}

/* All figures that the figure's kernel has to itself. */
static enum status draw_kernel(struct figure *figure)
{
    static const struct {
        unsigned experiment;
        enum quantity quantity;
    } all[] = {{EXPERIMENT_STRONG, QUANTITY_SPEEDUP},
               {EXPERIMENT_STRONG, QUANTITY_TIME},
               {EXPERIMENT_STRONG, QUANTITY_EFFICIENCY},
               {EXPERIMENT_WEAK, QUANTITY_EFFICIENCY}};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof all / sizeof *all && status == STATUS_OK; i++) {
        figure->experiment = all[i].experiment;
        figure->quantity = all[i].quantity;
        status = draw(figure);
    }
    return status;
}

static enum status make_folder(const char *folder, const char *name)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return status_fail(STATUS_FAILED, "the path %s is too long", folder);
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return status_fail(STATUS_FAILED, "cannot make the folder %s: %s", path, strerror(errno));
    return STATUS_OK;
}

enum status figures_draw(const struct figures *figures)
{
    const struct analysed_run *run = figures->run;
    struct figure figure = {.where = figures};
    enum status status = make_folder(run->folder, "figures");
    if (status == STATUS_OK)
        status = make_folder(run->folder, "figures/narrow");
    figure.points = calloc(run->count + 1, sizeof *figure.points);
    if (!figure.points)
        status = status_no_memory("the figures");
    for (size_t i = 0; i < run->kernel_count && status == STATUS_OK; i++) {
        figure.kernel = &run->kernels[i];
        status = draw_kernel(&figure);
        if (status == STATUS_OK)
            status = figure_efficiency_draw(figures, &run->kernels[i]);
    }
    figure = (struct figure){figures, EXPERIMENT_GIL, QUANTITY_SPEEDUP, NULL, 0, figure.points};
    if (status == STATUS_OK)
        status = draw(&figure);
    free(figure.points);
    return status;
}
