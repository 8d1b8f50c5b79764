/*
 * What a model tells of the libraries that it really runs with, by name: "mpi_library". A program
 * that is built with one may be loaded with another.
 */
#pragma once

enum { RUNTIME_LIBRARIES_MAX = 8, RUNTIME_LIBRARY_LENGTH = 256 };

struct runtime_library {
    const char *name; /* outlives all that is told of libraries */
    char value[RUNTIME_LIBRARY_LENGTH];
};

/* Begin with zeroed ones. */
struct runtime_libraries {
    unsigned count;
    struct runtime_library all[RUNTIME_LIBRARIES_MAX];
};

/* Adds the first line of `value`, as much of it as there is room for, with single spaces. */
void runtime_libraries_add(struct runtime_libraries *libraries, const char *name,
                           const char *value);
