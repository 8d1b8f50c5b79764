/*
 * The lists of a run's command line, read: kernels with their sizes, models, worker counts.
 */
#pragma once

#include "model_spec.h"
#include "profile.h"
#include "status.h"

#include <stdbool.h>
#include <stdint.h>

/* What `run` was asked for. Lists are the user's text, NULL where the default holds. */
struct request {
    unsigned experiments; /* a set, see struct cell; 0: all */
    const char *kernels, *models, *workers, *sizes;
    const struct profile *profile;
    bool oversubscribe;
};

enum { LISTS_MAX = 32, LISTS_WIDTHS_MAX = 40 };

struct lists {
    unsigned kernel_count, model_count, width_count;
    const struct kernel *kernels[LISTS_MAX]; /* all by default, */
    uint64_t sizes[LISTS_MAX];               /* and the size of each */
    /* All that were built by default; the base of every speedup is always the first one. */
    struct model_spec models[LISTS_MAX];
    unsigned widths[LISTS_WIDTHS_MAX]; /* none by default */
};

/* Reads all lists of the request; a usage error for what cannot be. */
MUST_USE enum status lists_read(const struct request *request, const struct catalog *catalog,
                                struct lists *lists);
