/*
 * The JSON of Google Benchmark, version 1 of its schema: one repetition a sample. For its
 * compare.py and what else reads its files.
 *
 * Three of its values are not measured here. `cpu_time` repeats the real time, since readers divide
 * by it; `mhz_per_cpu` is 0, as Google Benchmark writes it where it does not know; `caches` and
 * `load_avg` are empty, and `cpu_scaling_enabled` is left out, as there. A cell that failed is a
 * repetition with `error_occurred`.
 * Source: src/json_reporter.cc and tools/gbench/report.py of Google Benchmark 1.7.1.
 */
#include "export_format.h"

#include "text.h"

#include <string.h>

enum { NAME_MAX_BYTES = 512 };

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "unknown";
}

static json_t *make_context(const json_t *manifest)
{
    const json_t *machine = json_object_get(manifest, "machine");
    const json_t *versions = json_object_get(manifest, "versions");
    const char *flags = text_of(versions, "flags");
    const char *topology = text_of(json_object_get(machine, "topology"), "caches");
    return json_pack(
        "{s:s, s:s, s:s, s:I, s:i, s:[], s:[], s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s}", "date",
        text_of(manifest, "started"), "host_name", text_of(machine, "host"), "executable",
        "parbench", "num_cpus", json_integer_value(json_object_get(machine, "hardware_threads")),
        "mhz_per_cpu", 0, "caches", "load_avg", "library_build_type",
        strstr(flags, "-DNDEBUG") ? "release" : "debug", "json_schema_version", 1,
        "parbench_version", text_of(versions, "parbench"), "cpu", text_of(machine, "cpu"),
        "cpu_caches", topology, "compiler", text_of(versions, "compiler"), "flags", flags,
        "cpu_time", "not measured: it repeats real_time");
}

/* "pi/threads/n:1000000/workers:2/real_time": what cells differ by, as Google Benchmark does. */
static void name_of(const struct cell *cell, char *name, size_t length)
{
    (void)snprintf(name, length, "%s/%s/n:%llu/workers:%u", cell->kernel, cell->label,
                   (unsigned long long)cell->size, cell->workers);
    if (cell->ranks > 1)
        text_append(name, length, "/ranks:%u", cell->ranks);
    if (cell->nodes > 1)
        text_append(name, length, "/nodes:%u", cell->nodes);
    text_append(name, length, "/real_time");
}

/* Repetitions of one cell. */
struct family {
    const struct cell *cell;
    size_t index, repetitions, written;
    json_t *benchmarks;
};

/* `row`: NULL for a launch that gave no sample. `error`: NULL when all is well. */
static bool add(struct family *family, const struct row *row, const char *error)
{
    char name[NAME_MAX_BYTES];
    const double seconds = row ? row->seconds : 0;
    name_of(family->cell, name, sizeof name);
    json_t *entry = json_pack(
        "{s:s, s:I, s:i, s:s, s:s, s:I, s:I, s:i}", "name", name, "family_index",
        (json_int_t)family->index, "per_family_instance_index", 0, "run_name", name, "run_type",
        "iteration", "repetitions", (json_int_t)family->repetitions, "repetition_index",
        (json_int_t)family->written++, "threads", (int)family->cell->workers);
    if (error && entry)
        (void)json_object_update_new(
            entry, json_pack("{s:b, s:s}", "error_occurred", 1, "error_message", error));
    return entry &&
           json_object_update_new(entry,
                                  json_pack("{s:i, s:f, s:f, s:s}", "iterations",
                                            row ? (int)row->executions : 0, "real_time", seconds,
                                            "cpu_time", seconds, "time_unit", "s")) == 0 &&
           (!row || json_object_set_new(entry, "round", json_integer((int)row->round)) == 0) &&
           json_array_append_new(family->benchmarks, entry) == 0;
}

static bool add_cell(const struct stored *run, size_t index, json_t *benchmarks)
{
    const struct analysis_of_cell *cell = &run->cells[index];
    const bool has_failed = cell->standing->failed || cell->samples == 0;
    struct family family = {cell->cell, index, cell->samples + cell->late + has_failed, 0,
                            benchmarks};
    bool added = true;
    for (size_t i = 0; i < run->record.count && added; i++) {
        const struct row *row = &run->record.rows[i];
        if (row->cell == index)
            added = add(&family, row,
                        !row->verified ? "the result is wrong"
                        : row->is_late ? "a rank began late"
                                       : NULL);
    }
    if (has_failed && added)
        added =
            add(&family, NULL, *cell->standing->failure ? cell->standing->failure : "not measured");
    return added;
}

static enum status write_gbench(const struct stored *run, FILE *stream)
{
    json_t *benchmarks = json_array();
    bool added = benchmarks != NULL;
    for (size_t i = 0; i < run->plan.count && added; i++)
        added = add_cell(run, i, benchmarks);
    if (!added) {
        json_decref(benchmarks);
        return status_no_memory("the export");
    }
    return export_json(
        json_pack("{s:o, s:o}", "context", make_context(run->manifest), "benchmarks", benchmarks),
        stream);
}

const struct export_format export_gbench = {
    .name = "gbench",
    .help = "JSON of Google Benchmark: its compare.py",
    .write = write_gbench,
};
