/*
 * Computing a range as an interpreter does: tick by tick, with a safe point after each of them,
 * where the lock changes hands if somebody has asked for it.
 *
 * A part of each tick may be computed without the lock, as extensions do that need nothing of the
 * interpreter meanwhile (there: Py_BEGIN_ALLOW_THREADS).
 */
#pragma once

#include "fold.h"
#include "gil.h"
#include "map_buffers.h"

/*
 * By a thread that holds the lock. Afterwards fold_result() is the partial of the range, unless one
 * of its ticks failed: that was the last one then. Whoever waits (see `waits` of a kernel) does so
 * without the lock, as all calls of Python's own that wait do (time.sleep, files, sockets).
 */
MUST_USE enum status ticks_compute(const struct map_buffers *map_buffers, struct range range,
                                   struct gil *gil, unsigned thread, struct fold *fold);

/* The same, where that fraction > 0 of the items, rounded down, is computed without the lock: the
 * last ones of each tick, or of some where a tick has few. Each takes it once more. */
MUST_USE enum status ticks_compute_releasing(const struct map_buffers *map_buffers,
                                             struct range range, struct gil *gil, unsigned thread,
                                             struct fold *fold, double fraction);
