/*
 * Measuring in rounds: every round launches every cell anew that is due, see stopping.h, in an
 * order that comes of a recorded seed, see schedule.h: a drift of the machine touches all cells
 * alike that are compared. What a round has depends on the record of those before alone. Where two
 * builds are measured each launches a cell right before or after the other, which of them first
 * being drawn as well: what the machine does to one it does to the other.
 */
#pragma once

#include "allocation.h"
#include "catalog.h"
#include "record.h"
#include "run_folder.h"
#include "status.h"

enum { ROUNDS_SIDES_MAX = 2 };

/*
 * Goes on until there are rounds enough, see stopping.h; why is recorded. The sides have the same
 * plan; what was asked for is as the first one has it. A cell that failed is not launched again.
 * STATUS_INTERRUPTED after a signal.
 */
MUST_USE enum status rounds_measure(struct side *sides, size_t count,
                                    const struct allocation *allocation);
