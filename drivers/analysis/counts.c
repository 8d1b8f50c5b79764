#include "counts.h"

#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct summary none = {0, NAN, false, {NAN, NAN}};

/* Its place among what the cell's model counts; as many as these are: it is none of them. */
static unsigned find_place(const struct counts *counts, const char *name)
{
    unsigned place = 0;
    while (place < counts->names && strcmp(counts->name[place], name) != 0)
        place++;
    return place;
}

/* Writes what each of the cell's samples counted, NAN for nothing. False: none did. */
static bool find_values(const struct analysis_of_cell *cell, const char *name, double *values)
{
    const struct counts *counts = &cell->state->counts;
    const unsigned place = find_place(counts, name);
    const bool is_there = place < counts->names && cell->verified;
    for (size_t i = 0; i < cell->rows.count; i++) {
        const size_t own = is_there ? cell->rows.rows[i]->counted : 0;
        values[i] = own > 0 ? counts->values[(own - 1) * counts->names + place] : (double)NAN;
    }
    return is_there;
}

/* Of the samples' values, which are in the order of rounds. */
static void find_medians(const struct rows_of_cell *rows, const double *values, double *rounds,
                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        rounds[i] = NAN;
    for (size_t first = 0, next; first < rows->count; first = next) {
        const unsigned round = rows->rows[first]->round;
        for (next = first; next < rows->count && rows->rows[next]->round == round;)
            next++;
        if (round < count)
            rounds[round] = stats_median(values + first, next - first);
    }
}

void counts_by_round(const struct analysis_of_cell *cell, const char *name, double *rounds,
                     size_t count)
{
    double *values = memory_new(cell->rows.count, sizeof *values);
    (void)find_values(cell, name, values);
    find_medians(&cell->rows, values, rounds, count);
    free(values);
}

struct summary counts_of(const struct analysis_of_cell *cell, const char *name)
{
    const struct rows_of_cell *rows = &cell->rows;
    const size_t count = rows->count > 0 ? rows->rows[rows->count - 1]->round + 1 : 0;
    double *values = memory_new(rows->count, sizeof *values);
    double *rounds = memory_new(count, sizeof *rounds);
    struct summary summary = none;
    if (find_values(cell, name, values)) {
        find_medians(rows, values, rounds, count);
        summary = count > 1 ? stats_summary(rounds, count) : stats_summary(values, rows->count);
    }
    free(values);
    free(rounds);
    return summary;
}
