#include "html.h"
#include "manifest.h"
#include "report_section.h"
#include "text.h"

#include <stdint.h>
#include <string.h>

enum { TEXT_MAX = 288 };

/* What the objects have under keys separated by dots; NULL: not there. */
static const json_t *at(const json_t *object, const char *keys)
{
    for (size_t length; object && *keys; keys += length + (keys[length] == '.')) {
        char key[32];
        length = strcspn(keys, ".");
        (void)snprintf(key, sizeof key, "%.*s", (int)length, keys);
        object = json_object_get(object, key);
    }
    return object;
}

/* Empty and 0 where there is none. */
static const char *string_at(const json_t *object, const char *keys)
{
    const char *string = json_string_value(at(object, keys));
    return string ? string : "";
}

static double number_at(const json_t *object, const char *keys)
{
    return json_number_value(at(object, keys));
}

/* ---- what several keys tell together ---- */

static void say_cores(const json_t *manifest, char *text)
{
    (void)snprintf(text, TEXT_MAX, "%.0f allowed, %.0f physical, %.0f hardware threads",
                   number_at(manifest, "machine.allowed"), number_at(manifest, "machine.cores"),
                   number_at(manifest, "machine.hardware_threads"));
    const double quota = number_at(manifest, "machine.cgroup_quota_cores");
    if (quota > 0)
        text_append(text, TEXT_MAX, "; a quota of %.3g", quota);
}

static void say_topology(const json_t *manifest, char *text)
{
    const json_t *topology = at(manifest, "machine.topology");
    const double packages = number_at(topology, "packages"),
                 nodes = number_at(topology, "numa_nodes");
    if (packages > 0)
        (void)snprintf(text, TEXT_MAX, "%.0f socket%s, %.0f memory node%s, %.0f cores in all",
                       packages, packages == 1 ? "" : "s", nodes, nodes == 1 ? "" : "s",
                       number_at(topology, "cores"));
}

static void say_memory(const json_t *manifest, char *text)
{
    const uint64_t bytes = manifest_whole(at(manifest, "machine"), "memory", 0, INT64_MAX);
    if (bytes > 0)
        (void)snprintf(text, TEXT_MAX, "%s", text_bytes(bytes).text);
}

static void say_system(const json_t *manifest, char *text)
{
    const char *architecture = string_at(manifest, "machine.architecture");
    (void)snprintf(text, TEXT_MAX, "%.120s%s%.60s", string_at(manifest, "machine.system"),
                   *architecture ? ", " : "", architecture);
}

/* By the name that is known of it. */
static void say_virtual_machine(const json_t *manifest, char *text)
{
    const json_t *is_virtual = at(manifest, "machine.virtual_machine");
    const char *hypervisor = string_at(manifest, "machine.hypervisor");
    if (json_is_boolean(is_virtual))
        text_append(text, TEXT_MAX, "%s",
                    !json_is_true(is_virtual) ? "no"
                    : *hypervisor             ? hypervisor
                                              : "yes");
}

static void say_clock(const json_t *manifest, char *text)
{
    const char *source = string_at(manifest, "machine.clocksource");
    const double resolution = number_at(manifest, "machine.clock_resolution_s");
    if (resolution > 0)
        (void)snprintf(text, TEXT_MAX, "%.40s%sresolution %.0f ns, a reading takes %.0f ns", source,
                       *source ? "; " : "", resolution * 1e9,
                       number_at(manifest, "machine.clock_cost_s") * 1e9);
}

static void say_counters(const json_t *manifest, char *text)
{
    const json_t *counters = at(manifest, "machine.counters");
    text_append(text, TEXT_MAX, "%s",
                json_is_true(at(counters, "available")) ? "can be read"
                                                        : string_at(counters, "reason"));
}

static void say_load(const json_t *manifest, char *text)
{
    const json_t *load = at(manifest, "machine.load_average");
    if (json_is_number(json_array_get(load, 0)))
        (void)snprintf(text, TEXT_MAX, "%.2f, %.2f, %.2f over 1, 5, 15 minutes",
                       json_number_value(json_array_get(load, 0)),
                       json_number_value(json_array_get(load, 1)),
                       json_number_value(json_array_get(load, 2)));
}

static void say_parbench(const json_t *manifest, char *text)
{
    const char *commit = string_at(manifest, "versions.commit");
    (void)snprintf(text, TEXT_MAX, "%.40s%s%.64s%s", string_at(manifest, "versions.parbench"),
                   *commit ? ", commit " : "", commit,
                   json_is_true(at(manifest, "versions.modified"))
                       ? ", with changes that are in no commit"
                       : "");
}

/* ---- the terms ---- */

static const struct term {
    const char *name;
    const char *keys; /* of a string, or of what is on or off; NULL: say() tells it */
    void (*say)(const json_t *manifest, char *text);
} terms[] = {
    {"Command", "command", NULL},
    {"Started", "started", NULL},
    {"Host", "machine.host", NULL},
    {"Processor", "machine.cpu", NULL},
    {"Cores", NULL, say_cores},
    {"Topology", NULL, say_topology},
    {"Caches", "machine.topology.caches", NULL},
    {"SMT", "machine.smt", NULL},
    {"Frequency governor", "machine.governor", NULL},
    {"Turbo", "machine.turbo", NULL},
    {"Memory", NULL, say_memory},
    {"Transparent huge pages", "machine.transparent_huge_pages", NULL},
    {"System", NULL, say_system},
    {"Virtual machine", NULL, say_virtual_machine},
    {"Product", "machine.product", NULL},
    {"Container", "machine.container", NULL},
    {"Clock", NULL, say_clock},
    {"Hardware counters", NULL, say_counters},
    {"Load at the start", NULL, say_load},
    {"parbench", NULL, say_parbench},
    {"Compiler", "versions.compiler", NULL},
    {"Flags", "versions.flags", NULL},
    {"OpenMP", "versions.openmp", NULL},
    {"OpenMP library", "versions.openmp_library", NULL},
    {"MPI", "versions.mpi", NULL},
    {"MPI library", "versions.mpi_library", NULL},
    {"PAPI", "versions.papi", NULL},
    {"Figures", "versions.gnuplot", NULL},
};

static void write_term(FILE *page, const json_t *manifest, const struct term *term)
{
    char text[TEXT_MAX] = "";
    const json_t *value = term->keys ? at(manifest, term->keys) : NULL;
    const char *what = json_is_boolean(value) ? (json_is_true(value) ? "on" : "off")
                       : term->keys           ? string_at(manifest, term->keys)
                                              : text;
    if (!term->keys)
        term->say(manifest, text);
    if (*what)
        html_print(page, "<dt>%s</dt><dd>%s</dd>\n", term->name, what);
}

/* Variables, or the libraries that a model ran with, as these told at run time. */
static void write_names(FILE *page, const char *model, const json_t *names)
{
    const char *name;
    json_t *value;
    /* jansson's loop wants an object that it could change. */
    json_object_foreach((json_t *)names, name, value)
    {
        html_print(page, model ? "<dt><code>%s</code>: %s</dt>" : "<dt><code>%s%s</code></dt>",
                   model ? model : "", name);
        html_print(page, "<dd>%s</dd>\n", json_is_string(value) ? json_string_value(value) : "");
    }
}

/* What the manifest lacks, or has as null, is left out. */
static enum status write_environment(FILE *page, const struct analysed_run *run)
{
    const json_t *manifest = run->manifest;
    const char *model;
    json_t *libraries;
    (void)fputs("<section>\n<h2>What was run, and where</h2>\n<dl>\n", page);
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        write_term(page, manifest, &terms[i]);
    json_object_foreach(json_object_get(manifest, "models"), model, libraries)
        write_names(page, model, libraries);
    write_names(page, NULL, json_object_get(manifest, "environment"));
    (void)fputs("</dl>\n</section>\n", page);
    return STATUS_OK;
}

const struct report_section section_report_environment = {.place = 70, .write = write_environment};
