/*
 * Findings: sentences that a run's data support, each with its figures and their 95 % intervals.
 *
 * Two figures differ only where their intervals do not overlap; else a sentence says that the data
 * do not decide. Below six rounds there are no intervals, and so no findings.
 */
#pragma once

#include "stats.h"

#include <jansson.h>

struct analysed_run;

/* Fills in what each experiment says of the run's cells, kernel by kernel. */
void findings_make(struct analysed_run *run);

/* For experiments: adds a sentence. */
void findings_say(json_t *findings, const char *format, ...) __attribute__((format(printf, 2, 3)));
