#include "figure_efficiency.h"

#include "gnuplot.h"
#include "text.h"

#include <limits.h>
#include <stdio.h>

/* A bar takes 39 pixels of a picture that may have 32,767. */
enum { BARS_MAX = 800 };

bool figure_efficiency_shows(const struct analysis_of_cell *cell)
{
    return cell->verified && cell->cell->workers > 1 && cell->factors.is_complete &&
           !analysis_is_scaled(cell);
}

static void write_bars(FILE *stream, const void *what)
{
    const struct analysed_kernel *kernel = what;
    (void)fputs("# workers' time in per cent: useful, extra computing, waiting for the slowest, "
                "communication; 1: perturbed\n",
                stream);
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!figure_efficiency_shows(cell))
            continue;
        const struct time_shares shares = efficiency_shares(&cell->factors);
        (void)fprintf(stream, "%s, %u%s%s\t%.3f\t%.3f\t%.3f\t%.3f\t%d\n", cell->cell->label,
                      cell->cell->workers, cell->cell->oversubscribed ? "*" : "",
                      cell->factors.perturbed ? " !" : "", 100 * shares.useful,
                      100 * shares.overhead, 100 * shares.imbalance, 100 * shares.communication,
                      (int)cell->factors.perturbed);
    }
}

/* What the bars that are shown have in common. */
struct summary_of_bars {
    size_t count;
    const struct analysis_of_cell *first; /* NULL: there are none */
    bool oversubscribed, perturbed;       /* any of them */
};

static struct summary_of_bars summarise(const struct analysed_kernel *kernel)
{
    struct summary_of_bars all = {.count = 0};
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!figure_efficiency_shows(cell))
            continue;
        all.count++;
        all.first = all.first ? all.first : cell;
        all.oversubscribed = all.oversubscribed || cell->cell->oversubscribed;
        all.perturbed = all.perturbed || cell->factors.perturbed;
    }
    return all;
}

static void write_caption(const struct figures *figures, const struct summary_of_bars *all,
                          char *text, size_t length)
{
    char size[32];
    text_grouped(all->first->cell->size, size, sizeof size);
    (void)snprintf(text, length,
                   "%s\nsize %s; one execution of each cell, the one with the median time%s%s",
                   figures->machine, size, all->oversubscribed ? "; * more workers than cores" : "",
                   all->perturbed ? "; ! perturbed" : "");
}

enum status figure_efficiency_draw(const struct figures *figures,
                                   const struct analysed_kernel *kernel)
{
    char script[PATH_MAX], folder[PATH_MAX], name[96], title[96], caption[640];
    const struct summary_of_bars all = summarise(kernel);
    if (all.count == 0)
        return STATUS_OK;
    if (all.count > BARS_MAX)
        return status_fail(STATUS_FAILED, "a figure of %zu bars cannot be drawn: take --no-figures",
                           all.count);
    write_caption(figures, &all, caption, sizeof caption);
    (void)snprintf(title, sizeof title, "%s: where the time went", kernel->name);
    (void)snprintf(name, sizeof name, "where-%s", kernel->name);
    if (snprintf(script, sizeof script, "%s/where.gp", figures->plots) >= (int)sizeof script ||
        snprintf(folder, sizeof folder, "%s/figures", figures->run->folder) >= (int)sizeof folder)
        return status_fail(STATUS_FAILED, "the path %s is too long", figures->run->folder);
    const struct drawing drawing = {.script = script,
                                    .folder = folder,
                                    .name = name,
                                    .arguments = {title, caption},
                                    .write = write_bars,
                                    .what = kernel};
    return gnuplot_draw(&drawing);
}
