#include "run_output.h"

#include "catalog.h"
#include "figures.h"
#include "gnuplot.h"
#include "json.h"
#include "manifest.h"
#include "outputs_figure.h"
#include "overview_table.h"
#include "printable.h"
#include "quantities.h"
#include "report.h"
#include "run_folder.h"
#include "simulation_figure.h"
#include "sources_table.h"
#include "tables.h"
#include "terminal.h"
#include "text.h"

#include <stdio.h>
#include <unistd.h>

static enum status draw(const struct analysed_run *run)
{
    char plots[PATH_MAX];
    TRY(catalog_plots(plots));
    TRY(figures_draw(run, plots));
    TRY(outputs_draw(run, plots));
    struct simulation simulation = simulation_read(run);
    const enum status status =
        simulation.curve_count > 0 ? simulation_draw(run, &simulation, plots) : STATUS_OK;
    simulation_free(&simulation);
    return status;
}

static void print_json(const struct analysed_run *run)
{
    json_t *list = json_array(), *findings = json_array();
    for (size_t i = 0; i < run->findings.count; i++)
        (void)json_array_append_new(findings, json_string(run->findings.all[i].text));
    for (size_t i = 0; i < run->count; i++)
        (void)json_array_append_new(list, tables_json(&run->cells[i]));
    json_t *object =
        json_pack("{s:o, s:b, s:s, s:o, s:o, s:o, s:o, s:o}", "folder", json_text(run->folder),
                  "verified", run->verdict == RUN_PASS, "verdict", run_verdict_name[run->verdict],
                  "noise", noise_verdict_json(&run->noise), "findings", findings, "fits",
                  tables_fits_json(run), "results", tables_results_json(run), "cells", list);
    if (run->sources.count > 0)
        (void)json_object_update_new(object, json_pack("{s:o, s:b}", "sources",
                                                       sources_table_json(&run->sources), "mixed",
                                                       (int)run->sources.mixed));
    json_print(object);
}

/* How noisy it was, in a sentence each, behind a mark, and what more there is to say of it. */
static void print_notices(const struct analysed_run *run, const char *mark, bool verdicts,
                          bool details)
{
    json_t *notices = noise_verdict_notices(&run->noise);
    for (size_t i = 0; i < json_array_size(notices); i++) {
        const json_t *notice = json_array_get(notices, i);
        const char *more = json_string_value(json_object_get(notice, "details"));
        if (verdicts)
            text_wrapped(stdout, mark, "%s", json_string_value(json_object_get(notice, "verdict")));
        if (details && *more)
            text_wrapped(stdout, mark, "%s", more);
    }
    json_decref(notices);
}

static void print_findings(const struct analysed_run *run)
{
    const struct finding *strongest[FINDINGS_STRONGEST];
    char open[FINDINGS_OPEN_MAX];
    const size_t count = findings_strongest(&run->findings, strongest);
    findings_say_open(run, open);
    if (count > 0 || *open)
        puts("");
    for (size_t i = 0; i < count; i++)
        text_wrapped(stdout, "- ", "%s", strongest[i]->text);
    text_wrapped(stdout, *open ? "- " : "", "%s", open);
}

/* The first cells that failed, and why. */
static void print_failures(const struct analysed_run *run)
{
    enum { MOST = 5 };
    size_t told = 0;
    if (run->totals.failed > 0)
        printf("\nFailed%s:\n", run_folder_has_logs(run->folder) ? ", see logs/"
                                : run->sources.count > 0         ? ", see logs/ of these runs"
                                                                 : "");
    for (size_t i = 0; i < run->count && told < MOST; i++) {
        const struct analysis_of_cell *cell = &run->cells[i];
        char failure[256];
        if (!analysis_has_failed(cell))
            continue;
        told++;
        printable_copy(analysis_failure(cell), failure, sizeof failure);
        text_wrapped(stdout, "- ", "%s, %s, %u worker%s: %s", cell->cell->kernel, cell->cell->label,
                     cell->cell->workers, plural(cell->cell->workers), failure);
    }
    if (run->totals.failed > told)
        printf("and %zu more: --tables has them\n", run->totals.failed - told);
}

/* Several in a paragraph, which may be long. */
static void print_machine(const struct analysed_run *run)
{
    const struct machine_line machine = analysed_run_machine(run);
    if (run->sources.mixed)
        text_wrapped(stdout, "", "%s", machine.text);
    else
        puts(machine.text);
}

void run_output_print(const struct analysed_run *run, const struct run_output_asked *asked)
{
    const bool is_terminal = isatty(STDOUT_FILENO) == 1;
    if (asked->json || asked->format)
        return;
    print_notices(run, "", true, !is_terminal);
    if (!is_terminal && run->noise.noisy)
        puts("");
    print_machine(run);
    sources_table_print(stdout, run);
    overview_print(stdout, run, terminal_has_colours(STDOUT_FILENO));
    if (asked->tables || !is_terminal || run->overview.model_count == 0)
        tables_print(stdout, run);
    else {
        print_failures(run);
        tables_print_losses(stdout, run);
    }
    print_findings(run);
    puts("");
    (void)fflush(stdout);
}

static void print_fom(const struct analysed_run *run)
{
    for (size_t i = 0; i < run->count; i++)
        tables_print_fom_of(stdout, &run->cells[i]);
}

static void print_verdict(const struct analysed_run *run, const struct run_output *written)
{
    if (run->verdict != RUN_PASS || written->status == STATUS_OK)
        tables_print_verdict(stdout, run);
}

/* The last lines are for tools. */
static void end_for_tools(const struct analysed_run *run, const struct run_output *written,
                          const char *folder)
{
    if (written->page)
        printf("report    %s/report.html\n", folder);
    if (written->figures)
        printf("figures   %s/figures\n", folder);
    printf("samples   %s/samples.jsonl\n\n", folder);
    print_fom(run);
    print_verdict(run, written);
}

/* The last line is what one wants to open next. */
static void end_for_people(const struct analysed_run *run, const struct run_output *written,
                           const struct run_output_asked *asked, const char *folder)
{
    if (asked->fom)
        print_fom(run);
    print_verdict(run, written);
    print_notices(run, "NOISY: ", false, true);
    if (!asked->tables)
        printf("tables    parbench report %s --tables\n", text_word(folder).text);
    if (!asked->fom && written->fom)
        printf("FOM lines %s/fom.txt\n", folder);
    printf("%s    %s%s\n", written->page ? "report" : "folder", folder,
           written->page ? "/report.html" : "");
}

enum status run_output_end(const struct analysed_run *run, const struct run_output *written,
                           const struct run_output_asked *asked)
{
    char folder[PATH_MAX];
    printable_copy(run->folder, folder, sizeof folder);
    if (asked->format)
        return export_print(asked->format, run);
    if (asked->json)
        print_json(run);
    else if (isatty(STDOUT_FILENO) == 1)
        end_for_people(run, written, asked, folder);
    else
        end_for_tools(run, written, folder);
    return STATUS_OK;
}

struct run_output run_output_begin(const struct analysed_run *run)
{
    struct run_output written = {
        .status = run_folder_write(run->folder, "summary.csv", tables_write_csv, run)};
    if (written.status == STATUS_OK)
        written.status = run_folder_write(run->folder, "fits.csv", tables_write_fits, run);
    if (written.status == STATUS_OK && tables_has_results(run))
        written.status = run_folder_write(run->folder, "results.csv", tables_write_results, run);
    const enum status listed = run_folder_write(run->folder, "fom.txt", tables_write_fom, run);
    written.fom = listed == STATUS_OK;
    written.status = written.status == STATUS_OK ? listed : written.status;
    return written;
}

enum status run_output_draw(const struct analysed_run *run, bool draws, struct run_output *written)
{
    const enum status drawn = draws ? draw(run) : STATUS_OK;
    const enum status reported = run_folder_write(run->folder, "report.html", report_write, run);
    written->page = reported == STATUS_OK;
    written->figures = draws && drawn == STATUS_OK;
    written->status = written->status != STATUS_OK ? written->status : drawn;
    written->status = written->status != STATUS_OK ? written->status : reported;
    return run->verdict != RUN_PASS ? STATUS_FAILED : written->status;
}

enum status run_output_anew(const char *folder, bool draws, const struct run_output_asked *asked)
{
    struct analysed_run run;
    char gnuplot[256];
    TRY(analysed_run_read(folder, true, &run));
    struct run_output written = run_output_begin(&run);
    run_output_print(&run, asked);
    draws = draws && gnuplot_is_there(gnuplot, sizeof gnuplot);
    enum status status = run_output_draw(&run, draws, &written);
    const enum status printed = run_output_end(&run, &written, asked);
    status = status == STATUS_OK ? printed : status;
    analysed_run_say_cut(&run);
    analysed_run_free(&run);
    return status;
}
