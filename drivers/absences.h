/*
 * Counters that are not there, and why: those that share a reason, together.
 */
#ifndef ABSENCES_H
#define ABSENCES_H

#include "analysis.h"

#include <stddef.h>

enum { ABSENCES_MAX = 32, ABSENCES_TEXT_MAX = 4096 };

/* Pairs of an event and PAPI's words for its absence, each once; those of a record. */
struct absences {
    size_t count;
    struct absence {
        const char *event, *words;
    } all[ABSENCES_MAX];
};

/* Adds those that the cell's execution lacks, as far as there is room. */
void absences_add(struct absences *absences, const struct analysis_of_cell *cell);

/* Writes "PAPI_TOT_INS, PAPI_TOT_CYC: no PMU; PAPI_BR_MSP: no such event"; nothing where there are
 * none. */
void absences_say(const struct absences *absences, char *text, size_t length);

#endif
