/*
 * Tables of things with names, and what a user calls them.
 *
 * A table is rows of `bytes` each that begin with their name, a pointer, and ends with one without;
 * or, where `bytes` is 0, it is pointers to such rows, and ends with NULL.
 */
#pragma once

#include "status.h"

#include <stddef.h>

/* The name of a row; NULL behind the last one. */
const char *names_at(const void *table, size_t bytes, size_t index);

/* The row of that name. NULL where there is none, a usage error that was said: the nearest name is
 * suggested. `what`: "kernel". */
const void *names_find(const char *what, const char *word, const void *table, size_t bytes);

/* The failure of a word that is none of the names. */
enum status names_unknown(const char *what, const char *word, const void *table, size_t bytes);

/* The name that `word` may have meant, or NULL when none is near. */
const char *names_nearest(const char *word, const void *table, size_t bytes);
