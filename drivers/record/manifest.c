#define _GNU_SOURCE
#include "manifest.h"

#include "build_info.h"
#include "cell_json.h"
#include "counters.h"
#include "json.h"
#include "memory.h"
#include "node_report.h"
#include "printable.h"
#include "quantities.h"
#include "text.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- writing ---- */

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

/* The variables that change how threads and ranks are made and placed, as the front door has them;
 * launchers override those that would place workers. What gives access to something is no part. */
static json_t *environment_object(void)
{
    static const char recorded[] =
        "@(OMP|GOMP|OMPI|PRTE|PMIX|MPICH|MPIR|HYDRA|UCX|SLURM|PBS|LSB)_*";
    static const char secret[] = "*_@(JWT|TOKEN|KEY|SECRET|PASSWORD)";
    json_t *object = json_object();
    for (char **variable = environ; *variable; variable++) {
        const size_t room = strlen(*variable) + 1;
        char *name = memory_bytes(room), *value = name;
        (void)snprintf(name, room, "%s", *variable);
        (void)strsep(&value, "=");
        const bool is_secret = fnmatch(secret, name, FNM_EXTMATCH | FNM_CASEFOLD) != FNM_NOMATCH;
        if (value && fnmatch(recorded, name, FNM_EXTMATCH) == 0)
            (void)json_object_set_new(object, name,
                                      json_text(is_secret ? "(not recorded)" : value));
        free(name);
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

static json_t *available_memory(const struct machine *machine)
{
    return machine->memory_available == UINT64_MAX
               ? json_null()
               : json_integer((json_int_t)machine->memory_available);
}

/* Tried, not only looked up; with the library's reason when they cannot be read. */
static json_t *counters_object(void)
{
    char reason[512] = "";
    const bool there = counters_probe(reason, sizeof reason);
    return json_pack("{s:b, s:o}", "available", (int)there, "reason",
                     there ? json_null() : json_known_text(reason));
}

/* What two machines have in common on which times may belong to one run. */
static json_t *kind_object(const struct machine *machine)
{
    return json_pack("{s:o, s:o, s:i, s:i, s:i, s:o, s:o}", "cpu", json_text(machine->cpu),
                     "architecture", json_known_text(machine->architecture), "hardware_threads",
                     (int)machine->hardware_threads, "cores", (int)machine->cores, "allowed",
                     (int)machine->allowed, "topology", topology_object(machine),
                     "threads_per_core", json_known_count(machine->settings.threads_per_core));
}

static json_t *machine_object(const struct machine *machine)
{
    const struct settings *settings = &machine->settings;
    json_t *object = json_pack("{s:o}", "host", json_text(machine->host));
    json_t *rest = json_pack(
        "{s:o, s:o, s:o, s:o, s:f, s:f, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:[o, o, o]}",
        "system", json_text(machine->system), "cgroup_quota_cores", json_known(machine->quota),
        "memory", json_known_count(machine->memory), "memory_available", available_memory(machine),
        "clock_resolution_s", machine->clock_resolution_s, "clock_cost_s", machine->clock_cost_s,
        "shortest_sample_s", machine->shortest_s, "counters", counters_object(), "smt",
        known_answer(settings->smt), "governor", json_known_text(settings->governor), "turbo",
        known_answer(settings->turbo), "transparent_huge_pages",
        json_known_text(settings->huge_pages), "clocksource",
        json_known_text(settings->clocksource), "virtual_machine",
        known_answer(settings->virtual_machine), "hypervisor",
        json_known_text(settings->hypervisor), "product", json_known_text(settings->product),
        "fabric", json_known_text(settings->fabric), "container",
        json_known_text(settings->container), "load_average", json_known(settings->load[0]),
        json_known(settings->load[1]), json_known(settings->load[2]));
    (void)json_object_update_new(object, kind_object(machine));
    (void)json_object_update_new(object, rest);
    return object;
}

/* Who named the nodes; null where nobody did. */
static json_t *allocation_object(const struct allocation *allocation)
{
    const char *scheduler = allocation->given_by ? NULL : allocation->scheduler;
    if (allocation->list.count == 0)
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:i}", "given_by", json_text(allocation->given_by),
                     "scheduler", json_text(scheduler), "job",
                     json_text(scheduler ? allocation->job : NULL), "slots",
                     (int)allocation->slots);
}

/* The version of what starts ranks. */
static json_t *starter_version(const struct catalog *catalog)
{
    for (size_t i = 0; i < catalog->starter_count; i++)
        if (catalog->starters[i].answers)
            return json_known_text(catalog->starters[i].told);
    return json_null();
}

json_t *manifest_make(const struct run_config *config, const struct plan *plan,
                      const struct catalog *catalog, const struct allocation *allocation,
                      const char *gnuplot)
{
    json_t *manifest = json_pack("{s:i, s:s}", "schema", MANIFEST_SCHEMA, "started",
                                 text_now("%Y-%m-%dT%H:%M:%SZ").text);
    json_t *versions = catalog->versions ? json_copy(catalog->versions) : build_info_object();
    (void)json_object_set_new(versions, "mpi", starter_version(catalog));
    (void)json_object_set_new(versions, "gnuplot",
                              gnuplot ? json_known_text(gnuplot) : json_null());
    json_t *rest =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "versions", versions, "models",
                  models_object(plan, catalog), "machine", machine_object(allocation->machine),
                  "allocation", allocation_object(allocation), "environment", environment_object(),
                  "cells", cells_array(plan));
    (void)json_object_update_new(manifest, run_config_json(config, false));
    (void)json_object_update_new(manifest, rest);
    return manifest;
}

/* ---- reading ---- */

/*
 * Older runs do not tell the traits of their cells. Their first cell was the base; only under a
 * lock was there an interval; and models of ranks named the library that moves their messages.
 */
static void infer_traits(const json_t *manifest, const struct plan *plan)
{
    const json_t *models = json_object_get(manifest, "models");
    const json_t *cells = json_object_get(manifest, "cells");
    for (size_t i = 0; i < plan->count; i++) {
        struct cell *cell = &plan->cells[i];
        if (strcmp(cell->model, plan->cells[0].model) == 0)
            cell->traits = TRAIT_BASE;
        if (json_object_get(json_object_get(json_array_get(cells, i), "options"), "interval"))
            cell->traits |= TRAIT_LOCKED;
        if (!json_object_get(json_object_get(models, cell->model), "mpi_library"))
            cell->traits |= TRAIT_SHARED_MEMORY;
    }
}

/*
 * In older runs another algorithm than the kernel's was an option of the base, "algorithm=best". It
 * becomes one of the kernel, as it would be today; the cell's identity stays, by which its samples
 * are known.
 */
static void infer_algorithms(const struct plan *plan)
{
    static const char option[] = KERNEL_ALGORITHM "best";
    for (size_t i = 0; i < plan->count; i++) {
        struct cell *cell = &plan->cells[i];
        char *found = strstr(cell->label, option);
        const size_t length = strlen(cell->kernel);
        if (!plan_is_base(cell) || !found || found[sizeof option - 1] ||
            length + sizeof option > sizeof cell->kernel)
            continue;
        memcpy(cell->told_with, cell->kernel, length + 1);
        memcpy(cell->kernel + length, option, sizeof option);
        *found = '\0';
        cell->experiments = 0;
    }
}

bool manifest_has_few_kernels(const struct plan *plan)
{
    json_t *kernels = json_object();
    for (size_t i = 0; i < plan->count; i++) {
        (void)json_object_set_new(kernels, plan->cells[i].kernel, json_null());
        (void)json_object_set_new(kernels, plan_told_with(&plan->cells[i]), json_null());
    }
    const bool are_few = json_object_size(kernels) <= PLAN_KERNELS_MAX;
    json_decref(kernels);
    return are_few;
}

static enum status read_cells(const json_t *cells, const char *folder, struct plan *plan)
{
    const size_t count = json_array_size(cells);
    if (count == 0)
        return status_fail(STATUS_FAILED,
                           "%s/manifest.json names no cells: is it the manifest of a run?", folder);
    if (count > PLAN_CELLS_MAX)
        return status_fail(STATUS_FAILED, "%s/manifest.json names %zu cells: a run has at most %d",
                           folder, count, PLAN_CELLS_MAX);
    while (plan->count < count) {
        struct cell cell = {.options = 0};
        const char *wrong = cell_json_read(json_array_get(cells, plan->count), &cell);
        if (wrong)
            return status_fail(STATUS_FAILED, "%s/manifest.json: cell %zu cannot be read: %s",
                               folder, plan->count, wrong);
        if (plan_find(plan, cell.id))
            return status_fail(STATUS_FAILED, "%s/manifest.json names the cell %s twice", folder,
                               cell.id);
        plan_append(plan, &cell);
    }
    return manifest_has_few_kernels(plan)
               ? STATUS_OK
               : status_fail(STATUS_FAILED, "%s/manifest.json names more than %d kernels", folder,
                             PLAN_KERNELS_MAX);
}

static enum status check_schema(const json_t *manifest, const char *folder)
{
    const json_int_t schema = json_integer_value(json_object_get(manifest, "schema"));
    if (schema <= 0)
        return status_fail(STATUS_FAILED,
                           "%s/manifest.json has no schema: is it the manifest of a run?", folder);
    if (schema > MANIFEST_SCHEMA)
        return status_fail(STATUS_FAILED,
                           "%s/manifest.json has schema %lld, and this parbench reads up to schema "
                           "%d: take a newer one",
                           folder, (long long)schema, MANIFEST_SCHEMA);
    return STATUS_OK;
}

enum status manifest_read(FILE *stream, const char *folder, json_t **manifest, struct plan *plan)
{
    json_error_t error;
    *plan = (struct plan){.count = 0};
    json_t *read = json_loadf(stream, JSON_REJECT_DUPLICATES, &error);
    *manifest = json_printable(read);
    json_decref(read);
    if (ferror(stream))
        return status_fail(STATUS_FAILED, "cannot read %s/manifest.json: %s", folder,
                           strerror(errno));
    if (!*manifest)
        return status_fail(STATUS_FAILED, "%s/manifest.json:%d: %s: is it the folder of a run?",
                           folder, error.line, error.text);
    const json_t *cells = json_object_get(*manifest, "cells");
    TRY(check_schema(*manifest, folder));
    TRY(read_cells(cells, folder, plan));
    if (!json_object_get(json_array_get(cells, 0), "traits"))
        infer_traits(*manifest, plan);
    infer_algorithms(plan);
    return STATUS_OK;
}

uint64_t manifest_whole(const json_t *object, const char *key, uint64_t least, uint64_t most)
{
    const double number = json_number_value(json_object_get(object, key));
    if (!(number > (double)least))
        return least;
    return number >= (double)most ? most : (uint64_t)number;
}

/* What either does not know is no difference. */
static bool agree(const json_t *one, const json_t *other, const char *path,
                  struct manifest_difference *difference)
{
    const char *key;
    json_t *value;
    if (json_is_object(one) && json_is_object(other)) {
        json_object_foreach((json_t *)other, key, value)
        {
            char below[sizeof difference->path];
            (void)snprintf(below, sizeof below, "%s.%s", path, key);
            if (!agree(json_object_get(one, key), value, below, difference))
                return false;
        }
        return true;
    }
    if (!one || json_is_null(one) || json_is_null(other) || json_equal(one, other))
        return true;
    char *texts[] = {json_dump_text(one), json_dump_text(other)};
    (void)snprintf(difference->path, sizeof difference->path, "%s", path);
    (void)snprintf(difference->one, sizeof difference->one, "%s", texts[0]);
    (void)snprintf(difference->other, sizeof difference->other, "%s", texts[1]);
    free(texts[0]);
    free(texts[1]);
    return false;
}

bool manifest_is_of_kind(const json_t *manifest, const struct machine *machine,
                         struct manifest_difference *difference)
{
    json_t *here = kind_object(machine);
    const bool is = agree(json_object_get(manifest, "machine"), here, "machine", difference);
    json_decref(here);
    return is;
}

static bool have_same_memory(const json_t *one, const json_t *other,
                             struct manifest_difference *difference)
{
    if (node_report_have_same_memory(one, other))
        return true;
    *difference = (struct manifest_difference){.path = "machine.memory"};
    (void)snprintf(difference->one, sizeof difference->one, "%s",
                   text_bytes(node_report_memory(one)).text);
    (void)snprintf(difference->other, sizeof difference->other, "%s",
                   text_bytes(node_report_memory(other)).text);
    return false;
}

bool manifest_are_of_kind(const json_t *one, const json_t *other,
                          struct manifest_difference *difference)
{
    const struct machine any = {.host = ""};
    const json_t *machines[] = {json_object_get(one, "machine"), json_object_get(other, "machine")};
    json_t *kind = kind_object(&any), *value; /* for its keys */
    const char *name;
    bool are = have_same_memory(machines[0], machines[1], difference);
    json_object_foreach(kind, name, value)
    {
        const json_t *there = json_object_get(machines[1], name);
        char path[sizeof difference->path];
        (void)snprintf(path, sizeof path, "machine.%s", name);
        are = are && (!there || agree(json_object_get(machines[0], name), there, path, difference));
    }
    json_decref(kind);
    return are;
}

unsigned manifest_slots(const json_t *manifest)
{
    const json_t *allocation = json_object_get(manifest, "allocation");
    const bool is_told = json_is_number(json_object_get(allocation, "slots"));
    return (unsigned)manifest_whole(is_told ? allocation : json_object_get(manifest, "machine"),
                                    is_told ? "slots" : "allowed", 1, INT_MAX);
}

/* "n1, n2", and of many the first ones and the last. */
static void append_names(const json_t *nodes, char *text, size_t length)
{
    enum { MOST = 4 };
    const size_t count = json_array_size(nodes);
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_object_get(json_array_get(nodes, i), "host"));
        if (count <= MOST || i + 1 < MOST || i + 1 == count)
            text_append(text, length, "%s%s",
                        i == 0                           ? ""
                        : count > MOST && i + 1 == count ? " ... "
                                                         : ", ",
                        name ? name : "?");
    }
}

struct machine_line manifest_machine_line(const json_t *manifest, bool and_others)
{
    struct machine_line line = {""};
    const char *host = "unknown machine", *cpu = "unknown processor";
    const json_t *nodes = json_object_get(manifest, "nodes");
    const size_t count = json_array_size(nodes);
    char cores_each[48] = "";
    json_int_t cores = 0;
    (void)json_unpack((json_t *)manifest, "{s:{s?s, s?s, s?I}}", "machine", "host", &host, "cpu",
                      &cpu, "allowed", &cores);
    if (count > 1)
        cores = manifest_slots(manifest);
    if (cores > 0 && count > 1)
        (void)snprintf(cores_each, sizeof cores_each, "%zu nodes x ", count);
    if (cores > 0)
        text_append(cores_each, sizeof cores_each, "%lld core%s, ", (long long)cores,
                    plural((uint64_t)cores));
    if (count > 1)
        append_names(nodes, line.text, sizeof line.text);
    else
        text_append(line.text, sizeof line.text, "%s", host);
    text_append(line.text, sizeof line.text, "%s: %s%s",
                !and_others ? ""
                : count > 1 ? " and others of their kind"
                            : " and others of its kind",
                cores_each, cpu);
    /* No part of a character, where it was cut. */
    printable_copy(line.text, line.text, sizeof line.text);
    return line;
}
