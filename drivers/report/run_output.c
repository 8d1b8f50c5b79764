#include "run_output.h"

#include "catalog.h"
#include "figures.h"
#include "json.h"
#include "manifest.h"
#include "overview_table.h"
#include "printable.h"
#include "report.h"
#include "run_folder.h"
#include "tables.h"
#include "text.h"

#include <stdio.h>

static enum status draw(const struct analysed_run *run)
{
    char plots[PATH_MAX];
    TRY(catalog_plots(plots));
    return figures_draw(run, plots);
}

static void print_json(const struct analysed_run *run)
{
    json_t *list = json_array(), *findings = json_array();
    for (size_t i = 0; i < run->findings.count; i++)
        (void)json_array_append_new(findings, json_string(run->findings.all[i].text));
    for (size_t i = 0; i < run->count; i++)
        (void)json_array_append_new(list, tables_json(&run->cells[i]));
    json_t *object =
        json_pack("{s:o, s:b, s:s, s:o, s:o, s:o, s:o}", "folder", json_text(run->folder),
                  "verified", run->verdict == RUN_PASS, "verdict", run_verdict_name[run->verdict],
                  "noise", noise_verdict_json(&run->noise), "findings", findings, "fits",
                  tables_fits_json(run), "cells", list);
    json_print(object);
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

static void print_people(const struct analysed_run *run, const struct run_output *written)
{
    char folder[PATH_MAX];
    json_t *notices = noise_verdict_notices(&run->noise);
    for (size_t i = 0; i < json_array_size(notices); i++) {
        const json_t *notice = json_array_get(notices, i);
        text_wrapped(stdout, "", "%s", json_string_value(json_object_get(notice, "verdict")));
        text_wrapped(stdout, "", "%s", json_string_value(json_object_get(notice, "details")));
    }
    if (json_array_size(notices) > 0)
        puts("");
    json_decref(notices);
    printable_copy(run->folder, folder, sizeof folder);
    puts(manifest_machine_line(run->manifest).text);
    overview_print(stdout, run);
    tables_print(stdout, run);
    print_findings(run);
    puts("");
    if (written->page)
        printf("report    %s/report.html\n", folder);
    if (written->figures)
        printf("figures   %s/figures\n", folder);
    printf("samples   %s/samples.jsonl\n\n", folder);
    tables_print_fom(stdout, run);
}

void run_output_print(const struct analysed_run *run, const struct run_output *written, bool json)
{
    if (json)
        print_json(run);
    else
        print_people(run, written);
}

enum status run_output_write(struct analysed_run *run, bool draws, struct run_output *written)
{
    enum status status = run_folder_write(run->folder, "summary.csv", tables_write_csv, run);
    if (status == STATUS_OK)
        status = run_folder_write(run->folder, "fits.csv", tables_write_fits, run);
    /* Figures that cannot be drawn must not keep the numbers from being printed. */
    const enum status drawn = draws ? draw(run) : STATUS_OK;
    const enum status reported = run_folder_write(run->folder, "report.html", report_write, run);
    *written =
        (struct run_output){.page = reported == STATUS_OK, .figures = draws && drawn == STATUS_OK};
    status = status != STATUS_OK ? status : drawn != STATUS_OK ? drawn : reported;
    if (status != STATUS_OK && run->verdict == RUN_PASS)
        run->verdict = RUN_INTERRUPTED;
    return run->verdict != RUN_PASS ? STATUS_FAILED : status;
}
