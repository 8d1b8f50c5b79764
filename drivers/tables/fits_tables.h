/*
 * The fits of a run (fits.h) as CSV, JSON and text.
 */
#pragma once

#include "analysed_run.h"

#include <jansson.h>
#include <stdio.h>

/* Karp and Flatt's fraction of each point of the run, then its fits; for run_folder_write(). */
void fits_write_csv(FILE *stream, const void *run);

/* An array with an object for each law of each model that took part in its experiment: the fit, or
 * null with the reason why there is none. */
json_t *fits_json(const struct analysed_run *run);

/* The kernel's fits as a table of at most 80 columns, nothing where there are none. */
void fits_print(FILE *stream, const struct fits *fits, const char *kernel);
