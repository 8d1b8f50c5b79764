/*
 * What a run's end and `parbench report` have in common: analyse, draw, write, print.
 */
#ifndef RUN_OUTPUT_H
#define RUN_OUTPUT_H

#include "record.h"
#include "status.h"

#include <jansson.h>
#include <stdbool.h>

struct presentation {
    const char *folder;
    const json_t *manifest;
    const char *plots; /* the folder of the gnuplot scripts; NULL: no figures */
    bool json;         /* one object on standard output instead of tables */
};

/*
 * Writes summary.csv, fits.csv, figures and report.html, prints the table and the FOM lines, or the
 * JSON object. STATUS_FAILED when a cell failed or did not verify, or the run did not come to its
 * end.
 */
MUST_USE enum status present(const struct presentation *presentation, const struct record *record);

#endif
