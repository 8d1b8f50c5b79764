/*
 * The part of report.html that says what was run and where: command, machine, versions, variables.
 */
#ifndef REPORT_ENVIRONMENT_H
#define REPORT_ENVIRONMENT_H

#include <jansson.h>
#include <stdio.h>

/* What the manifest lacks, or has as null, is left out. */
void report_environment(FILE *page, const json_t *manifest);

#endif
