#define _GNU_SOURCE
#include "differences.h"

#include "json.h"
#include "memory.h"
#include "text.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>

enum { PATH_KEYS = 3, WHAT_MAX = 64 };

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
    {"fabric", {"machine", "fabric"}},
    {"clock source", {"machine", "clocksource"}},
    {"parbench", {"versions", "parbench"}},
    {"compiler", {"versions", "compiler"}},
    {"flags", {"versions", "flags"}},
    {"mpi", {"versions", "mpi"}},
    {"MPI library, when built", {"versions", "mpi_library"}},
    {"OpenMP library, when built", {"versions", "openmp_library"}},
    {"profile", {"profile"}},
    {"samples per launch", {"samples_per_launch"}},
    {"a launch's first execution is a sample", {"cold"}},
};

/* A value as people read it, texts without quotes; a new string. Of NULL: what is `missing`. */
static json_t *value_text(const json_t *value, const char *missing)
{
    if (!value || json_is_null(value))
        return json_string(value ? "not known" : missing);
    if (json_is_boolean(value))
        return json_string(json_is_true(value) ? "yes" : "no");
    if (json_is_string(value))
        return json_string(json_string_value(value));
    char *dumped = json_dump_text(value);
    json_t *text = json_string(dumped);
    free(dumped);
    return text;
}

/* Frees both objects, and adds those of their values that do not read the same. What only one has
 * is compared with what is said to be `missing`; NULL: it is left out. */
static void add(json_t *differences, json_t *base, json_t *other, const char *missing)
{
    const char *what;
    json_t *value, *both = json_object();
    if (base && other) {
        (void)json_object_update(both, base);
        (void)json_object_update(both, other);
    }
    json_object_foreach(both, what, value)
    {
        json_t *base_text = value_text(json_object_get(base, what), missing);
        json_t *other_text = value_text(json_object_get(other, what), missing);
        if (base_text && other_text && !json_equal(base_text, other_text))
            (void)json_array_append_new(
                differences,
                json_pack("{s:s, s:O, s:O}", "what", what, "base", base_text, "new", other_text));
        json_decref(base_text);
        json_decref(other_text);
    }
    json_decref(both);
    json_decref(base);
    json_decref(other);
}

/* ---- what a run is told by ---- */

/* Null where the manifest does not tell. */
static json_t *known(json_t *value)
{
    return value ? json_incref(value) : json_null();
}

static json_t *fields_of(const json_t *manifest)
{
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        json_t *value = json_object_get(manifest, fields[i].path[0]);
        for (size_t j = 1; j < PATH_KEYS && fields[i].path[j]; j++)
            value = json_object_get(value, fields[i].path[j]);
        (void)json_object_set_new(object, fields[i].what, known(value));
    }
    return object;
}

/*
 * Whether a variable may be why times differ. Of what schedulers set only that is which says what a
 * job was given, and no number, port, time or folder of it; nor are those of the mpirun that this
 * was started by. The record has them all.
 */
static bool is_of_interest(const char *name)
{
    static const char *const schedulers = "@(SLURM|PBS|LSB)_*";
    static const char *const given =
        "*@(CPU|MEM|NTASKS|TASKS_PER|NNODES|NUM_NODES|_PER_|HINT|PARTITION|CONSTRAINT|DISTRIBUTION|"
        "GPUS|OVERCOMMIT|QUEUE|NUMPROC|NUM_PROC|BIND|RSRCREQ|RES_REQ|PBS_NP|PPN)*";
    static const char *const own =
        "@(PMIX_!(MCA_*)|OMPI_MCA_@(orte_*@(uri|dir|transports|launch|app_num)|ess*|initial_wdir)|"
        "OMPI_@(COMM_WORLD_*|UNIVERSE_SIZE|FILE_LOCATION|COMMAND|ARGV|FIRST_RANKS|NUM_APP_CTX|"
        "APP_CTX_*))";
    return fnmatch(schedulers, name, FNM_EXTMATCH) == 0 ? fnmatch(given, name, FNM_EXTMATCH) == 0
                                                        : fnmatch(own, name, FNM_EXTMATCH) != 0;
}

/* A new object, or NULL: the manifest tells of none. */
static json_t *variables_of(const json_t *manifest)
{
    json_t *environment = json_object_get(manifest, "environment"), *value;
    json_t *object = environment ? json_object() : NULL;
    const char *name;
    json_object_foreach(environment, name, value)
    {
        if (is_of_interest(name))
            (void)json_object_set(object, name, value);
    }
    return object;
}

/* What each model told of its own. */
static json_t *libraries_of(const json_t *manifest)
{
    static const char *const libraries[][2] = {{"MPI library", "mpi_library"},
                                               {"OpenMP library", "openmp_library"}};
    const char *model;
    json_t *told, *object = json_object();
    json_object_foreach(json_object_get(manifest, "models"), model, told)
    {
        for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
            char what[WHAT_MAX];
            (void)snprintf(what, sizeof what, "%s of %s", libraries[i][0], model);
            if (text_is_word(model, TEXT_IN_NAMES, PLAN_NAME_MAX))
                (void)json_object_set_new(object, what,
                                          known(json_object_get(told, libraries[i][1])));
        }
    }
    return object;
}

static int ascending(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* The sizes at which the kernel was measured, each once, in order; the first of many. */
static json_t *sizes_text(const struct analysed_kernel *kernel)
{
    enum { LISTED_MAX = 40 };
    char text[1024] = "";
    size_t different = 0;
    uint64_t *sizes = memory_new(kernel->count, sizeof *sizes);
    for (size_t i = 0; i < kernel->count; i++)
        sizes[i] = kernel->cells[i]->cell->size;
    qsort(sizes, kernel->count, sizeof *sizes, ascending);
    for (size_t i = 0; i < kernel->count; i++)
        if ((i == 0 || sizes[i] != sizes[i - 1]) && different++ < LISTED_MAX)
            text_append(text, sizeof text, "%s%" PRIu64, i ? ", " : "", sizes[i]);
    if (different > LISTED_MAX)
        text_append(text, sizeof text, " and %zu more", different - LISTED_MAX);
    free(sizes);
    return json_string(text);
}

static json_t *sizes_of(const struct analysed_run *run)
{
    json_t *object = json_object();
    for (size_t i = 0; i < run->kernel_count; i++) {
        char what[WHAT_MAX];
        (void)snprintf(what, sizeof what, "size of %s", run->kernels[i].name);
        (void)json_object_set_new(object, what, sizes_text(&run->kernels[i]));
    }
    return object;
}

json_t *differences_find(const struct analysed_run *base, const struct analysed_run *other)
{
    json_t *differences = json_array();
    add(differences, fields_of(base->manifest), fields_of(other->manifest), NULL);
    add(differences, libraries_of(base->manifest), libraries_of(other->manifest), NULL);
    add(differences, variables_of(base->manifest), variables_of(other->manifest), "not set");
    add(differences, sizes_of(base), sizes_of(other), NULL);
    return differences;
}

/* ---- the runs that one was put together of ---- */

/* What is told of each, a group that has the same word for what is missing. */
typedef json_t *told_of(const json_t *manifest);

/* The numbers of those that have each value, by that value: {"GNU 12": "1, 3"}. */
static json_t *values_of(json_t *const *told, size_t count, const char *what, const char *missing)
{
    json_t *values = json_object();
    for (size_t i = 0; i < count; i++) {
        json_t *text = value_text(json_object_get(told[i], what), missing);
        const char *value = json_string_value(text);
        const char *before = value ? json_string_value(json_object_get(values, value)) : NULL;
        if (value)
            (void)json_object_set_new(values, value,
                                      before ? json_sprintf("%s, %zu", before, i + 1)
                                             : json_sprintf("%zu", i + 1));
        json_decref(text);
    }
    return values;
}

static void add_group(json_t *differences, const struct sources *sources, told_of *tells,
                      const char *missing)
{
    json_t **told = memory_new(sources->count, sizeof *told), *all = json_object(), *value;
    const char *what;
    for (size_t i = 0; i < sources->count; i++) {
        told[i] = tells(sources->all[i].manifest);
        (void)json_object_update(all, told[i]);
    }
    json_object_foreach(all, what, value)
    {
        json_t *values = values_of(told, sources->count, what, missing);
        if (json_object_size(values) > 1)
            (void)json_array_append_new(differences,
                                        json_pack("{s:s, s:O}", "what", what, "values", values));
        json_decref(values);
    }
    for (size_t i = 0; i < sources->count; i++)
        json_decref(told[i]);
    json_decref(all);
    free(told);
}

/* Without those that say nothing here: the host is told with the run, and memory as large is that
 * of one kind of machine. */
static json_t *fields_of_source(const json_t *manifest)
{
    json_t *object = fields_of(manifest);
    (void)json_object_del(object, "host");
    (void)json_object_del(object, "memory, bytes");
    return object;
}

json_t *differences_of_sources(const struct sources *sources)
{
    json_t *differences = json_array();
    add_group(differences, sources, fields_of_source, NULL);
    add_group(differences, sources, libraries_of, NULL);
    add_group(differences, sources, variables_of, "not set");
    return differences;
}
