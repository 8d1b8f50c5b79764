/*
 * Measuring in rounds: every round launches every cell anew, in an order shuffled by a recorded
 * seed, so that a drift of the machine touches all cells alike.
 */
#ifndef ROUNDS_H
#define ROUNDS_H

#include "catalog.h"
#include "interleave.h"
#include "record.h"
#include "run_folder.h"
#include "status.h"

struct rounds {
    const struct run_config *config;
    const struct catalog *catalog;
    struct run_folder *results; /* each launch is appended and synced */
    struct record *record;      /* likewise; what it holds already is not measured again */
    struct interleave *turns;   /* with which other run; NULL: none */
    double shortest_s;          /* see launch.h */
    int interrupts;             /* see signals.h */
};

/*
 * Goes on until there are rounds enough, see stopping.h; why is recorded. A cell that failed is not
 * launched again.
 * STATUS_INTERRUPTED after a signal.
 */
MUST_USE enum status rounds_measure(const struct rounds *rounds);

#endif
