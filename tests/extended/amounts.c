/* And one over sizes, in tables of its own. */
#include "experiment.h"

static const struct experiment_figure figures[] = {
    {.heading = "amounts of work, speedup", .quantity = QUANTITY_SPEEDUP},
    {0},
};

const struct experiment experiment_amounts = {
    .name = "amounts",
    .question = "how much work is worth more workers?",
    .axis = {.kind = AXIS_SIZE, .values = "100,10,1"},
    .figures = figures,
    .heading = "Amounts of work",
    .about = "Up to a size of {size}.",
    .has_own_tables = true,
    .legend = "Amounts: each size has a serial time of its own.",
};
