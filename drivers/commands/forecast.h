/*
 * About how long experiments take here, before anything is launched: from their cells, as a run by
 * the default profile would plan them, and a short trial of what each kernel takes.
 */
#pragma once

#include "catalog.h"
#include "experiment.h"

#include <stddef.h>

struct forecast {
    size_t cells; /* 0: there are none here, or nobody knows */
    /* From the fewest rounds of the profile to where its budget ends a run whose intervals do not
     * get narrow before. */
    double least_s, most_s;
};

/* One for each of experiment_table, an array that the caller frees. Says nothing, whatever is
 * missing; peers are in none. The catalog's models that nothing can start here are so from then
 * on. */
struct forecast *forecast_all(struct catalog *catalog);

/* "about 2 min", "about 30 s to 4 min". */
struct forecast_words {
    char text[64];
} forecast_words(const struct forecast *forecast);
