/*
 * A cell as JSON, written and read.
 */
#pragma once

#include "plan.h"

#include <jansson.h>

/* The object that names a cell in manifest, samples and --json. */
json_t *cell_json(const struct cell *cell);

/* The same with the names of the experiments that it belongs to, as the manifest has it. */
json_t *cell_json_planned(const struct cell *cell);

/* Reads what cell_json_planned() wrote, and checks all of it. Says what is wrong, or NULL. */
const char *cell_json_read(json_t *object, struct cell *cell);
