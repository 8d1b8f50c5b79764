/*
 * The runs that a run was put together of, by parbench report DIR DIR…, as its manifest tells of
 * them; results/README.md describes it. Their rounds stand one behind the other.
 */
#pragma once

#include "record.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct source {
    const char *folder, *host;
    size_t first, rounds; /* of its rounds, in all: which is its first one, and how many it has */
    size_t samples;
    enum ending ending;
    const json_t *manifest; /* its own, without its cells */
};

struct sources {
    size_t count; /* 0: the run is one by itself */
    struct source *all;
    bool mixed; /* of machines of more than one kind */
};

/* Texts are the manifest's, which outlives them; NULL is one that tells of none. The caller frees
 * them. */
void sources_read(const json_t *manifest, struct sources *sources);
void sources_free(struct sources *sources);

/* Whether a manifest is of such a run. */
bool sources_are_there(const json_t *manifest);

/* The one that the round is of; NULL: none. */
const struct source *sources_find(const struct sources *sources, size_t round);
