/*
 * Computing a range as an interpreter does: tick by tick, with a safe point after each of them,
 * where the lock changes hands if somebody has asked for it.
 */
#pragma once

#include "fold.h"
#include "gil.h"
#include "map_buffers.h"

/* By a thread that holds the lock. Afterwards fold_result() is the partial of the range, unless one
 * of its ticks failed: that was the last one then. */
MUST_USE enum status ticks_compute(const struct map_buffers *map_buffers, struct range range,
                                   struct gil *gil, unsigned thread, struct fold *fold);
