/*
 * Findings: sentences that a run's data support, each with its figures and their 95 % intervals.
 *
 * Two figures differ only where their intervals do not overlap; else a sentence says that the data
 * do not decide. Below six rounds there are no intervals, and so no findings.
 */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "analysis.h"
#include "status.h"

#include <stddef.h>

enum { FINDING_MAX = 400 };

struct finding {
    char text[FINDING_MAX];
};

struct findings {
    size_t count;
    struct finding *list;
};

struct analysed_run;

/*
 * Fills in what the run's cells show, kernel by kernel: what threads under the lock gain, which
 * model is fastest with all `allowed` cores, whether any is faster than the best serial algorithm,
 * and what keeps each model from it. The caller frees.
 */
MUST_USE enum status findings_make(struct analysed_run *run);
void findings_free(struct findings *findings);

#endif
