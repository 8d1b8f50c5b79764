/*
 * report.html: a run as one self-contained page.
 */
#pragma once

#include "analysed_run.h"
#include "status.h"

/* Writes report.html into the run's folder, with the figures that are there embedded. */
MUST_USE enum status report_write(const struct analysed_run *run);
