/*
 * What the suite was built from and with, and the programs that it calls.
 */
#pragma once

#include <jansson.h>

/* The commit of the source, "unknown" outside a git tree; and whether the source had changes that
 * are in no commit: 1, 0, or -1 when unknown. CMake writes both. */
extern const char build_info_commit[];
extern const int build_info_modified;

/* A new object for the manifest: what the suite was built from, and the libraries and programs that
 * are used, null where one is not there. */
json_t *build_info_object(void);
