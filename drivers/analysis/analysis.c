#include "analysed_run.h"

#include <math.h>
#include <stdlib.h>

/* Cells times rounds: 2.4 GB of tables. */
static const size_t places_max = 100000000;

/* What is gathered from the record beside what the run keeps. */
struct gathered {
    struct analysed_run *run;
    double *scratch;                        /* as many as there are rows, and twice the rounds */
    const struct instrumented **executions; /* cells x rounds; NULL: none */
};

static const struct instrumented **executions_of(const struct gathered *gathered, size_t cell)
{
    return gathered->executions + cell * gathered->run->rounds;
}

/* Within a round, in the order in which they were measured. */
static int by_round(const void *left, const void *right)
{
    const struct row *a = *(const struct row *const *)left;
    const struct row *b = *(const struct row *const *)right;
    if (a->round != b->round)
        return a->round < b->round ? -1 : 1;
    return (a > b) - (a < b);
}

/* As they are where no round is measured behind a later one. */
static void sort_rows(struct rows_of_cell own, const struct row **rows)
{
    bool sorted = true;
    for (size_t i = 1; i < own.count && sorted; i++)
        sorted = rows[i - 1]->round <= rows[i]->round;
    if (!sorted)
        qsort(rows, own.count, sizeof *rows, by_round);
}

/* The rows of one cell are spread over the record: they are put together, round by round. */
static void gather_rows(struct analysed_run *run)
{
    size_t *ends = run->first_rows + 1;
    for (size_t i = 0; i < run->record->count; i++)
        ends[run->record->rows[i].cell + 1]++;
    for (size_t cell = 1; cell < run->count; cell++)
        ends[cell] += ends[cell - 1];
    /* So far each cell's end is its beginning. */
    for (size_t i = 0; i < run->record->count; i++)
        run->rows[ends[run->record->rows[i].cell]++] = &run->record->rows[i];
    for (size_t cell = 0; cell < run->count; cell++)
        sort_rows(analysed_run_rows(run, cell), run->rows + run->first_rows[cell]);
}

static void gather(const struct gathered *gathered)
{
    struct analysed_run *run = gathered->run;
    for (size_t i = 0; i < run->count * run->rounds; i++)
        run->times[i] = NAN;
    gather_rows(run);
    for (size_t i = 0; i < run->record->instrumented_count; i++) {
        const struct instrumented *execution = &run->record->instrumented[i];
        if (execution->round < run->rounds)
            executions_of(gathered, execution->cell)[execution->round] = execution;
    }
}

static void gathered_free(struct gathered *gathered)
{
    free(gathered->executions);
    free(gathered->scratch);
}

/* Takes hold of the record, and of room for what is gathered from it. */
static enum status gather_new(const struct record *record, struct analysed_run *run,
                              struct gathered *gathered)
{
    const size_t rounds = record_rounds(record), count = record->plan->count;
    *gathered = (struct gathered){.run = run};
    run->record = record;
    run->plan = record->plan;
    run->count = count;
    run->rounds = rounds;
    if (count * rounds > places_max)
        return status_fail(STATUS_FAILED,
                           "%zu cells and a round %zu are more than a run can have: there is "
                           "something in its samples that is not of it",
                           count, rounds - 1);
    run->cells = calloc(count + 1, sizeof *run->cells);
    run->rows = calloc(record->count + 1, sizeof *run->rows);
    run->first_rows = calloc(count + 2, sizeof *run->first_rows);
    run->times = calloc(count * rounds + 1, sizeof *run->times);
    gathered->scratch = calloc(record->count + 2 * rounds + 1, sizeof *gathered->scratch);
    gathered->executions = calloc(count * rounds + 1, sizeof *gathered->executions);
    return run->cells && run->rows && run->first_rows && run->times && gathered->scratch &&
                   gathered->executions
               ? STATUS_OK
               : status_no_memory("the analysis");
}

/* The summary of those values that are there, or of their ratio to `over`. */
static struct summary summarise(const double *values, const double *over, size_t count,
                                double *scratch)
{
    size_t there = 0;
    for (size_t i = 0; i < count; i++) {
        double value = over ? over[i] / values[i] : values[i];
        if (!isnan(value))
            scratch[there++] = value;
    }
    return stats_summary(scratch, there);
}

/* NAN for a cell of one process. */
static double median_skew(struct rows_of_cell own, double *scratch)
{
    size_t count = 0;
    for (size_t i = 0; i < own.count; i++)
        if (!isnan(own.rows[i]->skew_s))
            scratch[count++] = own.rows[i]->skew_s;
    return stats_median(scratch, count);
}

/* Of a cell's valid samples, and of its launches' first ones over the median of their others. */
static struct outliers outliers_of(const double *seconds, size_t samples, const double *ratios,
                                   size_t launches)
{
    static const double slow = 1.05; /* the low end of the interval is beyond it */
    struct outliers flags = {NAN, NAN, .first = stats_summary(ratios, launches)};
    struct fences fences;
    if (stats_fences(seconds, samples, &fences)) {
        flags.outliers = (double)stats_outside(seconds, samples, fences.inner);
        flags.far_outliers = (double)stats_outside(seconds, samples, fences.outer);
    }
    flags.slow_first = flags.first.has_interval && flags.first.interval.low > slow;
    return flags;
}

/* One launch after the other: its median, and its first sample over the median of its others, which
 * may be missing in a file that was cut. */
static void analyse_launches(const struct gathered *gathered, size_t index,
                             struct analysis_of_cell *cell)
{
    const struct rows_of_cell own = analysed_run_rows(gathered->run, index);
    double *times = analysed_run_times(gathered->run, cell);
    double *seconds = gathered->scratch, *ratios = seconds + own.count;
    double *startups = ratios + gathered->run->rounds;
    size_t launches = 0, whole = 0;
    for (size_t first = 0, next; first < own.count; first = next) {
        const struct row *begin = own.rows[first];
        double *launch = seconds + cell->samples;
        size_t count = 0;
        for (next = first; next < own.count && own.rows[next]->round == begin->round; next++) {
            cell->verified = cell->verified && own.rows[next]->verified;
            if (!own.rows[next]->is_late)
                launch[count++] = own.rows[next]->seconds;
        }
        times[begin->round] = stats_median(launch, count);
        startups[launches++] = begin->startup_s;
        if (begin->sample == 0 && !begin->is_late && count > 1)
            ratios[whole++] = launch[0] / stats_median(launch + 1, count - 1);
        cell->samples += count;
    }
    cell->startup_s = cell->samples > 0 ? stats_median(startups, launches) : NAN;
    cell->late = own.count - cell->samples;
    cell->flags = outliers_of(seconds, cell->samples, ratios, whole);
    if (gathered->run->rounds == 1)
        cell->time = stats_summary(seconds, cell->samples);
}

static void analyse(const struct gathered *gathered, size_t index)
{
    const struct analysed_run *run = gathered->run;
    struct analysis_of_cell *cell = &run->cells[index];
    cell->cell = &run->plan->cells[index];
    cell->state = &run->record->states[index];
    cell->verified = !cell->state->failed;
    analyse_launches(gathered, index, cell);
    cell->verified = cell->verified && cell->samples > 0;
    const struct summary time =
        summarise(analysed_run_times(run, cell), NULL, run->rounds, gathered->scratch);
    cell->rounds = time.count;
    if (run->rounds != 1)
        cell->time = time;
    cell->skew_s = median_skew(analysed_run_rows(run, index), gathered->scratch);
}

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

/* How many times as fast the cell is as the base, paired by round; none unless both verified. */
static struct summary ratio(const struct gathered *gathered, const struct analysis_of_cell *cell,
                            const struct analysis_of_cell *base)
{
    const struct analysed_run *run = gathered->run;
    if (!base || !base->verified || !cell->verified)
        return none;
    return summarise(analysed_run_times(run, cell), analysed_run_times(run, base), run->rounds,
                     gathered->scratch);
}

static void compare_to_base(const struct gathered *gathered, size_t index)
{
    struct analysis_of_cell *cell = &gathered->run->cells[index];
    cell->base = analysed(gathered->run, plan_base(gathered->run->plan, cell->cell));
    const struct summary faster = ratio(gathered, cell, cell->base);
    cell->has_efficiency = faster.count > 0;
    cell->has_speedup = cell->has_efficiency && !analysis_is_scaled(cell);
    cell->base_s = cell->has_efficiency ? cell->base->time.median : NAN;
    cell->speedup = cell->has_speedup ? faster : none;
    cell->efficiency = cell->has_speedup ? times(faster, 1.0 / cell->cell->workers) : faster;
    cell->scaled = times(cell->efficiency, cell->cell->workers);
}

static void compare_to_absolute_base(const struct gathered *gathered, size_t index)
{
    struct analysis_of_cell *cell = &gathered->run->cells[index];
    if (!analysis_is_scaled(cell))
        cell->absolute_base =
            analysed(gathered->run, plan_absolute_base(gathered->run->plan, cell->cell));
    cell->absolute = ratio(gathered, cell, cell->absolute_base);
    cell->has_absolute = cell->absolute.count > 0;
    cell->absolute_base_s = cell->has_absolute ? cell->absolute_base->time.median : NAN;
}

static enum status find_factors(const struct gathered *gathered, size_t index)
{
    const struct analysed_run *run = gathered->run;
    struct analysis_of_cell *cell = &run->cells[index];
    const struct analysis_of_cell *base = cell->base;
    return efficiency_find(executions_of(gathered, index),
                           base ? executions_of(gathered, (size_t)(base - run->cells)) : NULL,
                           run->rounds, analysis_is_scaled(cell) ? cell->cell->workers : 1,
                           &cell->time, base ? &base->time : NULL, &cell->factors);
}

enum status analysis_make(const struct record *record, struct analysed_run *run)
{
    struct gathered gathered;
    enum status status = gather_new(record, run, &gathered);
    if (status == STATUS_OK)
        gather(&gathered);
    for (size_t i = 0; i < run->count && status == STATUS_OK; i++)
        analyse(&gathered, i);
    for (size_t i = 0; i < run->count && status == STATUS_OK; i++) {
        compare_to_base(&gathered, i);
        compare_to_absolute_base(&gathered, i);
        status = find_factors(&gathered, i);
    }
    gathered_free(&gathered);
    return status;
}

bool analysis_is_precise(const struct record *record, double precision)
{
    struct analysed_run run = {.folder = NULL};
    struct gathered gathered;
    bool precise = gather_new(record, &run, &gathered) == STATUS_OK;
    if (precise)
        gather(&gathered);
    for (size_t i = 0; i < run.count && precise; i++) {
        analyse(&gathered, i);
        precise = record->states[i].failed || stats_relative_width(&run.cells[i].time) <= precision;
    }
    gathered_free(&gathered);
    analysed_run_free(&run);
    return precise;
}

void analysis_judge(struct analysed_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        struct analysis_of_cell *cell = &run->cells[i];
        const bool failed = cell->state->failed || (cell->samples > 0 && !cell->verified);
        const bool narrow = stats_relative_width(&cell->time) <= run->precision;
        cell->too_wide = run->precision > 0 && !narrow;
        cell->stopped = failed   ? "failed"
                        : narrow ? ending_name[ENDING_PRECISION]
                                 : ending_name[run->record->ending];
    }
}

const char *analysis_failure(const struct analysis_of_cell *cell)
{
    if (cell->verified)
        return NULL;
    if (*cell->state->failure)
        return cell->state->failure;
    return cell->samples > 0 ? "a result is wrong" : "not measured";
}

bool analysis_is_scaled(const struct analysis_of_cell *cell)
{
    return cell->cell->size != cell->cell->base_size;
}
