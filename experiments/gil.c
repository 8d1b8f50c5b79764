/* gil: threads that must hold one lock to compute, beside true parallelism on one node. */
#include "analysed_run.h"
#include "experiment.h"

#include <string.h>

/* Threads of one process, of a model as it is by default. */
static bool is_of_threads(const struct cell *cell, bool locked)
{
    return cell->traits & TRAIT_SHARED_MEMORY && cell->threads == cell->workers &&
           locked == (bool)(cell->traits & TRAIT_LOCKED) && strcmp(cell->label, cell->model) == 0;
}

/* The cell of such threads with the most workers, at most `most`; NULL: none. */
static const struct analysis_of_cell *widest(const struct analysed_kernel *kernel, bool locked,
                                             unsigned most)
{
    const struct analysis_of_cell *found = NULL;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        const unsigned workers = cell->cell->workers;
        if (cell->speedup.has_interval && is_of_threads(cell->cell, locked) && workers <= most &&
            (!found || workers > found->cell->workers))
            found = cell;
    }
    return found;
}

/* Threads under the lock beside the same threads without it. */
static void find(const struct analysed_kernel *kernel, unsigned cores, json_t *findings)
{
    const struct analysis_of_cell *gil = widest(kernel, true, 2 * cores);
    const struct analysis_of_cell *threads = widest(kernel, false, cores);
    if (!gil || !threads || gil->cell->workers < 2 || threads->cell->workers < 2)
        return;
    const struct interval *locked = &gil->speedup.interval, *open = &threads->speedup.interval;
    if (stats_overlap(&gil->speedup, &threads->speedup))
        findings_say(
            findings,
            "%s: the data do not decide whether threads gain anything by not having to hold "
            "a lock: %.2f to %.2f times serial's speed with it (%u threads), %.2f to %.2f "
            "without (%u).",
            kernel->name, locked->low, locked->high, gil->cell->workers, open->low, open->high,
            threads->cell->workers);
    else
        findings_say(findings,
                     "%s: threads under the lock run at %.2f to %.2f times serial's speed with %u "
                     "threads; the same kernel under OpenMP at %.2f to %.2f with %u.",
                     kernel->name, locked->low, locked->high, gil->cell->workers, open->low,
                     open->high, threads->cell->workers);
}

static const struct experiment_figure figures[] = {
    {.heading = "Threads under a global lock beside true parallelism",
     .quantity = QUANTITY_SPEEDUP,
     .is_of_all = true,
     .script = "panels",
     .alternative = "Speedup over serial against workers, from one to more than there are cores, a "
                    "panel per kernel: threads under a global lock, threads without it, a pool of "
                    "processes. The tables below have the numbers."},
    {0},
};

const struct experiment experiment_gil = {
    .name = "gil",
    .question = "what do threads under a global lock gain, against true parallelism?",
    .traits = TRAIT_SHARED_MEMORY,
    .oversubscription = 2, /* whether more threads than cores help is what many ask */
    .figures = figures,
    .find = find,
    .heading = "Threads under a global lock",
    .about = "Look for whether the thick line, threads that must hold one lock to compute, "
             "rises above 1 at all, while the same work in threads without the lock, or in "
             "processes, follows the dashed line as far as kernel and cores allow.",
};
