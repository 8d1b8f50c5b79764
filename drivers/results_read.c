#define _GNU_SOURCE
#include "results.h"

#include "sweep.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 1 << 20, ROUNDS_MAX = 100000 };

static void copy(char *to, size_t length, const char *from)
{
    (void)snprintf(to, length, "%s", from);
}

static bool is_count(json_int_t number)
{
    return number > 0 && number <= INT_MAX;
}

/* ---- the manifest ---- */

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

static bool read_cell(json_t *object, struct cell *cell)
{
    const char *id, *kernel, *model, *label, *name;
    json_t *options, *value, *experiments;
    json_int_t size, base_size = 0, workers, ranks, threads, nodes;
    int oversubscribed;
    if (json_unpack(object, "{s:s, s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:I, s?I, s:b, s:o}",
                    "cell", &id, "kernel", &kernel, "model", &model, "label", &label, "options",
                    &options, "workers", &workers, "ranks", &ranks, "threads", &threads, "nodes",
                    &nodes, "size", &size, "base_size", &base_size, "oversubscribed",
                    &oversubscribed, "experiments", &experiments) != 0 ||
        !is_count(workers) || !is_count(ranks) || !is_count(threads) || !is_count(nodes) ||
        size <= 0 || base_size < 0 || json_object_size(options) > MODEL_OPTIONS_MAX)
        return false;
    *cell = (struct cell){.workers = (unsigned)workers,
                          .ranks = (unsigned)ranks,
                          .threads = (unsigned)threads,
                          .nodes = (unsigned)nodes,
                          .size = (uint64_t)size,
                          .base_size = (uint64_t)(base_size ? base_size : size),
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
        copy(cell->option_values[cell->options++], CHOICE_VALUE_MAX, text ? text : "");
    }
    return true;
}

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

/* ---- the samples ---- */

/* A file of samples being read. */
struct reading {
    struct record *record;
    unsigned samples;                      /* of a whole launch; 0: not known */
    unsigned bad;                          /* lines that cannot be used */
    long whole;                            /* where in the file the last whole launch ends, */
    size_t whole_rows, whole_instrumented; /* and in the record */
    enum status status;
};

static bool read_row(json_t *line, struct row *row)
{
    json_int_t round, sample;
    int verified;
    if (json_unpack(line, "{s:I, s:I, s:F, s:F, s:b}", "round", &round, "sample", &sample,
                    "seconds", &row->seconds, "startup_s", &row->startup_s, "verified",
                    &verified) != 0 ||
        round < 0 || round >= ROUNDS_MAX || sample < 0 || sample >= INT_MAX || !(row->seconds > 0))
        return false;
    row->round = (unsigned)round;
    row->sample = (unsigned)sample;
    row->verified = verified != 0;
    return true;
}

/* The line that says why no further round follows; false for another one. */
static bool take_ending(struct reading *reading, const json_t *line, long end)
{
    const char *name = json_string_value(json_object_get(line, "ended"));
    for (enum ending ending = ENDING_SIGNAL; name && ending < ENDING_COUNT; ending++)
        if (strcmp(name, ending_name[ending]) == 0) {
            reading->record->ending = ending;
            reading->whole = end;
            return true;
        }
    return false;
}

/* The line of a launch's instrumented execution; false for one that cannot be used. */
static bool read_instrumented(const json_t *line, struct instrumented *sums)
{
    const json_t *workers = json_object_get(line, "workers_busy");
    const double wall_s = json_number_value(json_object_get(line, "wall_s"));
    size_t i;
    json_t *worker;
    sums->wall_s = wall_s;
    json_array_foreach((json_t *)workers, i, worker)
    {
        const double busy_s = json_number_value(json_object_get(worker, "busy_s"));
        if (!(busy_s >= 0))
            return false;
        sums->workers++;
        sums->busy_sum_s += busy_s;
        sums->busy_max_s = busy_s > sums->busy_max_s ? busy_s : sums->busy_max_s;
        sums->cpu_s += json_number_value(json_object_get(worker, "cpu_s"));
        sums->voluntary_switches +=
            json_number_value(json_object_get(worker, "voluntary_switches"));
        sums->involuntary_switches +=
            json_number_value(json_object_get(worker, "involuntary_switches"));
        sums->minor_faults += json_number_value(json_object_get(worker, "minor_faults"));
        sums->major_faults += json_number_value(json_object_get(worker, "major_faults"));
    }
    return wall_s > 0 && sums->workers > 0;
}

/* Takes the line if it is one of an instrumented execution, right or wrong; false: another one. */
static bool take_instrumented(struct reading *reading, const json_t *line, size_t cell)
{
    struct instrumented sums = {.cell = cell};
    const json_int_t round = json_integer_value(json_object_get(line, "round"));
    if (!json_object_get(line, "workers_busy"))
        return false;
    if (round < 0 || round >= ROUNDS_MAX || !read_instrumented(line, &sums)) {
        reading->bad++;
        return true;
    }
    sums.round = (unsigned)round;
    reading->status = record_instrumented(reading->record, &sums);
    return true;
}

/* A number from 0 on, or null. */
static bool read_noise_figure(const json_t *value, double *figure)
{
    *figure = json_is_number(value) ? json_number_value(value) : NAN;
    return json_is_null(value) || (*figure >= 0 && isfinite(*figure));
}

/* A round's noise; false when it is none. Figures that an earlier version did not know may lack. */
static bool read_noise(const json_t *object, unsigned *round, struct noise *noise)
{
    const json_t *number = json_object_get(object, "round");
    const json_int_t value = json_integer_value(number);
    if (!json_is_integer(number) || value < 0 || value >= ROUNDS_MAX)
        return false;
    *round = (unsigned)value;
    *noise = noise_unknown;
    for (size_t i = 0; i < RESULTS_NOISE_FIGURES; i++) {
        const struct noise_figure *wanted = &results_noise_figures[i];
        const json_t *there = json_object_get(object, wanted->name);
        double figure;
        if (there && !read_noise_figure(there, &figure))
            return false;
        if (there)
            memcpy((char *)noise + wanted->place, &figure, sizeof figure);
    }
    return true;
}

/* It follows the launches of its round: unless a launch was cut off, all before it is whole. */
static bool take_noise(struct reading *reading, const json_t *line, long end)
{
    struct noise noise;
    unsigned round;
    if (!read_noise(json_object_get(line, "noise"), &round, &noise))
        return false;
    reading->status = record_noise(reading->record, round, &noise);
    if (reading->whole_rows == reading->record->count)
        reading->whole = end;
    return true;
}

/* `end` is where in the file the line ends. */
static void take_line(struct reading *reading, json_t *line, long end)
{
    struct row row = {0};
    struct record *record = reading->record;
    if (take_ending(reading, line, end) || take_noise(reading, line, end))
        return;
    const char *failed = json_string_value(json_object_get(line, "failed"));
    const char *result = json_string_value(json_object_get(line, "result"));
    const bool known =
        find_cell(record->plan, json_string_value(json_object_get(line, "cell")), &row.cell);
    if (known && take_instrumented(reading, line, row.cell))
        return;
    if (!known || (!failed && !read_row(line, &row))) {
        reading->bad++;
        return;
    }
    struct standing *standing = &record->standings[row.cell];
    record->ending = ENDING_NONE; /* it went on */
    if (failed) {
        standing->failed = true;
        copy(standing->failure, sizeof standing->failure, failed);
    } else {
        reading->status = record_add(record, &row);
    }
    if (result)
        copy(standing->result, sizeof standing->result, result);
    if (failed || row.sample + 1 == reading->samples) {
        reading->whole = end;
        reading->whole_rows = record->count;
        reading->whole_instrumented = record->instrumented_count;
    }
}

static enum status read_samples(const char *path, struct reading *reading)
{
    FILE *stream = fopen(path, "re");
    if (!stream)
        return status_fail(STATUS_FAILED, "cannot read %s: %s", path, strerror(errno));
    char *text = malloc(LINE_BYTES);
    if (!text)
        reading->status = status_no_memory("the samples");
    while (text && reading->status == STATUS_OK && fgets(text, LINE_BYTES, stream)) {
        json_t *line = strchr(text, '\n') ? json_loads(text, 0, NULL) : NULL;
        take_line(reading, line, ftell(stream));
        json_decref(line);
    }
    (void)fclose(stream);
    free(text);
    return reading->status;
}

/* As results_load(), and where the whole launches end. */
static enum status load(const char *folder, json_t **manifest, struct plan *plan,
                        struct record *record, struct reading *reading)
{
    char path[PATH_MAX];
    *manifest = NULL;
    *plan = (struct plan){0, NULL};
    *record = (struct record){0};
    *reading = (struct reading){.record = record, .status = STATUS_OK};
    enum status status = read_manifest(folder, manifest, plan);
    if (status == STATUS_OK)
        status = record_new(plan, record);
    if (status == STATUS_OK && !results_path(folder, "samples.jsonl", path, sizeof path))
        status = status_fail(STATUS_USAGE, "the path %s is too long", folder);
    if (status != STATUS_OK)
        return status;
    json_int_t samples = json_integer_value(json_object_get(*manifest, "samples_per_launch"));
    reading->samples = samples > 0 && samples < INT_MAX ? (unsigned)samples : 0;
    return read_samples(path, reading);
}

enum status results_load(const char *folder, json_t **manifest, struct plan *plan,
                         struct record *record, unsigned *bad)
{
    struct reading reading;
    enum status status = load(folder, manifest, plan, record, &reading);
    *bad = reading.bad;
    return status;
}

/* ---- going on ---- */

static enum status read_asked(const char *folder, const json_t *manifest, struct asked *asked)
{
    int samples, rounds_min, rounds;
    json_int_t seed;
    *asked = (struct asked){.profile = NULL};
    if (json_unpack((json_t *)manifest, "{s:s, s:i, s:i, s:i, s:F, s:F, s:F, s:I}", "profile",
                    &asked->profile, "samples_per_launch", &samples, "rounds_at_least", &rounds_min,
                    "rounds_at_most", &rounds, "precision", &asked->precision, "budget_s",
                    &asked->budget_s, "cell_timeout_s", &asked->timeout_s, "seed", &seed) != 0 ||
        samples <= 0 || rounds_min < 0 || rounds <= 0)
        return status_fail(STATUS_FAILED, "%s/manifest.json does not tell how to go on", folder);
    asked->samples = (unsigned)samples;
    asked->rounds_min = (unsigned)rounds_min;
    asked->rounds = (unsigned)rounds;
    asked->seed = (uint64_t)seed;
    return STATUS_OK;
}

/* Samples of two machines in one run would be taken for noise. */
static enum status check_machine(const char *folder, const json_t *manifest,
                                 const struct machine *machine)
{
    const json_t *there = json_object_get(manifest, "machine");
    const char *host = json_string_value(json_object_get(there, "host"));
    const char *cpu = json_string_value(json_object_get(there, "cpu"));
    json_int_t allowed = json_integer_value(json_object_get(there, "allowed"));
    if (host && cpu && strcmp(host, machine->host) == 0 && strcmp(cpu, machine->cpu) == 0 &&
        allowed == machine->allowed)
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "%s was measured on %s with %lld cores, this is %s with %u: go on there",
                       folder, host ? host : "another machine", (long long)allowed, machine->host,
                       machine->allowed);
}

enum status results_reopen(const char *folder, const struct machine *machine, json_t **manifest,
                           struct plan *plan, struct record *record, struct asked *asked,
                           struct results *results)
{
    struct reading reading;
    char path[PATH_MAX];
    *results = (struct results){.samples = NULL};
    enum status status = load(folder, manifest, plan, record, &reading);
    if (status == STATUS_OK)
        status = read_asked(folder, *manifest, asked);
    if (status == STATUS_OK)
        status = check_machine(folder, *manifest, machine);
    if (status != STATUS_OK)
        return status;
    copy(results->folder, sizeof results->folder, folder);
    record->count = reading.whole_rows;
    record->instrumented_count = reading.whole_instrumented;
    record->ending = ENDING_NONE;
    if (!results_path(folder, "samples.jsonl", path, sizeof path) ||
        truncate(path, reading.whole) != 0 || !(results->samples = fopen(path, "ae")))
        return status_fail(STATUS_FAILED, "cannot write %s/samples.jsonl: %s", folder,
                           strerror(errno));
    return STATUS_OK;
}
