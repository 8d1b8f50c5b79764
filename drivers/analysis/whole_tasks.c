#include "whole_tasks.h"

#include "analysed_run.h"
#include "bounds.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The size of that place in the cell's list; 0 behind the last one. */
static uint64_t size_of(const struct cell *cell, size_t place)
{
    const char *text = cell->tasks;
    for (; text && place > 0; place--) {
        text = strchr(text, '+');
        text = text ? text + 1 : NULL;
    }
    return text ? strtoull(text, NULL, 10) : 0;
}

const struct analysis_of_cell *whole_tasks_alone(const struct analysis_of_cell *cell, size_t place)
{
    const struct analysed_run *run = cell->run;
    for (size_t i = 0; i < run->count; i++) {
        const struct cell *alone = run->cells[i].cell;
        if (plan_is_one_task(alone) && run->cells[i].verified &&
            alone->size == size_of(cell->cell, place) &&
            strcmp(alone->kernel, cell->cell->kernel) == 0)
            return &run->cells[i];
    }
    return NULL;
}

/* Those of all tasks; NULL where one is not there. The caller frees them. */
static const struct analysis_of_cell **find_all(const struct analysis_of_cell *cell, size_t count)
{
    const struct analysis_of_cell **all = memory_new(count, sizeof *all);
    for (size_t i = 0; i < count; i++) {
        all[i] = whole_tasks_alone(cell, i);
        if (!all[i]) {
            free(all);
            return NULL;
        }
    }
    return all;
}

void whole_tasks_find(const struct analysis_of_cell *cell, struct whole_tasks *found)
{
    static const struct summary none = {0, NAN, false, {NAN, NAN}};
    const size_t rounds = cell->run->rounds;
    const unsigned workers = cell->cell->workers;
    *found = (struct whole_tasks){0, none, none};
    while (size_of(cell->cell, found->count) > 0)
        found->count++;
    const struct analysis_of_cell **all = found->count > 0 ? find_all(cell, found->count) : NULL;
    if (!all)
        return;
    double *seconds = memory_new(found->count + 2 * rounds, sizeof *seconds);
    double *most = seconds + found->count, *in_order = most + rounds;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < found->count; i++)
            seconds[i] = all[i]->times[round];
        most[round] = bounds_of_tasks(seconds, found->count, workers);
        in_order[round] = bounds_of_tasks_in_order(seconds, found->count, workers);
    }
    found->most = stats_summary(most, rounds);
    found->in_order = stats_summary(in_order, rounds);
    free(seconds);
    free(all);
}
