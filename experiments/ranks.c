/* ranks: all cores, divided into more or fewer ranks with fewer or more threads in each. */
#include "analysed_run.h"
#include "experiment.h"
#include "findings.h"
#include "quantities.h"
#include "text.h"

extern const struct experiment experiment_ranks;

/* Whether the cell is one of those that differ in their ranks only, and its speedup is known. */
static bool is_divided(const struct analysis_of_cell *cell)
{
    return experiment_has(&experiment_ranks, cell->cell) && cell->speedup.has_interval &&
           cell->cell->traits & TRAIT_RANKS;
}

/* The fastest of these, but for the other one, which may be NULL; NULL: there is none. */
static const struct analysis_of_cell *fastest(const struct analysed_kernel *kernel,
                                              const struct analysis_of_cell *but)
{
    const struct analysis_of_cell *found = NULL;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (is_divided(cell) && cell != but &&
            (!found || cell->speedup.median > found->speedup.median))
            found = cell;
    }
    return found;
}

/* "2 ranks x 8 threads" */
static struct short_text division(const struct cell *cell)
{
    struct short_text text;
    (void)snprintf(text.text, sizeof text.text, "%u rank%s x %u thread%s", cell->ranks,
                   plural(cell->ranks), cell->threads, plural(cell->threads));
    return text;
}

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    static const struct finding_sort of_ranks = {.most = 1};
    const struct analysis_of_cell *best = fastest(kernel, NULL), *next = fastest(kernel, best);
    (void)cores;
    if (!next)
        return;
    const struct short_text range = findings_range(&best->speedup.interval);
    if (stats_overlap(&best->speedup, &next->speedup))
        findings_doubt(findings, &best->speedup, &next->speedup,
                       "%s: %s of %s are at the top, %s times serial; the data do not decide "
                       "between that and %s.",
                       kernel->name, division(best->cell).text, best->cell->model, range.text,
                       division(next->cell).text);
    else
        findings_say(findings, &of_ranks, best->speedup.interval.low / next->speedup.interval.high,
                     "%s: %u workers of %s are the fastest as %s, %s times serial; the next best, "
                     "%s, %s times.",
                     kernel->name, best->cell->workers, best->cell->model,
                     division(best->cell).text, range.text, division(next->cell).text,
                     findings_range(&next->speedup.interval).text);
}

static const struct experiment_figure figures[] = {
    {.heading = "ranks x threads, speedup",
     .quantity = QUANTITY_SPEEDUP,
     .alternative = "Speedup over serial with all cores against the ranks that share them,"},
    {0},
};

const struct experiment experiment_ranks = {
    .name = "ranks",
    .question = "how many ranks, with threads in each, should share all cores?",
    .traits = TRAIT_RANKS,
    /* As far as they divide the cores. */
    .axis = {.kind = AXIS_OPTION, .option = "ranks", .values = "1,2,4,8,16,32,64,128,256"},
    .is_costly = true, /* to start many ranks takes longer than they compute */
    .figures = figures,
    .find = find,
};
