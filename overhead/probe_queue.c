/*
 * The model `queue`: what a task costs that does next to nothing, with its process, the way of its
 * result, and its combining. For comparison, a fork and a wait, one after the other, take 110 to
 * 130 µs on such a machine, and CPython 60 to 90 µs to start a process by fork.
 */
#include "probe.h"

#include <stdio.h>

enum { TASKS = 1000 };

static const struct cost costs[] = {
    {"queue: us/fork, one pipe",
     "<= 150",
     {.kernel = "pi", .size = TASKS, .workers = ALL_WORKERS, .options = {"chunk=1"}}},
    {"queue: us/fork, a pair each",
     "<= 150",
     {.kernel = "pi",
      .size = TASKS,
      .workers = ALL_WORKERS,
      .options = {"channel=pair", "chunk=1"}}},
    {0},
};

enum status probe_measure(void)
{
    return probe_costs(costs);
}
