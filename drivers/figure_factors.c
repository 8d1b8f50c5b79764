#include "figure_factors.h"

#include "gnuplot.h"
#include "text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

struct bars {
    const struct analysis_of_cell *cells;
    size_t count;
    const char *kernel;
};

bool figure_factors_shows(const struct analysis_of_cell *cell, const char *kernel)
{
    return strcmp(cell->cell->kernel, kernel) == 0 && cell->verified && cell->cell->workers > 1 &&
           cell->factors.is_complete && !analysis_is_scaled(cell);
}

static void write_bars(FILE *stream, const void *what)
{
    const struct bars *bars = what;
    (void)fputs("# workers' time in per cent: useful, extra computing, waiting for the slowest, "
                "communication; 1: disturbed\n",
                stream);
    for (size_t i = 0; i < bars->count; i++) {
        const struct analysis_of_cell *cell = &bars->cells[i];
        if (!figure_factors_shows(cell, bars->kernel))
            continue;
        const struct time_shares shares = factors_shares(&cell->factors);
        (void)fprintf(stream, "%s, %u%s%s\t%.3f\t%.3f\t%.3f\t%.3f\t%d\n", cell->cell->label,
                      cell->cell->workers, cell->cell->oversubscribed ? "*" : "",
                      cell->factors.disturbed ? " !" : "", 100 * shares.useful, 100 * shares.extra,
                      100 * shares.uneven, 100 * shares.other, (int)cell->factors.disturbed);
    }
}

static void write_caption(const struct figures *figures, const struct analysis_of_cell *cell,
                          bool oversubscribed, bool disturbed, char *text, size_t length)
{
    char size[32];
    text_grouped(cell->cell->size, size, sizeof size);
    (void)snprintf(text, length,
                   "%s\nsize %s; one execution of each cell, the one with the median time%s%s",
                   figures->machine, size, oversubscribed ? "; * more workers than cores" : "",
                   disturbed ? "; ! disturbed" : "");
}

enum status figure_factors_draw(const struct figures *figures, const struct analysis_of_cell *cells,
                                size_t count, const char *kernel)
{
    char script[PATH_MAX], folder[PATH_MAX], name[96], title[96], caption[640];
    const struct bars bars = {cells, count, kernel};
    const struct analysis_of_cell *first = NULL;
    bool oversubscribed = false, disturbed = false;
    for (size_t i = 0; i < count; i++) {
        if (!figure_factors_shows(&cells[i], kernel))
            continue;
        first = first ? first : &cells[i];
        oversubscribed = oversubscribed || cells[i].cell->oversubscribed;
        disturbed = disturbed || cells[i].factors.disturbed;
    }
    if (!first)
        return STATUS_OK;
    write_caption(figures, first, oversubscribed, disturbed, caption, sizeof caption);
    (void)snprintf(title, sizeof title, "%s: where the time went", kernel);
    (void)snprintf(name, sizeof name, "where-%s", kernel);
    if (snprintf(script, sizeof script, "%s/where.gp", figures->plots) >= (int)sizeof script ||
        snprintf(folder, sizeof folder, "%s/figures", figures->folder) >= (int)sizeof folder)
        return status_fail(STATUS_FAILED, "the path %s is too long", figures->folder);
    const struct drawing drawing = {.script = script,
                                    .folder = folder,
                                    .name = name,
                                    .arguments = {title, caption},
                                    .write = write_bars,
                                    .what = &bars};
    return gnuplot_draw(&drawing);
}
