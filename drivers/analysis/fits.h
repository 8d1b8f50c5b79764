/*
 * Laws of scaling (laws.h) in a run: for each kernel and model, those that an experiment has,
 * fitted to its speedups there, scaled ones where its work is. Points with more workers than cores,
 * and those that failed, are left out.
 */
#pragma once

#include "analysis.h"
#include "experiment.h"
#include "laws.h"

struct fit {
    const char *kernel, *label; /* the cells' */
    const struct experiment *experiment;
    enum law law;
    size_t points;
    unsigned fewest, most; /* workers of the points */
    struct law_fit found;  /* that may not exist */
};

/* All laws of all models that took part in their experiments, in the order of the cells. */
struct fits {
    size_t count, existing;
    struct fit *all;
};

struct analysed_run;

/* Fills in the run's, and in each cell Karp and Flatt's fraction, which only one of Amdahl's law
 * with two workers or more has; else its `count` is 0, and all else NAN. */
void fits_make(struct analysed_run *run);

/* The fit of a law to the cells of the model and kernel of this one, or NULL. */
const struct fit *fits_find(const struct fits *fits, const struct experiment *experiment,
                            const struct cell *cell, enum law law);

/* The experiment whose law the cell is a point of, NULL where there is none. */
const struct experiment *fits_experiment(const struct analysis_of_cell *cell, enum law law);
