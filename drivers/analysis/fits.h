/*
 * Laws of scaling (laws.h) in a run: for each kernel and model, Amdahl's and the universal law
 * fitted to its speedups in `strong`, and Gustafson's to its scaled speedups in `weak`. Points with
 * more workers than cores, and those that failed, are left out.
 */
#ifndef FITS_H
#define FITS_H

#include "analysis.h"
#include "experiment.h"
#include "laws.h"
#include "status.h"

#include <stdbool.h>
#include <stddef.h>

struct fit {
    const char *kernel, *label; /* the cells' */
    unsigned experiment;
    enum law law;
    size_t points;
    unsigned fewest, most; /* worker counts of the points */
    struct law_fit found;
};

/* Those fits that exist, in the order of the cells. */
struct fits {
    size_t count;
    struct fit *all;
};

struct analysed_run;

/*
 * Fills in the run's, and in each cell Karp and Flatt's fraction, which only one of `strong` with
 * two workers or more has; else its `count` is 0, and all else NAN. The caller frees them with
 * fits_free(), whatever comes of it.
 */
MUST_USE enum status fits_make(struct analysed_run *run);
void fits_free(struct fits *fits);

/* The fit of a law to that model's cells, or NULL. */
const struct fit *fits_find(const struct fits *fits, const char *kernel, const char *label,
                            enum law law);

/* Whether the cell is a point that tells of a law. */
bool fits_take(const struct analysis_of_cell *cell, unsigned experiment);

/* The experiment whose speedups each law tells of. */
extern const unsigned fits_experiment[LAW_COUNT];

#endif
