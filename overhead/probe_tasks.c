/*
 * The model `tasks`: what a leaf of the graph costs that does next to nothing, and with it the task
 * that combines it with its neighbour: two tasks, of which each is to take 0.5 µs at most. It is
 * libgomp that takes it, whose threads wait for one lock.
 */
#include "probe.h"

enum { TASKS = 100000 };

static const struct cost costs[] = {
    {"tasks: us/leaf and combine",
     "<= 1",
     {.kernel = "pi", .size = TASKS, .workers = ALL_WORKERS, .options = {"chunk=1"}}},
    {0},
};

enum status probe_measure(void)
{
    return probe_costs(costs);
}
