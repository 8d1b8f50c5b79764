/* overlap: whether a message costs less that travels while somebody computes. */
#include "analysed_run.h"
#include "experiment.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

extern const struct experiment experiment_overlap;

/* Maps whose work takes about as long as moving it, and as long for each item. */
static bool suits(const struct kernel *kernel)
{
    return kernel_is_map(kernel) && !kernel->is_uneven && !kernel->of && !kernel->is_limit &&
           !kernel->moves_bytes;
}

/* Pieces are given in items, and so one size holds for all profiles: 16 MiB for either rank. */
static uint64_t size_of(const struct kernel *kernel, const struct model_spec *choice,
                        const struct profile *profile)
{
    (void)choice;
    (void)profile;
    return kernel->default_size / 32;
}

/* ---- what is hidden ---- */

static bool is_one(const struct analysis_of_cell *cell)
{
    return cell->verified && !plan_is_base(cell->cell) && !plan_is_aside(cell->cell) &&
           experiment_has(&experiment_overlap, cell->cell);
}

/* The model as it is by default, with calls that wait; NULL: it was not measured. */
static const struct analysis_of_cell *waiting_beside(const struct analysis_of_cell *cell)
{
    const struct analysed_kernel *kernel = &cell->run->kernels[cell->kernel];
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *other = kernel->cells[i];
        if (is_one(other) && plan_has_defaults(other->cell) &&
            other->cell->workers == cell->cell->workers && other->cell->size == cell->cell->size &&
            other->cell->nodes == cell->cell->nodes &&
            strcmp(other->cell->model, cell->cell->model) == 0)
            return other;
    }
    return NULL;
}

/* Seconds of a rank's share of the work, by serial; NAN: nobody knows. */
static double work_of(const struct analysis_of_cell *cell, size_t round)
{
    const struct analysis_of_cell *serial = cell->base;
    return serial && serial->verified ? serial->times[round] / cell->cell->workers : (double)NAN;
}

/* Of the time that moving takes where all wait for it, how many percent this cell has saved. */
static void hidden_of(const struct analysis_of_cell *cell, struct summary *value)
{
    const struct analysis_of_cell *waiting = is_one(cell) ? waiting_beside(cell) : NULL;
    *value = own_none();
    if (!waiting || waiting == cell)
        return;
    const size_t rounds = cell->run->rounds;
    double *shares = memory_new(rounds, sizeof *shares);
    for (size_t round = 0; round < rounds; round++) {
        const double moving = waiting->times[round] - work_of(waiting, round);
        shares[round] =
            moving > 0 ? 100 * (waiting->times[round] - cell->times[round]) / moving : (double)NAN;
    }
    *value = stats_summary(shares, rounds);
    free(shares);
}

static void time_of(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = is_one(cell) ? cell->time : own_none();
}

static double work_alone(const struct analysis_of_cell *cell)
{
    const struct analysis_of_cell *serial = cell->base;
    return is_one(cell) && serial && serial->verified ? serial->time.median / cell->cell->workers
                                                      : (double)NAN;
}

/* ---- findings ---- */

static const struct finding_sort of_hiding = {.most = 1};

static void say(const struct analysed_kernel *kernel, const struct analysis_of_cell *best,
                const struct summary *hidden, struct findings *findings)
{
    const struct analysis_of_cell *waiting = waiting_beside(best);
    const struct interval *percent = &hidden->interval;
    if (percent->low > 0)
        findings_say(findings, &of_hiding, 1 / (1 - fmin(percent->low, 99) / 100),
                     "%s: of what moving takes where ranks wait for it, %s hides %s %%: some move "
                     "while others compute.",
                     kernel->name, best->cell->label, findings_range(percent).text);
    else if (percent->high < 0)
        findings_say(findings, &of_hiding, 1 - percent->high / 100,
                     "%s: no message is hidden behind the work: %s, the least slow of those that "
                     "do not wait, takes longer than %s.",
                     kernel->name, best->cell->label, waiting->cell->label);
    else
        findings_doubt(findings, &best->time, &waiting->time,
                       "%s: the data do not decide whether messages that travel while ranks "
                       "compute cost less: %s hides %.0f to %.0f %% of what moving takes.",
                       kernel->name, best->cell->label, percent->low, percent->high);
}

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    const struct analysis_of_cell *best = NULL;
    struct summary most = own_none();
    (void)cores;
    for (size_t i = 0; i < kernel->count; i++) {
        struct summary hidden;
        hidden_of(kernel->cells[i], &hidden);
        if (hidden.has_interval && (!best || hidden.median > most.median)) {
            best = kernel->cells[i];
            most = hidden;
        }
    }
    if (best)
        say(kernel, best, &most, findings);
}

static const struct own_quantity
    time = {.name = "time", .unit = "s", .is_linear = true, .value = time_of},
    hidden = {.name = "hidden", .unit = "%", .is_linear = true, .value = hidden_of};

static const struct own_line lines[] = {
    {.title = "the work alone", .is_of_all = true, .value = work_alone}, {0}};

static const struct experiment_figure figures[] = {
    {.heading = "messages that are waited for, and others",
     .quantity = QUANTITY_OWN,
     .own = &time,
     .lines = lines,
     .is_bars = true},
    {0},
};

static const struct own_quantity *const columns[] = {&hidden, NULL};

const struct experiment experiment_overlap = {
    .name = "overlap",
    .question = "does a message cost less that travels while somebody computes?",
    .traits = TRAIT_POINT_TO_POINT,
    .takes_on_request = true,
    .launches = 1u << LAUNCH_RANKS,
    .suits = suits,
    /* The first piece is a share, as with the other calls: so these differ by the call alone. */
    .varies = "call=nonblocking:chunk=2097152,call=persistent,call=nonblocking,"
              "call=nonblocking:chunk=131072,call=nonblocking:chunk=32768",
    .axis = {.kind = AXIS_WORKERS, .values = "2"},
    .size = size_of,
    .is_on_request = true,
    .figures = figures,
    .find = find,
    .timeline = TIMELINE_ALL,
    .heading = "Messages beside work",
    .about =
        "The first of two ranks sends the other its half of the inputs, and gets its outputs back. "
        "With blocking calls it waits until they have gone; with persistent ones, and nonblocking "
        "ones of <code>chunk=2097152</code>, the half travels as one while it computes, and "
        "with others by pieces while both compute. On one node a message is "
        "a copy that its receiver makes inside a call of its own: nothing travels while that one "
        "computes. What can be saved is that one rank computes while the other one copies.",
    .has_own_tables = true,
    .columns = columns,
    .legend = "hidden: of the time that blocking calls take beyond a rank's share of the work.",
};
