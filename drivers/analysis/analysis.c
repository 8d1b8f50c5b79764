#include "analysis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Cells times rounds: 2.4 GB of tables. */
static const size_t places_max = 100000000;

/*
 * The rows of one cell are spread over the record; this is where they are gathered, cell by cell
 * and round by round.
 */
struct gathered {
    const struct row **rows;
    size_t *first_rows; /* where those of each cell begin, and at last, where they end */
    size_t rounds;      /* of the record, measured or not */
    double *times;      /* cells x rounds: the median of the round's samples; NAN: none */
    double *startups;   /* likewise */
    double *scratch;    /* as many as there are rows */
    const struct instrumented **executions; /* cells x rounds; NULL: none */
};

static struct rows_of_cell rows_of(const struct gathered *gathered, size_t cell)
{
    const size_t first = gathered->first_rows[cell];
    return (struct rows_of_cell){gathered->first_rows[cell + 1] - first, gathered->rows + first};
}

static double *row_of(const struct gathered *gathered, double *table, size_t cell)
{
    return table + cell * gathered->rounds;
}

static const struct instrumented **executions_of(const struct gathered *gathered, size_t cell)
{
    return gathered->executions + cell * gathered->rounds;
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

static void gather_rows(const struct record *record, struct gathered *gathered)
{
    const size_t cells = record->plan->count;
    size_t *ends = gathered->first_rows + 1;
    for (size_t i = 0; i < record->count; i++)
        ends[record->rows[i].cell + 1]++;
    for (size_t cell = 1; cell < cells; cell++)
        ends[cell] += ends[cell - 1];
    /* So far each cell's end is its beginning. */
    for (size_t i = 0; i < record->count; i++)
        gathered->rows[ends[record->rows[i].cell]++] = &record->rows[i];
    for (size_t cell = 0; cell < cells; cell++)
        qsort(gathered->rows + gathered->first_rows[cell], rows_of(gathered, cell).count,
              sizeof *gathered->rows, by_round);
}

static void gather_times(const struct gathered *gathered, size_t cell)
{
    const struct rows_of_cell own = rows_of(gathered, cell);
    for (size_t first = 0, next; first < own.count; first = next) {
        const struct row *row = own.rows[first];
        size_t count = 0;
        for (next = first; next < own.count && own.rows[next]->round == row->round; next++)
            if (!own.rows[next]->is_late)
                gathered->scratch[count++] = own.rows[next]->seconds;
        if (count > 0)
            row_of(gathered, gathered->times, cell)[row->round] =
                stats_median(gathered->scratch, count);
        row_of(gathered, gathered->startups, cell)[row->round] = row->startup_s;
    }
}

static void gather(const struct record *record, struct gathered *gathered)
{
    for (size_t i = 0; i < record->plan->count * gathered->rounds; i++)
        gathered->times[i] = gathered->startups[i] = NAN;
    gather_rows(record, gathered);
    for (size_t cell = 0; cell < record->plan->count; cell++)
        gather_times(gathered, cell);
    for (size_t i = 0; i < record->instrumented_count; i++) {
        const struct instrumented *execution = &record->instrumented[i];
        if (execution->round < gathered->rounds)
            executions_of(gathered, execution->cell)[execution->round] = execution;
    }
}

static void gathered_free(struct gathered *gathered)
{
    free(gathered->executions);
    free(gathered->scratch);
    free(gathered->startups);
    free(gathered->times);
    free(gathered->first_rows);
    free(gathered->rows);
}

static enum status gather_new(const struct record *record, struct gathered *gathered)
{
    const size_t rounds = record_rounds(record), count = record->plan->count;
    *gathered = (struct gathered){.rounds = rounds};
    if (count * rounds > places_max)
        return status_fail(STATUS_FAILED,
                           "%zu cells and a round %zu are more than a run can have: there is "
                           "something in its samples that is not of it",
                           count, rounds - 1);
    gathered->rows = calloc(record->count + 1, sizeof *gathered->rows);
    gathered->first_rows = calloc(count + 2, sizeof *gathered->first_rows);
    gathered->times = calloc(count * rounds + 1, sizeof *gathered->times);
    gathered->startups = calloc(count * rounds + 1, sizeof *gathered->startups);
    gathered->scratch = calloc(record->count + rounds + 1, sizeof *gathered->scratch);
    gathered->executions = calloc(count * rounds + 1, sizeof *gathered->executions);
    if (!gathered->rows || !gathered->first_rows || !gathered->times || !gathered->startups ||
        !gathered->scratch || !gathered->executions)
        return status_no_memory("the analysis");
    gather(record, gathered);
    return STATUS_OK;
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

static struct summary summarise_samples(struct rows_of_cell own, double *scratch)
{
    size_t valid = 0;
    for (size_t i = 0; i < own.count; i++)
        if (!own.rows[i]->is_late)
            scratch[valid++] = own.rows[i]->seconds;
    return stats_summary(scratch, valid);
}

/* NAN for a cell of one process. */
static double median_skew(struct rows_of_cell own, double *scratch)
{
    size_t count = 0;
    for (size_t i = 0; i < own.count; i++)
        if (!isnan(own.rows[i]->skew_s))
            scratch[count++] = own.rows[i]->skew_s;
    return count > 0 ? stats_median(scratch, count) : NAN;
}

static size_t count_late(struct rows_of_cell own)
{
    size_t late = 0;
    for (size_t i = 0; i < own.count; i++)
        late += own.rows[i]->is_late;
    return late;
}

static bool all_verified(struct rows_of_cell own)
{
    bool verified = true;
    for (size_t i = 0; i < own.count; i++)
        verified = verified && own.rows[i]->verified;
    return verified;
}

static void analyse(const struct record *record, const struct gathered *gathered, size_t index,
                    struct analysis_of_cell *cell)
{
    const double *times = row_of(gathered, gathered->times, index);
    const struct rows_of_cell own = rows_of(gathered, index);
    cell->cell = &record->plan->cells[index];
    cell->state = &record->states[index];
    cell->late = count_late(own);
    cell->samples = own.count - cell->late;
    cell->skew_s = median_skew(own, gathered->scratch);
    cell->verified = !cell->state->failed && cell->samples > 0 && all_verified(own);
    cell->time = summarise(times, NULL, gathered->rounds, gathered->scratch);
    cell->rounds = cell->time.count;
    if (gathered->rounds == 1)
        cell->time = summarise_samples(own, gathered->scratch);
    cell->startup_s = summarise(row_of(gathered, gathered->startups, index), NULL, gathered->rounds,
                                gathered->scratch)
                          .median;
}

static struct summary times(struct summary summary, double factor)
{
    summary.median *= factor;
    summary.interval.low *= factor;
    summary.interval.high *= factor;
    return summary;
}

static const struct summary none = {0, NAN, false, {NAN, NAN}};

/* How many times as fast the cell is as the base, paired by round. */
static struct summary ratio(const struct gathered *gathered, size_t index, size_t base)
{
    return summarise(row_of(gathered, gathered->times, index),
                     row_of(gathered, gathered->times, base), gathered->rounds, gathered->scratch);
}

static void compare_to_base(const struct record *record, const struct gathered *gathered,
                            struct analysis_of_cell *cells, size_t index)
{
    struct analysis_of_cell *cell = &cells[index];
    const struct cell *base = plan_base(record->plan, cell->cell);
    cell->speedup = cell->efficiency = none;
    if (!base)
        return;
    size_t base_index = (size_t)(base - record->plan->cells);
    cell->base_s = cells[base_index].time.median;
    const struct summary faster = ratio(gathered, index, base_index);
    cell->has_efficiency = cell->verified && cells[base_index].verified && faster.count > 0;
    if (analysis_is_scaled(cell)) {
        cell->efficiency = faster;
        return;
    }
    cell->has_speedup = cell->has_efficiency;
    cell->speedup = faster;
    cell->efficiency = times(faster, 1.0 / cell->cell->workers);
}

static void compare_to_absolute_base(const struct record *record, const struct gathered *gathered,
                                     struct analysis_of_cell *cells, size_t index)
{
    struct analysis_of_cell *cell = &cells[index];
    cell->absolute = none;
    cell->absolute_base =
        analysis_is_scaled(cell) ? NULL : plan_absolute_base(record->plan, cell->cell);
    if (!cell->absolute_base)
        return;
    const size_t base = (size_t)(cell->absolute_base - record->plan->cells);
    cell->absolute_base_s = cells[base].time.median;
    cell->absolute = ratio(gathered, index, base);
    cell->has_absolute = cell->verified && cells[base].verified && cell->absolute.count > 0;
}

enum status analysis_times(const struct record *record, double **times, size_t *rounds)
{
    struct gathered gathered;
    enum status status = gather_new(record, &gathered);
    if (status == STATUS_OK) {
        *times = gathered.times;
        *rounds = gathered.rounds;
        gathered.times = NULL; /* the caller's now */
    }
    gathered_free(&gathered);
    return status;
}

/* Where each kernel and each label is for the first time in the plan. */
static void find_firsts(struct analysis_of_cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct analysis_of_cell *cell = &cells[i];
        while (strcmp(cells[cell->first_of_kernel].cell->kernel, cell->cell->kernel) != 0)
            cell->first_of_kernel++;
        while (strcmp(cells[cell->first_of_label].cell->label, cell->cell->label) != 0)
            cell->first_of_label++;
    }
}

static enum status find_factors(const struct record *record, const struct gathered *gathered,
                                struct analysis_of_cell *cells)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < record->plan->count && status == STATUS_OK; i++) {
        const struct cell *base = plan_base(record->plan, cells[i].cell);
        const struct instrumented **of_base =
            base ? executions_of(gathered, (size_t)(base - record->plan->cells)) : NULL;
        status = efficiency_find(
            executions_of(gathered, i), of_base, gathered->rounds,
            analysis_is_scaled(&cells[i]) ? cells[i].cell->workers : 1, &cells[i].time,
            base ? &cells[base - record->plan->cells].time : NULL, &cells[i].factors);
    }
    return status;
}

enum status analysis_make(const struct record *record, struct analysis_of_cell **cells)
{
    const size_t count = record->plan->count;
    struct gathered gathered;
    struct analysis_of_cell *made = calloc(count + 1, sizeof *made);
    enum status status = gather_new(record, &gathered);
    if (status == STATUS_OK && made) {
        for (size_t i = 0; i < count; i++)
            analyse(record, &gathered, i, &made[i]);
        find_firsts(made, count);
        for (size_t i = 0; i < count; i++) {
            compare_to_base(record, &gathered, made, i);
            compare_to_absolute_base(record, &gathered, made, i);
        }
        status = find_factors(record, &gathered, made);
        for (size_t i = 0; i < count && status == STATUS_OK; i++)
            status = outliers_make(rows_of(&gathered, i), &made[i].flags);
    } else {
        status = status == STATUS_OK ? status_no_memory("the analysis") : status;
    }
    if (status == STATUS_OK)
        *cells = made;
    else
        free(made);
    gathered_free(&gathered);
    return status;
}

void analysis_judge(struct analysis_of_cell *cells, size_t count, enum ending ending,
                    double precision)
{
    for (size_t i = 0; i < count; i++) {
        struct analysis_of_cell *cell = &cells[i];
        const bool failed = cell->state->failed || (cell->samples > 0 && !cell->verified);
        const bool narrow = stats_relative_width(&cell->time) <= precision;
        cell->precision = precision;
        cell->too_wide = precision > 0 && !narrow;
        cell->stopped = failed   ? "failed"
                        : narrow ? ending_name[ENDING_PRECISION]
                                 : ending_name[ending];
    }
}

double analysis_least_time(const struct analysis_of_cell *cells, size_t count, const char *kernel)
{
    double least = INFINITY, best = INFINITY;
    for (size_t i = 0; i < count; i++) {
        double *of = plan_is_best(cells[i].cell) ? &best : &least;
        if (strcmp(cells[i].cell->kernel, kernel) == 0 && cells[i].verified)
            *of = fmin(*of, cells[i].time.median);
    }
    return isfinite(least) ? least : best;
}

struct timing analysis_timing(const struct analysis_of_cell *cells, size_t count)
{
    struct timing timing = {0};
    for (size_t i = 0; i < count; i++) {
        const struct analysis_of_cell *cell = &cells[i];
        const unsigned executions = cell->state->executions;
        timing.repeated += executions > 1;
        if (timing.most_executions < executions)
            timing.most_executions = executions;
        timing.late += cell->late;
        if (isnan(cell->skew_s) || cell->cell->ranks < 2)
            continue;
        if (!timing.closest || cell->skew_s < timing.closest->skew_s)
            timing.closest = cell;
        if (!timing.widest || cell->skew_s > timing.widest->skew_s)
            timing.widest = cell;
    }
    return timing;
}

double analysis_efficiency(const struct analysis_of_cell *cell)
{
    return cell->efficiency.median;
}

bool analysis_is_scaled(const struct analysis_of_cell *cell)
{
    return cell->cell->size != cell->cell->base_size;
}

struct summary analysis_scaled_speedup(const struct analysis_of_cell *cell)
{
    return times(cell->efficiency, cell->cell->workers);
}

bool analysis_starts_kernel(const struct analysis_of_cell *cells, size_t index)
{
    return cells[index].first_of_kernel == index;
}

bool analysis_passes(const struct analysis_of_cell *cells, size_t count)
{
    bool passes = count > 0;
    for (size_t i = 0; i < count; i++)
        passes = passes && cells[i].verified;
    return passes;
}
