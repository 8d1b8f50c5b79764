#include "interleave.h"

#include "child.h"
#include "launch.h"
#include "memory.h"
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

/* The programs that start cells are the same ones, and have told this build what they are. */
static enum status load_catalog(const char *front, const struct catalog *own,
                                const struct allocation *allocation, struct catalog *catalog)
{
    TRY(catalog_load_beside(front, catalog));
    for (; catalog->starter_count < own->starter_count; catalog->starter_count++) {
        const size_t count = catalog->starter_count;
        catalog->starters = memory_grow(catalog->starters, count, sizeof *catalog->starters);
        catalog->starters[count] = own->starters[count];
    }
    launch_limit(catalog, allocation);
    return STATUS_OK;
}

enum status interleave_load(const char *front, const struct side *own,
                            const struct allocation *allocation, struct side *other)
{
    TRY(load_catalog(front, &own->catalog, allocation, &other->catalog));
    for (size_t i = 0; i < own->plan.count; i++) {
        TRY(check_model(front, &other->catalog, own->plan.cells[i].model));
        plan_append(&other->plan, &own->plan.cells[i]);
    }
    record_new(&other->plan, &other->record);
    return STATUS_OK;
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

enum status interleave_begin(const char *front, const struct machine *machine, struct side *own,
                             struct side *other)
{
    char fronts[2][PATH_MAX], folder[PATH_MAX], beside[PATH_MAX], by_turns[NAME_MAX + 32];
    TRY(find_path(CHILD_SELF, fronts[0]));
    TRY(find_path(front, fronts[1]));
    TRY(find_path(own->folder, folder));
    if (snprintf(beside, sizeof beside, "%s-beside", folder) >= (int)sizeof beside)
        return status_fail(STATUS_USAGE, "the path %s is too long", folder);
    (void)snprintf(by_turns, sizeof by_turns, "%s, %s", name_of(folder),
                   text_now("%Y-%m-%dT%H:%M:%SZ").text);
    other->config = own->config;
    other->gnuplot = own->gnuplot;
    struct run_config config = own->config;
    config.by_turns = by_turns;
    config.beside = fronts[0];
    config.beside_folder = name_of(folder);
    TRY(run_folder_make(beside, other));
    TRY(run_folder_begin(other, &config, machine));
    config.beside = fronts[1];
    config.beside_folder = name_of(beside);
    return run_folder_begin(own, &config, machine);
}

/* ---- going on ---- */

/* Beside this run's, whatever its manifest has in place of a name. */
static enum status find_other(const struct side *own, char folder[PATH_MAX])
{
    const char *name = own->config.beside_folder;
    TRY(find_path(own->folder, folder));
    const size_t above = (size_t)(name_of(folder) - folder);
    if (!name || strchr(name, '/') || above + strlen(name) >= PATH_MAX)
        return status_fail(STATUS_FAILED, "%s/manifest.json does not tell which run is beside it",
                           own->folder);
    (void)snprintf(folder + above, PATH_MAX - above, "%s", name);
    return STATUS_OK;
}

static enum status check_pair(const struct side *own, const struct side *other)
{
    const struct run_config *asked = &own->config, *others = &other->config;
    bool same = others->by_turns && strcmp(asked->by_turns, others->by_turns) == 0 &&
                asked->seed == others->seed && asked->samples == others->samples &&
                own->plan.count == other->plan.count;
    for (size_t i = 0; same && i < own->plan.count; i++)
        same = strcmp(own->plan.cells[i].id, other->plan.cells[i].id) == 0;
    if (same)
        return STATUS_OK;
    return status_fail(STATUS_FAILED, "%s was not measured beside %s", other->folder, own->folder);
}

enum status interleave_reopen(const char *front, const struct allocation *allocation,
                              const struct side *own, struct side *other)
{
    const struct run_config *config = &own->config;
    char folder[PATH_MAX];
    if (!front && config->by_turns)
        return status_fail(
            STATUS_USAGE, "%s was measured beside another build: go on with --beside %s",
            own->folder, config->beside ? text_word(config->beside).text : "OTHER/parbench");
    if (!front)
        return STATUS_OK;
    if (!config->by_turns)
        return status_fail(STATUS_USAGE, "%s was measured alone: go on without --beside",
                           own->folder);
    TRY(find_other(own, folder));
    TRY(load_catalog(front, &own->catalog, allocation, &other->catalog));
    TRY(run_folder_reopen(folder, allocation->machine, other));
    return check_pair(own, other);
}
