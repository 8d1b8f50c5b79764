#include "analysed_run.h"
#include "experiment.h"
#include "memory.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what of a record is a cell's ---- */

/* By cell and round; within a round, in the order in which they were measured. */
static int in_order(const void *left, const void *right)
{
    const struct row *a = *(const struct row *const *)left;
    const struct row *b = *(const struct row *const *)right;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    if (a->round != b->round)
        return a->round < b->round ? -1 : 1;
    return (a > b) - (a < b);
}

/* Gives the cells their places in what the run has of all of them. */
static void gather(const struct record *record, struct analysed_run *run)
{
    const size_t places = run->count * run->rounds;
    size_t rows = 0;
    run->cells = memory_new(run->count, sizeof *run->cells);
    run->times = memory_new(places, sizeof *run->times);
    run->turns = memory_new(places, sizeof *run->turns);
    run->executions = memory_new(places, sizeof *run->executions);
    run->rows = memory_new(record->count, sizeof *run->rows);
    for (size_t i = 0; i < places; i++)
        run->times[i] = NAN;
    for (size_t i = 0; i < run->count; i++) {
        run->cells[i].times = run->times + i * run->rounds;
        run->cells[i].executions = run->executions + i * run->rounds;
    }
    for (const struct row *row = record->rows; row < record->rows + record->count; row++)
        if (row->round < run->rounds)
            run->rows[rows++] = row;
    qsort(run->rows, rows, sizeof *run->rows, in_order);
    for (size_t i = 0; i < rows; i++) {
        struct rows_of_cell *own = &run->cells[run->rows[i]->cell].rows;
        if (own->count++ == 0)
            own->rows = &run->rows[i];
    }
}

/* ---- each cell by itself ---- */

struct measured {
    unsigned round, turn;
    double time, startup_s;
    double first; /* its first sample over the median of the others */
};

static bool is_of(const struct measured *launch, const struct row *row)
{
    return launch->round == row->round && launch->turn == row->turn;
}

/* Clocks of two nodes other than the first are known by way of that one. */
static double most_uncertain(const struct analysis_of_cell *cell)
{
    double most_s = 0;
    for (size_t i = 0; i < cell->rows.count; i++)
        most_s = fmax(most_s, cell->rows.rows[i]->uncertain_s);
    return cell->cell->nodes > 2 ? 2 * most_s : most_s;
}

/* Takes over the cell's samples, and writes its launches: returns how many. A sample that is not
 * valid has no time, and a launch's first one may be missing in a file that was cut. */
static size_t take_launches(struct analysis_of_cell *cell, double *seconds, double *skews,
                            struct measured *launches)
{
    const struct rows_of_cell own = cell->rows;
    size_t count = 0;
    for (size_t first = 0, next; first < own.count; first = next) {
        const struct row *begin = own.rows[first];
        struct measured *launch = &launches[count++];
        *launch = (struct measured){begin->round, begin->turn, NAN, begin->startup_s, NAN};
        for (next = first; next < own.count && is_of(launch, own.rows[next]); next++) {
            const struct row *row = own.rows[next];
            seconds[next] = row->is_late ? NAN : row->seconds;
            skews[next] = row->skew_s;
            cell->late += row->is_late;
            cell->updates += row->updates;
            cell->lost += row->lost;
            cell->verified = cell->verified && row->verified;
            cell->has_wrong = cell->has_wrong || (!row->verified && !(row->lost > 0));
        }
        launch->time = stats_median(seconds + first, next - first);
        if (begin->sample == 0)
            launch->first = seconds[first] / stats_median(seconds + first + 1, next - first - 1);
    }
    return count;
}

/* By round, and within one by time; those without come last. */
static int by_time(const void *left, const void *right)
{
    const struct measured *a = left, *b = right;
    if (a->round != b->round)
        return a->round < b->round ? -1 : 1;
    if (isnan(a->time) || isnan(b->time))
        return isnan(a->time) ? (isnan(b->time) ? 0 : 1) : -1;
    if (a->time < b->time || a->time > b->time)
        return a->time < b->time ? -1 : 1;
    return (a->turn > b->turn) - (a->turn < b->turn);
}

/* Keeps the middle launch of each round: returns how many. */
static size_t keep_middle(struct measured *launches, size_t count)
{
    size_t kept = 0;
    qsort(launches, count, sizeof *launches, by_time);
    for (size_t first = 0, next; first < count; first = next) {
        size_t timed = 0;
        for (next = first; next < count && launches[next].round == launches[first].round; next++)
            timed += launches[next].time >= 0;
        launches[kept++] = launches[first + (timed > 0 ? (timed - 1) / 2 : 0)];
    }
    return kept;
}

/* What the model is there to show is no failure. */
static void judge_loss(struct analysis_of_cell *cell)
{
    cell->has_lost = !cell->verified && !cell->has_wrong && !cell->state->failed &&
                     cell->samples > 0 && cell->lost > 0;
    if (cell->has_lost)
        (void)snprintf(cell->loss, sizeof cell->loss, "lost %.0f of %.0f updates, as expected",
                       cell->lost, cell->updates);
}

static void analyse(const struct analysed_run *run, size_t index)
{
    static const double slow = 1.05; /* a first sample, when its interval is beyond that */
    struct analysis_of_cell *cell = &run->cells[index];
    const struct rows_of_cell own = cell->rows;
    double *seconds = memory_new(4 * own.count, sizeof *seconds), *skews = seconds + own.count;
    double *startups = skews + own.count, *ratios = startups + own.count;
    struct measured *launches = memory_new(own.count, sizeof *launches);
    cell->run = run;
    cell->cell = &run->plan->cells[index];
    cell->state = &run->record->states[index];
    cell->verified = !cell->state->failed;
    const size_t rounds = keep_middle(launches, take_launches(cell, seconds, skews, launches));
    for (size_t i = 0; i < rounds; i++) {
        cell->times[launches[i].round] = launches[i].time;
        run->turns[index * run->rounds + launches[i].round] = launches[i].turn;
        startups[i] = launches[i].startup_s;
        ratios[i] = launches[i].first;
    }
    cell->samples = own.count - cell->late;
    cell->verified = cell->verified && cell->samples > 0;
    judge_loss(cell);
    cell->startup_s = cell->samples > 0 ? stats_median(startups, rounds) : NAN;
    cell->skew_s = stats_median(skews, own.count);
    cell->uncertain_s = most_uncertain(cell);
    cell->flags = (struct outliers){.outliers = stats_outliers(seconds, own.count, 1.5),
                                    .far_outliers = stats_outliers(seconds, own.count, 3),
                                    .first = stats_summary(ratios, rounds)};
    cell->flags.slow_first = cell->flags.first.interval.low > slow;
    cell->time = stats_summary(cell->times, run->rounds);
    cell->rounds = cell->time.count;
    if (run->rounds == 1)
        cell->time = stats_summary(seconds, own.count);
    cell->half_width = stats_relative_width(&cell->time);
    free(launches);
    free(seconds);
}

/* Those of the launches that count. */
static void take_executions(const struct analysed_run *run)
{
    const struct record *record = run->record;
    for (size_t i = 0; i < record->instrumented_count; i++) {
        const struct instrumented *execution = &record->instrumented[i];
        const size_t place = execution->cell * run->rounds + execution->round;
        if (execution->round < run->rounds && run->turns[place] == execution->turn)
            run->executions[place] = execution;
    }
}

/* ---- beside its bases ---- */

static struct summary times(struct summary summary, double factor)
{
    summary.median *= factor;
    summary.interval.low *= factor;
    summary.interval.high *= factor;
    return summary;
}

static const struct summary none = {0, NAN, false, {NAN, NAN}};

/* The analysed cell of one of the plan, or NULL. */
static const struct analysis_of_cell *analysed(const struct analysed_run *run,
                                               const struct cell *cell)
{
    return cell ? &run->cells[cell - run->plan->cells] : NULL;
}

struct summary analysis_ratio(const struct analysis_of_cell *cell,
                              const struct analysis_of_cell *base)
{
    if (!base || !base->verified || !cell->verified)
        return none;
    const size_t rounds = cell->run->rounds;
    double *ratios = memory_new(rounds, sizeof *ratios);
    for (size_t round = 0; round < rounds; round++)
        ratios[round] = base->times[round] / cell->times[round];
    const struct summary faster = stats_summary(ratios, rounds);
    free(ratios);
    return faster;
}

/* Whether the cell has the bases of the one before it, as most have, whose bases are known then. */
static bool shares_bases(const struct analysed_run *run, const struct analysis_of_cell *cell)
{
    if (cell == run->cells)
        return false;
    const struct cell *own = cell->cell, *before = cell[-1].cell;
    return own->base_size == before->base_size &&
           analysis_is_scaled(cell) == analysis_is_scaled(cell - 1) &&
           strcmp(own->kernel, before->kernel) == 0 &&
           strcmp(own->told_with, before->told_with) == 0 && plan_have_same_tasks(own, before);
}

/* What limits others has no speedup of its own there. */
static void compare_to_base(const struct analysed_run *run, struct analysis_of_cell *cell)
{
    if (!plan_limits(cell->cell))
        cell->base = shares_bases(run, cell) ? cell[-1].base
                                             : analysed(run, plan_base(run->plan, cell->cell));
    const struct summary faster = analysis_ratio(cell, cell->base);
    cell->base_s = faster.count > 0 ? cell->base->time.median : NAN;
    cell->speedup = analysis_is_scaled(cell) ? none : faster;
    cell->efficiency = analysis_is_scaled(cell) ? faster : times(faster, 1.0 / cell->cell->workers);
    cell->scaled = times(cell->efficiency, cell->cell->workers);
}

/* Of the cells that are the base for any algorithm of the cell's kernel, and of its size, the
 * fastest; NULL: none was measured. */
static const struct analysis_of_cell *fastest_base(const struct analysed_run *run,
                                                   const struct cell *cell)
{
    const struct analysis_of_cell *fastest = NULL;
    for (size_t i = 0; i < run->count; i++) {
        const struct analysis_of_cell *base = &run->cells[i];
        if (base->verified && plan_is_base(base->cell) && base->cell->size == cell->base_size &&
            plan_have_one_result(base->cell->kernel, cell->kernel) &&
            plan_have_same_tasks(base->cell, cell) &&
            (!fastest || base->time.median < fastest->time.median))
            fastest = base;
    }
    return fastest;
}

static void compare_to_absolute_base(const struct analysed_run *run, struct analysis_of_cell *cell)
{
    if (!analysis_is_scaled(cell) && !plan_limits(cell->cell))
        cell->absolute_base =
            shares_bases(run, cell) ? cell[-1].absolute_base : fastest_base(run, cell->cell);
    cell->absolute = analysis_ratio(cell, cell->absolute_base);
    cell->absolute_base_s = cell->absolute.count > 0 ? cell->absolute_base->time.median : NAN;
}

static struct watched watched(const struct analysis_of_cell *cell)
{
    return (struct watched){cell->executions, cell->times, &cell->time};
}

static void find_factors(const struct analysed_run *run, struct analysis_of_cell *cell)
{
    const struct watched own = watched(cell), base = cell->base ? watched(cell->base) : own;
    cell->factors = efficiency_find(&own, cell->base ? &base : NULL, run->rounds,
                                    analysis_is_scaled(cell) ? cell->cell->workers : 1);
}

/* Of so many rounds, the first ones. */
static void make(const struct record *record, unsigned rounds, struct analysed_run *run)
{
    run->record = record;
    run->plan = record->plan;
    run->count = record->plan->count;
    run->rounds = rounds;
    gather(record, run);
    for (size_t i = 0; i < run->count; i++)
        analyse(run, i);
    take_executions(run);
    for (size_t i = 0; i < run->count; i++) {
        compare_to_base(run, &run->cells[i]);
        compare_to_absolute_base(run, &run->cells[i]);
        find_factors(run, &run->cells[i]);
    }
}

void analysis_make(const struct record *record, struct analysed_run *run)
{
    make(record, record_rounds(record), run);
}

void analysis_find_widths(const struct record *record, unsigned rounds, struct widths *widths)
{
    struct analysed_run run = {.folder = NULL};
    make(record, rounds, &run);
    for (size_t i = 0; i < run.count; i++) {
        const struct analysis_of_cell *cell = &run.cells[i];
        widths[i].time = cell->has_lost ? 0 : cell->half_width;
        widths[i].speedup =
            cell->base && !cell->has_lost ? stats_relative_width(&cell->efficiency) : 0;
    }
    analysed_run_free(&run);
}

/* Why no more of the cell was measured: what ended the run, or the last one of those it is of that
 * measured the cell. */
static enum ending ending_of(const struct analysed_run *run, const struct analysis_of_cell *cell)
{
    const struct source *last =
        cell->rows.count > 0
            ? sources_find(&run->sources, cell->rows.rows[cell->rows.count - 1]->round)
            : NULL;
    return last ? last->ending : run->record->ending;
}

void analysis_judge(struct analysed_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        struct analysis_of_cell *cell = &run->cells[i];
        const bool narrow = cell->half_width <= run->precision;
        cell->too_wide = run->precision > 0 && !narrow;
        cell->stopped = analysis_has_failed(cell) ? "failed"
                        : narrow                  ? ending_name[ENDING_PRECISION]
                                                  : ending_name[ending_of(run, cell)];
    }
}

bool analysis_has_failed(const struct analysis_of_cell *cell)
{
    return cell->state->failed ||
           (cell->samples + cell->late > 0 && !cell->verified && !cell->has_lost);
}

const char *analysis_failure(const struct analysis_of_cell *cell)
{
    if (cell->verified)
        return NULL;
    if (cell->has_lost)
        return cell->loss;
    if (*cell->state->failure)
        return cell->state->failure;
    return cell->samples > 0 ? "a result is wrong" : "not measured";
}

bool analysis_is_scaled(const struct analysis_of_cell *cell)
{
    return cell->cell->size != cell->cell->base_size;
}

enum share analysis_loss(const struct analysis_of_cell *cell, bool *is_certain)
{
    static const double good = 0.95; /* a speedup of this share of the workers is as good as all */
    const struct summary *speedup = &cell->speedup;
    const double most = speedup->has_interval ? speedup->interval.high : speedup->median;
    *is_certain = false;
    if (speedup->count == 0 || !cell->factors.is_complete)
        return SHARE_COUNT;
    const enum share loss = efficiency_loss(cell->factors.over_rounds, is_certain);
    if (most < good * cell->cell->workers) {
        *is_certain = *is_certain && !cell->factors.perturbed;
        return loss;
    }
    *is_certain = speedup->has_interval;
    return SHARE_USEFUL;
}

bool analysis_is_explained(const struct analysis_of_cell *cell)
{
    return cell->verified && cell->cell->workers > 1 && cell->factors.execution &&
           !analysis_is_scaled(cell) && !plan_limits(cell->cell) &&
           !experiment_is_of_sizes(cell->cell);
}

/* ---- counters that are not there ---- */

/* The names of events, by PAPI's words for their absence, each once, in the order in which they
 * come. */
static json_t *find_missing(const struct analysis_of_cell *cells, size_t count)
{
    json_t *missing = json_object();
    for (size_t i = 0; i < count; i++) {
        const struct instrumented_events *events = &cells[i].state->events;
        const struct instrumented *execution = cells[i].factors.execution;
        for (unsigned j = 0; execution && j < INSTRUMENTED_EVENTS; j++) {
            if (!*events->absent[j] || !isnan(execution->count[j]))
                continue;
            json_t *names = json_object_get(missing, events->absent[j]);
            if (!names) {
                names = json_object();
                (void)json_object_set_new_nocheck(missing, events->absent[j], names);
            }
            (void)json_object_set_new_nocheck(names, events->name[j], json_null());
        }
    }
    return missing;
}

void analysis_say_missing(const struct analysis_of_cell *cells, size_t count, char *text,
                          size_t length)
{
    json_t *missing = find_missing(cells, count), *names, *nothing;
    const char *words, *name;
    *text = '\0';
    json_object_foreach(missing, words, names)
    {
        const char *separator = *text ? "; " : "";
        json_object_foreach(names, name, nothing)
        {
            text_append(text, length, "%s%s", separator, name);
            separator = ", ";
        }
        text_append(text, length, ": %s", words);
    }
    json_decref(missing);
}
