#include "cell_index.h"

#include <stdlib.h>
#include <string.h>

static int by_id(const void *left, const void *right)
{
    const struct cell *const *a = left, *const *b = right;
    return strcmp((*a)->id, (*b)->id);
}

static int to_id(const void *id, const void *cell)
{
    const struct cell *const *there = cell;
    return strcmp(id, (*there)->id);
}

enum status cell_index_make(const struct plan *plan, struct cell_index *index)
{
    *index = (struct cell_index){plan->count, calloc(plan->count + 1, sizeof *index->cells)};
    if (!index->cells)
        return status_no_memory("the plan");
    for (size_t i = 0; i < plan->count; i++)
        index->cells[i] = &plan->cells[i];
    qsort(index->cells, index->count, sizeof *index->cells, by_id);
    return STATUS_OK;
}

void cell_index_free(struct cell_index *index)
{
    free(index->cells);
    *index = (struct cell_index){0, NULL};
}

const struct cell *cell_index_find(const struct cell_index *index, const char *id)
{
    const struct cell *const *found =
        bsearch(id, index->cells, index->count, sizeof *index->cells, to_id);
    return found ? *found : NULL;
}

const struct cell *cell_index_repeated(const struct cell_index *index)
{
    for (size_t i = 1; i < index->count; i++)
        if (strcmp(index->cells[i - 1]->id, index->cells[i]->id) == 0)
            return index->cells[i];
    return NULL;
}
