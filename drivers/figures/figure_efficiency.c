#include "figure_efficiency.h"

#include "text.h"

#include <stdio.h>

/* A bar takes 39 pixels of a picture that may have 32,767. */
enum { BARS_MAX = 800 };

struct bars {
    const struct figures *figures;
    const struct analysed_kernel *kernel;
};

static bool shows(const struct analysis_of_cell *cell)
{
    return cell->verified && cell->cell->workers > 1 && cell->factors.is_complete &&
           !analysis_is_scaled(cell);
}

static void write_bars(FILE *stream, const void *what)
{
    const struct analysed_kernel *kernel = ((const struct bars *)what)->kernel;
    (void)fputs("# workers' time in per cent: useful, extra computing, waiting for the slowest, "
                "communication; 1: perturbed\n",
                stream);
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!shows(cell))
            continue;
        const struct time_shares shares = efficiency_shares(&cell->factors);
        (void)fprintf(stream, "%s, %u%s%s\t%.3f\t%.3f\t%.3f\t%.3f\t%d\n", cell->cell->label,
                      cell->cell->workers, cell->cell->oversubscribed ? "*" : "",
                      cell->factors.perturbed ? " !" : "", 100 * shares.useful,
                      100 * shares.overhead, 100 * shares.imbalance, 100 * shares.communication,
                      (int)cell->factors.perturbed);
    }
}

void figure_efficiency_name(const struct analysed_kernel *kernel, char name[GNUPLOT_NAME_MAX])
{
    (void)snprintf(name, GNUPLOT_NAME_MAX, "where-%s", kernel->name);
}

size_t figure_efficiency_count(const struct analysed_kernel *kernel)
{
    size_t count = 0;
    for (size_t i = 0; i < kernel->count; i++)
        count += shows(kernel->cells[i]);
    return count;
}

/* What stands above the bars, with what any of them has to be taken with. */
static void tell(FILE *settings, const void *what)
{
    const struct bars *bars = what;
    uint64_t size = 0;
    char text[640];
    bool oversubscribed = false, perturbed = false;
    for (size_t i = bars->kernel->count; i-- > 0;) {
        const struct analysis_of_cell *cell = bars->kernel->cells[i];
        if (!shows(cell))
            continue;
        size = cell->cell->size;
        oversubscribed = oversubscribed || cell->cell->oversubscribed;
        perturbed = perturbed || cell->factors.perturbed;
    }
    (void)snprintf(text, sizeof text, "%s: where the time went", bars->kernel->name);
    gnuplot_set(settings, "heading", text);
    (void)snprintf(text, sizeof text,
                   "%s\nsize %s; one execution of each cell, the one with the median time%s%s",
                   bars->figures->machine, text_grouped(size).text,
                   oversubscribed ? "; * more workers than cores" : "",
                   perturbed ? "; ! perturbed" : "");
    gnuplot_set(settings, "caption", text);
}

enum status figure_efficiency_draw(const struct figures *figures,
                                   const struct analysed_kernel *kernel)
{
    const struct bars bars = {figures, kernel};
    const size_t count = figure_efficiency_count(kernel);
    char name[GNUPLOT_NAME_MAX];
    if (count == 0)
        return STATUS_OK;
    if (count > BARS_MAX)
        return status_fail(STATUS_FAILED, "a figure of %zu bars cannot be drawn: take --no-figures",
                           count);
    figure_efficiency_name(kernel, name);
    return figures_draw_one(
        figures,
        &(struct drawing){
            .script = "where", .name = name, .tell = tell, .write = write_bars, .what = &bars});
}
