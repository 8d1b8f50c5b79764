/*
 * The model `mpi-pool`: what a chunk costs that does next to nothing, from a manager that is one
 * more rank, and home to it. For comparison, mpi4py's MPIPoolExecutor takes 291 µs a task.
 */
#include "probe.h"

enum { CHUNKS = 100000 };

static const struct cost costs[] = {
    {"mpi-pool: us/chunk, ahead=16",
     "<= 5",
     {.kernel = "pi", .size = CHUNKS, .workers = ALL_WORKERS, .options = {"ahead=16", "chunk=1"}}},
    {0},
};

enum status probe_measure(void)
{
    return probe_costs(costs);
}
