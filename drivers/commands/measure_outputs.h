/*
 * measure --outputs FILE: what the kernel shows of its outputs, of the cell that is measured.
 */
#pragma once

#include "catalog.h"
#include "launch_result.h"
#include "plan.h"

/* Before anything is measured: whether it can be written and drawn, the kernel shows any, and the
 * cell's program tells them. */
MUST_USE enum status measure_outputs_check(const char *file, const struct cell *cell,
                                           const struct catalog *catalog);

/* Draws them. */
MUST_USE enum status measure_outputs_draw(const char *file, const struct cell *cell,
                                          const struct launch_result *launched);
