/*
 * What the suite was built from and with.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

/* The commit of the source, "unknown" outside a git tree; and whether the source had changes that
 * are in no commit: 1, 0, or -1 when unknown. CMake writes both. */
extern const char build_info_commit[];
extern const int build_info_modified;

/* A new object: what the suite was built from, and the libraries that it uses; null where one is
 * not there. */
json_t *build_info_object(void);
