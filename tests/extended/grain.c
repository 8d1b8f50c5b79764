/* An experiment from outside the tree: over the values of an option that models have. */
#include "experiment.h"

static const struct experiment_figure figures[] = {
    {.heading = "grain, time", .quantity = QUANTITY_TIME},
    {.heading = "grain, efficiency", .quantity = QUANTITY_EFFICIENCY},
    {0},
};

const struct experiment experiment_grain = {
    .name = "grain",
    .question = "how large must pieces be to be worth their hand-over?",
    .traits = TRAIT_CHUNKS,
    .axis = {.kind = AXIS_OPTION, .option = "chunk", .values = "100,1000,10000"},
    .figures = figures,
    .timeline = TIMELINE_EXTREMES,
};
