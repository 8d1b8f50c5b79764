/*
 * The runs that a run was put together of, for people and for tools; of one by itself nothing.
 */
#pragma once

#include "analysed_run.h"

#include <jansson.h>
#include <stdio.h>

/* How many of them, and what of each: a line a run, and what they differ by. The first ones of
 * many. */
void sources_table_print(FILE *stream, const struct analysed_run *run);

/* A new array of {"folder", "host", "round", "rounds", "samples", "ended"} of them. */
json_t *sources_table_json(const struct sources *sources);

/* "rounds 1 to 6", as people count them, or "no rounds". */
struct short_text sources_table_rounds(const struct source *source);

/* "compiler: GNU 12 (run 1, 3), GNU 13 (run 2)" of what differences_of_sources() has; a new
 * string. */
json_t *sources_table_difference(const json_t *difference);
