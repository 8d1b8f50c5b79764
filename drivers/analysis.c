#include "analysis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a round gave of a cell. */
struct measured {
    unsigned round;
    double seconds; /* the median of its samples */
    double startup_s;
};

/*
 * The rows of one cell are spread over the record; this is where they are gathered, cell by cell
 * and round by round. There is no place for what was not measured: rounds may be far apart.
 */
struct gathered {
    const struct row **rows;
    size_t *first_rows; /* where those of each cell begin, and at last, where they end */
    struct measured *launches;
    size_t *first_launches; /* likewise */
    double *scratch;        /* as many as there are rows */
};

static size_t launches_of(const struct gathered *gathered, size_t cell)
{
    return gathered->first_launches[cell + 1] - gathered->first_launches[cell];
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
        qsort(gathered->rows + gathered->first_rows[cell],
              gathered->first_rows[cell + 1] - gathered->first_rows[cell], sizeof *gathered->rows,
              by_round);
}

static void gather_launches(const struct record *record, struct gathered *gathered)
{
    size_t launches = 0;
    for (size_t cell = 0; cell < record->plan->count; cell++) {
        const size_t end = gathered->first_rows[cell + 1];
        gathered->first_launches[cell] = launches;
        for (size_t first = gathered->first_rows[cell], next; first < end; first = next) {
            const struct row *row = gathered->rows[first];
            for (next = first; next < end && gathered->rows[next]->round == row->round; next++)
                gathered->scratch[next - first] = gathered->rows[next]->seconds;
            gathered->launches[launches++] = (struct measured){
                row->round, stats_median(gathered->scratch, next - first), row->startup_s};
        }
    }
    gathered->first_launches[record->plan->count] = launches;
}

static const struct measured *find_launch(const struct gathered *gathered, size_t cell,
                                          unsigned round)
{
    size_t low = gathered->first_launches[cell], high = gathered->first_launches[cell + 1];
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (gathered->launches[middle].round == round)
            return &gathered->launches[middle];
        if (gathered->launches[middle].round < round)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static struct summary summarise_times(const struct gathered *gathered, size_t cell)
{
    const struct measured *launches = gathered->launches + gathered->first_launches[cell];
    const size_t count = launches_of(gathered, cell);
    for (size_t i = 0; i < count; i++)
        gathered->scratch[i] = launches[i].seconds;
    return stats_summary(gathered->scratch, count);
}

static double median_startup(const struct gathered *gathered, size_t cell)
{
    const struct measured *launches = gathered->launches + gathered->first_launches[cell];
    const size_t count = launches_of(gathered, cell);
    for (size_t i = 0; i < count; i++)
        gathered->scratch[i] = launches[i].startup_s;
    return stats_median(gathered->scratch, count);
}

/* The base's time over the cell's, in those rounds that have both. */
static struct summary summarise_ratios(const struct gathered *gathered, size_t cell, size_t base)
{
    const struct measured *launches = gathered->launches + gathered->first_launches[cell];
    size_t there = 0;
    for (size_t i = 0; i < launches_of(gathered, cell); i++) {
        const struct measured *over = find_launch(gathered, base, launches[i].round);
        if (over)
            gathered->scratch[there++] = over->seconds / launches[i].seconds;
    }
    return stats_summary(gathered->scratch, there);
}

static struct summary summarise_samples(const struct gathered *gathered, size_t cell)
{
    const size_t first = gathered->first_rows[cell];
    const size_t count = gathered->first_rows[cell + 1] - first;
    for (size_t i = 0; i < count; i++)
        gathered->scratch[i] = gathered->rows[first + i]->seconds;
    return stats_summary(gathered->scratch, count);
}

static bool all_verified(const struct gathered *gathered, size_t cell)
{
    for (size_t i = gathered->first_rows[cell]; i < gathered->first_rows[cell + 1]; i++)
        if (!gathered->rows[i]->verified)
            return false;
    return true;
}

static void analyse(const struct record *record, const struct gathered *gathered, size_t index,
                    bool one_round, struct analysis_of_cell *cell)
{
    cell->cell = &record->plan->cells[index];
    cell->standing = &record->standings[index];
    cell->samples = gathered->first_rows[index + 1] - gathered->first_rows[index];
    cell->verified = !cell->standing->failed && cell->samples > 0 && all_verified(gathered, index);
    cell->rounds = launches_of(gathered, index);
    cell->time = one_round ? summarise_samples(gathered, index) : summarise_times(gathered, index);
    cell->startup_s = median_startup(gathered, index);
}

static void compare_to_base(const struct record *record, const struct gathered *gathered,
                            struct analysis_of_cell *cells, size_t index)
{
    struct analysis_of_cell *cell = &cells[index];
    const struct cell *base = plan_base(record->plan, cell->cell);
    cell->speedup = (struct summary){0, NAN, false, {NAN, NAN}};
    if (!base)
        return;
    size_t base_index = (size_t)(base - record->plan->cells);
    cell->base_s = cells[base_index].time.median;
    cell->speedup = summarise_ratios(gathered, index, base_index);
    cell->has_speedup = cell->verified && cells[base_index].verified && cell->speedup.count > 0;
}

static void gathered_free(struct gathered *gathered)
{
    free(gathered->rows);
    free(gathered->first_rows);
    free(gathered->launches);
    free(gathered->first_launches);
    free(gathered->scratch);
}

static bool gather(const struct record *record, struct gathered *gathered)
{
    const size_t cells = record->plan->count;
    *gathered = (struct gathered){
        .rows = calloc(record->count + 1, sizeof *gathered->rows),
        .first_rows = calloc(cells + 2, sizeof *gathered->first_rows),
        .launches = calloc(record->count + 1, sizeof *gathered->launches),
        .first_launches = calloc(cells + 1, sizeof *gathered->first_launches),
        .scratch = calloc(record->count + 1, sizeof *gathered->scratch),
    };
    if (!gathered->rows || !gathered->first_rows || !gathered->launches ||
        !gathered->first_launches || !gathered->scratch)
        return false;
    gather_rows(record, gathered);
    gather_launches(record, gathered);
    return true;
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

enum status analysis_make(const struct record *record, struct analysis_of_cell **cells)
{
    const size_t count = record->plan->count;
    const bool one_round = record_rounds(record) == 1;
    struct gathered gathered = {.rows = NULL};
    struct analysis_of_cell *made = calloc(count + 1, sizeof *made);
    enum status status = STATUS_OK;
    if (made && gather(record, &gathered)) {
        for (size_t i = 0; i < count; i++)
            analyse(record, &gathered, i, one_round, &made[i]);
        for (size_t i = 0; i < count; i++)
            compare_to_base(record, &gathered, made, i);
        find_firsts(made, count);
        *cells = made;
    } else {
        free(made);
        status = status_no_memory("the analysis");
    }
    gathered_free(&gathered);
    return status;
}

double analysis_efficiency(const struct analysis_of_cell *cell)
{
    return cell->speedup.median / cell->cell->workers;
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
