#include "merge.h"

#include "cell_json.h"
#include "experiment.h"
#include "json.h"
#include "manifest.h"
#include "memory.h"
#include "node_report.h"
#include "sources.h"
#include "text.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- whether they can be one ---- */

/* A run that was measured as one, and the part that it comes with. */
struct origin {
    const char *folder, *of; /* NULL: it is the part itself */
    const json_t *manifest;
};

/* Those of all parts, which the caller frees. */
static struct origin *list_origins(const struct merge_part *parts, size_t count, size_t *found)
{
    struct origin *all = NULL;
    *found = 0;
    for (size_t i = 0; i < count; i++) {
        const struct merge_part *part = &parts[i];
        struct sources sources;
        sources_read(part->manifest, &sources);
        for (size_t j = 0; j == 0 || j < sources.count; j++) {
            const struct source *source = sources.count > 0 ? &sources.all[j] : NULL;
            all = memory_grow(all, *found, sizeof *all);
            all[(*found)++] = (struct origin){source ? source->folder : part->folder,
                                              source ? part->folder : NULL,
                                              source ? source->manifest : part->manifest};
        }
        sources_free(&sources);
    }
    return all;
}

/* "a", or "a, which b is of,". */
struct origin_name {
    char text[2 * PATH_MAX];
};

static struct origin_name name_of(const struct origin *origin)
{
    struct origin_name name;
    (void)snprintf(name.text, sizeof name.text, "%s%s%s%s", origin->folder,
                   origin->of ? ", which " : "", origin->of ? origin->of : "",
                   origin->of ? " was made of," : "");
    return name;
}

/* A manifest is never changed, and tells the second, the seed and the state of the machine: two
 * runs have the same one only if one is a copy of the other. What stands beside it in a merged one
 * does not count. */
static bool are_one(const json_t *one, const json_t *other)
{
    static const char *const beside[] = {"cells", "folder", "round", "rounds", "samples", "ended"};
    json_t *both[] = {json_copy((json_t *)one), json_copy((json_t *)other)};
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < sizeof beside / sizeof *beside; j++)
            (void)json_object_del(both[i], beside[j]);
    const bool are = json_equal(both[0], both[1]);
    json_decref(both[0]);
    json_decref(both[1]);
    return are;
}

/* The nodes that ranks were on; of a run on one node its machine tells as much. */
static json_t *nodes_of(const json_t *manifest)
{
    json_t *nodes = json_object_get(manifest, "nodes");
    json_t *machine = json_object_get(manifest, "machine");
    return json_array_size(nodes) > 0 ? json_incref(nodes) : json_pack("[O*]", machine);
}

enum { DIFFERENCE_MAX = 512 };

/* Whether each of the nodes is of the kind of one of the others. */
static bool are_among(const json_t *nodes, const json_t *others, char difference[DIFFERENCE_MAX])
{
    size_t i;
    const json_t *node;
    json_array_foreach(nodes, i, node)
    {
        if (!node_report_is_among(others, node, difference, DIFFERENCE_MAX))
            return false;
    }
    return true;
}

/* Whether two runs were on machines of one kind, and on nodes of the same kinds. */
static bool are_of_kind(const json_t *one, const json_t *other, char difference[DIFFERENCE_MAX])
{
    struct manifest_difference differs;
    if (!manifest_are_of_kind(one, other, &differs)) {
        (void)snprintf(difference, DIFFERENCE_MAX, "%s is %s and %s", differs.path, differs.one,
                       differs.other);
        return false;
    }
    json_t *nodes = nodes_of(one), *others = nodes_of(other);
    const bool are = are_among(nodes, others, difference) && are_among(others, nodes, difference);
    json_decref(nodes);
    json_decref(others);
    return are;
}

static enum status check_two(const struct origin *one, const struct origin *other, bool mixed)
{
    char difference[DIFFERENCE_MAX];
    if (are_one(one->manifest, other->manifest))
        return status_fail(STATUS_USAGE, "%s and %s are the same run: name it once",
                           name_of(one).text, name_of(other).text);
    if (mixed || are_of_kind(one->manifest, other->manifest, difference))
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "%s and %s were measured on machines of two kinds (%s): take runs of one "
                       "kind, or --mixed",
                       name_of(one).text, name_of(other).text, difference);
}

/* Tables and figures of this experiment, of NULL those of the kernel, have one size: that of all
 * runs. `sizes`: of each what is known, and of which run. */
static enum status check_size(const struct merge_part *parts, size_t index, const struct cell *cell,
                              const struct experiment *own, json_t *sizes)
{
    char key[2 * PLAN_NAME_MAX + PLAN_TASKS_MAX + 3];
    (void)snprintf(key, sizeof key, "%s/%s/%s", cell->kernel, own ? own->name : "",
                   cell->tasks ? cell->tasks : "");
    const json_t *there = json_object_get(sizes, key);
    const size_t first = (size_t)json_integer_value(json_array_get(there, 0));
    const uint64_t size = (uint64_t)json_integer_value(json_array_get(there, 1));
    if (!there)
        (void)json_object_set_new(
            sizes, key, json_pack("[I, I]", (json_int_t)index, (json_int_t)cell->base_size));
    if (!there || first == index || size == cell->base_size)
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "%s has %s of size %s, and %s of size %s: tables and figures have one size, "
                       "so take runs of one",
                       parts[first].folder, cell->kernel, text_grouped(size).text,
                       parts[index].folder, text_grouped(cell->base_size).text);
}

static enum status check_sizes_of(const struct merge_part *parts, size_t index,
                                  const struct cell *cell, json_t *sizes)
{
    enum status status =
        experiment_tables(NULL, cell) ? check_size(parts, index, cell, NULL, sizes) : STATUS_OK;
    for (unsigned e = 0; experiment_table[e] && status == STATUS_OK; e++)
        if (experiment_has(experiment_table[e], cell) &&
            experiment_is_of_one_size(experiment_table[e]))
            status = check_size(parts, index, cell, experiment_table[e], sizes);
    return status;
}

static enum status check_sizes(const struct merge_part *parts, size_t count)
{
    enum status status = STATUS_OK;
    json_t *sizes = json_object();
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < parts[i].plan->count && status == STATUS_OK; j++)
            status = check_sizes_of(parts, i, &parts[i].plan->cells[j], sizes);
    json_decref(sizes);
    return status;
}

enum status merge_check(const struct merge_part *parts, size_t count, bool mixed)
{
    size_t all;
    enum status status = check_sizes(parts, count);
    struct origin *origins = list_origins(parts, count, &all);
    for (size_t i = 1; i < all; i++)
        for (size_t j = 0; j < i && status == STATUS_OK; j++)
            status = check_two(&origins[j], &origins[i], mixed);
    free(origins);
    return status;
}

bool merge_has_common(const json_t *one, const json_t *other)
{
    const struct merge_part parts[] = {{.manifest = one}, {.manifest = other}};
    size_t counts[2];
    bool has = false;
    struct origin *origins[] = {list_origins(&parts[0], 1, &counts[0]),
                                list_origins(&parts[1], 1, &counts[1])};
    for (size_t i = 0; i < counts[0]; i++)
        for (size_t j = 0; j < counts[1] && !has; j++)
            has = are_one(origins[0][i].manifest, origins[1][j].manifest);
    free(origins[0]);
    free(origins[1]);
    return has;
}

static bool are_mixed(const struct merge_part *parts, size_t count)
{
    size_t all;
    bool are = false;
    char difference[DIFFERENCE_MAX];
    struct origin *origins = list_origins(parts, count, &all);
    for (size_t i = 1; i < all; i++)
        for (size_t j = 0; j < i && !are; j++)
            are = !are_of_kind(origins[j].manifest, origins[i].manifest, difference);
    free(origins);
    return are;
}

/* ---- cells ---- */

static bool are_of_one_kernel(const struct cell *one, const struct cell *other)
{
    return strcmp(plan_told_with(one), plan_told_with(other)) == 0;
}

static bool are_of_one_series(const struct cell *one, const struct cell *other)
{
    return are_of_one_kernel(one, other) && strcmp(one->kernel, other->kernel) == 0 &&
           strcmp(one->label, other->label) == 0;
}

static bool is_behind(const struct cell *one, const struct cell *other)
{
    return one->workers != other->workers ? one->workers > other->workers : one->size > other->size;
}

/* Where a cell is put among the others: in its series by workers, else behind its kernel. */
static size_t place_of(const struct cell *cell, const struct cell *const *cells, size_t count)
{
    size_t first = count, behind = count, behind_kernel = count;
    for (size_t i = 0; i < count; i++) {
        if (are_of_one_kernel(cells[i], cell))
            behind_kernel = i + 1;
        if (!are_of_one_series(cells[i], cell))
            continue;
        first = first == count ? i : first;
        if (!is_behind(cells[i], cell))
            behind = i + 1;
    }
    if (behind < count || first == count)
        return behind < count ? behind : behind_kernel;
    return is_behind(cells[first], cell) ? first : count;
}

/* What one run says of the cell holds for all, as where a run plans it twice. */
static void join(struct cell *cell, const struct cell *other)
{
    cell->experiments |= other->experiments;
    cell->oversubscribed = cell->oversubscribed || other->oversubscribed;
    if (!plan_is_aside(other))
        *cell->told_with = '\0';
    if (!*cell->limit.cell)
        cell->limit = other->limit;
}

static enum status check_plan(const struct plan *plan)
{
    if (plan->count > PLAN_CELLS_MAX)
        return status_fail(STATUS_USAGE, "these runs have %zu cells together: a run has at most %d",
                           plan->count, PLAN_CELLS_MAX);
    if (!manifest_has_few_kernels(plan))
        return status_fail(STATUS_USAGE, "these runs have more than %d kernels together",
                           PLAN_KERNELS_MAX);
    return STATUS_OK;
}

enum status merge_plans(const struct merge_part *parts, size_t count, struct plan *merged)
{
    const struct cell **cells = NULL;
    size_t all = 0;
    json_t *known = json_object();
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < parts[i].plan->count; j++) {
            const struct cell *cell = &parts[i].plan->cells[j];
            if (json_object_get(known, cell->id))
                continue;
            (void)json_object_set_new(known, cell->id, json_true());
            const size_t place = place_of(cell, cells, all);
            cells = memory_grow(cells, all, sizeof *cells);
            memmove(cells + place + 1, cells + place, (all - place) * sizeof *cells);
            cells[place] = cell;
            all++;
        }
    json_decref(known);
    for (size_t i = 0; i < all; i++)
        plan_append(merged, cells[i]);
    free(cells);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < parts[i].plan->count; j++)
            join(plan_find(merged, parts[i].plan->cells[j].id), &parts[i].plan->cells[j]);
    return check_plan(merged);
}

/* ---- the manifest ---- */

/* What both have: of two objects what is the same in both; NULL: nothing. */
static json_t *common(json_t *one, json_t *other)
{
    const char *key;
    json_t *value;
    if (json_equal(one, other))
        return json_incref(one);
    if (!json_is_object(one) || !json_is_object(other))
        return NULL;
    json_t *both = json_object();
    json_object_foreach(one, key, value)
    {
        json_t *kept = common(value, json_object_get(other, key));
        if (kept)
            (void)json_object_set_new(both, key, kept);
    }
    return both;
}

/* Of the libraries of a model that both have, those that are the same. */
static json_t *join_models(json_t *one, json_t *other)
{
    const char *model;
    json_t *libraries, *all = json_copy(one);
    json_object_foreach(other, model, libraries)
    {
        json_t *there = json_object_get(one, model);
        json_t *both = there ? common(there, libraries) : json_incref(libraries);
        (void)json_object_set_new(all, model, both ? both : json_object());
    }
    return all;
}

/* One entry each of `sources`. */
static void add_sources(json_t *list, const struct merge_part *part)
{
    json_t *sources = json_object_get(part->manifest, "sources"), *source;
    size_t i;
    json_array_foreach(sources, i, source)
    {
        (void)json_array_append_new(list, json_copy(source));
    }
    if (sources_are_there(part->manifest))
        return;
    source = json_copy((json_t *)part->manifest);
    (void)json_object_del(source, "cells");
    (void)json_object_update_new(
        source, json_pack("{s:o, s:I, s:I, s:s}", "folder", json_text(part->folder), "rounds",
                          (json_int_t)part->rounds, "samples", (json_int_t)part->samples, "ended",
                          ending_name[part->ending]));
    (void)json_array_append_new(list, source);
}

static json_t *list_sources(const struct merge_part *parts, size_t count)
{
    json_t *list = json_array(), *source;
    json_int_t next = 0;
    size_t i;
    for (i = 0; i < count; i++)
        add_sources(list, &parts[i]);
    json_array_foreach(list, i, source)
    {
        (void)json_object_set_new(source, "round", json_integer(next));
        next += (json_int_t)manifest_whole(source, "rounds", 0, RECORD_ROUNDS_MAX);
    }
    return list;
}

/* The narrowest that was asked of any, so that none is called narrow that was not. */
static double precision_of(const struct merge_part *parts, size_t count)
{
    double least = INFINITY;
    for (size_t i = 0; i < count; i++) {
        const double asked =
            parts[i].precision > 0
                ? parts[i].precision
                : json_number_value(json_object_get(parts[i].manifest, "precision"));
        least = asked > 0 ? fmin(least, asked) : least;
    }
    return least;
}

/* The first one's, which is of the kind of all; of several kinds none. As many workers as any
 * has cores for. */
static void describe_machine(json_t *manifest, const struct merge_part *parts, size_t count,
                             bool mixed)
{
    json_t *machine = json_copy(json_object_get(manifest, "machine"));
    const json_t *host = json_object_get(json_object_get(parts->manifest, "machine"), "host");
    uint64_t allowed = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t own =
            manifest_whole(json_object_get(parts[i].manifest, "machine"), "allowed", 0, INT_MAX);
        allowed = own > allowed ? own : allowed;
    }
    if (!machine)
        machine = json_object();
    if (mixed)
        (void)json_object_del(machine, "host");
    else if (host)
        (void)json_object_set(machine, "host", (json_t *)host);
    if (allowed > 0)
        (void)json_object_set_new(machine, "allowed", json_integer((json_int_t)allowed));
    (void)json_object_set_new(manifest, "machine", machine);
}

/* Room for as many workers on each node as any of the runs had. */
static void describe_slots(json_t *manifest, const struct merge_part *parts, size_t count)
{
    json_t *allocation = json_copy(json_object_get(manifest, "allocation"));
    uint64_t slots = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t own =
            manifest_whole(json_object_get(parts[i].manifest, "allocation"), "slots", 0, INT_MAX);
        slots = own > slots ? own : slots;
    }
    if (!json_is_object(allocation)) {
        json_decref(allocation);
        allocation = json_object();
    }
    if (slots > 0 && json_object_set_new(allocation, "slots", json_integer((json_int_t)slots)) == 0)
        (void)json_object_set(manifest, "allocation", allocation);
    json_decref(allocation);
}

/* The nodes of all, each once. */
static void describe_nodes(json_t *manifest, const struct merge_part *parts, size_t count)
{
    json_t *all = json_array(), *known = json_object(), *node;
    size_t j;
    for (size_t i = 0; i < count; i++)
        json_array_foreach(json_object_get(parts[i].manifest, "nodes"), j, node)
        {
            if (json_object_get(known, node_report_host(node)))
                continue;
            (void)json_object_set_new(known, node_report_host(node), json_true());
            (void)json_array_append(all, node);
        }
    (void)json_object_del(manifest, "nodes");
    if (json_array_size(all) > 0)
        (void)json_object_set(manifest, "nodes", all);
    json_decref(known);
    json_decref(all);
}

static const char *started_of(const struct merge_part *part)
{
    const char *started = json_string_value(json_object_get(part->manifest, "started"));
    return started ? started : "";
}

/* What holds of the whole: nobody goes on with it, and it has no run beside it. */
static void describe_whole(json_t *manifest, const struct merge_part *parts, size_t count,
                           const char *command)
{
    static const char *const none[] = {"by_turns", "beside", "beside_folder", "precision"};
    const double precision = precision_of(parts, count);
    const char *started = started_of(parts);
    for (size_t i = 1; i < count; i++)
        if (*started_of(&parts[i]) && strcmp(started_of(&parts[i]), started) < 0)
            started = started_of(&parts[i]);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        (void)json_object_del(manifest, none[i]);
    (void)json_object_set_new(manifest, "schema", json_integer(MANIFEST_SCHEMA));
    (void)json_object_set_new(manifest, "command", json_text(command));
    if (*started)
        (void)json_object_set_new(manifest, "started", json_string(started));
    if (isfinite(precision))
        (void)json_object_set_new(manifest, "precision", json_real(precision));
}

static json_t *cells_array(const struct plan *plan)
{
    json_t *cells = json_array();
    for (size_t i = 0; i < plan->count; i++)
        (void)json_array_append_new(cells, cell_json_planned(&plan->cells[i]));
    return cells;
}

enum status merge_manifests(const struct merge_part *parts, size_t count, const struct plan *merged,
                            const char *command, json_t **manifest)
{
    const bool mixed = are_mixed(parts, count);
    json_t *all = json_copy((json_t *)parts->manifest);
    json_t *models = json_incref(json_object_get(all, "models"));
    for (size_t i = 1; i < count; i++) {
        json_t *own = json_object_get(parts[i].manifest, "models");
        json_t *joined = join_models(models, own), *both = common(all, (json_t *)parts[i].manifest);
        json_decref(models);
        json_decref(all);
        models = joined ? joined : json_incref(own);
        all = both;
    }
    (void)json_object_del(all, "models");
    if (models)
        (void)json_object_set_new(all, "models", models);
    describe_machine(all, parts, count, mixed);
    describe_slots(all, parts, count);
    describe_nodes(all, parts, count);
    describe_whole(all, parts, count, command);
    (void)json_object_set_new(all, "mixed", json_boolean(mixed));
    (void)json_object_set_new(all, "sources", list_sources(parts, count));
    (void)json_object_set_new(all, "cells", cells_array(merged));
    *manifest = all;
    if (json_dumpb(all, NULL, 0, JSON_INDENT(2)) < MANIFEST_BYTES_MAX)
        return STATUS_OK;
    return status_fail(STATUS_USAGE, "these are too many runs for one manifest: take fewer");
}

/* ---- samples ---- */

enum ending merge_ending(const struct merge_part *parts, size_t count)
{
    enum ending ending = parts->ending;
    for (size_t i = 1; i < count; i++) {
        const enum ending own = parts[i].ending;
        if (!ending_is_whole(own) || !ending_is_whole(ending))
            ending = own < ending ? own : ending;
        else if (ending == ENDING_PRECISION)
            ending = own;
    }
    return ending;
}

/* "0/0/pi/serial/…": round, turn and cell of the launch that the line is of; of one that does not
 * tell its round, what no other is called. */
static void name_launch(const json_t *line, char *name, size_t length)
{
    const json_t *round = json_object_get(line, "round");
    const char *cell = json_string_value(json_object_get(line, "cell"));
    (void)snprintf(name, length, "%lld/%lld/%s",
                   json_is_integer(round) ? (long long)json_integer_value(round) : -1,
                   (long long)json_integer_value(json_object_get(line, "turn")), cell ? cell : "");
}

/* Cells that had failed have not any more, once the run goes on. */
static void drop_retried(struct merge_retries *retries, const struct record *record)
{
    const char *cell;
    json_t *launch;
    void *next;
    json_object_foreach_safe(retries->failed, next, cell, launch)
    {
        const struct cell *planned = plan_find(record->plan, cell);
        if (!planned || record->states[planned - record->plan->cells].failed)
            continue;
        (void)json_object_set_new(retries->dropped, json_string_value(launch),
                                  json_integer(retries->lines));
        (void)json_object_del(retries->failed, cell);
    }
}

bool merge_keeps(struct merge_retries *retries, const json_t *line, const struct record *record)
{
    char launch[PLAN_ID_MAX + 64];
    name_launch(line, launch, sizeof launch);
    retries->lines++;
    if (json_object_get(line, "failed"))
        (void)json_object_set_new(retries->failed, json_string_value(json_object_get(line, "cell")),
                                  json_string(launch));
    if (json_object_get(line, "resumed"))
        drop_retried(retries, record);
    return retries->lines > json_integer_value(json_object_get(retries->dropped, launch));
}

bool merge_line(json_t *line, size_t first)
{
    json_t *noise = json_object_get(line, "noise");
    json_t *of = noise ? noise : line;
    if (json_object_get(line, "ended") || json_object_get(line, "resumed"))
        return false;
    const json_int_t round = json_integer_value(json_object_get(of, "round"));
    (void)json_object_set_new(of, "round", json_integer(round + (json_int_t)first));
    return true;
}
