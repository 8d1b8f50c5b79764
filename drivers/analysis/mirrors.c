#include "mirrors.h"

#include "analysed_run.h"
#include "memory.h"
#include "quantities.h"
#include "ratio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct summary none = {0, NAN, false, {NAN, NAN}};

static bool is_measured(const struct analysis_of_cell *cell)
{
    return cell->verified && cell->time.count > 0 && !plan_is_aside(cell->cell);
}

/* The cell's value of an option; NULL: it has no such option. */
static const char *option_of(const struct cell *cell, const char *name)
{
    for (unsigned i = 0; i < cell->options; i++)
        if (strcmp(cell->option_names[i], name) == 0)
            return cell->option_values[i];
    return NULL;
}

/* How many options differ that both have. */
static unsigned different(const struct cell *peer, const struct cell *model)
{
    unsigned count = 0;
    for (unsigned i = 0; i < peer->options; i++) {
        const char *value = option_of(model, peer->option_names[i]);
        count += value && strcmp(value, peer->option_values[i]) != 0;
    }
    return count;
}

static bool is_same_work(const struct cell *peer, const struct cell *model)
{
    return peer->workers == model->workers && peer->nodes == model->nodes &&
           peer->size == model->size && strcmp(peer->kernel, model->kernel) == 0 &&
           plan_have_same_tasks(peer, model);
}

/* Of several, whose other options differ, the one that was planned first. */
const struct analysis_of_cell *mirrors_beside(const struct analysis_of_cell *peer)
{
    const struct analysed_run *run = peer->run;
    for (size_t i = 0; *peer->cell->mirrors && is_measured(peer) && i < run->count; i++) {
        const struct analysis_of_cell *model = &run->cells[i];
        if (strcmp(model->cell->model, peer->cell->mirrors) == 0 && is_measured(model) &&
            is_same_work(peer->cell, model->cell) && different(peer->cell, model->cell) == 0)
            return model;
    }
    return NULL;
}

struct summary mirrors_ratio(const struct analysis_of_cell *peer)
{
    const struct analysis_of_cell *model = mirrors_beside(peer);
    const size_t rounds = peer->run->rounds;
    if (!model)
        return none;
    double *ratios = memory_new(rounds, sizeof *ratios);
    for (size_t round = 0; round < rounds; round++)
        ratios[round] = peer->times[round] / model->times[round];
    const struct summary ratio = ratio_of_pairs(ratios, rounds);
    free(ratios);
    return ratio;
}

uint64_t mirrors_tasks(const struct cell *cell)
{
    const char *value = option_of(cell, "chunk");
    uint64_t chunk;
    if (!(cell->traits & TRAIT_CHUNKS) || !value || !count_parse(value, &chunk))
        return 0;
    return (cell->size - 1) / chunk + 1;
}

struct summary mirrors_task(const struct analysis_of_cell *cell)
{
    const uint64_t tasks = mirrors_tasks(cell->cell);
    struct summary task = cell->time;
    if (tasks == 0 || !is_measured(cell))
        return none;
    task.median /= (double)tasks;
    task.interval.low /= (double)tasks;
    task.interval.high /= (double)tasks;
    return task;
}
