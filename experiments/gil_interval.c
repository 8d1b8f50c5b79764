/* gil-interval: what it costs threads to hand their lock on, the shorter each may keep it. */
#include "analysed_run.h"
#include "experiment.h"
#include "hand_overs.h"
#include "lock_quantities.h"
#include "quantities.h"
#include "series.h"

extern const struct experiment experiment_gil_interval;

/* One whose ticks are short beside all intervals, and that is no other one's algorithm. */
static bool suits(const struct kernel *kernel)
{
    return kernel->is_fine && !kernel->of;
}

static void interval(const struct analysis_of_cell *cell, struct summary *value)
{
    const struct short_text text = axis_text(&experiment_gil_interval.axis, cell->cell);
    double seconds;
    *value = own_none();
    if (duration_parse(text.text, &seconds))
        *value = (struct summary){1, seconds, false, own_none().interval};
}

static const struct own_quantity over_interval = {"interval", NULL, "s", false, interval};

/* ---- in words ---- */

/* "; after 5ms 180 to 190 times, 1.00 to 1.01 times serial's speed", of the cell of the series
 * whose model is as it is by default; nothing where it was not measured. */
static struct finding_end {
    char text[160];
} by_default(const struct analysed_kernel *kernel, const struct analysis_of_cell *first)
{
    const struct experiment *own = &experiment_gil_interval;
    struct finding_end end = {""};
    struct hand_overs found;
    for (const struct analysis_of_cell *cell = first; cell;
         cell = series_next(own, kernel, first, cell)) {
        hand_overs_find(cell, 1, &found);
        if (cell != first && plan_has_defaults(cell->cell) && found.a_second.has_interval)
            (void)snprintf(end.text, sizeof end.text,
                           "; after %s %s times, at %s times serial's speed",
                           axis_text(&own->axis, cell->cell).text,
                           findings_range(&found.a_second.interval).text,
                           findings_range(&cell->speedup.interval).text);
    }
    return end;
}

static void say(const struct analysed_kernel *kernel, const struct analysis_of_cell *first,
                struct findings *findings)
{
    static const struct finding_sort of_hand_overs = {.most = 1};
    static const struct summary one = {1, 1, true, {1, 1}};
    const struct short_text asked = axis_text(&experiment_gil_interval.axis, first->cell);
    struct hand_overs found;
    hand_overs_find(first, 1, &found);
    if (!found.a_second.has_interval || !first->speedup.has_interval)
        return;
    const struct short_text rate = findings_range(&found.a_second.interval);
    const struct interval percent = {100 * found.lost.interval.low, 100 * found.lost.interval.high};
    if (found.each_s.has_interval)
        findings_say(findings, &of_hand_overs, 1 / first->speedup.interval.high,
                     "%s: %u threads under the lock hand it on %s times a second where they ask "
                     "for it after %s, which takes %s %% of the time, %s each%s.",
                     kernel->name, first->cell->workers, rate.text, asked.text,
                     findings_range(&percent).text, own_range("s", &found.each_s).text,
                     by_default(kernel, first).text);
    else
        findings_doubt(findings, &first->speedup, &one,
                       "%s: %u threads under the lock hand it on %s times a second where they ask "
                       "for it after %s; the data do not decide whether that costs anything: %s "
                       "times serial's speed.",
                       kernel->name, first->cell->workers, rate.text, asked.text,
                       findings_range(&first->speedup.interval).text);
}

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    const struct experiment *own = &experiment_gil_interval;
    (void)cores;
    for (const struct analysis_of_cell *first = series_first(own, kernel, NULL); first;
         first = series_first(own, kernel, first))
        if (first->cell->workers > 1)
            say(kernel, first, findings);
}

static const struct own_quantity *const columns[] = {&lock_hand_overs, &lock_hand_over_price,
                                                     &lock_forced, NULL};

static const struct experiment_figure figures[] = {
    {.heading = "the lock's interval, speedup",
     .quantity = QUANTITY_OWN,
     .own = &lock_speedup,
     .over = &over_interval},
    {.heading = "the lock's interval, hand-overs",
     .quantity = QUANTITY_OWN,
     .own = &lock_hand_over_rate,
     .over = &over_interval},
    {0},
};

const struct experiment experiment_gil_interval = {
    .name = "gil-interval",
    .question = "what does it cost threads to hand their lock on?",
    .traits = TRAIT_LOCKED | TRAIT_SHARED_MEMORY,
    .axis = {.kind = AXIS_OPTION,
             .option = "interval",
             .values = "10us,20us,50us,100us,500us,5ms,50ms"},
    .widths = "1,2,4,8",
    .oversubscription = 8, /* how many of them wait for the lock matters, and not how many cores */
    .suits = suits,
    .enlarged = 2, /* an execution lasts for the longest interval */
    .is_on_request = true,
    .figures = figures,
    .find = find,
    .heading = "The lock's interval",
    .about = "A thread that waits for the lock asks for it after the interval, and has it at the "
             "next safe point of the one that computes: Python's sys.setswitchinterval, 5 ms. "
             "However many threads there are, one computes, so that a line at 1 has lost nothing. "
             "What is below 1 on the left is the price of more hand-overs.",
    .has_own_tables = true,
    .columns = columns,
    .legend = "Hand-overs are those of one execution; forced: the holder waited until another "
              "thread had the lock. Each costs: the time beyond serial's, for each of them.",
};
