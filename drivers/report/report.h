/*
 * report.html: a run as one self-contained page.
 */
#ifndef REPORT_H
#define REPORT_H

#include "analysis.h"
#include "findings.h"
#include "fits.h"
#include "noise_verdict.h"
#include "status.h"

#include <jansson.h>
#include <stddef.h>

/* What a page is made from. */
struct report {
    const char *folder; /* the run's */
    const json_t *manifest;
    const struct analysis_of_cell *cells;
    size_t count;
    const struct findings *findings;
    enum ending ending;
    const struct noise_verdict *noisiness;
    const struct fits *fits;        /* NULL: none */
    const struct plan *plan;        /* the cells' */
    double budget_s, budget_most_s; /* see struct run_config */
};

/* Writes report.html into the run's folder, with the figures that are there embedded. */
MUST_USE enum status report_write(const struct report *report);

#endif
