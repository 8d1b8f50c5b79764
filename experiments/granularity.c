/* granularity: how small a task may be before half of the workers' time is what it costs. */
#include "analysed_run.h"
#include "experiment.h"
#include "memory.h"
#include "metg.h"
#include "quantities.h"
#include "series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Items of all tasks together: some milliseconds of a kernel that is fine; of tasks that are
 * processes more of them, so that there are enough. */
enum { ITEMS = 1 << 23, ITEMS_OF_PROCESSES = 1 << 25 };

/* The fewest items of a task that is a message, or a process: a million forks would take minutes,
 * and tell nothing that a thousand do not. */
enum { ITEMS_BY_MESSAGE = 1 << 9, ITEMS_BY_PROCESS = 1 << 15 };

extern const struct experiment experiment_granularity;

static const struct finding_sort of_tasks = {.most = 3};

static bool is_fine(const struct kernel *kernel)
{
    return kernel->is_fine;
}

/* The same in a whole series. A kernel that somebody named has the size that it has elsewhere. */
static uint64_t size_of(const struct kernel *kernel, const struct model_spec *choice,
                        const struct profile *profile)
{
    const unsigned traits = model_spec_traits(choice);
    const uint64_t chunk = model_spec_chunk(choice);
    const uint64_t least = traits & TRAIT_BY_PROCESS   ? ITEMS_BY_PROCESS
                           : traits & TRAIT_BY_MESSAGE ? ITEMS_BY_MESSAGE
                                                       : 1;
    if (!kernel->is_fine)
        return kernel->default_size / profile->size_divisor;
    if (chunk > 0 && chunk < least)
        return 0;
    return traits & TRAIT_BY_PROCESS ? ITEMS_OF_PROCESSES : ITEMS;
}

/* ---- a task ---- */

static double tasks_of(const struct analysis_of_cell *cell)
{
    const double chunk = axis_value(&experiment_granularity.axis, cell->cell);
    return chunk > 0 ? ceil((double)cell->cell->size / chunk) : NAN;
}

/* Of all workers' time. */
static void duration(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = cell->efficiency.count > 0 && tasks_of(cell) > 0
                 ? own_scaled(&cell->time, cell->cell->workers / tasks_of(cell))
                 : own_none();
}

static void efficiency(const struct analysis_of_cell *cell, struct summary *value)
{
    *value = cell->efficiency;
}

/* What a task takes beyond its work, of a worker's time. */
static void cost(const struct analysis_of_cell *cell, struct summary *value)
{
    const size_t rounds = cell->run->rounds;
    *value = own_none();
    if (!(tasks_of(cell) > 0) || cell->efficiency.count == 0)
        return;
    double *costs = memory_new(rounds, sizeof *costs);
    for (size_t round = 0; round < rounds; round++)
        costs[round] =
            (cell->times[round] * cell->cell->workers - cell->base->times[round]) / tasks_of(cell);
    *value = stats_summary(costs, rounds);
    free(costs);
}

static const struct own_quantity a_task = {
    .name = "time of a task", .brief = "a task", .unit = "s", .value = duration};
static const struct own_quantity its_cost = {
    .name = "beyond its work", .brief = "its cost", .unit = "s", .value = cost};
static const struct own_quantity its_efficiency = {
    .name = "efficiency", .unit = "", .is_linear = true, .value = efficiency};
static const struct own_quantity *const columns[] = {&a_task, &its_cost, NULL};

static double half(const struct analysis_of_cell *cell)
{
    (void)cell;
    return 0.5;
}

static const struct own_line lines[] = {{.title = "50 %", .is_of_all = true, .value = half},
                                        {.title = NULL}};

/* ---- a series ---- */

/* The durations of a series' tasks and their efficiencies: points x rounds, those of a point
 * together, from short tasks to long ones. The caller frees both, by the first. */
static size_t gather(const struct analysed_kernel *kernel, const struct analysis_of_cell *first,
                     double **durations, double **efficiencies)
{
    const size_t rounds = kernel->run->rounds;
    size_t count = 0;
    *durations = memory_new(2 * kernel->count * rounds, sizeof **durations);
    *efficiencies = *durations + kernel->count * rounds;
    for (const struct analysis_of_cell *cell = first; cell;
         cell = series_next(&experiment_granularity, kernel, first, cell)) {
        if (cell->efficiency.count == 0)
            continue;
        for (size_t round = 0; round < rounds; round++) {
            const double seconds = cell->times[round] * cell->cell->workers;
            (*durations)[count * rounds + round] = seconds / tasks_of(cell);
            (*efficiencies)[count * rounds + round] = cell->base->times[round] / seconds;
        }
        count++;
    }
    return count;
}

static enum metg_state find_metg(const struct analysed_kernel *kernel,
                                 const struct analysis_of_cell *first, struct summary *found)
{
    double *durations, *efficiencies;
    const size_t count = gather(kernel, first, &durations, &efficiencies);
    const struct metg_points points = {count, kernel->run->rounds, durations, efficiencies};
    const enum metg_state state = metg_find(&points, found);
    free(durations);
    return state;
}

static void metg(const struct analysed_kernel *kernel, const struct analysis_of_cell *first,
                 struct summary *value)
{
    (void)find_metg(kernel, first, value);
}

static const struct own_result results[] = {{.name = "METG(50 %)", .unit = "s", .value = metg},
                                            {.name = NULL}};

/* Why a series has none. */
static const char *const reasons[] = {
    [METG_ALL_ABOVE] = "is worth it with every task that was tried: shorter ones would tell",
    [METG_ALL_BELOW] = "is worth it with no task that was tried: longer ones would tell",
    [METG_NO_POINTS] = "was not measured at enough points"};

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    (void)cores;
    for (const struct analysis_of_cell *first = series_first(&experiment_granularity, kernel, NULL);
         first; first = series_first(&experiment_granularity, kernel, first)) {
        const struct axis_series series = axis_series(&experiment_granularity.axis, first->cell);
        struct summary found;
        const enum metg_state state = find_metg(kernel, first, &found);
        if (kernel->run->rounds < STATS_MIN_FOR_INTERVAL)
            continue;
        if (state == METG_FOUND && found.has_interval)
            findings_say(findings, &of_tasks, 1,
                         "%s: a task of %s must take %s for half of the time of %u workers to be "
                         "work.",
                         kernel->name, series.text, own_range("s", &found).text,
                         first->cell->workers);
        else if (state != METG_FOUND)
            findings_say(findings, &of_tasks, 1, "%s: %s on %u workers %s.", kernel->name,
                         series.text, first->cell->workers, reasons[state]);
    }
}

static const struct experiment_figure figures[] = {
    {.heading = "efficiency over the time of a task",
     .quantity = QUANTITY_OWN,
     .own = &its_efficiency,
     .over = &a_task,
     .lines = lines},
    {0},
};

const struct experiment experiment_granularity = {
    .name = "granularity",
    .question = "how small may a task be?",
    .traits = TRAIT_CHUNKS,
    .without = TRAIT_LOCKED | TRAIT_ANY_ORDER | TRAIT_RANKS,
    .takes_on_request = true,
    .suits = is_fine,
    .varies = "schedule=dynamic,transport=pipe,workers=processes",
    .axis = {.kind = AXIS_OPTION,
             .option = "chunk",
             .values = "8,32,128,512,2048,8192,32768,131072,524288,2097152,8388608",
             .name = "items of a task"},
    .widths = "2,16,128",
    .size = size_of,
    .is_on_request = true,
    .figures = figures,
    .columns = columns,
    .results = results,
    .find = find,
    .heading = "Granularity",
    .about =
        "The same work is cut into more and more tasks. To the right they are long, and what each "
        "costs is lost in its work; to the left the cost is all there is. Where a line passes "
        "50 % half of the workers' time is work: that is METG(50 %), the smallest task that is "
        "still worth it, and below it stands what it is for each. A task's time is that of all "
        "workers over the number of tasks; efficiency is serial's time over that of all workers.",
    .has_own_tables = true,
    .legend = "Granularity: a task is all workers' time over the number of tasks, and its cost "
              "what of that is no work.",
};
