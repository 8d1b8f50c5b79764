#include "report_environment.h"

#include "html.h"
#include "manifest.h"
#include "text.h"

#include <stdint.h>

static const char *string_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static bool is_true(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

static void write_term(FILE *page, const char *term, const char *what)
{
    if (!what || !*what)
        return;
    (void)fprintf(page, "<dt>%s</dt><dd>", term);
    html_text(page, what);
    (void)fputs("</dd>\n", page);
}

/* A term for something that is there or not. */
static void write_switch(FILE *page, const char *term, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_boolean(value))
        write_term(page, term, json_is_true(value) ? "on" : "off");
}

static void write_versions(FILE *page, const json_t *versions)
{
    static const char *const names[][2] = {
        {"Compiler", "compiler"}, {"Flags", "flags"},
        {"OpenMP", "openmp"},     {"OpenMP library", "openmp_library"},
        {"MPI", "mpi"},           {"MPI library", "mpi_library"},
        {"PAPI", "papi"},         {"Figures", "gnuplot"},
    };
    char text[160];
    const char *version = string_of(versions, "parbench"), *commit = string_of(versions, "commit");
    (void)snprintf(text, sizeof text, "%.40s%s%.64s%s", version ? version : "",
                   commit ? ", commit " : "", commit ? commit : "",
                   is_true(versions, "modified") ? ", with changes that are in no commit" : "");
    write_term(page, "parbench", text);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        write_term(page, names[i][0], string_of(versions, names[i][1]));
}

static void write_cores(FILE *page, const json_t *machine)
{
    char text[224];
    const json_t *topology = json_object_get(machine, "topology");
    (void)snprintf(text, sizeof text, "%.0f allowed, %.0f physical, %.0f hardware threads",
                   number_of(machine, "allowed"), number_of(machine, "cores"),
                   number_of(machine, "hardware_threads"));
    if (number_of(machine, "cgroup_quota_cores") > 0)
        text_append(text, sizeof text, "; a quota of %.3g",
                    number_of(machine, "cgroup_quota_cores"));
    write_term(page, "Cores", text);
    if (number_of(topology, "packages") > 0) {
        (void)snprintf(
            text, sizeof text, "%.0f socket%s, %.0f memory node%s, %.0f cores in all",
            number_of(topology, "packages"), number_of(topology, "packages") == 1 ? "" : "s",
            number_of(topology, "numa_nodes"), number_of(topology, "numa_nodes") == 1 ? "" : "s",
            number_of(topology, "cores"));
        write_term(page, "Topology", text);
    }
    write_term(page, "Caches", string_of(topology, "caches"));
}

static void write_memory(FILE *page, const json_t *machine)
{
    char text[32];
    text_bytes(manifest_whole(machine, "memory", 0, INT64_MAX), text, sizeof text);
    write_term(page, "Memory", number_of(machine, "memory") > 0 ? text : NULL);
    write_term(page, "Transparent huge pages", string_of(machine, "transparent_huge_pages"));
}

/* What the machine is in, if it is in anything, with the name that is known of it. */
static void write_confines(FILE *page, const json_t *machine)
{
    const json_t *is_virtual = json_object_get(machine, "virtual_machine");
    const char *hypervisor = string_of(machine, "hypervisor");
    if (json_is_boolean(is_virtual))
        write_term(page, "Virtual machine",
                   !json_is_true(is_virtual) ? "no"
                   : hypervisor              ? hypervisor
                                             : "yes");
    write_term(page, "Product", string_of(machine, "product"));
    write_term(page, "Container", string_of(machine, "container"));
}

static void write_load(FILE *page, const json_t *machine)
{
    char text[64];
    const json_t *load = json_object_get(machine, "load_average");
    if (!json_is_number(json_array_get(load, 0)))
        return;
    (void)snprintf(text, sizeof text, "%.2f, %.2f, %.2f over 1, 5, 15 minutes",
                   json_number_value(json_array_get(load, 0)),
                   json_number_value(json_array_get(load, 1)),
                   json_number_value(json_array_get(load, 2)));
    write_term(page, "Load at the start", text);
}

static void write_counters(FILE *page, const json_t *counters)
{
    if (is_true(counters, "available"))
        write_term(page, "Hardware counters", "can be read");
    else
        write_term(page, "Hardware counters", string_of(counters, "reason"));
}

static void write_clock(FILE *page, const json_t *machine)
{
    char text[128];
    const char *source = string_of(machine, "clocksource");
    if (!(number_of(machine, "clock_resolution_s") > 0))
        return;
    (void)snprintf(text, sizeof text, "%.40s%sresolution %.0f ns, a reading takes %.0f ns",
                   source ? source : "", source ? "; " : "",
                   number_of(machine, "clock_resolution_s") * 1e9,
                   number_of(machine, "clock_cost_s") * 1e9);
    write_term(page, "Clock", text);
}

static void write_machine(FILE *page, const json_t *machine)
{
    char text[192];
    const char *system = string_of(machine, "system");
    const char *architecture = string_of(machine, "architecture");
    write_term(page, "Host", string_of(machine, "host"));
    write_term(page, "Processor", string_of(machine, "cpu"));
    write_cores(page, machine);
    write_switch(page, "SMT", machine, "smt");
    write_term(page, "Frequency governor", string_of(machine, "governor"));
    write_switch(page, "Turbo", machine, "turbo");
    write_memory(page, machine);
    (void)snprintf(text, sizeof text, "%.120s%s%.60s", system ? system : "",
                   architecture ? ", " : "", architecture ? architecture : "");
    write_term(page, "System", text);
    write_confines(page, machine);
    write_clock(page, machine);
    write_counters(page, json_object_get(machine, "counters"));
    write_load(page, machine);
}

/* The libraries that models ran with, as these told at run time. */
static void write_models(FILE *page, const json_t *models)
{
    const char *model, *name;
    json_t *libraries, *value;
    json_object_foreach((json_t *)models, model, libraries)
    {
        json_object_foreach(libraries, name, value)
        {
            (void)fputs("<dt><code>", page);
            html_text(page, model);
            (void)fputs("</code>: ", page);
            html_text(page, name);
            (void)fputs("</dt><dd>", page);
            html_text(page, json_is_string(value) ? json_string_value(value) : "");
            (void)fputs("</dd>\n", page);
        }
    }
}

static void write_environment(FILE *page, const json_t *environment)
{
    const char *name;
    json_t *value;
    /* jansson's loop wants an object that it could change. */
    json_object_foreach((json_t *)environment, name, value)
    {
        (void)fputs("<dt><code>", page);
        html_text(page, name);
        (void)fputs("</code></dt><dd>", page);
        html_text(page, json_is_string(value) ? json_string_value(value) : "");
        (void)fputs("</dd>\n", page);
    }
}

void report_environment(FILE *page, const json_t *manifest)
{
    (void)fputs("<section>\n<h2>What was run, and where</h2>\n<dl>\n", page);
    write_term(page, "Command", string_of(manifest, "command"));
    write_term(page, "Started", string_of(manifest, "started"));
    write_machine(page, json_object_get(manifest, "machine"));
    write_versions(page, json_object_get(manifest, "versions"));
    write_models(page, json_object_get(manifest, "models"));
    write_environment(page, json_object_get(manifest, "environment"));
    (void)fputs("</dl>\n</section>\n", page);
}
