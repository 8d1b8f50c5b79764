/*
 * The JSON of Google Benchmark, version 1 of its schema: one repetition a sample. For its
 * compare.py and what else reads its files, which show times with few places: they are in ns.
 *
 * Three of its values are not measured here. `cpu_time` repeats the real time, since readers divide
 * by it; `mhz_per_cpu` is 0, as Google Benchmark writes it where it does not know; `load_avg` is
 * empty, and `cpu_scaling_enabled` is left out, as there. `caches` are those of the first core, as
 * there, without those whose size is not known, and empty for runs of old. A cell that failed is a
 * repetition with `error_occurred`.
 * Source: src/json_reporter.cc, src/sysinfo.cc and tools/gbench/report.py of Google Benchmark
 * 1.7.1.
 */
#include "export_format.h"

#include "json.h"
#include "text.h"

#include <string.h>

enum { NAME_MAX_BYTES = 512 };

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "unknown";
}

static json_int_t whole_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* Of the kinds of caches that there are there, by their names there. */
static json_t *make_caches(const json_t *topology)
{
    static const char *const kinds[][2] = {
        {"data", "Data"}, {"instruction", "Instruction"}, {"unified", "Unified"}};
    json_t *caches = json_array(), *cache;
    size_t i;
    json_array_foreach(json_object_get(topology, "cache_list"), i, cache)
    {
        const bool is_known = whole_of(cache, "size") > 0;
        for (size_t k = 0; is_known && k < sizeof kinds / sizeof *kinds; k++)
            if (strcmp(text_of(cache, "type"), kinds[k][0]) == 0)
                (void)json_array_append_new(
                    caches, json_pack("{s:s, s:I, s:I, s:I}", "type", kinds[k][1], "level",
                                      whole_of(cache, "level"), "size", whole_of(cache, "size"),
                                      "num_sharing", whole_of(cache, "shared_by")));
    }
    return caches;
}

static json_t *make_context(const json_t *manifest)
{
    const json_t *machine = json_object_get(manifest, "machine");
    const json_t *versions = json_object_get(manifest, "versions");
    const char *flags = text_of(versions, "flags");
    const json_t *topology = json_object_get(machine, "topology");
    return json_pack("{s:s, s:s, s:s, s:I, s:i, s:o, s:[], s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s}",
                     "date", text_of(manifest, "started"), "host_name", text_of(machine, "host"),
                     "executable", "parbench", "num_cpus", whole_of(machine, "hardware_threads"),
                     "mhz_per_cpu", 0, "caches", make_caches(topology), "load_avg",
                     "library_build_type", strstr(flags, "-DNDEBUG") ? "release" : "debug",
                     "json_schema_version", 1, "parbench_version", text_of(versions, "parbench"),
                     "cpu", text_of(machine, "cpu"), "cpu_caches", text_of(topology, "caches"),
                     "compiler", text_of(versions, "compiler"), "flags", flags, "cpu_time",
                     "not measured: it repeats real_time");
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

/* `row`: NULL for a launch that gave no sample. NULL when all is well. */
static const char *error_of(const struct analysis_of_cell *cell, const struct row *row)
{
    if (!row)
        return analysis_failure(cell);
    if (!row->verified)
        return row->lost > 0 ? "updates were lost, as expected" : "the result is wrong";
    return row->is_late ? "a rank began late" : NULL;
}

/* Every cell has an entry: what was not measured, one that says so. */
static void write_cell(const struct analysis_of_cell *cell, size_t index, FILE *stream)
{
    const struct rows_of_cell own = cell->rows;
    const size_t repetitions = own.count + (cell->state->failed || cell->samples == 0);
    char name[NAME_MAX_BYTES];
    name_of(cell->cell, name, sizeof name);
    for (size_t i = 0; i < repetitions; i++) {
        const struct row *row = i < own.count ? own.rows[i] : NULL;
        const char *error = error_of(cell, row);
        const double time_ns = row ? export_nanoseconds(row->seconds) : 0;
        (void)fputs(index == 0 && i == 0 ? "" : ",", stream);
        json_write(
            stream,
            json_pack("{s:s, s:I, s:i, s:s, s:s, s:I, s:I, s:i, s:o*, s:s*, s:i, s:f, s:f, s:s, "
                      "s:o*}",
                      "name", name, "family_index", (json_int_t)index, "per_family_instance_index",
                      0, "run_name", name, "run_type", "iteration", "repetitions",
                      (json_int_t)repetitions, "repetition_index", (json_int_t)i, "threads",
                      (int)cell->cell->workers, "error_occurred", error ? json_true() : NULL,
                      "error_message", error, "iterations", row ? (int)row->executions : 0,
                      "real_time", time_ns, "cpu_time", time_ns, "time_unit", "ns", "round",
                      row ? json_integer(row->round) : NULL),
            JSON_INDENT(1));
    }
}

/* An object at a time: a run may have ten million entries. */
static void write_gbench(const struct analysed_run *run, FILE *stream)
{
    (void)fputs("{\"context\": ", stream);
    json_write(stream, make_context(run->manifest), JSON_INDENT(1));
    (void)fputs(", \"benchmarks\": [\n", stream);
    for (size_t i = 0; i < run->count; i++)
        write_cell(&run->cells[i], i, stream);
    (void)fputs("]}\n", stream);
}

const struct export_format export_gbench = {
    .name = "gbench",
    .help = "JSON of Google Benchmark: its compare.py",
    .write = write_gbench,
};
