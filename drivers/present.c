#define _GNU_SOURCE
#include "present.h"

#include "analysis.h"
#include "figures.h"
#include "fits.h"
#include "manifest.h"
#include "report.h"
#include "results.h"
#include "tables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a run comes to. */
struct analysed {
    struct analysis_of_cell *cells;
    size_t count;
    struct fits fits;
};

static bool write_summary(FILE *stream, const struct analysed *what)
{
    return tables_write_csv(stream, what->cells, what->count);
}

static bool write_fits(FILE *stream, const struct analysed *what)
{
    return fits_write_csv(stream, &what->fits, what->cells, what->count);
}

/* By another name first, so that an earlier table is replaced by a whole one or not at all. */
static enum status write_table(const char *folder, const char *name, const struct analysed *what,
                               bool (*write)(FILE *stream, const struct analysed *what))
{
    char path[PATH_MAX], part[PATH_MAX], part_name[32];
    (void)snprintf(part_name, sizeof part_name, "%s.part", name);
    if (!results_path(folder, name, path, sizeof path) ||
        !results_path(folder, part_name, part, sizeof part))
        return status_fail(STATUS_FAILED, "the path %s is too long", folder);
    FILE *stream = fopen(part, "we");
    bool written = stream && write(stream, what);
    if (stream)
        written = fclose(stream) == 0 && written;
    if (written && rename(part, path) == 0)
        return STATUS_OK;
    enum status status = status_fail(STATUS_FAILED, "cannot write %s: %s", path, strerror(errno));
    (void)unlink(part);
    return status;
}

static enum status draw(const struct presentation *presentation, const struct analysed *what)
{
    char machine[192];
    const json_t *described = json_object_get(presentation->manifest, "machine");
    json_int_t allowed = json_integer_value(json_object_get(described, "allowed"));
    if (!presentation->plots)
        return STATUS_OK;
    manifest_machine_line(presentation->manifest, machine, sizeof machine);
    const struct figures figures = {presentation->folder, presentation->plots, machine,
                                    allowed > 0 ? (unsigned)allowed : 1, &what->fits};
    return figures_draw(&figures, what->cells, what->count);
}

static enum status print_json(const struct presentation *presentation, const struct analysed *what,
                              bool passes)
{
    json_t *list = json_array();
    for (size_t i = 0; i < what->count; i++)
        (void)json_array_append_new(list, tables_json(&what->cells[i]));
    json_t *object = json_pack("{s:s, s:b, s:o}", "folder", presentation->folder, "verified",
                               (int)passes, "cells", list);
    bool printed = object && json_dumpf(object, stdout, JSON_INDENT(2)) == 0 && puts("") >= 0;
    json_decref(object);
    return printed ? STATUS_OK : status_fail(STATUS_FAILED, "cannot write to standard output");
}

static void print_people(const struct presentation *presentation, const struct analysed *what,
                         bool passes)
{
    char machine[192];
    manifest_machine_line(presentation->manifest, machine, sizeof machine);
    puts(machine);
    tables_print(stdout, what->cells, what->count, &what->fits);
    printf("\nreport    %s/report.html\n", presentation->folder);
    if (presentation->plots)
        printf("figures   %s/figures\n", presentation->folder);
    printf("samples   %s/samples.jsonl\n\n", presentation->folder);
    tables_print_fom(stdout, what->cells, what->count);
    tables_print_verdict(stdout, passes);
}

enum status present(const struct presentation *presentation, const struct record *record)
{
    const char *folder = presentation->folder;
    struct analysed what = {.count = record->plan->count};
    enum status status = analysis_make(record, &what.cells);
    if (status != STATUS_OK)
        return status;
    const bool passes = ending_is_whole(record->ending) && analysis_passes(what.cells, what.count);
    status = fits_make(record, what.cells, &what.fits);
    if (status == STATUS_OK)
        status = write_table(folder, "fits.csv", &what, write_fits);
    enum status written = write_table(folder, "summary.csv", &what, write_summary);
    /* Figures that cannot be drawn must not keep the numbers from being printed. */
    enum status drawn = draw(presentation, &what);
    enum status reported = report_write(folder, presentation->manifest, what.cells, what.count,
                                        record->ending, &what.fits);
    if (!presentation->json)
        print_people(presentation, &what, passes);
    else if (print_json(presentation, &what, passes) != STATUS_OK)
        status = STATUS_FAILED;
    if (!passes || written != STATUS_OK)
        status = STATUS_FAILED;
    fits_free(&what.fits);
    free(what.cells);
    return status != STATUS_OK ? status : drawn != STATUS_OK ? drawn : reported;
}
