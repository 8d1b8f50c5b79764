/*
 * The model `mpi-rma`: what a chunk costs that does next to nothing, with its number from the
 * counter, its computation and its combining; and how short one may be.
 */
#include "probe.h"

enum { CHUNKS = 1000000, STEPS = 1 << 22 };

static const struct cost costs[] = {
    {"mpi-rma: us/chunk",
     "<= 1",
     {.kernel = "pi", .size = CHUNKS, .workers = ALL_WORKERS, .options = {"chunk=1"}}},
    {0},
};

static const struct cost smallest[] = {
    {"mpi-rma: METG(50 %), us", "<= 5", {.kernel = "pi", .size = STEPS, .workers = ALL_WORKERS}},
    {0},
};

enum status probe_measure(void)
{
    TRY(probe_costs(costs));
    return probe_metg(smallest);
}
