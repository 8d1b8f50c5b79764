/*
 * All ways to set a model's options, from the options and refusals in its description.
 */
#pragma once

#include "model_spec.h"

/* Takes one that the model allows. */
typedef void choices_take(void *context, const struct model_spec *choice);

/*
 * Hands over every combination of the values that the options have (each word of a choice; of a
 * number the initial one, its words, and some others), the initial ones first. Returns how many
 * more there are, which the front door refuses. The entry has its model.
 */
unsigned long choices_walk(struct model_entry *entry, choices_take *take, void *context);
