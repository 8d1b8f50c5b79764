/*
 * A model as a user names it, with its options: "pool:dispatch=imap:chunk=64".
 */
#ifndef MODEL_SPEC_H
#define MODEL_SPEC_H

#include "catalog.h"
#include "status.h"

enum { MODEL_SPEC_VALUE_MAX = 32, MODEL_SPEC_LABEL_MAX = 160 };

struct model_spec {
    const struct model_entry *entry;
    char values[MODEL_OPTIONS_MAX][MODEL_SPEC_VALUE_MAX]; /* of all its options */
    unsigned given;                                       /* which of them the user gave, as bits */
};

/* Reads the text; a usage error for what that model does not take. */
MUST_USE enum status model_spec_read(const struct catalog *catalog, const char *text,
                                     struct model_spec *choice);

/* Writes the model's name with the options that differ from its defaults. */
void model_spec_label(const struct model_spec *choice, char *label, size_t length);

/* Whether it is an option of the model and has this value. */
bool model_spec_is(const struct model_spec *choice, const char *option, const char *value);

/* The number that this option has, or 0: not an option of the model, or left to it. */
uint64_t model_spec_count(const struct model_spec *choice, const char *option);

#endif
