#define _GNU_SOURCE
#include "baselines.h"
#include "embedded.h"
#include "figure_efficiency.h"
#include "html.h"
#include "perturbed.h"
#include "report_counters.h"
#include "report_figures.h"
#include "report_section.h"
#include "report_table.h"
#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    const char *name;
    double seconds;
};

/* The unit that all times of a kernel share: the one in which the least is at least 1. */
static struct unit unit_for(const struct analysed_kernel *kernel)
{
    const double least = kernel->least_s;
    return least >= 1      ? (struct unit){"s", 1}
           : least >= 1e-3 ? (struct unit){"ms", 1e-3}
                           : (struct unit){"µs", 1e-6};
}

static void write_summary(FILE *page, const struct summary *summary, double unit, bool too_wide)
{
    const double middle = summary->median / unit;
    const int digits = middle < 10 ? 3 : middle < 100 ? 2 : middle < 1000 ? 1 : 0;
    (void)fprintf(page, "<td>%.*f%s</td>", digits, middle, too_wide ? "~" : "");
    if (summary->has_interval)
        (void)fprintf(page, "<td>%.*f – %.*f</td>", digits, summary->interval.low / unit, digits,
                      summary->interval.high / unit);
    else
        (void)fputs("<td>–</td>", page);
}

/* Three significant digits: it may be anything from far below to far above 1. */
static void write_ratio(FILE *page, const struct summary *ratio)
{
    (void)fprintf(page, "<td>%#.3g</td>", ratio->median);
    if (ratio->has_interval)
        (void)fprintf(page, "<td>%#.3g – %#.3g</td>", ratio->interval.low, ratio->interval.high);
    else
        (void)fputs("<td>–</td>", page);
}

struct table {
    const struct experiment *own; /* NULL: the kernel's */
    bool scaled;                  /* efficiencies of scaled work in place of speedups */
    bool absolute;                /* with columns of absolute speedups */
    struct unit unit;
};

static void write_relative(FILE *page, const struct analysis_of_cell *cell,
                           const struct table *table)
{
    if (table->scaled && cell->has_efficiency) {
        write_summary(page, &cell->efficiency, 1, false);
        (void)fprintf(page, "<td>%.2f</td>", cell->scaled.median);
    } else if (!table->scaled && cell->has_speedup) {
        write_summary(page, &cell->speedup, 1, false);
        (void)fprintf(page, "<td>%.2f</td>", analysis_efficiency(cell));
    } else {
        (void)fputs("<td>–</td><td>–</td><td>–</td>", page);
    }
    if (table->absolute && cell->has_absolute)
        write_ratio(page, &cell->absolute);
    else if (table->absolute)
        (void)fputs("<td>–</td><td>–</td>", page);
}

static void write_row(FILE *page, const struct analysis_of_cell *cell, const struct table *table,
                      bool first)
{
    char startup[32], size[32];
    (void)fputs(first ? "<tr class=\"group\"><td>" : "<tr><td>", page);
    html_text(page, cell->cell->label);
    (void)fputs("</td><td>", page);
    report_workers(page, cell->cell);
    (void)fputs("</td>", page);
    text_grouped(cell->cell->size, size, sizeof size);
    if (table->own)
        (void)fprintf(page, "<td>%s</td>", size);
    if (!cell->verified) {
        (void)fprintf(page,
                      "<td class=\"reason bad\" colspan=\"%d\">failed: ", table->absolute ? 8 : 6);
        html_text(page, cell->state->failed ? cell->state->failure : "not measured");
        (void)fputs("</td></tr>\n", page);
        return;
    }
    text_seconds(cell->startup_s, startup, sizeof startup);
    write_summary(page, &cell->time, table->unit.seconds, cell->too_wide);
    write_relative(page, cell, table);
    (void)fprintf(page, "<td>%s</td></tr>\n", startup);
}

/* What the table's speedups are over, and what those take. */
static void write_bases(FILE *page, const struct baselines *bases, bool scaled)
{
    char text[BASELINES_TEXT_MAX];
    baselines_say(bases, scaled, text, sizeof text);
    if (*text)
        html_print(page, "<p>In this table: %s.</p>\n", text);
}

static void write_table(FILE *page, const struct analysed_kernel *kernel,
                        const struct experiment *own)
{
    const bool scaled = own && experiment_is_scaled(own);
    const struct table table = {own, scaled, !scaled && baselines_differ(&kernel->bases),
                                unit_for(kernel)};
    const char *label = "", *unit = table.unit.name;
    if (experiment_is_of_one_size(own))
        write_bases(page, &kernel->bases, scaled);
    (void)fprintf(page,
                  "<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead><tr><th>model</th>"
                  "<th>workers</th>%s<th>median, %s</th><th>95 %% interval, %s</th><th>%s</th>"
                  "<th>95 %% interval</th><th>%s</th>%s<th>start-up</th></tr></thead>\n"
                  "<tbody>\n",
                  own ? "<th>size</th>" : "", unit, unit, scaled ? "efficiency" : "speedup",
                  scaled ? "scaled speedup" : "efficiency",
                  table.absolute ? "<th>absolute speedup</th><th>95 % interval</th>" : "");
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!experiment_tables(own, cell->cell))
            continue;
        write_row(page, cell, &table, *label && strcmp(label, cell->cell->label) != 0);
        label = cell->cell->label;
    }
    (void)fputs("</tbody>\n</table>\n</div>\n", page);
}

static void write_law(FILE *page, const struct fit *fit)
{
    const struct law_info *law = &law_info[fit->law];
    for (unsigned i = 0; i < law->parameters; i++) {
        const struct summary *value = &fit->found.parameters[i];
        html_print(page, "<tr><td>%s</td><td>%s</td><td>%s</td>", fit->label, law->name,
                   law->symbols[i]);
        if (value->has_interval)
            html_print(page, "<td>%#.3g</td><td>%#.3g – %#.3g</td>", value->median,
                       value->interval.low, value->interval.high);
        else
            html_print(page, "<td>%#.3g</td><td>–</td>", value->median);
        html_print(page, "<td>%u – %u</td><td>%.1f %%</td></tr>\n", fit->fewest, fit->most,
                   100 * fit->found.deviation);
    }
}

/* The laws that were fitted to the kernel's speedups, or why there are none. */
static void write_laws(FILE *page, const struct analysed_run *run,
                       const struct analysed_kernel *kernel)
{
    size_t fitted = 0;
    for (size_t i = 0; i < run->fits.count; i++) {
        const struct fit *fit = &run->fits.all[i];
        if (!fit->found.exists || strcmp(fit->kernel, kernel->name) != 0)
            continue;
        if (fitted++ == 0)
            (void)fputs(laws_html, page);
        write_law(page, fit);
    }
    if (fitted > 0)
        (void)fputs("</tbody>\n</table>\n</div>\n", page);
    else
        (void)fprintf(page,
                      "<p class=\"soft\">No law of scaling is fitted: that takes %d different "
                      "worker counts, none above the cores.</p>\n",
                      LAWS_MIN_WORKER_COUNTS);
}

/* Those that the table leaves out: with one worker, of weak scaling, or without a base. */
static void write_perturbed(FILE *page, const struct analysed_kernel *kernel)
{
    char *others = perturbed_elsewhere(kernel, figure_efficiency_shows);
    if (others)
        html_print(page,
                   "<p class=\"soft\">Where the time went is not shown of these, whose execution "
                   "was perturbed by instrumenting the workers, too, or serial's was: its time is "
                   "not within the interval of those timed, widened by 5&nbsp;%%: %s.</p>\n",
                   others);
    free(others);
}

static bool is_perturbed(const struct analysis_of_cell *cell)
{
    return figure_efficiency_shows(cell) && cell->factors.perturbed;
}

static bool any(const struct analysed_kernel *kernel, cell_table_shows *is)
{
    bool found = false;
    for (size_t i = 0; i < kernel->count; i++)
        found = found || is(kernel->cells[i]);
    return found;
}

/* Where the time went: speedup = workers x balance x communication x computation. */
static void write_factors(FILE *page, const struct analysed_kernel *kernel)
{
    (void)report_cells(page, "<h3>Where the time went</h3>\n", kernel, figure_efficiency_shows,
                       &cell_table_factors);
    if (report_cells(page, "", kernel, cell_table_is_counted, &cell_table_scaling))
        (void)fputs(
            "<p class=\"soft\">Counters are of another execution than busy times: frequency "
            "scaling holds what the two differ by, beside the clock’s frequency.</p>\n",
            page);
    if (any(kernel, is_perturbed))
        (void)fputs("<p class=\"soft\">! Instrumenting the workers perturbed this execution, or "
                    "that of serial "
                    "which it is held against: its time is not within the interval of those timed, "
                    "widened by 5&nbsp;%.</p>\n",
                    page);
}

/* Figures and table of the cells that an experiment has to itself; of NULL: of the others. */
static void write_cells(FILE *page, const struct analysed_run *run,
                        const struct analysed_kernel *kernel, const struct experiment *own)
{
    bool has = false;
    for (size_t i = 0; i < kernel->count; i++)
        has = has || experiment_tables(own, kernel->cells[i]->cell);
    if (!has)
        return;
    if (own)
        report_about(page, own, "h3", kernel->cells[0]->cell->base_size);
    report_figures(page, run, kernel, own);
    write_table(page, kernel, own);
}

static void write_kernel(FILE *page, const struct analysed_run *run,
                         const struct analysed_kernel *kernel)
{
    char size[32];
    const char *result = "";
    text_grouped(kernel->cells[0]->cell->size, size, sizeof size);
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!*result && cell->verified)
            result = cell->state->result;
    }
    html_print(page, "<section>\n<h2>%s</h2>\n<p class=\"soft\">Size %s%s%s.</p>\n", kernel->name,
               size, *result ? "; result " : "", result);
    write_cells(page, run, kernel, NULL);
    for (unsigned e = 0; experiment_table[e]; e++)
        if (experiment_table[e]->has_own_tables)
            write_cells(page, run, kernel, experiment_table[e]);
    write_factors(page, kernel);
    write_perturbed(page, kernel);
    report_counters(page, kernel);
    write_laws(page, run, kernel);
    (void)fputs("</section>\n", page);
}

static enum status write_kernels(FILE *page, const struct analysed_run *run)
{
    for (size_t i = 0; i < run->kernel_count; i++)
        write_kernel(page, run, &run->kernels[i]);
    return STATUS_OK;
}

const struct report_section section_report_kernel = {.place = 40, .write = write_kernels};
