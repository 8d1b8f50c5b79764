/*
 * Numbers with and without a unit, as people write them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What stands behind the name of a thing of which there are so many: "" or "s". */
const char *plural(uint64_t count);

/* Reads a whole number > 0. */
bool count_parse(const char *text, uint64_t *count);

/* Reads "1000000", "1e6", "1M" or "2.5k" when it is a whole number > 0. */
bool size_parse(const char *text, uint64_t *size);

/* Reads "5ms", "0.2s", "10us", "300ns", "10m" or "1h" as seconds, > 0 and at most so many. */
bool duration_parse(const char *text, double *seconds);
#define DURATION_MAX_S 3.6e12

/* Reads a number from 0 to 1, such as "0.25". */
bool fraction_parse(const char *text, double *fraction);

/* The same, and a number without a unit, which is seconds. */
bool seconds_parse(const char *text, double *seconds);

/* Reads "2%", or "2", as 0.02; more than 0 and at most 100 %. A number below 0.1 has the sign, lest
 * 0.02 is written for 2%. */
bool percent_parse(const char *text, double *share);
