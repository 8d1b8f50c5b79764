/*
 * The part of report.html on what the system and the processor counted while workers computed.
 */
#pragma once

#include "analysed_run.h"

#include <stdio.h>

/* Tables of the kernel's cells: what the system counted, and the processor, where it counted
 * anything; nothing where no execution was looked at. */
void report_counters(FILE *page, const struct analysed_kernel *kernel);
