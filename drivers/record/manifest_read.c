#include "manifest.h"

#include "cell_json.h"

#include <errno.h>
#include <string.h>

static bool has_option(const struct cell *cell, const char *name)
{
    for (unsigned i = 0; i < cell->options; i++)
        if (strcmp(cell->option_names[i], name) == 0)
            return true;
    return false;
}

/*
 * Older runs do not tell the traits of their cells. Their first cell was the base, of which one
 * with an option is the best; only under a lock was there an interval; and models of ranks named
 * the library that moves their messages.
 */
static void infer_traits(const json_t *models, const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct cell *cell = &plan->cells[i];
        if (strcmp(cell->model, plan->cells[0].model) == 0)
            cell->traits = TRAIT_BASE | (strchr(cell->label, ':') ? TRAIT_BEST : 0);
        if (has_option(cell, "interval"))
            cell->traits |= TRAIT_LOCKED;
        if (!json_object_get(json_object_get(models, cell->model), "mpi_library"))
            cell->traits |= TRAIT_SHARED_MEMORY;
    }
}

/* There is a page, and a few figures, of each kernel. */
static bool has_few_kernels(const struct plan *plan)
{
    json_t *kernels = json_object();
    for (size_t i = 0; i < plan->count; i++)
        (void)json_object_set_new(kernels, plan->cells[i].kernel, json_null());
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
    return has_few_kernels(plan)
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
    *manifest = json_loadf(stream, JSON_REJECT_DUPLICATES, &error);
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
        infer_traits(json_object_get(*manifest, "models"), plan);
    return STATUS_OK;
}

uint64_t manifest_whole(const json_t *object, const char *key, uint64_t least, uint64_t most)
{
    const double number = json_number_value(json_object_get(object, key));
    if (!(number > (double)least))
        return least;
    return number >= (double)most ? most : (uint64_t)number;
}
