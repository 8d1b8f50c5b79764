/*
 * The JSON of pyperf, version 1.0: a benchmark a cell, a run a launch, its samples as values.
 *
 * What pyperf refuses: a benchmark without a run, metadata that are empty, hold a line's end or are
 * no text or number, and names of which it knows another type.
 * Source: pyperf/_bench.py and pyperf/_metadata.py of pyperf 2.
 */
#include "export_format.h"

#include <string.h>

/* Sets what pyperf takes; the rest is left out. */
static void set_text(json_t *metadata, const char *name, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text && text[strspn(text, " \t")] && !strpbrk(text, "\r\n"))
        (void)json_object_set_new(metadata, name, json_string(text));
}

static json_t *common_metadata(const json_t *manifest)
{
    const json_t *machine = json_object_get(manifest, "machine");
    const json_t *versions = json_object_get(manifest, "versions");
    const json_t *cpus = json_object_get(machine, "hardware_threads");
    json_t *metadata = json_pack("{s:s}", "unit", "second");
    set_text(metadata, "hostname", json_object_get(machine, "host"));
    set_text(metadata, "cpu_model_name", json_object_get(machine, "cpu"));
    set_text(metadata, "platform", json_object_get(machine, "system"));
    set_text(metadata, "started", json_object_get(manifest, "started"));
    set_text(metadata, "parbench_version", json_object_get(versions, "parbench"));
    set_text(metadata, "compiler", json_object_get(versions, "compiler"));
    set_text(metadata, "compiler_flags", json_object_get(versions, "flags"));
    if (json_is_integer(cpus))
        (void)json_object_set_new(metadata, "cpu_count", json_integer(json_integer_value(cpus)));
    return metadata;
}

/* The launches of a cell. Samples of one follow each other. */
static json_t *make_runs(struct rows_of_cell own)
{
    json_t *runs = json_array(), *values = NULL;
    const struct row *last = NULL;
    for (size_t i = 0; i < own.count; i++) {
        const struct row *row = own.rows[i];
        if (row->is_late)
            continue;
        if (!last || row->round != last->round) {
            values = json_array();
            (void)json_array_append_new(runs,
                                        json_pack("{s:{s:i, s:i, s:f}, s:o}", "metadata", "loops",
                                                  (int)row->executions, "round", (int)row->round,
                                                  "startup_s", row->startup_s, "values", values));
        }
        (void)json_array_append_new(values, json_real(row->seconds));
        last = row;
    }
    return runs;
}

static json_t *make_benchmark(const struct cell *cell, struct rows_of_cell own)
{
    return json_pack("{s:{s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:I}, s:o}", "metadata", "name",
                     cell->id, "kernel", cell->kernel, "model", cell->label, "workers",
                     (int)cell->workers, "ranks", (int)cell->ranks, "threads", (int)cell->threads,
                     "nodes", (int)cell->nodes, "size", (json_int_t)cell->size, "runs",
                     make_runs(own));
}

static enum status write_pyperf(const struct analysed_run *run, FILE *stream)
{
    json_t *benchmarks = json_array();
    for (size_t i = 0; i < run->count; i++)
        if (run->cells[i].verified)
            (void)json_array_append_new(benchmarks,
                                        make_benchmark(&run->plan->cells[i], run->cells[i].rows));
    return export_json(json_pack("{s:s, s:o, s:o}", "version", "1.0", "metadata",
                                 common_metadata(run->manifest), "benchmarks", benchmarks),
                       stream);
}

const struct export_format export_pyperf = {
    .name = "pyperf",
    .help = "JSON of pyperf, a run a launch: pyperf stats, compare_to",
    .check = export_check_verified,
    .write = write_pyperf,
};
