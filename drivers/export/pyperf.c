/*
 * The JSON of pyperf, version 1.0: a benchmark a cell, a run a launch, its samples as values.
 *
 * What pyperf refuses: a benchmark without a run, metadata that are empty, hold a line's end or are
 * no text or number, and names of which it knows another type.
 * Source: pyperf/_bench.py and pyperf/_metadata.py of pyperf 2.
 */
#include "export_format.h"

#include "json.h"

#include <string.h>

/* The value of that key where pyperf takes it; NULL, and so left out, where it does not. */
static json_t *known(const json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    const char *text = json_string_value(value);
    const bool is_taken =
        text ? text[strspn(text, " \t")] && !strpbrk(text, "\r\n") : json_is_integer(value);
    return is_taken ? json_incref(value) : NULL;
}

static json_t *common_metadata(const json_t *manifest)
{
    const json_t *machine = json_object_get(manifest, "machine");
    const json_t *versions = json_object_get(manifest, "versions");
    return json_pack("{s:s, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*}", "unit", "second",
                     "hostname", known(machine, "host"), "cpu_model_name", known(machine, "cpu"),
                     "platform", known(machine, "system"), "started", known(manifest, "started"),
                     "parbench_version", known(versions, "parbench"), "compiler",
                     known(versions, "compiler"), "compiler_flags", known(versions, "flags"),
                     "cpu_count", known(machine, "hardware_threads"));
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
        if (!last || row->round != last->round || row->turn != last->turn) {
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

static void write_pyperf(const struct analysed_run *run, FILE *stream)
{
    json_t *benchmarks = json_array();
    for (size_t i = 0; i < run->count; i++)
        if (run->cells[i].verified)
            (void)json_array_append_new(benchmarks,
                                        make_benchmark(&run->plan->cells[i], run->cells[i].rows));
    json_write(stream,
               json_pack("{s:s, s:o, s:o}", "version", "1.0", "metadata",
                         common_metadata(run->manifest), "benchmarks", benchmarks),
               JSON_INDENT(1));
}

const struct export_format export_pyperf = {
    .name = "pyperf",
    .help = "JSON of pyperf, a run a launch: pyperf stats, compare_to",
    .check = export_check_verified,
    .write = write_pyperf,
};
