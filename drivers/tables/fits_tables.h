/*
 * The fits of a run (fits.h) as CSV, JSON and text.
 */
#ifndef FITS_TABLES_H
#define FITS_TABLES_H

#include "fits.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Karp and Flatt's fraction of each point, then the fits; false when writing failed. */
bool fits_write_csv(FILE *stream, const struct fits *fits, const struct analysis_of_cell *cells,
                    size_t count);

/* An array with an object for each law of each model that took part in its experiment: the fit, or
 * null with the reason why there is none. NULL without memory. */
json_t *fits_json(const struct fits *fits, const struct analysis_of_cell *cells, size_t count);

/* The kernel's fits as a table of at most 80 columns, nothing where there are none; true if there
 * are. `fits` may be NULL: none. */
bool fits_print(FILE *stream, const struct fits *fits, const char *kernel);

#endif
