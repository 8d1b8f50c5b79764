/*
 * What HPC Carpentry's program `amdahl` tells of its fake work, and both of its formats here of
 * real work: of one size of a kernel, under a model, with more and more workers.
 *
 * Source: amdahl/amdahl.py of github.com/hpc-carpentry/amdahl, and what lessons read of its
 * outputs: plot_terse_amdahl_results.py of carpentries-incubator/hpc-workflows, plot_amdahl.py of
 * hpc-carpentry/old-hpc-workflows, and the last line in hpc-intro.
 */
#pragma once

#include "analysed_run.h"

/* What is not known is NAN. */
struct amdahl_cell {
    const struct analysis_of_cell *cell;
    const char *host; /* of its first worker; NULL: not known */
    /* Of one execution, which is no sample: how long its busiest worker computed and combined, and
     * the rest: handing out, collecting, messages, locks. */
    double parallel_s, serial_s;
    /* Of the work, by which Amdahl's law gives the speedups of the model on that size: fitted, or
     * from the speedup of one cell, the one with the most workers. The same for all of them. */
    double proportion;
    /* How long the cell should take by that; NAN also where it is the one cell, whose time tells
     * nothing but itself, and where there are more workers than cores. */
    double expected_s;
};

/*
 * The verified cells, kernel by kernel, of each by their models, sizes and workers, in a new array.
 * Left out are cells that are told with another kernel, those with more work for more workers, and
 * serial, whose time is what the work is, where there is anything beside it.
 */
struct amdahl_cell *amdahl_cells(const struct analysed_run *run, size_t *count);

/* Whether there are any; says which are left out. A format's `check`. */
MUST_USE enum status amdahl_check(const struct analysed_run *run);
