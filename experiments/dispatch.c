/* dispatch: what it costs to hand out a task, by all ways to do so. */
#include "analysed_run.h"
#include "experiment.h"
#include "findings.h"
#include "sweep.h"
#include "text.h"

#include <math.h>
#include <string.h>

extern const struct experiment experiment_dispatch;

/* A task of next to no work, and one of about 10 µs of it. */
#define CHUNKS "1,65536"

static const struct finding_sort of_ways = {.most = 1}, of_messages = {.most = 1},
                                 of_processes = {.most = 1};

static bool is_fine(const struct kernel *kernel)
{
    return kernel->is_fine;
}

/* ---- what is measured ---- */

/* So many tasks that the sample of a full profile takes some tenths of a second, and so do smaller
 * ones of others, whose tasks are fewer. */
static uint64_t size_of(const struct kernel *kernel, const struct model_spec *choice,
                        const struct profile *profile)
{
    const unsigned traits = model_spec_traits(choice);
    const uint64_t chunk = model_spec_chunk(choice);
    const uint64_t least = 64, most = traits & TRAIT_BY_PROCESS   ? 1000
                                      : traits & TRAIT_BY_MESSAGE ? 20000
                                                                  : 200000;
    const uint64_t fewer = chunk > 1 && most > 20000 ? 20000 : most;
    const uint64_t tasks = fewer / profile->size_divisor;
    (void)kernel;
    return (tasks < least ? least : tasks) * (chunk > 0 ? chunk : 1);
}

static double tasks_of(const struct cell *cell)
{
    return (double)cell->size / axis_value(&experiment_dispatch.axis, cell);
}

/* ---- what is made of it ---- */

static void time_a_task(const struct analysis_of_cell *cell, struct summary *value)
{
    const double tasks = tasks_of(cell->cell);
    *value =
        plan_is_base(cell->cell) || isinf(tasks) ? own_none() : own_scaled(&cell->time, 1 / tasks);
}

/* What serial takes for a task's items. */
static double work_of(const struct analysis_of_cell *cell)
{
    return cell->base_s / tasks_of(cell->cell);
}

/* ---- in words ---- */

/* Whether it tells what a task costs: its own work is next to nothing. */
static bool is_of_costs(const struct analysis_of_cell *cell, struct summary *cost)
{
    if (!cell->verified || plan_is_aside(cell->cell) || plan_is_base(cell->cell) ||
        cell->cell->nodes > 1 || !experiment_has(&experiment_dispatch, cell->cell) ||
        axis_value(&experiment_dispatch.axis, cell->cell) != 1)
        return false;
    time_a_task(cell, cost);
    return cost->has_interval;
}

struct way {
    const struct analysis_of_cell *cell; /* NULL: there is none */
    struct summary cost;
};

/* Whether it has one of these traits, and no memory that workers share: there a message is none;
 * of 0 any. */
static bool is_by(const struct cell *cell, unsigned traits)
{
    return traits == 0 || (cell->traits & traits && !(cell->traits & TRAIT_SHARED_MEMORY));
}

/* The cheapest or the dearest of all with one of these traits; of 0: of all. */
static struct way find_way(const struct analysed_kernel *kernel, unsigned traits, bool is_dearest)
{
    struct way way = {NULL, {0}};
    struct summary cost;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!is_of_costs(cell, &cost) || !is_by(cell->cell, traits))
            continue;
        if (!way.cell ||
            (is_dearest ? cost.median > way.cost.median : cost.median < way.cost.median))
            way = (struct way){cell, cost};
    }
    return way;
}

/* The label without the axis. */
static struct axis_series name_of(const struct way *way)
{
    return axis_series(&experiment_dispatch.axis, way->cell->cell);
}

/* Between what messages or processes cost by different models, there may be much. */
static void say_of(const struct analysed_kernel *kernel, unsigned trait, const char *what,
                   const struct finding_sort *sort, const struct way *cheapest,
                   struct findings *findings)
{
    const struct way least = find_way(kernel, trait, false), most = find_way(kernel, trait, true);
    if (!least.cell || !most.cell || least.cost.interval.low <= cheapest->cost.interval.high)
        return;
    const double factor = least.cost.interval.low / cheapest->cost.interval.high;
    if (least.cell == most.cell)
        findings_say(findings, sort, factor, "%s: %s costs %s a task, by %s.", kernel->name, what,
                     own_range("s", &least.cost).text, name_of(&least).text);
    else
        findings_say(findings, sort, factor, "%s: %s costs from %s a task, by %s, to %s, by %s.",
                     kernel->name, what, own_range("s", &least.cost).text, name_of(&least).text,
                     own_range("s", &most.cost).text, name_of(&most).text);
}

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    const struct way cheapest = find_way(kernel, 0, false), dearest = find_way(kernel, 0, true);
    (void)cores;
    if (!cheapest.cell || !dearest.cell || cheapest.cell == dearest.cell)
        return;
    if (stats_overlap(&cheapest.cost, &dearest.cost))
        findings_doubt(findings, &cheapest.cost, &dearest.cost,
                       "%s: the data do not decide which way to hand out a task is the cheapest.",
                       kernel->name);
    else
        findings_say(findings, &of_ways, dearest.cost.interval.low / cheapest.cost.interval.high,
                     "%s: a task of next to no work costs %s by %s, the cheapest way to hand it "
                     "out, and %s by %s, the dearest.",
                     kernel->name, own_range("s", &cheapest.cost).text, name_of(&cheapest).text,
                     own_range("s", &dearest.cost).text, name_of(&dearest).text);
    say_of(kernel, TRAIT_BY_MESSAGE, "a message", &of_messages, &cheapest, findings);
    say_of(kernel, TRAIT_BY_PROCESS, "a process", &of_processes, &cheapest, findings);
}

static const struct own_quantity cost = {
    .name = "time a task", .brief = "time a task", .unit = "s", .value = time_a_task};

static const struct own_line lines[] = {
    {.title = "a task's work alone, by serial", .is_of_all = true, .value = work_of}, {0}};

static const struct experiment_figure figures[] = {
    {.heading = "what a task costs by each way to hand it out",
     .quantity = QUANTITY_OWN,
     .own = &cost,
     .lines = lines,
     .is_bars = true,
     .alternative = "Time over the number of tasks, by each way to hand them out,"},
    {0},
};

static const struct own_quantity *const columns[] = {&cost, NULL};

const struct experiment experiment_dispatch = {
    .name = "dispatch",
    .question = "what does a task cost by each way to hand it out?",
    .traits = TRAIT_CHUNKS,
    .without = TRAIT_RANKS | TRAIT_MAY_LOSE, /* threads of ranks hand out as threads alone do */
    .takes_on_request = true,
    .suits = is_fine,
    .varies = "schedule=dynamic,dispatch=imap,dispatch=imap-unordered,dispatch=async,"
              "dispatch=apply,transport=pipe,workers,order=completed,wait=all,channel,join,assign,"
              "ahead=16",
    .axis = {.kind = AXIS_OPTION, .option = "chunk", .values = CHUNKS, .name = "items of a task"},
    .size = size_of,
    .is_on_request = true,
    .figures = figures,
    .find = find,
    .heading = "What a task costs",
    .about = "As many tasks as there are, handed out by every way that the suite has, over all "
             "workers: time over the number of tasks. Above, a task is one item, next to no work, "
             "and a bar is what handing out costs; the dotted line is the work. Below, a task is "
             "about 10 µs of work: a bar that ends at the dotted line pays for nothing but one "
             "worker’s work, and one to its left gains from several.",
    .has_own_tables = true,
    .columns = columns,
    .legend = "What a task costs: time over the number of tasks, whoever computes them.",
};
