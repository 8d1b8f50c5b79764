/*
 * How contracts are checked: which field of a struct that somebody filled in is not there. What is
 * incomplete is told by the field's name before anything is done, and crashes nothing later.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct contract_field {
    const char *name; /* as it is called in the struct, or more words that a reader understands */
    bool is_there;
};

/* The name of the first that is not there; NULL: all are. */
static inline const char *contract_missing(const struct contract_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!fields[i].is_there)
            return fields[i].name;
    return NULL;
}

/* Of an array. */
#define CONTRACT_MISSING(fields) contract_missing(fields, sizeof(fields) / sizeof *(fields))
