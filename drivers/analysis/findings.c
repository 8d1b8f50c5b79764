#include "findings.h"

#include "analysed_run.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A speedup that is this share of the workers is as good as all of it. */
static const double good = 0.95;

/* The cells of a kernel that a sentence is about. */
struct view {
    const struct analysed_kernel *kernel;
    unsigned allowed;
};

/* ---- what is there ---- */

static bool is_comparable(const struct analysis_of_cell *cell)
{
    return cell->has_speedup && cell->speedup.has_interval;
}

/* Threads of one process, of a model as it is by default. */
static bool is_of_threads(const struct cell *cell, bool locked)
{
    return cell->traits & TRAIT_SHARED_MEMORY && cell->threads == cell->workers &&
           locked == (bool)(cell->traits & TRAIT_LOCKED) && strcmp(cell->label, cell->model) == 0;
}

/* The cell of such threads with the most workers, at most `most`; NULL: none. */
static const struct analysis_of_cell *widest(const struct view *view, bool locked, unsigned most)
{
    const struct analysis_of_cell *found = NULL;
    for (size_t i = 0; i < view->kernel->count; i++) {
        const struct analysis_of_cell *cell = view->kernel->cells[i];
        const unsigned workers = cell->cell->workers;
        if (is_comparable(cell) && is_of_threads(cell->cell, locked) && workers <= most &&
            (!found || workers > found->cell->workers))
            found = cell;
    }
    return found;
}

/* Whether the cell has all cores to itself, and does not hold them back by a lock. */
static bool uses_all(const struct view *view, const struct analysis_of_cell *cell)
{
    return is_comparable(cell) && cell->cell->workers == view->allowed && view->allowed > 1 &&
           !(cell->cell->traits & TRAIT_LOCKED);
}

/* The fastest of those that use all cores, except `other`; NULL: none. */
static const struct analysis_of_cell *fastest(const struct view *view,
                                              const struct analysis_of_cell *other)
{
    const struct analysis_of_cell *found = NULL;
    for (size_t i = 0; i < view->kernel->count; i++)
        if (uses_all(view, view->kernel->cells[i]) && view->kernel->cells[i] != other &&
            (!found || view->kernel->cells[i]->speedup.median > found->speedup.median))
            found = view->kernel->cells[i];
    return found;
}

static bool overlap(const struct summary *a, const struct summary *b)
{
    return a->interval.low <= b->interval.high && b->interval.low <= a->interval.high;
}

/* ---- sentences ---- */

static enum status say(struct findings *findings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum status say(struct findings *findings, const char *format, ...)
{
    struct finding *grown = realloc(findings->list, (findings->count + 1) * sizeof *findings->list);
    if (!grown)
        return status_no_memory("the findings");
    findings->list = grown;
    va_list values;
    va_start(values, format);
    (void)vsnprintf(grown[findings->count++].text, FINDING_MAX, format, values);
    va_end(values);
    return STATUS_OK;
}

/* Threads under the lock beside the same threads without it. */
static enum status judge_lock(const struct view *view, struct findings *findings)
{
    const struct analysis_of_cell *gil = widest(view, true, 2 * view->allowed);
    const struct analysis_of_cell *threads = widest(view, false, view->allowed);
    if (!gil || !threads || gil->cell->workers < 2 || threads->cell->workers < 2)
        return STATUS_OK;
    const struct interval *locked = &gil->speedup.interval, *open = &threads->speedup.interval;
    if (overlap(&gil->speedup, &threads->speedup))
        return say(findings,
                   "%s: the data do not decide whether threads gain anything by not having to hold "
                   "a lock: %.2f to %.2f times serial's speed with it (%u threads), %.2f to %.2f "
                   "without (%u).",
                   view->kernel->name, locked->low, locked->high, gil->cell->workers, open->low,
                   open->high, threads->cell->workers);
    return say(findings,
               "%s: threads under the lock run at %.2f to %.2f times serial's speed with %u "
               "threads; the same kernel under OpenMP at %.2f to %.2f with %u.",
               view->kernel->name, locked->low, locked->high, gil->cell->workers, open->low,
               open->high, threads->cell->workers);
}

/* Which models the data cannot tell from the best one. */
static void list_equals(const struct view *view, const struct analysis_of_cell *best, char *text,
                        size_t length)
{
    *text = '\0';
    for (size_t i = 0; i < view->kernel->count; i++) {
        const struct analysis_of_cell *cell = view->kernel->cells[i];
        if (uses_all(view, cell) && cell != best && overlap(&cell->speedup, &best->speedup))
            text_append(text, length, "%s%s", *text ? ", " : "", cell->cell->label);
    }
}

static enum status judge_best(const struct view *view, struct findings *findings)
{
    const struct analysis_of_cell *best = fastest(view, NULL);
    const struct analysis_of_cell *next = best ? fastest(view, best) : NULL;
    char equals[160];
    if (!next)
        return STATUS_OK;
    const struct interval *interval = &best->speedup.interval;
    list_equals(view, best, equals, sizeof equals);
    if (*equals)
        return say(findings,
                   "%s: with %u workers %s is at the top, %.2f to %.2f times serial; the data do "
                   "not decide between it and %s.",
                   view->kernel->name, view->allowed, best->cell->label, interval->low,
                   interval->high, equals);
    return say(findings,
               "%s: %s is the fastest with %u workers, %.2f to %.2f times serial; the next one, "
               "%s, %.2f to %.2f times.",
               view->kernel->name, best->cell->label, view->allowed, interval->low, interval->high,
               next->cell->label, next->speedup.interval.low, next->speedup.interval.high);
}

/* The greatest loss, when its interval is above those of the others. */
static const char *greatest_loss(const struct efficiency *factors, const struct summary **share)
{
    static const char *const names[] = {"computing that serial does not do, or does faster",
                                        "waiting for the slowest worker",
                                        "communication, locks and hand-over"};
    const struct summary *losses[] = {&factors->lost.overhead, &factors->lost.imbalance,
                                      &factors->lost.communication};
    size_t greatest = 0;
    for (size_t i = 1; i < 3; i++)
        if (losses[i]->median > losses[greatest]->median)
            greatest = i;
    *share = losses[greatest];
    for (size_t i = 0; i < 3; i++)
        if (!losses[i]->has_interval || (i != greatest && overlap(losses[i], losses[greatest])))
            return NULL;
    return names[greatest];
}

/* Why a model with all cores is below what they could give. */
static enum status judge_limit(const struct analysis_of_cell *cell, struct findings *findings)
{
    const struct interval *speedup = &cell->speedup.interval;
    const struct summary *share;
    if (!(speedup->high < good * cell->cell->workers) || !cell->factors.is_complete)
        return STATUS_OK;
    const char *loss = greatest_loss(&cell->factors, &share);
    const char *slower = speedup->high < 1 ? ", slower than serial" : "";
    if (!loss)
        return say(findings,
                   "%s under %s with %u workers: %.2f to %.2f times serial%s; the data do not "
                   "decide which loss is the greatest.",
                   cell->cell->kernel, cell->cell->label, cell->cell->workers, speedup->low,
                   speedup->high, slower);
    return say(findings,
               "%s under %s with %u workers: %.2f to %.2f times serial%s. The greatest loss is %s: "
               "%.1f to %.1f %% of the workers' time%s.",
               cell->cell->kernel, cell->cell->label, cell->cell->workers, speedup->low,
               speedup->high, slower, loss, 100 * share->interval.low, 100 * share->interval.high,
               cell->factors.perturbed ? " (instrumenting perturbed it)" : "");
}

/* ---- against the best serial algorithm ---- */

/* Whether the cell's absolute speedup is another than its speedup, and known. */
static bool is_absolute(const struct analysis_of_cell *cell)
{
    return cell->has_absolute && cell->absolute.has_interval &&
           plan_is_best(cell->absolute_base->cell) && !plan_is_best(cell->cell);
}

/* The cell with the greatest absolute speedup; NULL: none. */
static const struct analysis_of_cell *closest(const struct view *view)
{
    const struct analysis_of_cell *found = NULL;
    for (size_t i = 0; i < view->kernel->count; i++)
        if (is_absolute(view->kernel->cells[i]) &&
            (!found || view->kernel->cells[i]->absolute.median > found->absolute.median))
            found = view->kernel->cells[i];
    return found;
}

/*
 * Of the cells that are faster than the best serial algorithm the one with the fewest workers, of
 * several the fastest; NULL: none. (F. McSherry, M. Isard, D. G. Murray, Scalability! But at what
 * COST?, HotOS XV, 2015: the Configuration that Outperforms a Single Thread.)
 */
static const struct analysis_of_cell *first_ahead(const struct view *view)
{
    const struct analysis_of_cell *found = NULL;
    for (size_t i = 0; i < view->kernel->count; i++) {
        const struct analysis_of_cell *cell = view->kernel->cells[i];
        if (!is_absolute(cell) || !(cell->absolute.interval.low > 1))
            continue;
        const unsigned workers = cell->cell->workers;
        if (!found || workers < found->cell->workers ||
            (workers == found->cell->workers && cell->absolute.median > found->absolute.median))
            found = cell;
    }
    return found;
}

/* Whether some cell may be faster than the best serial algorithm, as far as the data tell. */
static bool may_be_ahead(const struct view *view)
{
    bool may = false;
    for (size_t i = 0; i < view->kernel->count; i++)
        may = may || (is_absolute(view->kernel->cells[i]) &&
                      !(view->kernel->cells[i]->absolute.interval.high < 1));
    return may;
}

static enum status judge_absolute(const struct view *view, struct findings *findings)
{
    const struct analysis_of_cell *near = closest(view), *ahead = first_ahead(view);
    const struct analysis_of_cell *cell = ahead ? ahead : near;
    if (!near)
        return STATUS_OK;
    const struct interval *interval = &cell->absolute.interval;
    const char *plural = cell->cell->workers == 1 ? "" : "s";
    const char *best = *cell->cell->best ? cell->cell->best : cell->absolute_base->cell->label;
    if (ahead)
        return say(findings,
                   "%s: it takes %u worker%s, under %s, to be faster than the best serial "
                   "algorithm, %s: %.3g to %.3g times its speed.",
                   view->kernel->name, cell->cell->workers, plural, cell->cell->label, best,
                   interval->low, interval->high);
    if (may_be_ahead(view))
        return say(findings,
                   "%s: the data do not decide whether any cell is faster than the best serial "
                   "algorithm, %s: %s with %u worker%s reaches %.3g to %.3g times its speed.",
                   view->kernel->name, best, cell->cell->label, cell->cell->workers, plural,
                   interval->low, interval->high);
    return say(findings,
               "%s: no cell is faster than the best serial algorithm, %s: %s with %u worker%s "
               "reaches %.3g to %.3g times its speed.",
               view->kernel->name, best, cell->cell->label, cell->cell->workers, plural,
               interval->low, interval->high);
}

static enum status judge_kernel(const struct view *view, struct findings *findings)
{
    enum status status = judge_lock(view, findings);
    if (status == STATUS_OK)
        status = judge_best(view, findings);
    if (status == STATUS_OK)
        status = judge_absolute(view, findings);
    for (size_t i = 0; i < view->kernel->count && status == STATUS_OK; i++)
        if (uses_all(view, view->kernel->cells[i]))
            status = judge_limit(view->kernel->cells[i], findings);
    return status;
}

enum status findings_make(struct analysed_run *run)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < run->kernel_count && status == STATUS_OK; i++) {
        const struct view view = {&run->kernels[i], run->allowed};
        status = judge_kernel(&view, &run->findings);
    }
    return status;
}

void findings_free(struct findings *findings)
{
    free(findings->list);
    *findings = (struct findings){0, NULL};
}
