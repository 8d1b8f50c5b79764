/* gil-release: what threads gain by computing a part of their work without the lock. */
#include "analysed_run.h"
#include "bounds.h"
#include "experiment.h"
#include "hand_overs.h"
#include "kernel.h"
#include "lock_quantities.h"
#include "quantities.h"
#include "series.h"

#include <math.h>

extern const struct experiment experiment_gil_release;

/* One of even work, whose fraction of items is that of time; and one that waits for it. */
static bool suits(const struct kernel *kernel)
{
    return (kernel->is_fine || kernel->waits) && !kernel->of;
}

static double released(const struct cell *cell)
{
    const struct short_text text = axis_text(&experiment_gil_release.axis, cell);
    double fraction;
    return fraction_parse(text.text, &fraction) ? fraction : (double)NAN;
}

static void release(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = own_none();
    if (!isnan(released(cell->cell)))
        *value = (struct summary){1, released(cell->cell), false, own_none().interval};
}

static const struct own_quantity over_release = {"release", NULL, "", true, release};

/* Threads that can go on at once: who waits needs no core. NAN: more than there are cores, which
 * what is known here does not tell. */
static double at_once(const struct cell *cell)
{
    const struct kernel *kernel = kernel_find(cell->kernel);
    return cell->oversubscribed && !(kernel && kernel->waits) ? (double)NAN : cell->workers;
}

static double bound_in_turn(const struct analysis_of_cell *cell)
{
    const double threads = at_once(cell->cell);
    return isnan(threads) ? NAN : bounds_of_lock(released(cell->cell), (unsigned)threads);
}

static double bound_alone(const struct analysis_of_cell *cell)
{
    const double threads = at_once(cell->cell);
    return isnan(threads) ? NAN : bounds_of_serial_part(released(cell->cell), (unsigned)threads);
}

static const struct own_line lines[] = {
    {"min(p, 1/(1-f))", true, bound_in_turn}, {"Amdahl, 1/((1-f)+f/p)", true, bound_alone}, {0}};

/* What each hand-over takes of the time in which the bound could have been reached. */
static void price(const struct analysis_of_cell *cell, struct summary *value)
{
    struct hand_overs found;
    hand_overs_find(cell, bound_in_turn(cell), &found);
    *value = found.each_s;
}

static void bound(const struct analysis_of_cell *cell, struct summary *value)
{
    const double most = bound_in_turn(cell);
    *value = own_none();
    if (!isnan(most))
        *value = (struct summary){1, most, false, own_none().interval};
}

static const struct own_quantity most_quantity = {"bound", "bound", "", true, bound},
                                 price_quantity = {"missing to it, a hand-over", "missing each",
                                                   "s", false, price};

/* ---- in words ---- */

/* The cell of the series whose two bounds are the farthest apart; NULL: nothing is between them. */
static const struct analysis_of_cell *most_telling(const struct analysed_kernel *kernel,
                                                   const struct analysis_of_cell *first)
{
    const struct analysis_of_cell *found = NULL;
    double most = 0;
    for (const struct analysis_of_cell *cell = first; cell;
         cell = series_next(&experiment_gil_release, kernel, first, cell)) {
        const double apart = bound_in_turn(cell) - bound_alone(cell);
        if (cell->speedup.has_interval && apart > most) {
            found = cell;
            most = apart;
        }
    }
    return found;
}

/* "4.1 to 4.9 µs" a hand-over; nothing where that is not known. */
static struct short_text lacking(const struct analysis_of_cell *cell)
{
    struct summary each_s;
    price(cell, &each_s);
    return each_s.has_interval ? own_range("s", &each_s) : (struct short_text){""};
}

static void say(const struct analysed_kernel *kernel, const struct analysis_of_cell *cell,
                struct findings *findings)
{
    static const struct finding_sort of_release = {.most = 1};
    const double alone = bound_alone(cell), in_turn = bound_in_turn(cell);
    const struct summary amdahl = {1, alone, true, {alone, alone}};
    const struct short_text each = lacking(cell), range = findings_range(&cell->speedup.interval);
    char missing[96] = "";
    if (*each.text)
        (void)snprintf(missing, sizeof missing,
                       "; what is missing to that is %s for each "
                       "hand-over",
                       each.text);
    if (stats_overlap(&cell->speedup, &amdahl))
        findings_doubt(findings, &cell->speedup, &amdahl,
                       "%s: with %s of the work done without the lock, %u threads run at %s times "
                       "serial's speed; the data do not decide whether they overlap it with what "
                       "others do under the lock (%.2f times without that, at most %.2f with it).",
                       kernel->name, axis_text(&experiment_gil_release.axis, cell->cell).text,
                       cell->cell->workers, range.text, alone, in_turn);
    else
        findings_say(findings, &of_release, cell->speedup.interval.low,
                     "%s: with %s of the work done without the lock, %u threads run at %s times "
                     "serial's speed, %s than Amdahl's %.2f, and at most %.2f times can be%s.",
                     kernel->name, axis_text(&experiment_gil_release.axis, cell->cell).text,
                     cell->cell->workers, range.text,
                     cell->speedup.interval.low > alone ? "more" : "less", alone, in_turn, missing);
}

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    const struct experiment *own = &experiment_gil_release;
    (void)cores;
    for (const struct analysis_of_cell *first = series_first(own, kernel, NULL); first;
         first = series_first(own, kernel, first)) {
        const struct analysis_of_cell *cell = most_telling(kernel, first);
        if (cell)
            say(kernel, cell, findings);
    }
}

static const struct own_quantity *const columns[] = {&lock_speedup, &most_quantity,
                                                     &lock_hand_overs, &price_quantity, NULL};

static const struct experiment_figure figures[] = {
    {.heading = "work without the lock, speedup",
     .quantity = QUANTITY_OWN,
     .own = &lock_speedup,
     .over = &over_release,
     .lines = lines},
    {0},
};

const struct experiment experiment_gil_release = {
    .name = "gil-release",
    .question = "what do threads gain by computing a part of their work without the lock?",
    .traits = TRAIT_LOCKED | TRAIT_SHARED_MEMORY,
    .axis = {.kind = AXIS_OPTION,
             .option = "release",
             .values = "0,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0"},
    .suits = suits,
    .is_on_request = true,
    .figures = figures,
    .find = find,
    .heading = "Work without the lock",
    .about = "NumPy and zlib compute a fraction f of their work without the lock, and meanwhile "
             "another of the p threads has it. So the bound is not Amdahl's, which lets nobody "
             "else go on: it is p, or 1/(1-f), when the lock is never free. What is missing to it "
             "is what it costs to hand the lock over.",
    .has_own_tables = true,
    .columns = columns,
    .legend = "Bound: the lesser of the threads and 1 over the fraction that needs the lock. "
              "Missing: the time beyond that of the bound, for each hand-over.",
};
