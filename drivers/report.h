/*
 * report.html: a run as one self-contained page.
 */
#ifndef REPORT_H
#define REPORT_H

#include "analysis.h"
#include "fits.h"
#include "status.h"

#include <jansson.h>
#include <stddef.h>

/* Writes report.html into the run's folder, with the figures that are there embedded. `fits` may be
 * NULL: none. */
MUST_USE enum status report_write(const char *folder, const json_t *manifest,
                                  const struct analysis_of_cell *cells, size_t count,
                                  enum ending ending, const struct fits *fits);

#endif
