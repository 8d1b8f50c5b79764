/*
 * Counters that are not there, and why: those that share a reason, together.
 */
#ifndef MISSING_COUNTERS_H
#define MISSING_COUNTERS_H

#include "analysis.h"

#include <stddef.h>

enum { MISSING_COUNTERS_MAX = 32, MISSING_COUNTERS_TEXT_MAX = 4096 };

/* Pairs of an event and PAPI's words for its absence, each once; those of a record. */
struct missing_counters {
    size_t count;
    struct absence {
        const char *event, *words;
    } all[MISSING_COUNTERS_MAX];
};

/* Adds those that the cell's execution lacks, as far as there is room. */
void missing_counters_add(struct missing_counters *absences, const struct analysis_of_cell *cell);

/* Writes "PAPI_TOT_INS, PAPI_TOT_CYC: no PMU; PAPI_BR_MSP: no such event"; nothing where there are
 * none. */
void missing_counters_say(const struct missing_counters *absences, char *text, size_t length);

#endif
