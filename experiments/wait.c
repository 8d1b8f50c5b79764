/* wait: threads that have a lock, for what they wait for and do not compute. */
#include "analysed_run.h"
#include "counts.h"
#include "experiment.h"
#include "kernel.h"
#include "lock_quantities.h"
#include "quantities.h"
#include "series.h"

#include <math.h>

extern const struct experiment experiment_wait;

static bool suits(const struct kernel *kernel)
{
    return kernel->waits;
}

static void overtaken(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = counts_of(cell, "futures::overtaken");
}

static const struct own_quantity overtaken_quantity = {"overtaken", NULL, "", true, overtaken};

/* ---- in words ---- */

/* The cell with the most workers of all, and of these the fastest or the slowest; NULL: none. */
static const struct analysis_of_cell *find_end(const struct analysed_kernel *kernel, bool fastest)
{
    const struct analysis_of_cell *found = NULL;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!series_has(&experiment_wait, cell) || !cell->speedup.has_interval ||
            plan_is_base(cell->cell))
            continue;
        const bool is_faster = found && cell->speedup.median > found->speedup.median;
        if (!found || cell->cell->workers > found->cell->workers ||
            (cell->cell->workers == found->cell->workers && is_faster == fastest))
            found = cell;
    }
    return found;
}

static void say_gain(const struct analysed_kernel *kernel, unsigned cores,
                     struct findings *findings)
{
    static const struct finding_sort of_waiting = {.most = 1};
    const struct analysis_of_cell *best = find_end(kernel, true), *worst = find_end(kernel, false);
    if (!best || best == worst || best->cell->workers < 2)
        return;
    const struct short_text gain = findings_range(&best->speedup.interval),
                            kept = findings_range(&worst->speedup.interval);
    if (stats_overlap(&best->speedup, &worst->speedup))
        findings_doubt(findings, &best->speedup, &worst->speedup,
                       "%s: the data do not decide whether %u threads gain anything by giving "
                       "their lock up while they wait: %s and %s times serial's speed.",
                       kernel->name, best->cell->workers, gain.text, kept.text);
    else
        findings_say(findings, &of_waiting,
                     best->speedup.interval.low / worst->speedup.interval.high,
                     "%s: %u threads with one lock wait %s times as fast as one on %u core%s "
                     "(%s); where they keep it while they wait, %s times (%s).",
                     kernel->name, best->cell->workers, gain.text, cores, plural(cores),
                     best->cell->label, kept.text, worst->cell->label);
}

/* Who takes each result as it comes. */
static void say_order(const struct analysis_of_cell *cell, struct findings *findings)
{
    static const struct finding_sort of_order = {.most = 1};
    const struct summary late = counts_of(cell, "futures::overtaken");
    if (!late.has_interval || !(late.interval.low > 0))
        return;
    findings_say(findings, &of_order, 1,
                 "%s under %s with %u workers: %s of %u results come after one that was submitted "
                 "later.",
                 cell->cell->kernel, cell->cell->label, cell->cell->workers,
                 findings_range(&late.interval).text, (unsigned)cell->cell->size);
}

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    const struct analysis_of_cell *late = NULL;
    say_gain(kernel, cores, findings);
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (series_has(&experiment_wait, cell) &&
            counts_of(cell, "futures::overtaken").median > 0 &&
            (!late || cell->cell->workers > late->cell->workers))
            late = cell;
    }
    if (late)
        say_order(late, findings);
}

static const struct own_quantity *const columns[] = {&lock_speedup, &overtaken_quantity,
                                                     &lock_hand_overs, NULL};

static const struct experiment_figure figures[] = {
    {.heading = "waiting, speedup", .quantity = QUANTITY_SPEEDUP},
    {0},
};

const struct experiment experiment_wait = {
    .name = "wait",
    .question = "what do threads with a lock gain where they wait?",
    .traits = TRAIT_LOCKED | TRAIT_SHARED_MEMORY,
    .takes_on_request = true,
    .varies = "release=1,workers=gil:chunk=1,workers=gil:chunk=1:order=completed",
    .axis = {.kind = AXIS_WORKERS, .values = "1,2,4,8"},
    .oversubscription = 8, /* who waits needs no core */
    .suits = suits,
    .timeline = TIMELINE_EXTREMES,
    .is_on_request = true,
    .figures = figures,
    .find = find,
    .heading = "Waiting",
    .about = "What waits for a disk, a network or another program needs no core meanwhile. Threads "
             "that give their lock up while they wait, as all of Python's own calls do, are as "
             "many times as fast as they are many, on one core, too. An extension that keeps the "
             "lock while it waits lets nobody else go on.",
    .has_own_tables = true,
    .columns = columns,
    .legend = "Hand-overs are those of one execution; overtaken: results that came after one that "
              "was submitted later.",
};
