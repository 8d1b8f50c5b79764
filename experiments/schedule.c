/* schedule: who computes which piece, and how large, where items take different times. */
#include "analysed_run.h"
#include "experiment.h"
#include "text.h"

#include <math.h>
#include <string.h>

extern const struct experiment experiment_schedule;

/* What the best way gains over the model's own, and over the worst one. */
static const struct finding_sort of_gains = {.most = 2};

static bool is_uneven(const struct kernel *kernel)
{
    return kernel->is_uneven;
}

/* Whether the cell is one of the model's ways to go about it, on one node. */
static bool is_way(const struct analysis_of_cell *cell, const char *model)
{
    return cell->verified && cell->time.has_interval && cell->cell->nodes == 1 &&
           experiment_has(&experiment_schedule, cell->cell) && !plan_is_base(cell->cell) &&
           strcmp(cell->cell->model, model) == 0;
}

struct ways {
    const struct analysis_of_cell *own, *best, *worst; /* as it is by default; NULL: none */
};

static struct ways find_ways(const struct analysed_kernel *kernel, const char *model)
{
    struct ways ways = {NULL};
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!is_way(cell, model))
            continue;
        if (plan_has_defaults(cell->cell))
            ways.own = cell;
        if (!ways.best || cell->time.median < ways.best->time.median)
            ways.best = cell;
        if (!ways.worst || cell->time.median > ways.worst->time.median)
            ways.worst = cell;
    }
    return ways;
}

/* "threads:schedule=dynamic:chunk=64" without the model: "schedule=dynamic:chunk=64". */
static const char *way_of(const struct analysis_of_cell *cell)
{
    const char *options = strchr(cell->cell->label, ':');
    return options ? options + 1 : "its default";
}

/* Its own way is the best one, or there is a better one, or nothing is decided. */
static void say(const struct analysed_kernel *kernel, const struct ways *ways,
                struct findings *findings)
{
    static const struct summary alike = {1, 1, true, {1, 1}};
    const struct summary gain = analysis_ratio(ways->best, ways->own);
    const struct summary spread = analysis_ratio(ways->best, ways->worst);
    const char *model = ways->best->cell->model;
    const unsigned workers = ways->best->cell->workers;
    if (!gain.has_interval || !spread.has_interval)
        return;
    if (ways->best == ways->own && spread.interval.low > 1)
        findings_say(findings, &of_gains, spread.interval.low,
                     "%s: %u workers of %s are fastest as they are by default: %s times as fast "
                     "as with the worst schedule, %s.",
                     kernel->name, workers, model, findings_range(&spread.interval).text,
                     way_of(ways->worst));
    else if (gain.interval.low > 1)
        findings_say(findings, &of_gains, gain.interval.low,
                     "%s: %u workers of %s are %s times as fast with %s as by default, and %s "
                     "times as fast as with the worst, %s.",
                     kernel->name, workers, model, findings_range(&gain.interval).text,
                     way_of(ways->best), findings_range(&spread.interval).text,
                     way_of(ways->worst));
    else
        findings_doubt(findings, &gain, &alike,
                       "%s: the data do not decide whether %u workers of %s gain anything by "
                       "another schedule than their own: with the best one, %s, they are %s times "
                       "as fast.",
                       kernel->name, workers, model, way_of(ways->best),
                       findings_range(&gain.interval).text);
}

static void find(const struct analysed_kernel *kernel, unsigned cores, struct findings *findings)
{
    (void)cores;
    for (size_t i = 0; i < kernel->count; i++) {
        const struct analysis_of_cell *cell = kernel->cells[i];
        if (!is_way(cell, cell->cell->model) || !plan_has_defaults(cell->cell))
            continue; /* each model is told of once, at its own way */
        const struct ways ways = find_ways(kernel, cell->cell->model);
        if (ways.own == cell && ways.own->cell->workers > 1)
            say(kernel, &ways, findings);
    }
}

static const struct experiment_figure figures[] = {
    {.heading = "schedules, time over the size of pieces", .quantity = QUANTITY_TIME},
    {0},
};

const struct experiment experiment_schedule = {
    .name = "schedule",
    .question = "what does a schedule gain where items take different times?",
    .traits = TRAIT_CHUNKS,
    /* Within a rank's fixed share threads are scheduled as threads alone are, and a process a piece
     * has nobody to schedule. */
    .without = TRAIT_LOCKED | TRAIT_ANY_ORDER | TRAIT_RANKS | TRAIT_BY_PROCESS,
    .takes_on_request = true,
    .suits = is_uneven,
    .varies = "schedule,dispatch=imap,dispatch=imap-unordered,dispatch=async,assign",
    .axis = {.kind = AXIS_OPTION,
             .option = "chunk",
             .values = "auto,16,128,1024,8192,65536",
             .name = "items of a piece"},
    .is_on_request = true,
    .figures = figures,
    .find = find,
    .timeline = TIMELINE_EXTREMES,
    .heading = "Schedules",
    .about =
        "Items take different times, so that equal shares of them are none of the work. To the "
        "right pieces are large, and somebody has one left when the others are done; to the left "
        "they are so small that handing them out is what takes the time. A schedule that fixes "
        "beforehand who computes what can only be as good as the guess; one that gives the next "
        "piece to whoever is free is good wherever its line is flat. The tables have each model's "
        "own choice, too.",
    .has_own_tables = true,
    .legend = "Schedules: chunk is the most items of a piece; without it, the model's own choice.",
};
