#include "embedded.h"
#include "figures.h"
#include "html.h"
#include "outputs_figure.h"
#include "report_figures.h"
#include "report_section.h"
#include "report_table.h"
#include "text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void write_law(FILE *page, const struct fit *fit)
{
    const struct law_info *law = &law_info[fit->law];
    for (unsigned i = 0; i < law->parameters; i++) {
        const struct summary *value = &fit->found.parameters[i];
        (void)fputs("<tr><td>", page);
        html_label(page, fit->label);
        html_print(page, "</td><td>%s</td><td>%s</td>", law->name, law->symbols[i]);
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
    html_fold(page, kernel->name, "Laws of scaling", false);
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
    html_fold_end(page);
}

/* Where the time went: speedup = workers x balance x communication x computation. */
static void write_factors(FILE *page, const struct analysed_run *run,
                          const struct analysed_kernel *kernel)
{
    bool perturbed = false, moved = false;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct efficiency *factors = &kernel->cells[i]->factors;
        const bool is_there = analysis_is_explained(kernel->cells[i]);
        perturbed = perturbed || (is_there && factors->perturbed);
        moved = moved || (is_there && factors->collected.count > 0);
    }
    /* Those that the table leaves out: with one worker, of weak scaling, or without a base. */
    char *others = cell_table_unexplained(kernel);
    if (*others || cell_table_first(&cell_table_factors, kernel)) {
        html_fold(page, kernel->name, "Where the time went", false);
        report_figures(page, run, kernel, &figure_where, false);
        (void)report_cells(page, kernel, &cell_table_factors);
        const bool counted = report_cells(page, kernel, &cell_table_scaling);
        json_t *words =
            json_pack("{s:b, s:b, s:b, s:s*}", "moved", (int)moved, "counted", (int)counted,
                      "perturbed", (int)perturbed, "others", *others ? others : NULL);
        html_fill(page, factors_html, words);
        json_decref(words);
        html_fold_end(page);
    }
    free(others);
}

/* Whether all that was measured of the kernel is what other sizes make of it. */
static bool is_of_sizes(const struct analysed_kernel *kernel)
{
    size_t count = 0;
    while (count < kernel->count && experiment_is_of_sizes(kernel->cells[count]->cell))
        count++;
    return count == kernel->count;
}

/* Figures and table of the cells that an experiment has to itself; of NULL: of the others, with the
 * figures of times. They are in sight where there is nothing else. */
static void write_cells(FILE *page, const struct analysed_run *run,
                        const struct analysed_kernel *kernel, const struct experiment *own)
{
    const struct cell_table table = cell_table_of(kernel, own);
    char bases[CELL_TABLE_BASES_MAX];
    if (!cell_table_first(&table, kernel))
        return;
    html_fold(page, kernel->name, own ? own->heading : "Times and speedups",
              own && is_of_sizes(kernel));
    if (own)
        report_about(page, own, kernel->cells[0]->cell->base_size);
    report_figures(page, run, kernel, own, !own);
    for (unsigned e = 0; experiment_table[e]; e++)
        if (own ? own == experiment_table[e] : !experiment_table[e]->has_own_tables)
            report_results(page, kernel, experiment_table[e]);
    cell_table_bases(kernel, own, bases);
    if (*bases)
        html_print(page, "<p>In this table: %s.</p>\n", bases);
    (void)report_cells(page, kernel, &table);
    html_fold_end(page);
}

/* All that is said of the kernel. */
static void write_findings(FILE *page, const struct analysed_run *run, size_t kernel)
{
    size_t written = 0;
    for (size_t i = 0; i < run->findings.count; i++) {
        if (run->findings.all[i].kernel != kernel)
            continue;
        if (written++ == 0) {
            html_fold(page, run->kernels[kernel].name, "All findings", false);
            (void)fputs("<ul class=\"findings\">\n", page);
        }
        html_print(page, "<li>%s</li>\n", run->findings.all[i].text);
    }
    if (written > 0) {
        (void)fputs("</ul>\n", page);
        html_fold_end(page);
    }
}

static const char *kernel_name(const struct analysed_run *run, size_t index)
{
    return index < run->kernel_count ? run->kernels[index].name : NULL;
}

/* What it has computed, where it shows that. */
static void write_outputs(FILE *page, const struct analysed_run *run,
                          const struct analysed_kernel *kernel)
{
    struct outputs_table table;
    char text[OUTPUTS_ALTERNATIVE_MAX];
    if (!outputs_find(run, kernel, &table))
        return;
    outputs_describe(&table, text);
    const struct outputs_figure_name name = outputs_figure_name(table.kernel);
    html_fold(page, kernel->name, "What was computed", true);
    (void)fputs("<div class=\"figures\">\n", page);
    report_picture(page, run, &(struct report_picture){name.text, text, true, true});
    (void)fputs("</div>\n", page);
    html_fold_end(page);
    outputs_table_free(&table);
}

static void write_kernel(FILE *page, const struct analysed_run *run, size_t index)
{
    const struct analysed_kernel *kernel = &run->kernels[index];
    const bool varies = is_of_sizes(kernel);
    const char *result = "";
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!*result && cell->verified)
            result = cell->state->result;
    }
    if (run->sources.mixed)
        html_print(page, "<p class=\"bad\">%s</p>\n", analysed_run_machine(run).text);
    struct short_text size = plan_size_text(kernel->cells[0]->cell);
    *size.text = (char)toupper(*size.text);
    if (!varies)
        html_print(page, "<p class=\"soft\">%s%s%s.</p>\n", size.text, *result ? "; result " : "",
                   result);
    report_figures(page, run, kernel, NULL, false);
    write_outputs(page, run, kernel);
    write_findings(page, run, index);
    write_cells(page, run, kernel, NULL);
    for (unsigned e = 0; experiment_table[e]; e++)
        if (experiment_table[e]->has_own_tables)
            write_cells(page, run, kernel, experiment_table[e]);
    write_factors(page, run, kernel);
    report_counters(page, kernel);
    if (!varies)
        write_laws(page, run, kernel);
}

const struct report_section section_report_kernel = {
    .place = 40, .heading_of = kernel_name, .write_one = write_kernel};
