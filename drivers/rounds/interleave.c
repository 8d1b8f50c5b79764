#include "interleave.h"

#include "child.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The other build must have the model as well. */
static enum status check_model(const char *front, const struct catalog *catalog, const char *name)
{
    for (size_t i = 0; i < catalog->total; i++)
        if (strcmp(catalog->entries[i].model.name, name) == 0)
            return *catalog->entries[i].unusable
                       ? status_fail(STATUS_FAILED, "%s of %s cannot be used: %s", name, front,
                                     catalog->entries[i].unusable)
                       : STATUS_OK;
    return status_fail(STATUS_USAGE, "%s has no model %s: name the --models of both", front, name);
}

enum status interleave_load(const char *front, const struct plan *plan, struct side *other)
{
    enum status status = catalog_load_beside(front, &other->catalog);
    for (size_t i = 0; i < plan->count && status == STATUS_OK; i++) {
        status = check_model(front, &other->catalog, plan->cells[i].model);
        plan_append(&other->plan, &plan->cells[i]);
    }
    if (status != STATUS_OK)
        return status;
    return record_new(&other->plan, &other->record);
}

/* The path of a file that is there, whatever way leads to it. */
static enum status find_path(const char *given, char path[PATH_MAX])
{
    return realpath(given, path)
               ? STATUS_OK
               : status_fail(STATUS_FAILED, "cannot find %s: %s", given, strerror(errno));
}

/* Its folder's name, which is not the root's. */
static const char *name_of(const char *path)
{
    return strrchr(path, '/') + 1;
}

static enum status begin(const struct machine *machine, const char *by_turns, const char *beside,
                         const char *beside_folder, struct side *side)
{
    struct run_config config = side->config;
    config.by_turns = by_turns;
    config.beside = beside;
    config.beside_folder = beside_folder;
    return run_folder_begin(side, &config, machine);
}

enum status interleave_begin(const char *front, const struct machine *machine, struct side *own,
                             struct side *other)
{
    char fronts[2][PATH_MAX], folder[PATH_MAX], beside[PATH_MAX], by_turns[NAME_MAX + 32];
    enum status status = find_path(CHILD_SELF, fronts[0]);
    if (status == STATUS_OK)
        status = find_path(front, fronts[1]);
    if (status == STATUS_OK)
        status = find_path(own->results.folder, folder);
    if (status != STATUS_OK)
        return status;
    if (snprintf(beside, sizeof beside, "%s-beside", folder) >= (int)sizeof beside)
        return status_fail(STATUS_USAGE, "the path %s is too long", folder);
    (void)snprintf(by_turns, sizeof by_turns, "%s, %s", name_of(folder),
                   text_now("%Y-%m-%dT%H:%M:%SZ").text);
    other->config = own->config;
    status = run_folder_make(beside, &other->results);
    if (status == STATUS_OK)
        status = begin(machine, by_turns, fronts[0], name_of(folder), other);
    return status == STATUS_OK ? begin(machine, by_turns, fronts[1], name_of(beside), own) : status;
}

/* ---- going on ---- */

/* Beside this run's, whatever its manifest has in place of a name. */
static enum status find_other(const struct side *own, char folder[PATH_MAX])
{
    const char *name = own->config.beside_folder;
    enum status status = find_path(own->results.folder, folder);
    if (status != STATUS_OK)
        return status;
    const size_t above = (size_t)(name_of(folder) - folder);
    if (!name || strchr(name, '/') || above + strlen(name) >= PATH_MAX)
        return status_fail(STATUS_FAILED, "%s/manifest.json does not tell which run is beside it",
                           own->results.folder);
    (void)snprintf(folder + above, PATH_MAX - above, "%s", name);
    return STATUS_OK;
}

static bool is_same_plan(const struct plan *own, const struct plan *other)
{
    bool same = own->count == other->count;
    for (size_t i = 0; same && i < own->count; i++)
        same = strcmp(own->cells[i].id, other->cells[i].id) == 0;
    return same;
}

static enum status check_pair(const struct side *own, const struct side *other)
{
    if (other->config.by_turns && strcmp(own->config.by_turns, other->config.by_turns) == 0 &&
        own->config.seed == other->config.seed && own->config.samples == other->config.samples &&
        is_same_plan(&own->plan, &other->plan))
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "%s was not measured beside %s", other->results.folder,
                       own->results.folder);
}

enum status interleave_reopen(const char *front, const struct machine *machine,
                              const struct side *own, struct side *other)
{
    const struct run_config *config = &own->config;
    char folder[PATH_MAX];
    if (!front && config->by_turns)
        return status_fail(STATUS_USAGE,
                           "%s was measured beside another build: go on with --beside %s",
                           own->results.folder, config->beside ? config->beside : "OTHER/parbench");
    if (!front)
        return STATUS_OK;
    if (!config->by_turns)
        return status_fail(STATUS_USAGE, "%s was measured alone: go on without --beside",
                           own->results.folder);
    enum status status = find_other(own, folder);
    if (status == STATUS_OK)
        status = catalog_load_beside(front, &other->catalog);
    if (status == STATUS_OK)
        status = run_folder_reopen(folder, machine, other);
    return status == STATUS_OK ? check_pair(own, other) : status;
}
