#include "rounds.h"

#include "analysis.h"
#include "clock.h"
#include "experiment.h"
#include "launch.h"
#include "memory.h"
#include "noise.h"
#include "outputs_table.h"
#include "placement.h"
#include "progress.h"
#include "samples_lines.h"
#include "schedule.h"
#include "signals.h"
#include "stopping.h"
#include "text.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A run under way. */
struct run {
    struct side *sides;
    size_t count; /* of these */
    const struct allocation *allocation;
    const struct run_config *config;
    size_t cells;
    double budget_s; /* that there is for all rounds, as far as it is known */
    uint64_t start_ns;
    struct placement *placement; /* the cores whose noise is recorded */
    unsigned begun;              /* rounds in which something was launched */
    /* Of the next round, or the one that is under way. */
    bool *due; /* its cells */
    struct schedule schedule;
    bool precise;          /* all are, by the rounds before */
    struct widths *widths; /* of each cell, by these */
    double *took_s;        /* by each cell's latest launch, by all sides; 0: there was none yet */
};

/* Of this round `done` cells are measured. `label` comes next, as the `first` one that is launched
 * in it. The last round is over, or the budget is spent, whichever comes first. */
static void show_progress(const struct run *run, unsigned round, size_t done, bool first,
                          const char *label)
{
    const unsigned rounds = run->config->rounds;
    const double elapsed_s = clock_seconds_since(run->start_ns);
    const double share = (round + (double)done / (double)run->schedule.due) / rounds;
    const double all_s = share > 0 ? fmin(elapsed_s / share, run->budget_s) : 0;
    const struct progress progress = {.round = round,
                                      .rounds = rounds,
                                      .done = done,
                                      .cells = run->schedule.due,
                                      .share = fmin(fmax(share, elapsed_s / run->budget_s), 1),
                                      .elapsed_s = elapsed_s,
                                      .left_s = fmax(all_s - elapsed_s, 0),
                                      .label = label};
    progress_show(&progress, first);
}

/* ---- measuring ---- */

/* The cell's own log: its id without what a file's name should not hold. */
static bool log_path(const struct side *side, const struct cell *cell, char *path, size_t length)
{
    char name[PLAN_ID_MAX + 16];
    (void)snprintf(name, sizeof name, "logs/%.200s.log", cell->id);
    text_file_name(name + strlen("logs/"));
    return run_folder_path(side->folder, name, path, length);
}

/* What the kernel shows of its outputs is told once, by a cell of the run's own size. */
static bool wants_outputs(const struct side *side, const struct cell *cell)
{
    const struct kernel *kernel = kernel_find(cell->kernel);
    return kernel && kernel_shows(kernel) && cell->size == cell->base_size && !cell->tasks &&
           !outputs_table_is_kept(side->folder, kernel);
}

static enum status keep_outputs(const struct side *side, const struct cell *cell,
                                const struct launch_result *launched)
{
    struct outputs_table table;
    if (!launched->ended || !outputs_table_take(launched, kernel_find(cell->kernel), &table))
        return STATUS_OK;
    const enum status status = outputs_table_keep(side->folder, &table);
    outputs_table_free(&table);
    return status;
}

/* In its first round: a picture of one execution is enough. */
static unsigned pieces_of(const struct cell *cell, unsigned round)
{
    enum { PIECES = 200 }; /* that a picture has room for, a worker */
    return round == 0 && experiment_has_timeline(cell) ? PIECES : 0;
}

static enum status measure_cell(const struct run *run, struct side *side, unsigned round,
                                const struct scheduled *scheduled)
{
    const struct cell *cell = &side->plan.cells[scheduled->cell];
    const unsigned executions = side->record.states[scheduled->cell].executions;
    struct launch_result launched;
    char log[PATH_MAX];
    const struct launch_options how = {.catalog = &side->catalog,
                                       .allocation = run->allocation,
                                       .samples = run->config->samples,
                                       .cold = run->config->cold,
                                       .uncounted = !stopping_is_counted(run->config, round),
                                       .outputs = wants_outputs(side, cell),
                                       .pieces = pieces_of(cell, round),
                                       .executions = executions > 0 ? executions : 1,
                                       .shortest_s = run->allocation->machine->shortest_s,
                                       .timeout_s = run->config->timeout_s,
                                       .require_counters = run->config->require_counters,
                                       .log = log_path(side, cell, log, sizeof log) ? log : NULL};
    enum status status = launch_cell(cell, &how, &launched);
    if (status == STATUS_OK)
        status = side_append(side, lines_of_launch(cell, round, scheduled->turn, &launched));
    if (status == STATUS_OK && how.outputs)
        status = keep_outputs(side, cell, &launched);
    if (status == STATUS_OK && launched.not_started)
        progress_clear();
    launch_say_again(cell, &launched);
    if (status == STATUS_OK && !launched.ended) {
        progress_clear();
        const bool sees_log = launched.is_logged && !launched.explained;
        status_say("%s%s%s failed: %s%s%s", run->count > 1 ? side->folder : "",
                   run->count > 1 ? ": " : "", cell->id, launched.failure, sees_log ? ": see " : "",
                   sees_log ? log : "");
    }
    launch_result_free(&launched);
    return status;
}

/* One that failed would only spend the budget, and of a round that is over nothing is lacking, but
 * of cells that had failed. */
static bool is_wanted(const struct side *side, unsigned round, const struct scheduled *scheduled)
{
    const struct record *record = &side->record;
    const struct cell_state *state = &record->states[scheduled->cell];
    return !state->failed && (state->again || !record_is_over(record, round)) &&
           record_turns(record, scheduled->cell, round) <= scheduled->turn;
}

/* By all sides, each of which is the first as often as others; `begun` tells which measured
 * anything in this round. `done`: of how many cells of the round there are samples. */
static enum status measure_by_all(struct run *run, unsigned round,
                                  const struct scheduled *scheduled, size_t done, bool *begun)
{
    const uint64_t start_ns = clock_now_ns();
    bool is_measured = false;
    for (size_t i = 0; i < run->count; i++) {
        const size_t which = (size_t)((scheduled->random + i) % run->count);
        struct side *side = &run->sides[which];
        const bool is_first = !begun[0] && !begun[1];
        if (!is_wanted(side, round, scheduled))
            continue;
        show_progress(run, round, done, is_first, side->plan.cells[scheduled->cell].label);
        run->begun += is_first;
        begun[which] = is_measured = true;
        TRY(signals_caught() ? STATUS_INTERRUPTED : measure_cell(run, side, round, scheduled));
    }
    if (is_measured)
        run->took_s[scheduled->cell] = clock_seconds_since(start_ns);
    return STATUS_OK;
}

/* Which cells are due in the round, by those before, and in which order. */
static void plan_round(struct run *run, unsigned round)
{
    run->precise = true;
    for (size_t i = 0; i < run->cells; i++)
        run->due[i] = false;
    for (size_t j = 0; j < run->count; j++) {
        const struct record *record = &run->sides[j].record;
        analysis_find_widths(record, round, run->widths);
        for (size_t i = 0; i < run->cells; i++) {
            if (record->states[i].failed)
                continue;
            run->precise = run->precise && run->widths[i].time <= run->config->precision;
            run->due[i] = run->due[i] || stopping_is_due(run->config, round,
                                                         &record->plan->cells[i], &run->widths[i]);
        }
    }
    schedule_make(&run->schedule, round, run->due);
}

static bool is_wanted_by_any(const struct run *run, unsigned round,
                             const struct scheduled *scheduled)
{
    for (size_t i = 0; i < run->count; i++)
        if (is_wanted(&run->sides[i], round, scheduled))
            return true;
    return false;
}

/* What the round that is planned will take, by what those of its launches that are wanted took
 * last; those of cells that were not launched yet by what others took. */
static double planned_s(const struct run *run, unsigned round)
{
    double all_s = 0, known_s = 0;
    size_t known = 0, unknown = 0;
    for (size_t i = 0; i < run->schedule.count; i++) {
        const struct scheduled *scheduled = &run->schedule.launches[i];
        const double took_s = run->took_s[scheduled->cell];
        known_s += took_s;
        known += took_s > 0;
        if (!is_wanted_by_any(run, round, scheduled))
            continue;
        all_s += took_s;
        unknown += !(took_s > 0);
    }
    return known > 0 ? all_s + known_s / (double)known * (double)unknown : 0;
}

/* Of a round that was over before, in which only launches that failed are made up for, its own
 * noise holds. */
static enum status measure_round(struct run *run, unsigned round)
{
    struct noise_reading before, after;
    bool begun[ROUNDS_SIDES_MAX] = {false};
    size_t done = 0;
    noise_read("", placement_processors(run->placement), &before);
    for (size_t i = 0; i < run->schedule.count; i++) {
        TRY(measure_by_all(run, round, &run->schedule.launches[i], done, begun));
        done += run->schedule.launches[i].turn == 0;
    }
    noise_read("", placement_processors(run->placement), &after);
    const struct noise noise = noise_between(&before, &after);
    for (size_t i = 0; i < run->count; i++)
        if (begun[i] && !record_is_over(&run->sides[i].record, round))
            TRY(side_append(&run->sides[i],
                            lines_of_noise(round, &noise, run->allocation->machine->host)));
    return STATUS_OK;
}

/* Once the next round is planned. */
static struct so_far look(const struct run *run, unsigned done)
{
    struct so_far so_far = {.done = done,
                            .begun = run->begun,
                            .elapsed_s = clock_seconds_since(run->start_ns),
                            .next_s = planned_s(run, done),
                            .failed = true};
    for (size_t j = 0; j < run->count; j++)
        for (size_t i = 0; i < run->cells; i++)
            so_far.failed = so_far.failed && run->sides[j].record.states[i].failed;
    so_far.precise = run->precise && !so_far.failed;
    return so_far;
}

/* Whether and why to end; and, once it is known how long a round takes, what is ahead. */
static enum ending find_ending(struct run *run, unsigned done)
{
    const struct run_config *config = run->config;
    const struct so_far so_far = look(run, done);
    char warning[256];
    if (run->begun == 1) {
        const double fewest_s = stopping_fewest_s(config, &so_far);
        run->budget_s = fmax(config->budget_s, fmin(fewest_s, config->budget_most_s));
        stopping_warn(config, &so_far, warning, sizeof warning);
        progress_clear();
        if (*warning)
            status_say("%s", warning);
    }
    return stopping_find(config, &so_far);
}

/* Of the rounds that are there already the last one may lack launches, and those from which on a
 * cell had failed: the number of the first of these, or of the last one. One round is measured
 * whatever is asked for. */
static unsigned first_round(const struct run *run)
{
    unsigned recorded = 1, lacking = UINT_MAX;
    for (size_t i = 0; i < run->count; i++) {
        const struct record *record = &run->sides[i].record;
        const unsigned rounds = record_rounds(record), first = record_first_lacking(record);
        recorded = rounds > recorded ? rounds : recorded;
        lacking = first < rounds && first < lacking ? first : lacking;
    }
    return lacking < recorded ? lacking : recorded - 1;
}

/* Whether rounds that there are already, from that one on, lack a launch that is due. */
static bool lacks_launches(struct run *run, unsigned from)
{
    unsigned rounds = 0;
    for (size_t i = 0; i < run->count; i++) {
        const unsigned own = record_rounds(&run->sides[i].record);
        rounds = own > rounds ? own : rounds;
    }
    for (unsigned round = from; round < rounds; round++) {
        plan_round(run, round);
        for (size_t i = 0; i < run->schedule.count; i++)
            if (is_wanted_by_any(run, round, &run->schedule.launches[i]))
                return true;
    }
    return false;
}

static enum status measure_rounds(struct run *run, enum ending *ending)
{
    unsigned done = first_round(run) + 1;
    for (plan_round(run, done - 1); *ending == ENDING_NONE; done++) {
        TRY(measure_round(run, done - 1));
        plan_round(run, done);
        *ending = find_ending(run, done);
        if (*ending == ENDING_BUDGET && lacks_launches(run, done))
            *ending = ENDING_LACKING;
    }
    return STATUS_OK;
}

enum status rounds_measure(struct side *sides, size_t count, const struct allocation *allocation)
{
    const struct run_config *config = &sides->config;
    const size_t cells = sides->plan.count;
    enum ending ending = ENDING_NONE;
    struct run run = {
        .sides = sides,
        .count = count,
        .allocation = allocation,
        .config = config,
        .cells = cells,
        .budget_s = config->budget_s,
        .start_ns = clock_now_ns(),
        .placement = placement_read(),
        .due = memory_new(cells, sizeof *run.due),
        .widths = memory_new(cells, sizeof *run.widths),
        .took_s = memory_new(cells, sizeof *run.took_s),
    };
    schedule_new(&sides->plan, config->seed, &run.schedule);
    enum status status = measure_rounds(&run, &ending);
    progress_clear();
    free(run.placement);
    schedule_free(&run.schedule);
    free(run.due);
    free(run.widths);
    free(run.took_s);
    if (status == STATUS_INTERRUPTED)
        ending = ENDING_SIGNAL;
    /* Each folder says why no further round follows. */
    for (size_t i = 0; i < count && ending != ENDING_NONE; i++) {
        const enum status kept = side_append(&sides[i], lines_of_ending(ending));
        status = status == STATUS_OK ? kept : status;
    }
    return status;
}
