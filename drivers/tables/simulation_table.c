#include "simulation_table.h"

#include "quantities.h"
#include "text.h"

#include <math.h>

const char simulation_limits[] =
    "Predictions know nothing of caches, of memory that ranks of a node contend for, and of "
    "congestion: nodes are alike, each core as fast as the one that was measured alone, all on one "
    "switch. Which algorithms the MPI library takes for collectives is only approximated.";

struct short_text simulation_share(double share)
{
    struct short_text text = {""};
    if (!isnan(share))
        (void)snprintf(text.text, sizeof text.text, "%+.1f %%", 100 * share);
    return text;
}

void simulation_print_point(FILE *stream, const struct simulated_point *point)
{
    (void)fprintf(stream, "SIMULATED %s %s, %u rank%s on %u node%s: %s, speedup %.3g (in %s)\n",
                  point->kernel, point->model, point->ranks, plural(point->ranks), point->nodes,
                  plural(point->nodes), text_seconds(point->seconds).text,
                  simulation_speedup(point, 0), text_duration(point->wall_s).text);
}

void simulation_say_stated(const struct simulated_curve *curve, char text[SIMULATION_STATED_MAX])
{
    *text = '\0';
    if (curve->checked == 0)
        text_append(text, SIMULATION_STATED_MAX,
                    "No simulated point was measured: its error is unknown.");
    else
        text_append(text, SIMULATION_STATED_MAX,
                    "Times are predicted within ±%.1f %%: the largest error at %zu measured "
                    "point%s with several ranks, and the spread of what was measured there.",
                    100 * curve->stated, curve->checked, plural(curve->checked));
    if (curve->checked == 1)
        text_append(text, SIMULATION_STATED_MAX, " One point alone cannot be held against others.");
    else if (curve->checked > 1)
        text_append(text, SIMULATION_STATED_MAX,
                    " Left out in turn, %zu of the %zu %s within what the others state.",
                    curve->within, curve->checked, curve->within == 1 ? "is" : "are");
}

static void print_curve(FILE *stream, const struct simulated_curve *curve)
{
    char stated[SIMULATION_STATED_MAX];
    (void)fprintf(stream, "\nSIMULATED: %s, %s, size %s, serial %s\n", curve->kernel->name,
                  curve->model, text_grouped(curve->points->size).text,
                  text_seconds(curve->points->base.serial_s).text);
    (void)fprintf(stream, "%8s %6s %12s %9s %19s %12s %8s\n", "ranks", "nodes", "simulated",
                  "speedup", "from ... to", "measured", "error");
    for (size_t i = 0; i < curve->count; i++) {
        const struct simulated_point *point = &curve->points[i];
        char band[32] = "";
        if (!isnan(curve->stated))
            (void)snprintf(band, sizeof band, "%.3g ... %.3g",
                           fmax(0, simulation_speedup(point, -curve->stated)),
                           simulation_speedup(point, curve->stated));
        (void)fprintf(stream, "%8u %6u %12s %9.3g %19s %12s %8s\n", point->ranks, point->nodes,
                      text_seconds(point->seconds).text, simulation_speedup(point, 0), band,
                      point->measured ? text_seconds(point->measured->time.median).text : "",
                      simulation_share(point->error).text);
    }
    simulation_say_stated(curve, stated);
    text_wrapped(stream, "", "%s", stated);
}

void simulation_print(FILE *stream, const struct simulation *simulation)
{
    for (size_t i = 0; i < simulation->curve_count; i++)
        print_curve(stream, &simulation->curves[i]);
    if (simulation->curve_count > 0)
        (void)fputs("\n", stream);
    text_wrapped(stream, "", "%s", simulation->curve_count > 0 ? simulation_limits : "");
}
