/*
 * The traits of the suite's own models, for cells that tests make up.
 */
#pragma once

#include "model.h"

#include <string.h>

/* Of a model, or of a model with its options. */
static inline unsigned made_up_traits(const char *label)
{
    static const struct {
        const char *model;
        unsigned traits;
    } known[] = {{"serial", TRAIT_BASE | TRAIT_SHARED_MEMORY},
                 {"gil", TRAIT_LOCKED | TRAIT_SHARED_MEMORY},
                 {"threads", TRAIT_SHARED_MEMORY | TRAIT_CHUNKS},
                 {"pool", TRAIT_SHARED_MEMORY | TRAIT_CHUNKS},
                 {"mpi-p2p", TRAIT_ON_REQUEST | TRAIT_POINT_TO_POINT}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcspn(label, ":") == strlen(known[i].model) &&
            strncmp(label, known[i].model, strlen(known[i].model)) == 0)
            return known[i].traits;
    return 0;
}
