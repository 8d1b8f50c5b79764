#define _GNU_SOURCE
#include "present.h"

#include "analysis.h"
#include "figures.h"
#include "manifest.h"
#include "noisiness.h"
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
    FILE *stream = fopen(part, "we");
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
    json_int_t allowed = json_integer_value(json_object_get(described, "allowed"));
    if (!presentation->plots)
        return STATUS_OK;
    manifest_machine_line(presentation->manifest, machine, sizeof machine);
    const struct figures figures = {presentation->folder, presentation->plots, machine,
                                    allowed > 0 ? (unsigned)allowed : 1};
    return figures_draw(&figures, cells, count);
}

/* What is told of a run. */
struct told {
    const struct analysis_of_cell *cells;
    size_t count;
    const struct noisiness *noisiness;
    bool passes;
};

static enum status print_json(const struct presentation *presentation, const struct told *told)
{
    json_t *list = json_array();
    for (size_t i = 0; i < told->count; i++)
        (void)json_array_append_new(list, tables_json(&told->cells[i]));
    json_t *object =
        json_pack("{s:s, s:b, s:o, s:o}", "folder", presentation->folder, "verified",
                  (int)told->passes, "noise", noisiness_json(told->noisiness), "cells", list);
    bool printed = object && json_dumpf(object, stdout, JSON_INDENT(2)) == 0 && puts("") >= 0;
    json_decref(object);
    return printed ? STATUS_OK : status_fail(STATUS_FAILED, "cannot write to standard output");
}

static void print_people(const struct presentation *presentation, const struct told *told)
{
    char machine[192], noise[512];
    noisiness_print(told->noisiness, noise, sizeof noise);
    if (*noise)
        printf("%s\n\n", noise);
    manifest_machine_line(presentation->manifest, machine, sizeof machine);
    puts(machine);
    tables_print(stdout, told->cells, told->count);
    printf("\nreport    %s/report.html\n", presentation->folder);
    if (presentation->plots)
        printf("figures   %s/figures\n", presentation->folder);
    printf("samples   %s/samples.jsonl\n\n", presentation->folder);
    tables_print_fom(stdout, told->cells, told->count);
    tables_print_verdict(stdout, told->passes);
}

enum status present(const struct presentation *presentation, const struct record *record)
{
    const size_t count = record->plan->count;
    struct analysis_of_cell *cells = NULL;
    struct noisiness noisiness;
    enum status status = noisiness_of(record, &noisiness);
    if (status == STATUS_OK)
        status = analysis_make(record, &cells);
    if (status != STATUS_OK)
        return status;
    analysis_judge(cells, count, record->ending,
                   json_number_value(json_object_get(presentation->manifest, "precision")));
    const struct told told = {cells, count, &noisiness,
                              ending_is_whole(record->ending) && analysis_passes(cells, count)};
    status = write_summary(presentation->folder, cells, count);
    /* Figures that cannot be drawn must not keep the numbers from being printed. */
    enum status drawn = draw(presentation, cells, count);
    enum status reported = report_write(presentation->folder, presentation->manifest, cells, count,
                                        record->ending, &noisiness);
    if (!presentation->json)
        print_people(presentation, &told);
    else if (print_json(presentation, &told) != STATUS_OK)
        status = STATUS_FAILED;
    if (!told.passes)
        status = STATUS_FAILED;
    free(cells);
    return status != STATUS_OK ? status : drawn != STATUS_OK ? drawn : reported;
}
