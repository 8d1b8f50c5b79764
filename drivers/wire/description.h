/*
 * What a model is, as JSON: a cell's program writes it, the front door reads it and so needs to be
 * linked with no model.
 */
#pragma once

#include "model.h"

#include <jansson.h>

/* A new object, which the caller owns. */
json_t *description_write(const struct model *model);

/* The libraries that it runs with, an object of texts by name, which the caller owns; NULL for a
 * model that tells of none. */
json_t *description_libraries(const struct model *model);

/* Such a library in what a program has said of itself, or empty: nothing is known of it. */
const char *description_library(const json_t *description, const char *name);

/* Whether a program has said of itself that it takes this option of protocol.h, which not all
 * do. */
bool description_takes(const json_t *description, const char *option);

/* The names of traits, a new array. */
json_t *description_traits(unsigned traits);

/* Reads that array; a name that is none is of a newer program, and left out. */
unsigned description_traits_read(const json_t *names);

/* Room for what a model without functions points at. */
struct model_lists {
    struct model_option options[MODEL_OPTIONS_MAX + 1];
    struct refusal refusals[MODEL_REFUSALS_MAX + 1];
    struct count_info counts[MODEL_COUNTS_MAX + 1];
};

/* Fills in a model without functions. Strings stay the object's; the lists that it points at are
 * the result, which the caller frees. NULL when the object is not a description. */
struct model_lists *description_read(const json_t *object, struct model *model);
