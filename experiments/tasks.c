/* tasks: whole programs that are a few uneven tasks, in the order given. */
#include "analysed_run.h"
#include "experiment.h"
#include "kernel.h"
#include "lock_quantities.h"
#include "quantities.h"
#include "ratio.h"
#include "series.h"
#include "whole_tasks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

extern const struct experiment experiment_tasks;

/* Whose partials are as long as the work is: a task of it is large. */
static bool grows(const struct kernel *kernel)
{
    return kernel->partial_bytes == 0;
}

static bool suits(const struct kernel *kernel)
{
    return (kernel->is_uneven || grows(kernel)) && !kernel_is_map(kernel) && !kernel->of &&
           !kernel->is_limit;
}

/* The programs that courses show: sums of primes, and the same factorial twice. */
static const char *tasks(const struct kernel *kernel)
{
    return grows(kernel) ? "100000+100000" : "100000+200000+300000";
}

/* ---- bounds ---- */

static double most(const struct analysis_of_cell *cell)
{
    struct whole_tasks found;
    whole_tasks_find(cell, &found);
    return found.most.count > 0 ? found.most.median : (double)NAN;
}

static double in_order(const struct analysis_of_cell *cell)
{
    struct whole_tasks found;
    whole_tasks_find(cell, &found);
    return found.in_order.count > 0 ? found.in_order.median : (double)NAN;
}

static const struct own_line lines[] = {
    {"in any order", true, most}, {"in the order given", true, in_order}, {0}};

static void most_of(const struct analysis_of_cell *cell, struct summary *value)
{
    struct whole_tasks found;
    whole_tasks_find(cell, &found);
    *value = found.most;
}

static void in_order_of(const struct analysis_of_cell *cell, struct summary *value)
{
    struct whole_tasks found;
    whole_tasks_find(cell, &found);
    *value = found.in_order;
}

static const struct own_quantity most_quantity = {"in any order", "any order", "", true, most_of},
                                 in_order_quantity = {"in the order given", "in order", "", true,
                                                      in_order_of};

/* ---- in words ---- */

/* Whether the cell is one with tasks that workers share, and its speedup is known. */
static bool is_shared_out(const struct analysis_of_cell *cell)
{
    return series_has(&experiment_tasks, cell) && cell->speedup.has_interval &&
           !plan_is_base(cell->cell) && cell->cell->workers > 1;
}

/* The fastest with the fewest workers that are several, and have a core each; NULL: none. */
static const struct analysis_of_cell *find_fastest(const struct analysed_kernel *kernel)
{
    const struct analysis_of_cell *found = NULL;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!is_shared_out(cell) || cell->cell->oversubscribed)
            continue;
        const unsigned workers = cell->cell->workers;
        if (!found || workers < found->cell->workers ||
            (workers == found->cell->workers && cell->speedup.median > found->speedup.median))
            found = cell;
    }
    return found;
}

static void say_bounds(const struct analysed_kernel *kernel, struct findings *findings)
{
    static const struct finding_sort of_bounds = {.most = 1};
    const struct analysis_of_cell *best = find_fastest(kernel);
    struct whole_tasks found;
    if (!best)
        return;
    whole_tasks_find(best, &found);
    const struct short_text reached = findings_range(&best->speedup.interval);
    if (!found.most.has_interval)
        return;
    const struct short_text any = findings_range(&found.most.interval),
                            order = findings_range(&found.in_order.interval);
    if (found.in_order.interval.high < found.most.interval.low)
        findings_say(findings, &of_bounds, found.most.interval.low / found.in_order.interval.high,
                     "%s: %zu whole tasks can be %s times as fast with %u workers, by what each "
                     "takes alone, but %s times where whoever is free takes the next one in the "
                     "order given; %s reaches %s.",
                     kernel->name, found.count, any.text, best->cell->workers, order.text,
                     best->cell->label, reached.text);
    else
        findings_say(findings, &of_bounds, 1,
                     "%s: %zu whole tasks can be %s times as fast with %u workers, by what each "
                     "takes alone; %s reaches %s.",
                     kernel->name, found.count, any.text, best->cell->workers, best->cell->label,
                     reached.text);
}

/* How many times as long the one takes as the other, round by round. */
static struct summary ratio(const struct analysis_of_cell *cell,
                            const struct analysis_of_cell *other)
{
    const size_t rounds = cell->run->rounds;
    double *ratios = malloc((rounds + 1) * sizeof *ratios);
    struct summary found = own_none();
    for (size_t round = 0; ratios && round < rounds; round++)
        ratios[round] = cell->times[round] / other->times[round];
    if (ratios)
        found = ratio_of_pairs(ratios, rounds);
    free(ratios);
    return found;
}

/* The same model with as many processes for workers as the other cell has threads; NULL: none. */
static const struct analysis_of_cell *with_processes(const struct analysed_kernel *kernel,
                                                     const struct analysis_of_cell *locked)
{
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (is_shared_out(cell) && cell->cell->workers == locked->cell->workers &&
            cell->cell->ranks == 1 && !(cell->cell->traits & TRAIT_SHARED_MEMORY) &&
            strcmp(cell->cell->model, locked->cell->model) == 0)
            return cell;
    }
    return NULL;
}

/* Of an executor under the lock, with the most workers. */
static void say_processes(const struct analysed_kernel *kernel, struct findings *findings)
{
    static const struct finding_sort of_processes = {.most = 1};
    static const struct summary one = {1, 1, true, {1, 1}};
    const struct analysis_of_cell *threads = NULL, *processes = NULL;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        const bool is_locked = is_shared_out(cell) && cell->cell->traits & TRAIT_LOCKED;
        const struct analysis_of_cell *beside = is_locked ? with_processes(kernel, cell) : NULL;
        if (beside && (!threads || cell->cell->workers > threads->cell->workers)) {
            threads = cell;
            processes = beside;
        }
    }
    if (!threads)
        return;
    const struct summary faster = ratio(threads, processes);
    const struct short_text range = findings_range(&faster.interval);
    if (!faster.has_interval)
        return;
    if (faster.interval.low <= 1 && faster.interval.high >= 1)
        findings_doubt(findings, &faster, &one,
                       "%s: the data do not decide whether %u processes are faster than as many "
                       "threads under the lock: %s times (%s, %s).",
                       kernel->name, threads->cell->workers, range.text, processes->cell->label,
                       threads->cell->label);
    else
        findings_say(findings, &of_processes,
                     faster.interval.low > 1 ? faster.interval.low : 1 / faster.interval.high,
                     "%s: whole tasks in %u processes are %s times as fast as in as many threads "
                     "under the lock (%s, %s).",
                     kernel->name, threads->cell->workers, range.text, processes->cell->label,
                     threads->cell->label);
}

/* Equal tasks in as many threads under the lock, beside one of them. */
static void say_equal(const struct analysed_kernel *kernel, struct findings *findings)
{
    static const struct finding_sort of_equal = {.most = 1};
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        struct whole_tasks found;
        if (!is_shared_out(cell) || !(cell->cell->traits & TRAIT_LOCKED) ||
            cell->cell->workers != cell->cell->size)
            continue;
        whole_tasks_find(cell, &found);
        const struct analysis_of_cell *alone = whole_tasks_alone(cell, 0);
        if (!alone || alone != whole_tasks_alone(cell, found.count - 1))
            continue;
        const struct summary longer = ratio(cell, alone);
        if (longer.has_interval)
            findings_say(findings, &of_equal, longer.interval.low,
                         "%s: %zu equal tasks in as many threads under the lock take %s times as "
                         "long as one of them (%s).",
                         kernel->name, found.count, findings_range(&longer.interval).text,
                         cell->cell->label);
        return;
    }
}

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    (void)cores;
    say_bounds(kernel, findings);
    say_processes(kernel, findings);
    say_equal(kernel, findings);
}

static const struct own_quantity *const columns[] = {&lock_speedup, &in_order_quantity,
                                                     &most_quantity, NULL};

static const struct experiment_figure figures[] = {
    {.heading = "whole tasks, speedup",
     .quantity = QUANTITY_OWN,
     .own = &lock_speedup,
     .lines = lines},
    {0},
};

const struct experiment experiment_tasks = {
    .name = "tasks",
    .question = "how much faster are a few whole tasks with more workers?",
    .takes_on_request = true,
    .without = TRAIT_POINT_TO_POINT | TRAIT_ANY_ORDER,
    .varies = "workers=gil,workers=processes",
    .axis = {.kind = AXIS_WORKERS, .values = "1,2,3"},
    .oversubscription = 2,
    .suits = suits,
    .tasks = tasks,
    .timeline = TIMELINE_EXTREMES,
    .is_on_request = true,
    .figures = figures,
    .find = find,
    .heading = "Whole tasks",
    .about = "Some programs are a few tasks that nobody divides: sums of all prime numbers up "
             "to 100000, 200000 and 300000, or 100000!, twice. However many workers there "
             "are, it takes as long as the largest task; and with fewer workers than tasks it "
             "depends on the order, for the largest may begin last. Both bounds are reckoned from "
             "what each task takes by itself.",
    .has_own_tables = true,
    .columns = columns,
    .legend = "In order, any order: the speedups that free workers could reach which take the next "
              "task in the order given, or in the best one, by what each task takes by itself.",
};
