/*
 * The cells of a plan by their identity.
 */
#pragma once

#include "plan.h"
#include "status.h"

#include <stddef.h>

struct cell_index {
    size_t count;
    const struct cell **cells; /* of the plan, ordered by their identity */
};

/* The caller frees; the plan must stay as it is. */
MUST_USE enum status cell_index_make(const struct plan *plan, struct cell_index *index);
void cell_index_free(struct cell_index *index);

/* The cell of that identity, or NULL. */
const struct cell *cell_index_find(const struct cell_index *index, const char *id);

/* A cell whose identity another one has as well, or NULL. */
const struct cell *cell_index_repeated(const struct cell_index *index);
