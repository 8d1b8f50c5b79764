#define _GNU_SOURCE
#include "differences.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX = 512 };

/* What of a manifest is compared, and how people call it. */
static const struct {
    const char *group, *key, *what;
} fields[] = {
    {"machine", "host", "host"},
    {"machine", "cpu", "cpu"},
    {"machine", "system", "system"},
    {"machine", "cores", "cores"},
    {"machine", "hardware_threads", "hardware threads"},
    {"machine", "allowed", "allowed workers"},
    {"machine", "cgroup_quota_cores", "cgroup quota, cores"},
    {"machine", "memory", "memory, bytes"},
    {"versions", "parbench", "parbench"},
    {"versions", "compiler", "compiler"},
    {"versions", "flags", "flags"},
    {"versions", "mpi", "mpi"},
    {NULL, "profile", "profile"},
    {NULL, "samples_per_launch", "samples per launch"},
};

/* A value as people read it: texts without quotes. */
static void value_text(const json_t *value, const char *missing, char *text, size_t length)
{
    char *dumped = json_is_string(value) || !value ? NULL : json_dumps(value, JSON_ENCODE_ANY);
    const char *shown = json_is_string(value) ? json_string_value(value) : dumped;
    (void)snprintf(text, length, "%s", shown ? shown : missing);
    free(dumped);
}

static bool add(json_t *differences, const char *what, const char *base, const char *other)
{
    return strcmp(base, other) == 0 ||
           json_array_append_new(differences, json_pack("{s:s, s:s, s:s}", "what", what, "base",
                                                        base, "new", other)) == 0;
}

static bool add_values(json_t *differences, const char *what, const json_t *base,
                       const json_t *other, const char *missing)
{
    char base_text[VALUE_MAX], other_text[VALUE_MAX];
    value_text(base, missing, base_text, sizeof base_text);
    value_text(other, missing, other_text, sizeof other_text);
    return add(differences, what, base_text, other_text);
}

static bool add_fields(json_t *differences, const json_t *base, const json_t *other)
{
    bool added = true;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *group = fields[i].group, *key = fields[i].key;
        added =
            added && add_values(differences, fields[i].what,
                                json_object_get(group ? json_object_get(base, group) : base, key),
                                json_object_get(group ? json_object_get(other, group) : other, key),
                                "not known");
    }
    return added;
}

static bool add_environment(json_t *differences, const json_t *base, const json_t *other)
{
    const char *name;
    json_t *value, *both = json_object();
    json_t *base_set = json_object_get(base, "environment");
    json_t *other_set = json_object_get(other, "environment");
    bool added = both != NULL;
    if (base_set && other_set)
        added = added && json_object_update(both, base_set) == 0 &&
                json_object_update(both, other_set) == 0;
    json_object_foreach(both, name, value)
    {
        added = added && add_values(differences, name, json_object_get(base_set, name),
                                    json_object_get(other_set, name), "not set");
    }
    json_decref(both);
    return added;
}

/* The sizes at which a run measured the kernel, in the order of its cells. */
static void sizes_text(const struct plan *plan, const char *kernel, char *text, size_t length)
{
    *text = '\0';
    for (size_t i = 0; i < plan->count; i++) {
        bool is_new = strcmp(plan->cells[i].kernel, kernel) == 0;
        for (size_t j = 0; j < i && is_new; j++)
            is_new = strcmp(plan->cells[j].kernel, kernel) != 0 ||
                     plan->cells[j].size != plan->cells[i].size;
        if (is_new)
            text_append(text, length, "%s%llu", *text ? ", " : "",
                        (unsigned long long)plan->cells[i].size);
    }
}

static bool add_sizes(json_t *differences, const struct stored *base, const struct stored *other)
{
    bool added = true;
    for (size_t i = 0; i < base->plan.count && added; i++) {
        const char *kernel = base->plan.cells[i].kernel;
        char what[64], base_text[VALUE_MAX], other_text[VALUE_MAX];
        sizes_text(&other->plan, kernel, other_text, sizeof other_text);
        if (!analysis_starts_kernel(base->cells, i) || !*other_text)
            continue;
        sizes_text(&base->plan, kernel, base_text, sizeof base_text);
        (void)snprintf(what, sizeof what, "size of %s", kernel);
        added = add(differences, what, base_text, other_text);
    }
    return added;
}

json_t *differences_find(const struct stored *base, const struct stored *other)
{
    json_t *differences = json_array();
    if (differences && add_fields(differences, base->manifest, other->manifest) &&
        add_environment(differences, base->manifest, other->manifest) &&
        add_sizes(differences, base, other))
        return differences;
    json_decref(differences);
    return NULL;
}
