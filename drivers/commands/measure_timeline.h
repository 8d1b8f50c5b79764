/*
 * measure --timeline FILE: who computed which piece when, of the cell that is measured.
 */
#pragma once

#include "catalog.h"
#include "launch_result.h"
#include "machine.h"
#include "plan.h"

/* Before anything is measured: whether it can be written and drawn, and whether the cell's program
 * tells it. */
MUST_USE enum status measure_timeline_check(const char *file, const struct cell *cell,
                                            const struct catalog *catalog);

/* Draws it. `nodes` are what nodes told of themselves, see probe.h. */
MUST_USE enum status measure_timeline_draw(const char *file, const struct cell *cell,
                                           const struct launch_result *launched,
                                           const struct machine *machine, const json_t *nodes);
