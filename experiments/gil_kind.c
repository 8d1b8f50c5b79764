/* gil-kind: the lock that is handed on to who asks for it, and the older one that nobody had to
 * hand on: the convoy effect. */
#include "analysed_run.h"
#include "counts.h"
#include "experiment.h"
#include "lock_quantities.h"
#include "quantities.h"
#include "series.h"

#include <math.h>

extern const struct experiment experiment_gil_kind;

/* One whose ticks are short, and that is no other one's algorithm. */
static bool suits(const struct kernel *kernel)
{
    return kernel->is_fine && !kernel->of;
}

/* ---- in words ---- */

/* The cell of the series with the most threads. */
static const struct analysis_of_cell *widest(const struct analysed_kernel *kernel,
                                             const struct analysis_of_cell *first)
{
    const struct analysis_of_cell *last = first;
    for (const struct analysis_of_cell *cell = first; cell;
         cell = series_next(&experiment_gil_kind, kernel, first, cell))
        last = cell;
    return last;
}

/* Of another lock beside the one that the model has by default, with as many threads. */
static void say(const struct analysed_kernel *kernel, const struct analysis_of_cell *own,
                const struct analysis_of_cell *other, struct findings *findings)
{
    static const struct finding_sort of_kinds = {.most = 1};
    const struct summary vain = counts_of(other, "gil::vain_wakeups"),
                         handed = counts_of(other, "gil::handoffs"),
                         none = counts_of(own, "gil::vain_wakeups");
    const struct short_text woken = findings_range(&vain.interval),
                            speed = findings_range(&other->speedup.interval),
                            beside = findings_range(&own->speedup.interval);
    if (!vain.has_interval || !handed.has_interval || !none.has_interval)
        return;
    if (stats_overlap(&vain, &none))
        findings_doubt(findings, &vain, &none,
                       "%s: the data do not decide whether %s wakes one of %u threads in vain more "
                       "often than %s: %s and %s times an execution.",
                       kernel->name, other->cell->label, other->cell->workers, own->cell->label,
                       woken.text, findings_range(&none.interval).text);
    else
        findings_say(findings, &of_kinds, fmax(vain.interval.low, 1),
                     "%s: %s wakes one of %u threads in vain %s times an execution, in which it "
                     "hands the lock on %s times; %s wakes in vain %s times. Speed: %s and %s "
                     "times serial's.",
                     kernel->name, other->cell->label, other->cell->workers, woken.text,
                     findings_range(&handed.interval).text, own->cell->label,
                     findings_range(&none.interval).text, speed.text, beside.text);
}

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    const struct experiment *own = &experiment_gil_kind;
    const struct analysis_of_cell *by_default = NULL;
    (void)cores;
    for (const struct analysis_of_cell *first = series_first(own, kernel, NULL); first;
         first = series_first(own, kernel, first)) {
        const struct analysis_of_cell *cell = widest(kernel, first);
        if (!cell->speedup.has_interval || cell->cell->workers < 2)
            continue;
        if (plan_has_defaults(cell->cell))
            by_default = cell;
        else if (by_default && cell->cell->workers == by_default->cell->workers)
            say(kernel, by_default, cell, findings);
    }
}

static const struct own_quantity *const columns[] = {&lock_hand_overs, &lock_vain, NULL};

static const struct experiment_figure figures[] = {
    {.heading = "two locks, speedup", .quantity = QUANTITY_SPEEDUP},
    {.heading = "two locks, vain wake-ups", .quantity = QUANTITY_OWN, .own = &lock_vain},
    {0},
};

const struct experiment experiment_gil_kind = {
    .name = "gil-kind",
    .question = "what was wrong with Python 2's lock: what is the convoy effect?",
    .traits = TRAIT_LOCKED | TRAIT_SHARED_MEMORY,
    .varies = "kind=ticks:every=1,kind=ticks:every=10,kind=ticks,kind=ticks:every=1000",
    .oversubscription = 2,
    .suits = suits,
    .enlarged = 2, /* an execution lasts for some of the newer lock's intervals */
    .is_on_request = true,
    .figures = figures,
    .find = find,
    .heading = "Two locks",
    .about = "Python 2 gave its lock up after every 100 ticks. That wakes a thread that waits, and "
             "before it is awake the one that computes has taken the lock again: the thread was "
             "woken in vain, once for each time that the lock was given up. Python since 3.2 hands "
             "its lock on when somebody asks for it, and wakes nobody in vain.",
    .has_own_tables = true,
    .columns = columns,
    .legend = "Hand-overs are those of one execution; in vain: a thread was woken, and who had "
              "given the lock up had taken it again.",
};
