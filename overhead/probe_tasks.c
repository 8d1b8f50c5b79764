/*
 * The model `tasks`: what a task of the graph costs that does next to nothing, a leaf with its
 * share of the tasks that combine.
 */
#include "probe.h"

enum { TASKS = 100000 };

static const struct cost costs[] = {
    {"tasks: us/leaf",
     "<= 0.5",
     {.kernel = "pi", .size = TASKS, .workers = ALL_WORKERS, .options = {"chunk=1"}}},
    {0},
};

enum status probe_measure(void)
{
    return probe_costs(costs);
}
