#define _GNU_SOURCE
#include "run_output.h"

#include "analysis.h"
#include "figures.h"
#include "findings.h"
#include "fits_tables.h"
#include "json.h"
#include "manifest.h"
#include "noise_verdict.h"
#include "printable.h"
#include "report.h"
#include "run_folder.h"
#include "safe_file.h"
#include "tables.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a run comes to. */
struct analysed {
    struct analysis_of_cell *cells;
    size_t count;
    struct fits fits;
    struct findings findings;
    const struct noise_verdict *noisiness;
    bool passes;
};

static bool write_summary(FILE *stream, const void *context)
{
    const struct analysed *what = context;
    return tables_write_csv(stream, what->cells, what->count);
}

static bool write_fits(FILE *stream, const void *context)
{
    const struct analysed *what = context;
    return fits_write_csv(stream, &what->fits, what->cells, what->count);
}

static enum status write_table(const char *folder, const char *name, const struct analysed *what,
                               bool (*write)(FILE *stream, const void *context))
{
    char path[PATH_MAX];
    if (!run_folder_path(folder, name, path, sizeof path))
        return status_fail(STATUS_FAILED, "the path %s is too long", folder);
    const char *wrong = safe_file_write(path, write, what);
    return wrong ? status_fail(STATUS_FAILED, "cannot write %s: %s", path, wrong) : STATUS_OK;
}

/* What was asked for when the run was last resumed, else in its manifest. */
static double asked_for(const struct presentation *presentation, double resumed, const char *key)
{
    return resumed > 0 ? resumed : json_number_value(json_object_get(presentation->manifest, key));
}

static unsigned allowed_cores(const struct presentation *presentation)
{
    const json_t *machine = json_object_get(presentation->manifest, "machine");
    const json_int_t allowed = json_integer_value(json_object_get(machine, "allowed"));
    return allowed > 0 && allowed <= INT_MAX ? (unsigned)allowed : 1;
}

static enum status draw(const struct presentation *presentation, const struct analysed *what)
{
    char machine[192];
    if (!presentation->plots)
        return STATUS_OK;
    manifest_machine_line(presentation->manifest, machine, sizeof machine);
    const struct figures figures = {presentation->folder, presentation->plots, machine,
                                    allowed_cores(presentation), &what->fits};
    return figures_draw(&figures, what->cells, what->count);
}

static json_t *findings_array(const struct findings *findings)
{
    json_t *list = json_array();
    for (size_t i = 0; i < findings->count; i++)
        (void)json_array_append_new(list, json_string(findings->list[i].text));
    return list;
}

static enum status print_json(const struct presentation *presentation, const struct analysed *run)
{
    json_t *list = json_array();
    for (size_t i = 0; i < run->count; i++)
        (void)json_array_append_new(list, tables_json(&run->cells[i]));
    json_t *object =
        json_pack("{s:o, s:b, s:o, s:o, s:o, s:o}", "folder", json_text(presentation->folder),
                  "verified", (int)run->passes, "noise", noise_verdict_json(run->noisiness),
                  "findings", findings_array(&run->findings), "fits",
                  fits_json(&run->fits, run->cells, run->count), "cells", list);
    bool printed = object && json_dumpf(object, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII) == 0 &&
                   puts("") >= 0;
    json_decref(object);
    return printed ? STATUS_OK : status_fail(STATUS_FAILED, "cannot write to standard output");
}

static void print_people(const struct presentation *presentation, const struct analysed *run)
{
    char machine[192], noise[NOISE_VERDICT_TEXT_MAX], folder[PATH_MAX];
    noise_verdict_print(run->noisiness, noise, sizeof noise);
    if (*noise)
        printf("%s\n\n", noise);
    manifest_machine_line(presentation->manifest, machine, sizeof machine);
    printable_copy(presentation->folder, folder, sizeof folder);
    puts(machine);
    tables_print(stdout, run->cells, run->count, &run->fits);
    if (run->findings.count > 0)
        puts("");
    for (size_t i = 0; i < run->findings.count; i++)
        text_wrapped(stdout, "- ", run->findings.list[i].text);
    printf("\nreport    %s/report.html\n", folder);
    if (presentation->plots)
        printf("figures   %s/figures\n", folder);
    printf("samples   %s/samples.jsonl\n\n", folder);
    tables_print_fom(stdout, run->cells, run->count);
    tables_print_verdict(stdout, run->passes);
}

static enum status print(const struct presentation *presentation, const struct analysed *run)
{
    if (presentation->json)
        return print_json(presentation, run);
    print_people(presentation, run);
    return STATUS_OK;
}

/* Everything that is made of the analysis, and what of it failed first. */
static enum status make_all(const struct presentation *presentation, const struct analysed *run,
                            const struct record *record)
{
    enum status status = write_table(presentation->folder, "summary.csv", run, write_summary);
    if (status == STATUS_OK)
        status = write_table(presentation->folder, "fits.csv", run, write_fits);
    /* Figures that cannot be drawn must not keep the numbers from being printed. */
    enum status drawn = draw(presentation, run);
    const struct report report = {
        .folder = presentation->folder,
        .manifest = presentation->manifest,
        .cells = run->cells,
        .count = run->count,
        .findings = &run->findings,
        .ending = record->ending,
        .noisiness = run->noisiness,
        .fits = &run->fits,
        .plan = record->plan,
        .budget_s = asked_for(presentation, record->budget_s, "budget_s"),
        .budget_most_s = asked_for(presentation, record->budget_most_s, "budget_most_s")};
    enum status reported = report_write(&report);
    enum status printed = print(presentation, run);
    if (!run->passes)
        status = STATUS_FAILED;
    return status != STATUS_OK     ? status
           : drawn != STATUS_OK    ? drawn
           : reported != STATUS_OK ? reported
                                   : printed;
}

enum status present(const struct presentation *presentation, const struct record *record)
{
    struct analysed run = {.count = record->plan->count};
    struct noise_verdict noisiness;
    enum status status = noise_verdict_of(record, &noisiness);
    if (status == STATUS_OK)
        status = analysis_make(record, &run.cells);
    if (status != STATUS_OK)
        return status;
    analysis_judge(run.cells, run.count, record->ending,
                   asked_for(presentation, record->precision, "precision"));
    run.noisiness = &noisiness;
    run.passes = ending_is_whole(record->ending) && analysis_passes(run.cells, run.count);
    status = findings_make(run.cells, run.count, allowed_cores(presentation), &run.findings);
    if (status == STATUS_OK)
        status = fits_make(record, run.cells, &run.fits);
    if (status == STATUS_OK)
        status = make_all(presentation, &run, record);
    findings_free(&run.findings);
    fits_free(&run.fits);
    free(run.cells);
    return status;
}
