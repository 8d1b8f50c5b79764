#define _GNU_SOURCE
#include "results.h"

#include "manifest.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 1 << 16 };

bool results_path(const char *folder, const char *file, char *path, size_t length)
{
    return snprintf(path, length, "%s/%s", folder, file) < (int)length;
}

/* ---- cells as JSON ---- */

json_t *results_cell(const struct cell *cell)
{
    json_t *options = json_object();
    for (unsigned i = 0; i < cell->options; i++)
        (void)json_object_set_new(options, cell->option_names[i],
                                  json_string(cell->option_values[i]));
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:i, s:i, s:i, s:i, s:I, s:b}", "cell", cell->id,
                     "kernel", cell->kernel, "model", cell->model, "label", cell->label, "options",
                     options, "workers", (int)cell->workers, "ranks", (int)cell->ranks, "threads",
                     (int)cell->threads, "nodes", (int)cell->nodes, "size", (json_int_t)cell->size,
                     "oversubscribed", (int)cell->oversubscribed);
}

json_t *results_planned_cell(const struct cell *cell)
{
    json_t *object = results_cell(cell);
    json_t *experiments = json_array();
    for (unsigned e = 0; e < EXPERIMENT_COUNT; e++)
        if (cell->experiments & 1u << e)
            (void)json_array_append_new(experiments, json_string(experiment_info[e].name));
    if (object && json_object_set_new(object, "experiments", experiments) == 0)
        return object;
    json_decref(object);
    return NULL;
}

static unsigned read_experiments(const json_t *names)
{
    unsigned experiments = 0;
    for (size_t i = 0; i < json_array_size(names); i++)
        for (unsigned e = 0; e < EXPERIMENT_COUNT; e++) {
            const char *name = json_string_value(json_array_get(names, i));
            if (name && strcmp(name, experiment_info[e].name) == 0)
                experiments |= 1u << e;
        }
    return experiments;
}

static void copy(char *to, size_t length, const char *from)
{
    (void)snprintf(to, length, "%s", from);
}

static bool is_count(json_int_t number)
{
    return number > 0 && number <= INT_MAX;
}

static bool read_cell(json_t *object, struct cell *cell)
{
    const char *id, *kernel, *model, *label, *name;
    json_t *options, *value, *experiments;
    json_int_t size, workers, ranks, threads, nodes;
    int oversubscribed;
    if (json_unpack(object, "{s:s, s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:b, s:o}", "cell",
                    &id, "kernel", &kernel, "model", &model, "label", &label, "options", &options,
                    "workers", &workers, "ranks", &ranks, "threads", &threads, "nodes", &nodes,
                    "size", &size, "oversubscribed", &oversubscribed, "experiments",
                    &experiments) != 0 ||
        !is_count(workers) || !is_count(ranks) || !is_count(threads) || !is_count(nodes) ||
        size <= 0 || json_object_size(options) > MODEL_OPTIONS_MAX)
        return false;
    *cell = (struct cell){.workers = (unsigned)workers,
                          .ranks = (unsigned)ranks,
                          .threads = (unsigned)threads,
                          .nodes = (unsigned)nodes,
                          .size = (uint64_t)size,
                          .oversubscribed = oversubscribed != 0,
                          .experiments = read_experiments(experiments)};
    copy(cell->id, sizeof cell->id, id);
    copy(cell->kernel, sizeof cell->kernel, kernel);
    copy(cell->model, sizeof cell->model, model);
    copy(cell->label, sizeof cell->label, label);
    json_object_foreach(options, name, value)
    {
        copy(cell->option_names[cell->options], PLAN_NAME_MAX, name);
        const char *text = json_string_value(value);
        copy(cell->option_values[cell->options++], PLAN_NAME_MAX, text ? text : "");
    }
    return true;
}

/* ---- making a folder ---- */

static enum status make_folder(const char *path)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "cannot make the folder %s: %s (choose another with --out)",
                       path, strerror(errno));
}

/* Its own name, the time in UTC, unless somebody else took that in the same second. */
static enum status make_new_folder(char *folder, size_t length)
{
    char stamp[32];
    time_t now = time(NULL);
    struct tm utc;
    (void)gmtime_r(&now, &utc);
    if (strftime(stamp, sizeof stamp, "%Y-%m-%dT%H%M%SZ", &utc) == 0)
        return status_fail(STATUS_FAILED, "cannot tell the time");
    enum status status = make_folder("results");
    for (int attempt = 1; status == STATUS_OK && attempt < 100; attempt++) {
        (void)snprintf(folder, length, attempt == 1 ? "results/%s" : "results/%s-%d", stamp,
                       attempt);
        if (mkdir(folder, 0777) == 0)
            return STATUS_OK;
        if (errno != EEXIST)
            status = make_folder(folder);
    }
    return status;
}

static bool is_empty_folder(const char *path)
{
    DIR *folder = opendir(path);
    unsigned entries = 0;
    while (folder && readdir(folder))
        entries++;
    bool is_folder = folder != NULL;
    if (is_folder)
        (void)closedir(folder);
    return is_folder && entries == 2; /* itself and its parent */
}

static enum status make_wanted_folder(const char *wanted, char *folder, size_t length)
{
    if (snprintf(folder, length, "%s", wanted) >= (int)length)
        return status_fail(STATUS_USAGE, "the path %s is too long", wanted);
    if (mkdir(folder, 0777) == 0 || errno != EEXIST || is_empty_folder(folder))
        return make_folder(folder);
    return status_fail(STATUS_USAGE, "%s is not an empty folder: choose another with --out",
                       folder);
}

static enum status write_manifest(const struct results *results, const struct asked *asked,
                                  const struct plan *plan, const struct machine *machine)
{
    char path[PATH_MAX];
    json_t *manifest = manifest_make(asked, plan, machine);
    if (!manifest)
        return status_no_memory("the manifest");
    bool written = results_path(results->folder, "manifest.json", path, sizeof path) &&
                   json_dump_file(manifest, path, JSON_INDENT(2)) == 0;
    json_decref(manifest);
    if (!written)
        return status_fail(STATUS_FAILED, "cannot write %s/manifest.json: %s", results->folder,
                           strerror(errno));
    return STATUS_OK;
}

enum status results_create(const char *wanted, const struct asked *asked, const struct plan *plan,
                           const struct machine *machine, struct results *results)
{
    char path[PATH_MAX];
    *results = (struct results){.samples = NULL};
    enum status status = wanted
                             ? make_wanted_folder(wanted, results->folder, sizeof results->folder)
                             : make_new_folder(results->folder, sizeof results->folder);
    if (status == STATUS_OK)
        status = write_manifest(results, asked, plan, machine);
    if (status == STATUS_OK && results_path(results->folder, "logs", path, sizeof path))
        status = make_folder(path);
    if (status != STATUS_OK)
        return status;
    if (!results_path(results->folder, "samples.jsonl", path, sizeof path) ||
        !(results->samples = fopen(path, "axe")))
        return status_fail(STATUS_FAILED, "cannot write %s/samples.jsonl: %s", results->folder,
                           strerror(errno));
    return STATUS_OK;
}

void results_close(struct results *results)
{
    if (results->samples)
        (void)fclose(results->samples);
    results->samples = NULL;
}

/* ---- samples ---- */

static bool write_line(FILE *stream, const struct cell *cell, json_t *what)
{
    json_t *line = results_cell(cell);
    bool written = line && what && json_object_update(line, what) == 0 &&
                   json_dumpf(line, stream, JSON_COMPACT) == 0 && fputc('\n', stream) != EOF;
    json_decref(line);
    json_decref(what);
    return written;
}

enum status results_append(struct results *results, const struct cell *cell, unsigned round,
                           const struct launched *launched)
{
    bool written = true;
    for (unsigned i = 0; i < launched->count && written; i++) {
        const struct sample *sample = &launched->samples[i];
        written = write_line(results->samples, cell,
                             json_pack("{s:i, s:i, s:f, s:f, s:b, s:s*, s:O}", "round", (int)round,
                                       "sample", (int)i, "seconds", sample->seconds, "startup_s",
                                       launched->startup_s, "verified", (int)sample->verified,
                                       "result", launched->ended ? launched->result : NULL,
                                       "counts", sample->counts));
    }
    if (!launched->ended && written)
        written =
            write_line(results->samples, cell,
                       json_pack("{s:i, s:s}", "round", (int)round, "failed", launched->failure));
    /* Synced cell by cell: what was measured outlives whatever comes next. */
    if (!written || fflush(results->samples) != 0 || fdatasync(fileno(results->samples)) != 0)
        return status_fail(STATUS_FAILED, "cannot write %s/samples.jsonl: %s", results->folder,
                           strerror(errno));
    return STATUS_OK;
}

/* ---- reading back ---- */

static enum status read_manifest(const char *folder, json_t **manifest, struct plan *plan)
{
    char path[PATH_MAX];
    json_error_t error;
    if (!results_path(folder, "manifest.json", path, sizeof path))
        return status_fail(STATUS_USAGE, "the path %s is too long", folder);
    if (access(path, R_OK) != 0)
        return status_fail(STATUS_FAILED, "cannot read %s: %s: is it the folder of a run?", path,
                           strerror(errno));
    *manifest = json_load_file(path, 0, &error);
    if (!*manifest)
        return status_fail(STATUS_FAILED, "%s:%d: %s: is it the folder of a run?", path, error.line,
                           error.text);
    json_t *cells = json_object_get(*manifest, "cells");
    plan->cells = calloc(json_array_size(cells) + 1, sizeof *plan->cells);
    if (!plan->cells)
        return status_no_memory("the plan");
    for (size_t i = 0; i < json_array_size(cells); i++)
        if (read_cell(json_array_get(cells, i), &plan->cells[plan->count]))
            plan->count++;
        else
            return status_fail(STATUS_FAILED, "%s: cell %zu cannot be read", path, i);
    if (plan->count == 0)
        return status_fail(STATUS_FAILED, "%s names no cells: is it the manifest of a run?", path);
    return STATUS_OK;
}

static bool find_cell(const struct plan *plan, const char *id, size_t *index)
{
    for (size_t i = 0; id && i < plan->count; i++)
        if (strcmp(plan->cells[i].id, id) == 0) {
            *index = i;
            return true;
        }
    return false;
}

/* False when the line is none of this run. */
static bool take_line(json_t *line, struct record *record, enum status *status)
{
    enum { ROUNDS_MAX = 100000 };
    struct row row = {0};
    json_int_t round, sample;
    int verified;
    const char *failed = json_string_value(json_object_get(line, "failed"));
    const char *result = json_string_value(json_object_get(line, "result"));
    if (!find_cell(record->plan, json_string_value(json_object_get(line, "cell")), &row.cell))
        return false;
    struct standing *standing = &record->standings[row.cell];
    if (failed) {
        standing->failed = true;
        copy(standing->failure, sizeof standing->failure, failed);
        return true;
    }
    if (json_unpack(line, "{s:I, s:I, s:F, s:F, s:b}", "round", &round, "sample", &sample,
                    "seconds", &row.seconds, "startup_s", &row.startup_s, "verified",
                    &verified) != 0 ||
        round < 0 || round >= ROUNDS_MAX || sample < 0 || sample > INT_MAX || !(row.seconds > 0))
        return false;
    row.round = (unsigned)round;
    row.sample = (unsigned)sample;
    row.verified = verified != 0;
    if (result)
        copy(standing->result, sizeof standing->result, result);
    *status = record_add(record, &row);
    return true;
}

static enum status read_samples(const char *folder, struct record *record, unsigned *bad)
{
    char path[PATH_MAX];
    char *text = malloc(LINE_BYTES);
    FILE *stream = NULL;
    enum status status = STATUS_OK;
    *bad = 0;
    if (!text)
        return status_no_memory("the samples");
    if (!results_path(folder, "samples.jsonl", path, sizeof path) || !(stream = fopen(path, "re")))
        status =
            status_fail(STATUS_FAILED, "cannot read %s/samples.jsonl: %s", folder, strerror(errno));
    while (status == STATUS_OK && fgets(text, LINE_BYTES, stream)) {
        json_t *line = strchr(text, '\n') ? json_loads(text, 0, NULL) : NULL;
        *bad += !take_line(line, record, &status);
        json_decref(line);
    }
    if (stream)
        (void)fclose(stream);
    free(text);
    return status;
}

enum status results_load(const char *folder, json_t **manifest, struct plan *plan,
                         struct record *record, unsigned *bad)
{
    *manifest = NULL;
    *plan = (struct plan){0, NULL};
    *record = (struct record){0};
    enum status status = read_manifest(folder, manifest, plan);
    if (status == STATUS_OK)
        status = record_new(plan, record);
    return status == STATUS_OK ? read_samples(folder, record, bad) : status;
}
