#define _GNU_SOURCE
#include "rounds.h"

#include "analysis.h"
#include "clock.h"
#include "launch.h"
#include "noise.h"
#include "placement.h"
#include "progress.h"
#include "signals.h"
#include "stopping.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A run under way. */
struct run {
    const struct rounds *what;
    const struct plan *plan;
    struct progress progress;
    struct placement *placement; /* the cores whose noise is recorded */
    unsigned begun;              /* rounds in which something was launched */
    size_t *order;               /* of the cells in this round */
    uint64_t random;             /* the generator's state */
};

/* SplitMix64 (Steele, Lea, Flood, OOPSLA'14): small, and the same everywhere for the same seed. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void shuffle(struct run *run)
{
    for (size_t i = run->plan->count; i > 1; i--) {
        size_t j = (size_t)(next_random(&run->random) % i);
        size_t kept = run->order[i - 1];
        run->order[i - 1] = run->order[j];
        run->order[j] = kept;
    }
}

/* The cell's own log: its id without what a file's name should not hold. */
static bool log_path(const struct run *run, const struct cell *cell, char *path, size_t length)
{
    char name[PLAN_ID_MAX + 16];
    (void)snprintf(name, sizeof name, "logs/%.200s.log", cell->id);
    for (char *c = name + strlen("logs/"); *c; c++)
        if (*c == '/' || *c == ':')
            *c = *c == '/' ? '_' : '-';
    return run_folder_path(run->what->results->folder, name, path, length);
}

static enum status measure_cell(const struct run *run, unsigned round, size_t index)
{
    const struct rounds *what = run->what;
    const struct cell *cell = &run->plan->cells[index];
    const struct model_entry *entry = NULL;
    struct launch_result launched = {0};
    char log[PATH_MAX];
    const unsigned executions = what->record->states[index].executions;
    struct launch_options how = {.samples = what->config->samples,
                                 .executions = executions > 0 ? executions : 1,
                                 .shortest_s = what->shortest_s,
                                 .timeout_s = what->config->timeout_s,
                                 .interrupts = what->interrupts,
                                 .log = log_path(run, cell, log, sizeof log) ? log : NULL};
    enum status status = catalog_find(what->catalog, cell->model, &entry);
    if (status == STATUS_OK)
        status = launch_cell(cell, entry, &how, &launched);
    if (status == STATUS_OK)
        status = run_folder_append(what->results, cell, round, &launched);
    if (status == STATUS_OK)
        status = record_launch(what->record, index, round, &launched);
    if (status == STATUS_OK && !launched.ended) {
        progress_end(&run->progress);
        status_say("%s failed: %s%s%s", cell->id, launched.failure,
                   launched.explained || !*launched.last_words ? "" : ": see ",
                   launched.explained || !*launched.last_words ? "" : log);
    }
    launch_result_free(&launched);
    return status;
}

/* Of a round in which something was launched. */
static enum status keep_noise(const struct run *run, unsigned round,
                              const struct noise_reading *before)
{
    struct noise_reading after;
    noise_read("", placement_processors(run->placement), &after);
    const struct noise noise = noise_between(before, &after);
    enum status status = run_folder_append_noise(run->what->results, round, &noise);
    return status == STATUS_OK ? record_noise(run->what->record, round, &noise) : status;
}

/* What the machine does while the other run has its turn is no noise of this one's round. */
static enum status take_turn(const struct run *run, unsigned round, const struct cell *cell,
                             struct noise_reading *round_begin)
{
    const struct processors processors = placement_processors(run->placement);
    struct noise_reading from, to;
    if (!run->what->turns)
        return STATUS_OK;
    noise_read("", processors, &from);
    enum status status = interleave_take(run->what->turns, round, cell->id);
    noise_read("", processors, &to);
    noise_leave_out(round_begin, &from, &to);
    return status;
}

static enum status measure_round(struct run *run, unsigned round)
{
    const struct record *record = run->what->record;
    struct noise_reading before;
    bool begun = false;
    shuffle(run);
    noise_read("", placement_processors(run->placement), &before);
    for (size_t i = 0; i < run->plan->count; i++) {
        const size_t index = run->order[i];
        const struct cell *cell = &run->plan->cells[index];
        /* One that failed would only spend the budget. */
        const bool is_due = !record->states[index].failed && !record_has(record, index, round);
        if (is_due) {
            progress_show(&run->progress, round, i, !begun, cell->label);
            run->begun += !begun;
            begun = true;
        }
        enum status status = take_turn(run, round, cell, &before);
        if (status == STATUS_OK && is_due)
            status = signals_caught() ? STATUS_INTERRUPTED : measure_cell(run, round, index);
        /* Before the other run goes on, which nothing must disturb. */
        if (status == STATUS_OK && begun && i + 1 == run->plan->count)
            status = keep_noise(run, round, &before);
        if (status != STATUS_OK)
            return status;
        interleave_give(run->what->turns, round, cell->id);
    }
    return STATUS_OK;
}

static struct so_far look(const struct run *run, unsigned done)
{
    struct so_far so_far = {.done = done,
                            .begun = run->begun,
                            .elapsed_s = clock_seconds_since(run->progress.start_ns),
                            .failed = true};
    for (size_t i = 0; i < run->plan->count; i++)
        so_far.failed = so_far.failed && run->what->record->states[i].failed;
    so_far.precise =
        !so_far.failed && analysis_is_precise(run->what->record, run->what->config->precision);
    return so_far;
}

/* Whether and why to end; and, once it is known how long a round takes, what is ahead. */
static enum ending find_ending(struct run *run, unsigned done)
{
    const struct run_config *config = run->what->config;
    const struct so_far so_far = look(run, done);
    char warning[256];
    if (run->begun == 1 && !run->what->turns) {
        const double fewest_s = stopping_fewest_s(config, &so_far);
        run->progress.budget_s = fmax(config->budget_s, fmin(fewest_s, config->budget_most_s));
        stopping_warn(config, &so_far, warning, sizeof warning);
        progress_end(&run->progress);
        if (*warning)
            status_say("%s", warning);
    }
    return stopping_find(config, &so_far);
}

/*
 * Rounds that are there already are gone through as well: one of them may lack cells, and the order
 * of later ones comes from the shuffles before; of runs that take turns one may have more than the
 * other. One round is measured whatever is asked for.
 */
static enum status measure_rounds(struct run *run)
{
    struct record *record = run->what->record;
    const unsigned recorded = record_rounds(record);
    enum status status = STATUS_OK;
    for (unsigned done = 0; status == STATUS_OK; done++) {
        if (done > 0 && (done >= recorded || run->what->turns))
            record->ending = find_ending(run, done);
        if (record->ending != ENDING_NONE)
            break;
        status = measure_round(run, done);
    }
    if (status == STATUS_OK)
        interleave_finish(run->what->turns);
    if (status == STATUS_INTERRUPTED)
        record->ending = ENDING_SIGNAL;
    return status;
}

enum status rounds_measure(const struct rounds *rounds)
{
    const struct run_config *config = rounds->config;
    const struct plan *plan = rounds->record->plan;
    struct run run = {
        .what = rounds,
        .plan = plan,
        .progress = progress_start(plan->count, config->rounds,
                                   rounds->turns ? INFINITY : config->budget_s),
        .order = calloc(plan->count, sizeof *run.order),
        .random = config->seed,
    };
    if (!run.order)
        return status_no_memory("the order of cells");
    for (size_t i = 0; i < plan->count; i++)
        run.order[i] = i;
    run.placement = placement_read();
    enum status status = measure_rounds(&run);
    progress_end(&run.progress);
    free(run.placement);
    free(run.order);
    const enum ending ending = rounds->record->ending;
    enum status kept = ending == ENDING_NONE ? STATUS_OK : run_folder_end(rounds->results, ending);
    return status != STATUS_OK ? status : kept;
}
