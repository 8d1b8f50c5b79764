/*
 * The places of the suite's experiments in its table, for sets in made-up cells; test_plan.c holds
 * them against it.
 */
#pragma once

#include "experiment.h"

enum {
    EXPERIMENT_GIL,
    EXPERIMENT_STRONG,
    EXPERIMENT_WEAK,
    EXPERIMENT_NODES,
    EXPERIMENT_MESSAGES,
    EXPERIMENT_COMM,
    EXPERIMENT_OVERLAP,
    EXPERIMENT_COUNT
};
