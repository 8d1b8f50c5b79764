/*
 * SIGINT, SIGTERM and SIGHUP as something to look at between two steps, so that the front door can
 * end its children, keep what was measured, and say so.
 */
#pragma once

#include "status.h"

/* Blocks the signals and returns a descriptor that is readable once one has come. */
MUST_USE enum status signals_open(int *descriptor);

/* The signal that has come since, or 0. */
int signals_caught(void);
