#define _GNU_SOURCE
#include "manifest.h"

#include "cell_index.h"
#include "printable.h"
#include "sweep.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* ---- one cell: each function says what is wrong, or NULL ---- */

static unsigned read_experiments(const json_t *names)
{
    unsigned experiments = 0;
    for (size_t i = 0; i < json_array_size(names); i++)
        for (unsigned e = 0; e < EXPERIMENT_COUNT; e++) {
            const char *name = json_string_value(json_array_get(names, i));
            if (name && strcmp(name, experiment_info[e].name) == 0)
                experiments |= 1u << e;
        }
    return experiments;
}

static const char *read_options(json_t *options, struct cell *cell)
{
    const char *name;
    json_t *value;
    if (!json_is_object(options))
        return "its options are no object";
    if (json_object_size(options) > MODEL_OPTIONS_MAX)
        return "it has too many options";
    json_object_foreach(options, name, value)
    {
        const char *text = json_string_value(value);
        if (!text_is_word(name, TEXT_IN_NAMES, PLAN_NAME_MAX) || !text ||
            !text_is_word(text, TEXT_IN_NAMES, CHOICE_VALUE_MAX))
            return "its options are not all name and value";
        (void)snprintf(cell->option_names[cell->options], PLAN_NAME_MAX, "%s", name);
        (void)snprintf(cell->option_values[cell->options++], CHOICE_VALUE_MAX, "%s", text);
    }
    return NULL;
}

static const char *read_names(json_t *object, struct cell *cell)
{
    const char *id = json_string_value(json_object_get(object, "cell"));
    const char *kernel = json_string_value(json_object_get(object, "kernel"));
    const char *model = json_string_value(json_object_get(object, "model"));
    const char *label = json_string_value(json_object_get(object, "label"));
    if (!id || !text_is_word(id, TEXT_IN_IDS, sizeof cell->id))
        return "its identity, \"cell\", is none";
    if (!kernel || !text_is_word(kernel, TEXT_IN_NAMES, sizeof cell->kernel))
        return "its kernel is no name";
    if (!model || !text_is_word(model, TEXT_IN_NAMES, sizeof cell->model))
        return "its model is no name";
    const size_t length = strlen(model);
    if (!label || !text_is_word(label, TEXT_IN_LABELS, sizeof cell->label) ||
        strncmp(label, model, length) != 0 || !strchr(":", label[length]))
        return "its label is not its model with options";
    (void)snprintf(cell->id, sizeof cell->id, "%s", id);
    (void)snprintf(cell->kernel, sizeof cell->kernel, "%s", kernel);
    (void)snprintf(cell->model, sizeof cell->model, "%s", model);
    (void)snprintf(cell->label, sizeof cell->label, "%s", label);
    return NULL;
}

static const char *read_shape(json_t *object, struct cell *cell)
{
    const struct {
        const char *key;
        unsigned *place;
    } counts[] = {{"workers", &cell->workers},
                  {"ranks", &cell->ranks},
                  {"threads", &cell->threads},
                  {"nodes", &cell->nodes}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const json_t *value = json_object_get(object, counts[i].key);
        const json_int_t count = json_integer_value(value);
        if (count <= 0 || count > PLAN_WORKERS_MAX)
            return "its workers, ranks, threads and nodes are not all whole numbers from 1 to 2^20";
        *counts[i].place = (unsigned)count;
    }
    const json_int_t size = json_integer_value(json_object_get(object, "size"));
    if (size <= 0)
        return "its size is no whole number > 0";
    cell->size = (uint64_t)size;
    const json_t *base = json_object_get(object, "base_size");
    const json_int_t base_size = base ? json_integer_value(base) : size; /* older ones lack it */
    if (base_size <= 0)
        return "its base's size is no whole number > 0";
    cell->base_size = (uint64_t)base_size;
    return NULL;
}

/* Older runs do not tell. */
static const char *read_best(const json_t *best, struct cell *cell)
{
    cell->knows_best = best != NULL;
    if (!best || json_is_null(best))
        return NULL;
    const char *text = json_string_value(best);
    if (!text || !*text || strlen(text) >= sizeof cell->best)
        return "its best serial algorithm is no name";
    printable_copy(text, cell->best, sizeof cell->best);
    return NULL;
}

static const char *read_cell(json_t *object, struct cell *cell)
{
    const json_t *oversubscribed = json_object_get(object, "oversubscribed");
    const json_t *experiments = json_object_get(object, "experiments");
    const char *wrong = read_names(object, cell);
    if (!wrong)
        wrong = read_shape(object, cell);
    if (!wrong)
        wrong = read_options(json_object_get(object, "options"), cell);
    if (!wrong)
        wrong = read_best(json_object_get(object, "best_serial"), cell);
    if (!wrong && !json_is_boolean(oversubscribed))
        wrong = "\"oversubscribed\" is not true or false";
    if (!wrong && !json_is_array(experiments))
        wrong = "its experiments are no list";
    cell->oversubscribed = json_is_true(oversubscribed);
    cell->experiments = read_experiments(experiments);
    return wrong;
}

/* ---- all of them ---- */

/* There is a page, and a few figures, of each kernel. */
static bool has_few_kernels(const struct plan *plan)
{
    const char *kernels[PLAN_KERNELS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        size_t k = 0;
        while (k < count && strcmp(kernels[k], plan->cells[i].kernel) != 0)
            k++;
        if (k == PLAN_KERNELS_MAX)
            return false;
        kernels[k] = plan->cells[i].kernel;
        count += k == count;
    }
    return true;
}

static enum status check_plan(const struct plan *plan, const char *name)
{
    struct cell_index index;
    if (!has_few_kernels(plan))
        return status_fail(STATUS_FAILED, "%s names more than %d kernels", name, PLAN_KERNELS_MAX);
    enum status status = cell_index_make(plan, &index);
    if (status != STATUS_OK)
        return status;
    const struct cell *repeated = cell_index_repeated(&index);
    if (repeated)
        status = status_fail(STATUS_FAILED, "%s names the cell %s twice", name, repeated->id);
    cell_index_free(&index);
    return status;
}

static enum status read_cells(const json_t *cells, const char *name, struct plan *plan)
{
    const size_t count = json_array_size(cells);
    if (count == 0)
        return status_fail(STATUS_FAILED, "%s names no cells: is it the manifest of a run?", name);
    if (count > PLAN_CELLS_MAX)
        return status_fail(STATUS_FAILED, "%s names %zu cells: a run has at most %d", name, count,
                           PLAN_CELLS_MAX);
    plan->cells = calloc(count, sizeof *plan->cells);
    if (!plan->cells)
        return status_no_memory("the plan");
    for (; plan->count < count; plan->count++) {
        const char *wrong =
            read_cell(json_array_get(cells, plan->count), &plan->cells[plan->count]);
        if (wrong)
            return status_fail(STATUS_FAILED, "%s: cell %zu cannot be read: %s", name, plan->count,
                               wrong);
    }
    return check_plan(plan, name);
}

static enum status check_schema(const json_t *manifest, const char *name)
{
    const json_int_t schema = json_integer_value(json_object_get(manifest, "schema"));
    if (schema <= 0)
        return status_fail(STATUS_FAILED, "%s has no schema: is it the manifest of a run?", name);
    if (schema > MANIFEST_SCHEMA)
        return status_fail(STATUS_FAILED,
                           "%s has schema %lld, and this parbench reads up to schema %d: take a "
                           "newer one",
                           name, (long long)schema, MANIFEST_SCHEMA);
    return STATUS_OK;
}

enum status manifest_read(const char *text, size_t length, const char *name, json_t **manifest,
                          struct plan *plan)
{
    json_error_t error;
    *plan = (struct plan){0, NULL};
    *manifest = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (!*manifest)
        return status_fail(STATUS_FAILED, "%s:%d: %s: is it the folder of a run?", name, error.line,
                           error.text);
    enum status status = check_schema(*manifest, name);
    return status == STATUS_OK ? read_cells(json_object_get(*manifest, "cells"), name, plan)
                               : status;
}

uint64_t manifest_whole(const json_t *object, const char *key, uint64_t least, uint64_t most)
{
    const double number = json_number_value(json_object_get(object, key));
    if (!(number > (double)least))
        return least;
    return number >= (double)most ? most : (uint64_t)number;
}
