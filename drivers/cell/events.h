/*
 * The suite's own counters as PAPI's software-defined events, sde:::parbench::NAME, so that any
 * tool that reads counters by PAPI reads these beside them: sde:::parbench::gil::handoffs.
 *
 * Source: "Software-Defined Events through PAPI", Danalis, Jagode, Herault, Luszczek, Dongarra
 * (2019); PAPI's sde_lib.h.
 */
#pragma once

#include "model.h"

/*
 * Adds what was counted in a sample to the events, which exist from the first call on: in the
 * process that owns the result, for that has the counts. To be called between executions, after
 * this process has forked what it will fork. Does nothing without PAPI.
 */
void events_publish(const struct outcome *outcome);
