#include "differences.h"

#include "memory.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX = 1024, PATH_KEYS = 3 };

/* What of a manifest is compared, by the keys that lead there, and how people call it. */
static const struct {
    const char *what, *path[PATH_KEYS];
} fields[] = {
    {"host", {"machine", "host"}},
    {"cpu", {"machine", "cpu"}},
    {"system", {"machine", "system"}},
    {"virtual machine", {"machine", "virtual_machine"}},
    {"hypervisor", {"machine", "hypervisor"}},
    {"sockets", {"machine", "topology", "packages"}},
    {"memory nodes", {"machine", "topology", "numa_nodes"}},
    {"cores", {"machine", "cores"}},
    {"hardware threads", {"machine", "hardware_threads"}},
    {"allowed workers", {"machine", "allowed"}},
    {"cgroup quota, cores", {"machine", "cgroup_quota_cores"}},
    {"caches", {"machine", "topology", "caches"}},
    {"memory, bytes", {"machine", "memory"}},
    {"SMT", {"machine", "smt"}},
    {"governor", {"machine", "governor"}},
    {"turbo", {"machine", "turbo"}},
    {"transparent huge pages", {"machine", "transparent_huge_pages"}},
    {"clock source", {"machine", "clocksource"}},
    {"parbench", {"versions", "parbench"}},
    {"compiler", {"versions", "compiler"}},
    {"flags", {"versions", "flags"}},
    {"mpi", {"versions", "mpi"}},
    {"MPI library, when built", {"versions", "mpi_library"}},
    {"OpenMP library, when built", {"versions", "openmp_library"}},
    {"profile", {"profile"}},
    {"samples per launch", {"samples_per_launch"}},
};

/* What each model told of its libraries, likewise. */
static const char *const libraries[][2] = {{"MPI library", "mpi_library"},
                                           {"OpenMP library", "openmp_library"}};

/* A value as people read it, texts without quotes; a new string. */
static json_t *value_text(const json_t *value, const char *missing)
{
    if (!value)
        return json_string(missing);
    if (json_is_null(value))
        return json_string("not known");
    if (json_is_boolean(value))
        return json_string(json_is_true(value) ? "yes" : "no");
    if (json_is_string(value))
        return json_string(json_string_value(value));
    char *dumped = json_dumps(value, JSON_ENCODE_ANY);
    json_t *text = json_string(dumped);
    free(dumped);
    return text;
}

/* Adds the two unless they read the same. */
static void add_values(json_t *differences, const char *what, const json_t *base,
                       const json_t *other, const char *missing)
{
    json_t *base_text = value_text(base, missing), *other_text = value_text(other, missing);
    if (!json_equal(base_text, other_text))
        (void)json_array_append_new(differences, json_pack("{s:s, s:O, s:O}", "what", what, "base",
                                                           base_text, "new", other_text));
    json_decref(base_text);
    json_decref(other_text);
}

static const json_t *value_at(const json_t *manifest, const char *const path[PATH_KEYS])
{
    for (size_t i = 0; i < PATH_KEYS && path[i]; i++)
        manifest = json_object_get(manifest, path[i]);
    return manifest;
}

static void add_fields(json_t *differences, const json_t *base, const json_t *other)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        add_values(differences, fields[i].what, value_at(base, fields[i].path),
                   value_at(other, fields[i].path), "not known");
}

/* Of those models that both runs have. */
static void add_libraries(json_t *differences, const json_t *base, const json_t *other)
{
    const char *model;
    const json_t *base_libraries;
    json_object_foreach(json_object_get(base, "models"), model, base_libraries)
    {
        const json_t *other_libraries = json_object_get(json_object_get(other, "models"), model);
        if (!other_libraries || !text_is_word(model, TEXT_IN_NAMES, PLAN_NAME_MAX))
            continue;
        for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
            char what[64];
            (void)snprintf(what, sizeof what, "%s of %s", libraries[i][0], model);
            add_values(differences, what, json_object_get(base_libraries, libraries[i][1]),
                       json_object_get(other_libraries, libraries[i][1]), "not known");
        }
    }
}

static void add_environment(json_t *differences, const json_t *base, const json_t *other)
{
    const char *name;
    json_t *value, *both = json_object();
    json_t *base_set = json_object_get(base, "environment");
    json_t *other_set = json_object_get(other, "environment");
    if (base_set && other_set) {
        (void)json_object_update(both, base_set);
        (void)json_object_update(both, other_set);
    }
    json_object_foreach(both, name, value)
    {
        add_values(differences, name, json_object_get(base_set, name),
                   json_object_get(other_set, name), "not set");
    }
    json_decref(both);
}

/* ---- sizes ---- */

static int ascending(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* The sizes at which a run measured the kernel, each once, in order, as many as there is room for.
 * `sizes` has room for one a cell. A new string; NULL: there are none. */
static json_t *sizes_text(const struct analysed_run *run, const char *kernel, uint64_t *sizes)
{
    enum { REST_MAX = 96 }; /* one more number, and how many there are yet */
    char text[VALUE_MAX] = "";
    size_t count = 0, left_out = 0;
    for (size_t i = 0; i < run->count; i++)
        if (strcmp(run->plan->cells[i].kernel, kernel) == 0)
            sizes[count++] = run->plan->cells[i].size;
    qsort(sizes, count, sizeof *sizes, ascending);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && sizes[i] == sizes[i - 1])
            continue;
        left_out += strlen(text) + REST_MAX >= sizeof text;
        if (left_out == 0)
            text_append(text, sizeof text, "%s%llu", i ? ", " : "", (unsigned long long)sizes[i]);
    }
    if (left_out > 0)
        text_append(text, sizeof text, " and %zu more", left_out);
    return count > 0 ? json_string(text) : NULL;
}

/* Of those kernels that both runs have. */
static void add_sizes(json_t *differences, const struct analysed_run *base,
                      const struct analysed_run *other)
{
    uint64_t *sizes = memory_new(base->count + other->count, sizeof *sizes);
    for (size_t i = 0; i < base->kernel_count; i++) {
        char what[64];
        const char *kernel = base->kernels[i].name;
        json_t *base_text = sizes_text(base, kernel, sizes);
        json_t *other_text = sizes_text(other, kernel, sizes);
        (void)snprintf(what, sizeof what, "size of %s", kernel);
        if (other_text)
            add_values(differences, what, base_text, other_text, "");
        json_decref(other_text);
        json_decref(base_text);
    }
    free(sizes);
}

json_t *differences_find(const struct analysed_run *base, const struct analysed_run *other)
{
    json_t *differences = json_array();
    add_fields(differences, base->manifest, other->manifest);
    add_libraries(differences, base->manifest, other->manifest);
    add_environment(differences, base->manifest, other->manifest);
    add_sizes(differences, base, other);
    return differences;
}
