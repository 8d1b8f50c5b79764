/* Another one: over words, in one figure of all kernels. */
#include "experiment.h"

static const struct experiment_figure figures[] = {
    {.heading = "Kinds of schedules",
     .quantity = QUANTITY_SPEEDUP,
     .is_of_all = true,
     .script = "panels",
     .alternative = "Speedup over serial against the schedule, a panel per kernel."},
    {0},
};

const struct experiment experiment_kinds = {
    .name = "kinds",
    .question = "which schedule is the fastest?",
    .axis = {.kind = AXIS_OPTION, .option = "schedule", .values = "static,dynamic,guided"},
    .figures = figures,
    .heading = "Kinds of schedules",
    .about = "Look for whether the schedule matters.",
};
