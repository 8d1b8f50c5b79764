/*
 * report.html: a run as one self-contained page.
 */
#pragma once

#include <stdio.h>

/* Writes the page of the run, with the figures that are there embedded; for run_folder_write(). */
void report_write(FILE *page, const void *run);
