#define _GNU_SOURCE
#include "present.h"

#include "analysis.h"
#include "figures.h"
#include "manifest.h"
#include "printable.h"
#include "regular.h"
#include "report.h"
#include "results.h"
#include "tables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* By another name first, so that an earlier summary is replaced by a whole one or not at all. */
static enum status write_summary(const char *folder, const struct analysis_of_cell *cells,
                                 size_t count)
{
    char path[PATH_MAX], part[PATH_MAX];
    if (!results_path(folder, "summary.csv", path, sizeof path) ||
        !results_path(folder, "summary.csv.part", part, sizeof part))
        return status_fail(STATUS_FAILED, "the path %s is too long", folder);
    FILE *stream = regular_replace(part);
    bool written = stream && tables_write_csv(stream, cells, count);
    if (stream)
        written = fclose(stream) == 0 && written;
    if (written && rename(part, path) == 0)
        return STATUS_OK;
    enum status status = status_fail(STATUS_FAILED, "cannot write %s: %s", path, strerror(errno));
    (void)unlink(part);
    return status;
}

static enum status draw(const struct presentation *presentation,
                        const struct analysis_of_cell *cells, size_t count)
{
    char machine[192];
    const json_t *described = json_object_get(presentation->manifest, "machine");
    if (!presentation->plots)
        return STATUS_OK;
    manifest_machine_line(presentation->manifest, machine, sizeof machine);
    const struct figures figures = {
        presentation->folder, presentation->plots, machine,
        (unsigned)manifest_whole(described, "allowed", 1, PLAN_WORKERS_MAX)};
    return figures_draw(&figures, cells, count);
}

static enum status print_json(const struct presentation *presentation,
                              const struct analysis_of_cell *cells, size_t count, bool passes)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list, tables_json(&cells[i]));
    json_t *object = json_pack("{s:s, s:b, s:o}", "folder", presentation->folder, "verified",
                               (int)passes, "cells", list);
    bool printed = object && json_dumpf(object, stdout, JSON_INDENT(2)) == 0 && puts("") >= 0;
    json_decref(object);
    return printed ? STATUS_OK : status_fail(STATUS_FAILED, "cannot write to standard output");
}

static void print_people(const struct presentation *presentation,
                         const struct analysis_of_cell *cells, size_t count, bool passes)
{
    char machine[192], folder[PATH_MAX];
    manifest_machine_line(presentation->manifest, machine, sizeof machine);
    printable_copy(presentation->folder, folder, sizeof folder);
    puts(machine);
    tables_print(stdout, cells, count);
    printf("\nreport    %s/report.html\n", folder);
    if (presentation->plots)
        printf("figures   %s/figures\n", folder);
    printf("samples   %s/samples.jsonl\n\n", folder);
    tables_print_fom(stdout, cells, count);
    tables_print_verdict(stdout, passes);
}

enum status present(const struct presentation *presentation, const struct record *record)
{
    const size_t count = record->plan->count;
    struct analysis_of_cell *cells = NULL;
    enum status status = analysis_make(record, &cells);
    if (status != STATUS_OK)
        return status;
    const bool passes = ending_is_whole(record->ending) && analysis_passes(cells, count);
    status = write_summary(presentation->folder, cells, count);
    /* Figures that cannot be drawn must not keep the numbers from being printed. */
    enum status drawn = draw(presentation, cells, count);
    enum status reported =
        report_write(presentation->folder, presentation->manifest, cells, count, record->ending);
    if (!presentation->json)
        print_people(presentation, cells, count, passes);
    else if (print_json(presentation, cells, count, passes) != STATUS_OK)
        status = STATUS_FAILED;
    if (!passes)
        status = STATUS_FAILED;
    free(cells);
    return status != STATUS_OK ? status : drawn != STATUS_OK ? drawn : reported;
}
