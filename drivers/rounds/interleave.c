#include "interleave.h"

#include "child.h"
#include "launch.h"
#include "memory.h"
#include "options.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The other build must have the model as well. */
static enum status find_model(const char *front, const struct catalog *catalog, const char *name,
                              const struct model **model)
{
    for (size_t i = 0; i < catalog->total; i++) {
        *model = &catalog->entries[i].model;
        if (strcmp((*model)->name, name) == 0)
            return *catalog->entries[i].unusable
                       ? status_fail(STATUS_FAILED, "%s of %s cannot be used: %s", name, front,
                                     catalog->entries[i].unusable)
                       : STATUS_OK;
    }
    return status_fail(STATUS_USAGE, "%s has no model %s: name the --models of both", front, name);
}

/* Leaves out the cell's options that the other build's model has not got, where they are what a
 * user gets who does not ask for them; names them. What it cannot do otherwise is an error. */
static enum status fit_options(const char *front, const struct model *own,
                               const struct model *other, struct cell *cell, char *left_out,
                               size_t length)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < cell->options; i++) {
        const char *name = cell->option_names[i], *value = cell->option_values[i];
        const struct model_option *theirs = options_find(other->options, name);
        if (theirs && options_allow(theirs, value)) {
            memmove(cell->option_names[kept], name, sizeof *cell->option_names);
            memmove(cell->option_values[kept++], value, sizeof *cell->option_values);
        } else if (theirs || strcmp(value, options_find(own->options, name)->initial) != 0) {
            return status_fail(STATUS_USAGE,
                               "%s of %s does not take %s=%s: name --models that both can run",
                               other->name, front, name, value);
        } else {
            text_append(left_out, length, "%s%s", *left_out ? ", " : "", name);
        }
    }
    cell->options = kept;
    return STATUS_OK;
}

/* Adds the cell as the other build can run it; what that lacks is told with a model's first one. */
static enum status add_cell(const char *front, const struct side *own, size_t index,
                            struct side *other)
{
    struct cell cell = own->plan.cells[index];
    const struct model_entry *entry;
    const struct model *model;
    char left_out[160] = "";
    bool is_first = true;
    TRY(find_model(front, &other->catalog, cell.model, &model));
    TRY(catalog_find(&own->catalog, cell.model, &entry));
    TRY(fit_options(front, &entry->model, model, &cell, left_out, sizeof left_out));
    for (size_t i = 0; *left_out && i < index; i++)
        is_first = is_first && strcmp(own->plan.cells[i].model, cell.model) != 0;
    if (is_first && *left_out)
        status_say("%s of %s has no %s: its cells run without", cell.model, front, left_out);
    plan_append(&other->plan, &cell);
    return STATUS_OK;
}

/* A build that does not tell has none that is there for another one's sake. */
static bool has_kernel(const struct catalog *catalog, const struct cell *cell)
{
    bool has = !json_is_array(catalog->kernels) && !plan_is_aside(cell);
    for (size_t i = 0; !has && i < json_array_size(catalog->kernels); i++) {
        const char *name = json_string_value(json_array_get(catalog->kernels, i));
        has = name && strcmp(name, cell->kernel) == 0;
    }
    return has;
}

/* What is left out limits nothing. */
static void drop_limits(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (!plan_find(plan, plan->cells[i].limit.cell))
            plan->cells[i].limit = (struct cell_limit){.kind = LIMIT_NONE};
}

/* Leaves out what nobody asked for by name and the other build has not got; says of each kernel
 * once. */
static enum status keep_common(const char *front, const struct catalog *other,
                               const struct plan *planned, struct plan *kept)
{
    const char *said = "";
    for (size_t i = 0; i < planned->count; i++) {
        const struct cell *cell = &planned->cells[i];
        if (has_kernel(other, cell)) {
            plan_append(kept, cell);
            continue;
        }
        if (!plan_is_aside(cell))
            return status_fail(STATUS_USAGE, "%s has no kernel %s: name the --kernels of both",
                               front, cell->kernel);
        if (strcmp(said, cell->kernel) != 0)
            status_say("%s is left out: %s has no such kernel", cell->kernel, front);
        said = cell->kernel;
    }
    drop_limits(kept);
    return STATUS_OK;
}

/* The programs that start cells are the same ones, and have told this build what they are. */
static enum status load_catalog(const char *front, const struct side *side,
                                const struct allocation *allocation, struct catalog *catalog)
{
    const struct catalog *own = &side->catalog;
    TRY(catalog_load_beside(front, catalog));
    plan_ask_models(&side->plan, catalog);
    for (; catalog->starter_count < own->starter_count; catalog->starter_count++) {
        const size_t count = catalog->starter_count;
        catalog->starters = memory_grow(catalog->starters, count, sizeof *catalog->starters);
        catalog->starters[count] = own->starters[count];
    }
    launch_limit(catalog, allocation);
    return STATUS_OK;
}

enum status interleave_load(const char *front, struct side *own,
                            const struct allocation *allocation, struct side *other)
{
    struct plan kept = {0};
    TRY(load_catalog(front, own, allocation, &other->catalog));
    const enum status status = keep_common(front, &other->catalog, &own->plan, &kept);
    plan_free(&own->plan);
    own->plan = kept;
    TRY(status);
    for (size_t i = 0; i < own->plan.count; i++)
        TRY(add_cell(front, own, i, other));
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

enum status interleave_begin(const char *front, const struct allocation *allocation,
                             struct side *own, struct side *other)
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
    TRY(run_folder_begin(other, &config, allocation));
    config.beside = fronts[1];
    config.beside_folder = name_of(beside);
    return run_folder_begin(own, &config, allocation);
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
    TRY(load_catalog(front, own, allocation, &other->catalog));
    TRY(run_folder_reopen(folder, allocation->machine, other));
    return check_pair(own, other);
}
