#include "html.h"
#include "report_figures.h"
#include "report_section.h"
#include "simulation_figure.h"
#include "simulation_table.h"
#include "text.h"

#include <math.h>

static bool has_simulation(const struct analysed_run *run)
{
    struct simulation simulation = simulation_read(run);
    const bool has = simulation.curve_count > 0;
    simulation_free(&simulation);
    return has;
}

static void write_point(FILE *page, const struct simulated_curve *curve,
                        const struct simulated_point *point)
{
    html_print(page, "<tr><td>%u</td><td>%u</td><td>%s</td><td>%.3g</td>", point->ranks,
               point->nodes, text_seconds(point->seconds).text, simulation_speedup(point, 0));
    if (isnan(curve->stated))
        (void)fputs("<td></td>", page);
    else
        html_print(page, "<td>%.3g to %.3g</td>",
                   fmax(0, simulation_speedup(point, -curve->stated)),
                   simulation_speedup(point, curve->stated));
    html_print(page, "<td>%s</td><td>%s</td></tr>\n",
               point->measured ? text_seconds(point->measured->time.median).text : "",
               simulation_share(point->error).text);
}

static void write_curve(FILE *page, const struct simulated_curve *curve)
{
    char stated[SIMULATION_STATED_MAX];
    html_print(page,
               "<div class=\"scroll\" tabindex=\"0\">\n<table>\n<caption>SIMULATED: %s, %s, size "
               "%s</caption>\n<thead><tr><th scope=\"col\">ranks</th><th scope=\"col\">nodes</th>"
               "<th scope=\"col\">simulated</th><th scope=\"col\">speedup</th><th scope=\"col\">"
               "from … to</th><th scope=\"col\">measured</th><th scope=\"col\">error of time</th>"
               "</tr></thead>\n<tbody>\n",
               curve->kernel->name, curve->model, text_grouped(curve->points->size).text);
    for (size_t i = 0; i < curve->count; i++)
        write_point(page, curve, &curve->points[i]);
    (void)fputs("</tbody>\n</table>\n</div>\n", page);
    simulation_say_stated(curve, stated);
    html_print(page, "<p>%s</p>\n", stated);
}

static void write_simulation(FILE *page, const struct analysed_run *run)
{
    struct simulation simulation = simulation_read(run);
    html_print(page,
               "<p>SIMULATED by SimGrid’s SMPI, and not measured: kernels are charged the serial "
               "model’s time, messages what they take in this run. Points that were measured as "
               "well tell the error. %s</p>\n",
               simulation_limits);
    for (size_t i = 0; i < simulation.curve_count; i++) {
        const struct simulated_curve *curve = &simulation.curves[i];
        if (i == 0 || curve->kernel != simulation.curves[i - 1].kernel) {
            const struct simulation_figure_name name = simulation_figure_name(curve->kernel);
            char text[256];
            (void)snprintf(text, sizeof text,
                           "SIMULATED speedup of %.60s against ranks, dashed, with the band of its "
                           "own error, and what was measured. The table below has the numbers.",
                           curve->kernel->name);
            (void)fputs("<div class=\"figures one\">\n", page);
            report_picture(page, run, &(struct report_picture){name.text, text, false, false});
            (void)fputs("</div>\n", page);
        }
        write_curve(page, curve);
    }
    simulation_free(&simulation);
}

const struct report_section section_report_simulation = {
    .place = 45,
    .heading = "SIMULATED: more ranks than were measured",
    .exists = has_simulation,
    .write = write_simulation};
