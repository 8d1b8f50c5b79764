/*
 * The places of the suite's experiments in its table, for sets in made-up cells; test_plan.c holds
 * them against it.
 */
#ifndef MADE_UP_EXPERIMENTS_H
#define MADE_UP_EXPERIMENTS_H

#include "experiment.h"

enum { EXPERIMENT_GIL, EXPERIMENT_STRONG, EXPERIMENT_WEAK, EXPERIMENT_COUNT };

#endif
