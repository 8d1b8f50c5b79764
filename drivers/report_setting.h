/*
 * The part of report.html that says what was run and where: command, machine, versions, variables.
 */
#ifndef REPORT_SETTING_H
#define REPORT_SETTING_H

#include <jansson.h>
#include <stdio.h>

/* What the manifest lacks, or has as null, is left out. */
void report_setting(FILE *page, const json_t *manifest);

#endif
