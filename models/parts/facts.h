/*
 * What a model tells of the libraries that it really runs with, by name: "mpi_library". A program
 * that is built with one may be loaded with another.
 */
#ifndef FACTS_H
#define FACTS_H

enum { FACTS_MAX = 8, FACT_LENGTH = 256 };

struct fact {
    const char *name; /* outlives the facts */
    char value[FACT_LENGTH];
};

/* Begin with zeroed ones. */
struct facts {
    unsigned count;
    struct fact all[FACTS_MAX];
};

/* Adds the first line of `value`, as much of it as there is room for, with single spaces. */
void facts_add(struct facts *facts, const char *name, const char *value);

#endif
