/*
 * A comparison as text for people and as JSON for programs.
 */
#pragma once

#include "comparison.h"

#include <stdio.h>

/* All of it as an object, which the caller owns. */
json_t *comparison_json(const struct comparison *comparison);

/*
 * What differs beside the times, then a table per kernel, at most 80 columns wide, then the cells
 * that were not compared, then one line that counts the verdicts. `object`: as comparison_json()
 * makes it.
 */
void comparison_print(FILE *stream, const struct comparison *comparison, const json_t *object);

/* The line that counts verdicts: "3 same, 0 faster, 1 slower, 2 undecided". */
void comparison_print_changes(FILE *stream, const size_t changes[CHANGE_COUNT]);

/* The same as members of the object. */
void comparison_set_changes(json_t *object, const size_t changes[CHANGE_COUNT]);
