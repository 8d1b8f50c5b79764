/*
 * The experiments: named sweeps of cells, each with a question.
 */
#ifndef EXPERIMENT_H
#define EXPERIMENT_H

#include "plan.h"

#include <stdbool.h>

/* A named sweep with a question. Cells carry a set of them as bits. */
enum experiment { EXPERIMENT_GIL, EXPERIMENT_STRONG, EXPERIMENT_WEAK, EXPERIMENT_COUNT };

struct experiment_info {
    const char *name, *question;
};
extern const struct experiment_info experiment_info[EXPERIMENT_COUNT];

/* Whether the cell is one of weak scaling, and whether it is (also) one of a fixed size. */
static inline bool sweep_is_weak(const struct cell *cell)
{
    return cell->experiments & 1u << EXPERIMENT_WEAK;
}

static inline bool sweep_is_of_one_size(const struct cell *cell)
{
    return cell->experiments != 1u << EXPERIMENT_WEAK;
}

#endif
