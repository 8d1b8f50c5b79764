/*
 * The models that can be run: the programs parbench-cell-* beside a front door, each asked for its
 * description, and those that were not built, with the reason.
 */
#ifndef CATALOG_H
#define CATALOG_H

#include "model.h"
#include "status.h"

#include <jansson.h>
#include <limits.h>
#include <stddef.h>

struct unbuilt {
    const char *name, *reason;
};

/* Ended by one without a name. CMake writes it. */
extern const struct unbuilt catalog_unbuilt[];

struct model_entry {
    char program[PATH_MAX];
    struct model model; /* without functions */
    struct model_option options[MODEL_OPTIONS_MAX + 1];
    json_t *description;
};

struct catalog {
    char plots[PATH_MAX]; /* the folder of the gnuplot scripts */
    json_t *versions;     /* what another build says that it was built from; NULL: this one's */
    size_t count;
    struct model_entry *entries;
};

/* Finds and asks all programs. The caller frees. */
MUST_USE enum status catalog_load(struct catalog *catalog);

/* The same of another build, whose front door is asked as well; see --beside. */
MUST_USE enum status catalog_load_beside(const char *front, struct catalog *catalog);
void catalog_free(struct catalog *catalog);

/* The model of that name; a usage error that suggests another, or says why it was not built. */
MUST_USE enum status catalog_find(const struct catalog *catalog, const char *name,
                                  const struct model_entry **entry);

/* Likewise for a kernel. */
MUST_USE enum status catalog_find_kernel(const char *name, const struct kernel **kernel);

#endif
