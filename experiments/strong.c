/* strong: the same work with more workers. */
#include "analysed_run.h"
#include "experiment.h"
#include "text.h"

/* A speedup that is this share of the workers is as good as all of it. */
static const double good = 0.95;

/* Whether the cell has all cores to itself, and does not hold them back by a lock. */
static bool uses_all(const struct analysis_of_cell *cell, unsigned cores)
{
    return cell->speedup.has_interval && cell->cell->workers == cores && cores > 1 &&
           !(cell->cell->traits & TRAIT_LOCKED);
}

/* The fastest of such cells, but for the other one, which may be NULL; NULL: there is none. */
static const struct analysis_of_cell *fastest(const struct analysed_kernel *kernel, unsigned cores,
                                              const struct analysis_of_cell *but)
{
    const struct analysis_of_cell *found = NULL;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (uses_all(cell, cores) && cell != but &&
            (!found || cell->speedup.median > found->speedup.median))
            found = cell;
    }
    return found;
}

static void judge_best(const struct analysed_kernel *kernel, unsigned cores, json_t *findings)
{
    const struct analysis_of_cell *best = fastest(kernel, cores, NULL);
    const struct analysis_of_cell *next = fastest(kernel, cores, best);
    char equals[160] = ""; /* models that the data cannot tell from the best one */
    if (!next)
        return;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (uses_all(cell, cores) && cell != best && stats_overlap(&cell->speedup, &best->speedup))
            text_append(equals, sizeof equals, "%s%s", *equals ? ", " : "", cell->cell->label);
    }
    const struct interval *interval = &best->speedup.interval;
    if (*equals)
        findings_say(findings,
                     "%s: with %u workers %s is at the top, %.2f to %.2f times serial; the data do "
                     "not decide between it and %s.",
                     kernel->name, cores, best->cell->label, interval->low, interval->high, equals);
    else
        findings_say(
            findings,
            "%s: %s is the fastest with %u workers, %.2f to %.2f times serial; the next one, "
            "%s, %.2f to %.2f times.",
            kernel->name, best->cell->label, cores, interval->low, interval->high,
            next->cell->label, next->speedup.interval.low, next->speedup.interval.high);
}

/* Why a model with all cores is below what they could give. */
static void judge_limit(const struct analysis_of_cell *cell, json_t *findings)
{
    static const char *const names[] = {
        [SHARE_OVERHEAD] = "computing that serial does not do, or does faster",
        [SHARE_IMBALANCE] = "waiting for the slowest worker",
        [SHARE_COMMUNICATION] = "communication, locks and hand-over"};
    const struct interval *speedup = &cell->speedup.interval;
    bool is_decided;
    const enum share loss = efficiency_loss(cell->factors.over_rounds, &is_decided);
    if (!(speedup->high < good * cell->cell->workers) || !cell->factors.is_complete)
        return;
    char limit[256] = "; the data do not decide which loss is the greatest";
    if (is_decided)
        (void)snprintf(limit, sizeof limit,
                       ". The greatest loss is %s: %.1f to %.1f %% of the workers' time%s",
                       names[loss], 100 * cell->factors.over_rounds[loss].interval.low,
                       100 * cell->factors.over_rounds[loss].interval.high,
                       cell->factors.perturbed ? " (instrumenting perturbed it)" : "");
    findings_say(findings, "%s under %s with %u workers: %.2f to %.2f times serial%s%s.",
                 cell->cell->kernel, cell->cell->label, cell->cell->workers, speedup->low,
                 speedup->high, speedup->high < 1 ? ", slower than serial" : "", limit);
}

/* ---- against the best serial algorithm ---- */

/* Whether the cell's absolute speedup is another than its speedup, and known. */
static bool is_absolute(const struct analysis_of_cell *cell)
{
    return cell->absolute.has_interval && plan_is_best(cell->absolute_base->cell) &&
           !plan_is_best(cell->cell);
}

/*
 * Whether the cell is to be told of rather than the other one: of those that are faster than the
 * best serial algorithm that with the fewest workers, of several the fastest; where there is none,
 * the fastest cell. (F. McSherry, M. Isard, D. G. Murray, Scalability! But at what COST?, HotOS XV,
 * 2015: the Configuration that Outperforms a Single Thread.)
 */
static bool is_before(const struct analysis_of_cell *cell, const struct analysis_of_cell *other)
{
    const bool is_ahead = cell->absolute.interval.low > 1;
    if (is_ahead != (other->absolute.interval.low > 1))
        return is_ahead;
    if (is_ahead && cell->cell->workers != other->cell->workers)
        return cell->cell->workers < other->cell->workers;
    return cell->absolute.median > other->absolute.median;
}

static void judge_absolute(const struct analysed_kernel *kernel, json_t *findings)
{
    const struct analysis_of_cell *told = NULL;
    bool may_be_ahead = false;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!is_absolute(cell))
            continue;
        may_be_ahead = may_be_ahead || !(cell->absolute.interval.high < 1);
        told = !told || is_before(cell, told) ? cell : told;
    }
    if (!told)
        return;
    const struct cell *cell = told->cell;
    const struct interval *interval = &told->absolute.interval;
    const char *best = *cell->best ? cell->best : told->absolute_base->cell->label;
    const char *end = cell->workers == 1 ? "" : "s";
    if (interval->low > 1)
        findings_say(findings,
                     "%s: it takes %u worker%s, under %s, to be faster than the best serial "
                     "algorithm, %s: %.3g to %.3g times its speed.",
                     kernel->name, cell->workers, end, cell->label, best, interval->low,
                     interval->high);
    else
        findings_say(findings,
                     "%s: %s is faster than the best serial algorithm, %s: %s with %u worker%s "
                     "reaches %.3g to %.3g times its speed.",
                     kernel->name,
                     may_be_ahead ? "the data do not decide whether any cell" : "no cell", best,
                     cell->label, cell->workers, end, interval->low, interval->high);
}

static void find(const struct analysed_kernel *kernel, unsigned cores, json_t *findings)
{
    judge_best(kernel, cores, findings);
    judge_absolute(kernel, findings);
    for (size_t i = 0; i < kernel->count; i++)
        if (uses_all(kernel->cells[i], cores))
            judge_limit(kernel->cells[i], findings);
}

static const struct experiment_figure figures[] = {
    {.heading = "strong scaling, speedup",
     .quantity = QUANTITY_SPEEDUP,
     .has_law = true,
     .law = LAW_UNIVERSAL},
    {.heading = "strong scaling, efficiency", .quantity = QUANTITY_EFFICIENCY},
    {.heading = "strong scaling, time", .quantity = QUANTITY_TIME},
    {0},
};

const struct experiment experiment_strong = {
    .name = "strong",
    .question = "how much faster is the same work with more workers?",
    .laws = 1u << LAW_AMDAHL | 1u << LAW_UNIVERSAL,
    .figures = figures,
    .find = find,
};
