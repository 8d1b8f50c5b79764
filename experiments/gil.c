/* gil: threads that must hold one lock to compute, beside true parallelism on one node. */
#include "analysed_run.h"
#include "experiment.h"
#include "quantities.h"

#include <math.h>
#include <string.h>

static const struct finding_sort of_the_lock = {.most = 1};

/* Threads of one process, of a model as it is by default, that execute what the lock's do. */
static bool is_of_threads(const struct cell *cell, bool locked)
{
    return cell->traits & TRAIT_SHARED_MEMORY && cell->threads == cell->workers &&
           locked == (bool)(cell->traits & TRAIT_LOCKED) && !(cell->traits & TRAIT_PEER) &&
           strcmp(cell->label, cell->model) == 0 && !plan_is_aside(cell);
}

/* Of the cells of such threads, with at most so many, the one with the most of them or, without the
 * lock, the fastest; NULL: none. */
static const struct analysis_of_cell *find_threads(const struct analysed_kernel *kernel,
                                                   bool locked, unsigned most)
{
    const struct analysis_of_cell *found = NULL;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (cell->speedup.has_interval && is_of_threads(cell->cell, locked) &&
            cell->cell->workers <= most &&
            (!found || (locked ? cell->cell->workers > found->cell->workers
                               : cell->speedup.median > found->speedup.median)))
            found = cell;
    }
    return found;
}

/* Threads under the lock beside the same threads without it. */
static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    const struct analysis_of_cell *gil = find_threads(kernel, true, 2 * cores);
    const struct analysis_of_cell *threads = find_threads(kernel, false, cores);
    if (!gil || !threads || gil->cell->workers < 2 || threads->cell->workers < 2)
        return;
    const struct interval *locked = &gil->speedup.interval, *open = &threads->speedup.interval;
    if (stats_overlap(&gil->speedup, &threads->speedup))
        findings_doubt(
            findings, &gil->speedup, &threads->speedup,
            "%s: the data do not decide whether threads gain anything by not having to hold "
            "a lock: %s times serial's speed with it (%u thread%s), %s without (%u).",
            kernel->name, findings_range(locked).text, gil->cell->workers,
            plural(gil->cell->workers), findings_range(open).text, threads->cell->workers);
    else
        findings_say(findings, &of_the_lock,
                     fmax(open->low / locked->high, locked->low / open->high),
                     "%s: threads under the lock run at %s times serial's speed with %u thread%s; "
                     "the same kernel under OpenMP reaches %s with %u.",
                     kernel->name, findings_range(locked).text, gil->cell->workers,
                     plural(gil->cell->workers), findings_range(open).text, threads->cell->workers);
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
