/*
 * Counters that are not there, and why: those that share a reason, together.
 */
#pragma once

#include "analysis.h"

#include <stddef.h>

enum { MISSING_COUNTERS_TEXT_MAX = 4096 };

/* Writes "PAPI_TOT_INS, PAPI_TOT_CYC: no PMU; PAPI_BR_MSP: no such event" of those that the cells'
 * executions lack; nothing where there are none. */
void missing_counters_say(const struct analysis_of_cell *cells, size_t count, char *text,
                          size_t length);
