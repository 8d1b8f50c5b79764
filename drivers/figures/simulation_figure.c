#include "simulation_figure.h"

#include "figures.h"
#include "text.h"

#include <math.h>

/* The curves of one kernel. */
struct simulated_figure {
    const struct analysed_run *run;
    const struct simulation *simulation;
    const struct analysed_kernel *kernel;
};

struct simulation_figure_name simulation_figure_name(const struct analysed_kernel *kernel)
{
    struct simulation_figure_name name;
    (void)snprintf(name.text, sizeof name.text, "simulated-%.60s", kernel->name);
    text_file_name(name.text);
    return name;
}

/* The next curve of the kernel behind that one; NULL: from the first one on, and at the end. */
static const struct simulated_curve *next(const struct simulated_figure *figure,
                                          const struct simulated_curve *curve)
{
    const struct simulation *all = figure->simulation;
    for (size_t i = curve ? (size_t)(curve - all->curves) + 1 : 0; i < all->curve_count; i++)
        if (all->curves[i].kernel == figure->kernel && !isnan(all->curves[i].stated))
            return &all->curves[i];
    return NULL;
}

/* Where a log axis cannot go. */
static double low_of(const struct simulated_curve *curve, const struct simulated_point *point)
{
    return fmax(simulation_speedup(point, -curve->stated), 0.05 * simulation_speedup(point, 0));
}

/* A block of what was simulated for each curve, then one of what was measured for each. */
static void write_numbers(FILE *stream, const void *what)
{
    const struct simulated_figure *figure = what;
    for (const struct simulated_curve *curve = NULL; (curve = next(figure, curve));) {
        (void)fprintf(stream, "\"%s SIMULATED\"\n", curve->model);
        for (size_t i = 0; i < curve->count; i++) {
            const struct simulated_point *point = &curve->points[i];
            (void)fprintf(stream, "%u\t%.9g\t%.9g\t%.9g\n", point->ranks,
                          simulation_speedup(point, 0), low_of(curve, point),
                          simulation_speedup(point, curve->stated));
        }
        (void)fputs("\n\n", stream);
    }
    for (const struct simulated_curve *curve = NULL; (curve = next(figure, curve));) {
        (void)fprintf(stream, "\"%s measured\"\n", curve->model);
        for (size_t i = 0; i < curve->count; i++) {
            const struct simulated_point *point = &curve->points[i];
            if (point->measured && point->measured->speedup.count > 0)
                (void)fprintf(
                    stream, "%u\t%.9g\t%.9g\t%.9g\n", point->ranks, point->measured->speedup.median,
                    point->measured->speedup.interval.low, point->measured->speedup.interval.high);
        }
        (void)fputs("\n\n", stream);
    }
}

static void tell_range(FILE *settings, const struct simulated_figure *figure)
{
    double low = INFINITY, high = 0, last = 0;
    for (const struct simulated_curve *curve = NULL; (curve = next(figure, curve));)
        for (size_t i = 0; i < curve->count; i++) {
            const struct simulated_point *point = &curve->points[i];
            low = fmin(low, low_of(curve, point));
            high = fmax(high, fmax(point->ranks, simulation_speedup(point, curve->stated)));
        }
    (void)fprintf(settings, "low = %.24f\nhigh = %.24f\nwidths = ticks = ''\n", low, high);
    while (last < INFINITY) {
        double ranks = INFINITY;
        for (const struct simulated_curve *curve = NULL; (curve = next(figure, curve));)
            for (size_t i = 0; i < curve->count; i++)
                if (curve->points[i].ranks > last)
                    ranks = fmin(ranks, curve->points[i].ranks);
        if (ranks < INFINITY)
            (void)fprintf(settings, "widths = widths.'%g '\nticks = ticks.'\"%g\" '\n", ranks,
                          ranks);
        last = ranks;
    }
}

static void tell_figure(FILE *settings, const void *what)
{
    const struct simulated_figure *figure = what;
    const struct simulated_curve *curve = next(figure, NULL);
    char text[640];
    unsigned style = 2;
    (void)snprintf(text, sizeof text, "%s: SIMULATED speedup beyond what was measured",
                   figure->kernel->name);
    gnuplot_set(settings, "heading", text);
    (void)snprintf(text, sizeof text,
                   "calibrated by %s\nsize %s; SIMULATED by SimGrid's SMPI: dashed, shade: its own "
                   "error; points: measured",
                   analysed_run_machine(figure->run).text, text_grouped(curve->points->size).text);
    gnuplot_set(settings, "caption", text);
    gnuplot_set(settings, "x_label", "ranks");
    (void)snprintf(text, sizeof text, "speedup over serial (%s)",
                   text_seconds(curve->points->base.serial_s).text);
    gnuplot_set(settings, "y_label", text);
    tell_range(settings, figure);
    (void)fputs("key = ''\ncurves = 0\n", settings);
    for (curve = NULL; (curve = next(figure, curve)); style++)
        (void)fprintf(settings,
                      "key = key.'%u \"%s SIMULATED, within %.1f %% of time\" '\n"
                      "curves = curves + 1\n",
                      10 + style, curve->model, 100 * curve->stated);
    style = 2;
    for (curve = NULL; (curve = next(figure, curve)); style++)
        (void)fprintf(settings, "key = key.'%u \"%s measured\" '\n", style, curve->model);
}

enum status simulation_draw(const struct analysed_run *run, const struct simulation *simulation,
                            const char *plots)
{
    enum status status = STATUS_OK;
    TRY(figures_make_folders(run));
    struct gnuplot *gnuplot = gnuplot_begin(run->folder);
    for (size_t k = 0; k < run->kernel_count && status == STATUS_OK; k++) {
        const struct simulated_figure figure = {run, simulation, &run->kernels[k]};
        const struct simulation_figure_name name = simulation_figure_name(figure.kernel);
        if (next(&figure, NULL))
            status = gnuplot_add(gnuplot, &(struct drawing){.plots = plots,
                                                            .script = "simulated",
                                                            .name = name.text,
                                                            .tell = tell_figure,
                                                            .write = write_numbers,
                                                            .what = &figure});
    }
    return gnuplot_end(gnuplot, status);
}
