/* An experiment from outside the tree: over the values of an option that models have. */
#include "experiment.h"

static const struct experiment_figure figures[] = {
    {.id = "time",
     .script = "time",
     .quantity = QUANTITY_TIME,
     .heading = "grain, time",
     .alternative = "Time",
     .numbers = "seconds"},
    {.id = "efficiency",
     .script = "efficiency",
     .quantity = QUANTITY_EFFICIENCY,
     .heading = "grain, efficiency",
     .alternative = "Efficiency",
     .numbers = "efficiency, speedup over serial over workers"},
    {0},
};

const struct experiment experiment_grain = {
    .name = "grain",
    .question = "how large must pieces be to be worth their hand-over?",
    .traits = TRAIT_CHUNKS,
    .axis = {.kind = AXIS_OPTION, .option = "chunk", .values = "100,1000,10000"},
    .figures = figures,
};
