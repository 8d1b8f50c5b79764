#include "manifest.h"

#include "build_info.h"
#include "cell_json.h"
#include "counters.h"
#include "json.h"
#include "printable.h"
#include "text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static json_t *cells_array(const struct plan *plan)
{
    json_t *cells = json_array();
    for (size_t i = 0; i < plan->count; i++)
        (void)json_array_append_new(cells, cell_json_planned(&plan->cells[i]));
    return cells;
}

/* The planned models, and what each told of the libraries that it runs with. */
static json_t *models_object(const struct plan *plan, const struct catalog *catalog)
{
    json_t *models = json_object();
    for (size_t i = 0; i < catalog->count; i++) {
        const struct model_entry *entry = &catalog->entries[i];
        json_t *libraries = json_object_get(entry->description, "libraries");
        bool planned = false;
        for (size_t j = 0; j < plan->count && !planned; j++)
            planned = strcmp(plan->cells[j].model, entry->model.name) == 0;
        if (planned)
            (void)json_object_set_new(models, entry->model.name,
                                      libraries ? json_incref(libraries) : json_object());
    }
    return models;
}

/* Whether it is the name of what gives access to something, which a run is no place for. */
static bool is_secret(const char *name)
{
    static const char *const endings[] = {"_JWT", "_TOKEN", "_KEY", "_SECRET", "_PASSWORD"};
    const size_t length = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t own = strlen(endings[i]);
        if (length >= own && strcasecmp(name + length - own, endings[i]) == 0)
            return true;
    }
    return false;
}

static bool is_recorded(const char *variable)
{
    static const char *const prefixes[] = {"OMP_", "GOMP_", "OMPI_", "SLURM_", "PBS_", "LSB_"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(variable, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

/* The variables that change how threads and ranks are made and placed, as the front door has them;
 * launchers override those that would place workers. */
static json_t *environment_object(void)
{
    json_t *object = json_object();
    for (char **variable = environ; *variable; variable++) {
        const char *equals = strchr(*variable, '=');
        if (!equals || !is_recorded(*variable))
            continue;
        char name[256];
        (void)snprintf(name, sizeof name, "%.*s", (int)(equals - *variable), *variable);
        (void)json_object_set_new(object, name,
                                  json_text(is_secret(name) ? "(not recorded)" : equals + 1));
    }
    return object;
}

static json_t *known_answer(enum answer answer)
{
    return answer == ANSWER_UNKNOWN ? json_null() : json_boolean(answer == ANSWER_YES);
}

static json_t *caches_array(const struct topology *topology)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < topology->cache_count; i++) {
        const struct cache *cache = &topology->cache_list[i];
        (void)json_array_append_new(list, json_pack("{s:i, s:s, s:o, s:o}", "level",
                                                    (int)cache->level, "type", cache->kind, "size",
                                                    json_known_count(cache->size), "shared_by",
                                                    json_known_count(cache->shared_by)));
    }
    return list;
}

static json_t *topology_object(const struct machine *machine)
{
    const struct topology *topology = &machine->topology;
    if (!machine->has_topology)
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "packages",
                     json_known_count(topology->packages), "numa_nodes",
                     json_known_count(topology->numa_nodes), "cores",
                     json_known_count(topology->cores), "hardware_threads",
                     json_known_count(topology->hardware_threads), "caches",
                     json_known_text(topology->caches), "cache_list", caches_array(topology));
}

/* Tried, not only looked up; with the library's reason when they cannot be read. */
static json_t *counters_object(void)
{
    char reason[512] = "";
    const bool there = counters_probe(reason, sizeof reason);
    return json_pack("{s:b, s:o}", "available", (int)there, "reason",
                     there ? json_null() : json_known_text(reason));
}

static json_t *machine_object(const struct machine *machine)
{
    const struct settings *settings = &machine->settings;
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:i, s:i, s:o, s:i, s:o, s:o, s:o, s:f, s:f, s:f, s:o, s:o, s:o, "
        "s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:[o, o, o]}",
        "host", json_text(machine->host), "cpu", json_text(machine->cpu), "architecture",
        json_known_text(machine->architecture), "system", json_text(machine->system),
        "hardware_threads", (int)machine->hardware_threads, "cores", (int)machine->cores,
        "cgroup_quota_cores", json_known(machine->quota), "allowed", (int)machine->allowed,
        "memory", json_known_count(machine->memory), "memory_available",
        json_known_count(machine->memory_available), "topology", topology_object(machine),
        "clock_resolution_s", machine->clock_resolution_s, "clock_cost_s", machine->clock_cost_s,
        "shortest_sample_s", machine->shortest_s, "counters", counters_object(), "threads_per_core",
        json_known_count(settings->threads_per_core), "smt", known_answer(settings->smt),
        "governor", json_known_text(settings->governor), "turbo", known_answer(settings->turbo),
        "transparent_huge_pages", json_known_text(settings->huge_pages), "clocksource",
        json_known_text(settings->clocksource), "virtual_machine",
        known_answer(settings->virtual_machine), "hypervisor",
        json_known_text(settings->hypervisor), "product", json_known_text(settings->product),
        "container", json_known_text(settings->container), "load_average",
        json_known(settings->load[0]), json_known(settings->load[1]),
        json_known(settings->load[2]));
}

json_t *manifest_make(const struct run_config *config, const struct plan *plan,
                      const struct catalog *catalog, const struct machine *machine)
{
    json_t *manifest = json_pack("{s:i, s:s}", "schema", MANIFEST_SCHEMA, "started",
                                 text_now("%Y-%m-%dT%H:%M:%SZ").text);
    json_t *rest =
        json_pack("{s:o, s:o, s:o, s:o, s:o}", "versions",
                  catalog->versions ? json_incref(catalog->versions) : build_info_object(),
                  "models", models_object(plan, catalog), "machine", machine_object(machine),
                  "environment", environment_object(), "cells", cells_array(plan));
    (void)json_object_update_new(manifest, run_config_json(config, false));
    (void)json_object_update_new(manifest, rest);
    return manifest;
}

void manifest_machine_line(const json_t *manifest, char *text, size_t length)
{
    const json_t *machine = json_object_get(manifest, "machine");
    const char *cpu = json_string_value(json_object_get(machine, "cpu"));
    const char *host = json_string_value(json_object_get(machine, "host"));
    long long cores = json_integer_value(json_object_get(machine, "allowed"));
    (void)snprintf(text, length, "%s: %lld core%s, %s", host ? host : "unknown machine", cores,
                   cores == 1 ? "" : "s", cpu ? cpu : "unknown processor");
    printable_copy(text, text, length);
}
