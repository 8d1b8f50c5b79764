/*
 * A model as a user names it, with its options: "pool:dispatch=imap:chunk=64".
 */
#ifndef CHOICE_H
#define CHOICE_H

#include "catalog.h"
#include "status.h"

enum { CHOICE_VALUE_MAX = 32, CHOICE_LABEL_MAX = 160 };

struct choice {
    const struct entry *entry;
    char values[MODEL_OPTIONS_MAX][CHOICE_VALUE_MAX]; /* of all its options */
    unsigned given;                                   /* which of them the user gave, as bits */
};

/* Reads the text; a usage error for what that model does not take. */
MUST_USE enum status choice_read(const struct catalog *catalog, const char *text,
                                 struct choice *choice);

/* Writes the model's name with the options that differ from its defaults. */
void choice_label(const struct choice *choice, char *label, size_t length);

/* Whether it is an option of the model and has this value. */
bool choice_is(const struct choice *choice, const char *option, const char *value);

/* The number that this option has, or 0: not an option of the model, or left to it. */
uint64_t choice_count(const struct choice *choice, const char *option);

#endif
