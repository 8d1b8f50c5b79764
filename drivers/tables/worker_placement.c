#define _GNU_SOURCE
#include "worker_placement.h"

#include "printable.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

static void read_text(const json_t *worker, const char *key, char *text, size_t length)
{
    const char *value = json_string_value(json_object_get(worker, key));
    printable_copy(value ? value : "", text, length);
}

static struct worker_place read_worker(const struct cell *cell, const json_t *worker)
{
    const json_t *processor = json_object_get(worker, "processor");
    struct worker_place read = {
        .cell = cell,
        .rank = (unsigned)json_integer_value(json_object_get(worker, "rank")),
        .thread = (unsigned)json_integer_value(json_object_get(worker, "thread")),
        .processor = json_is_integer(processor) ? (int)json_integer_value(processor) : -1,
    };
    read_text(worker, "node", read.node, sizeof read.node);
    read_text(worker, "processors", read.mask, sizeof read.mask);
    return read;
}

static bool on_one_core(const struct worker_place *one, const struct worker_place *other,
                        const struct placement *placement)
{
    return one->processor >= 0 && other->processor >= 0 && strcmp(one->node, other->node) == 0 &&
           placement_same_core(placement, (size_t)one->processor, (size_t)other->processor);
}

/* Workers that are more than the cores have to. */
static void mark(struct worker_place *workers, size_t count, const struct placement *placement)
{
    for (size_t i = 0; i < count && !workers->cell->oversubscribed; i++)
        for (size_t j = 0; j < i; j++)
            if (on_one_core(&workers[i], &workers[j], placement))
                workers[i].shares = workers[j].shares = true;
}

enum status worker_placement_add(struct worker_placement *placements, const struct cell *cell,
                                 const json_t *workers, const struct placement *placement)
{
    const size_t count = json_array_size(workers);
    if (count == 0)
        return STATUS_OK;
    struct worker_place *grown =
        realloc(placements->all, (placements->count + count) * sizeof *grown);
    if (!grown)
        return status_no_memory("the placement of workers");
    placements->all = grown;
    struct worker_place *added = grown + placements->count;
    for (size_t i = 0; i < count; i++)
        added[i] = read_worker(cell, json_array_get(workers, i));
    mark(added, count, placement);
    placements->count += count;
    return STATUS_OK;
}

size_t worker_placement_sharing(const struct worker_placement *placements, const struct cell *cell)
{
    size_t sharing = 0;
    for (size_t i = 0; i < placements->count; i++)
        sharing += placements->all[i].cell == cell && placements->all[i].shares;
    return sharing;
}

/* ---- showing ---- */

enum { MODEL_WIDTH = 24, NODE_WIDTH = 16, MASK_WIDTH = 14 };

/* Columns that a text needs, of at most `most`. */
static void widen(int *width, const char *text, int most)
{
    const int length = (int)strlen(text);
    *width = length > most ? most : length > *width ? length : *width;
}

/* A text in a column; one that is too long is cut, and shows it. */
static void print_column(FILE *stream, const char *text, int width)
{
    if ((int)strlen(text) > width)
        (void)fprintf(stream, "%.*s..  ", width - 2, text);
    else
        (void)fprintf(stream, "%-*s  ", width, text);
}

static void print_legend(FILE *stream, const struct worker_placement *placements)
{
    bool oversubscribed = false, sharing = false, idle = false;
    for (size_t i = 0; i < placements->count; i++) {
        const struct worker_place *worker = &placements->all[i];
        oversubscribed = oversubscribed || worker->cell->oversubscribed;
        sharing = sharing || worker->shares;
        idle = idle || worker->processor < 0;
    }
    if (oversubscribed)
        (void)fputs("* more workers than cores.\n", stream);
    if (sharing)
        (void)fputs("! on one core with another worker, although there are enough cores.\n",
                    stream);
    if (idle)
        (void)fputs("- it got no work.\n", stream);
}

void worker_placement_print(FILE *stream, const struct worker_placement *placements)
{
    int model = (int)strlen("model"), node = (int)strlen("node"), mask = (int)strlen("mask");
    for (size_t i = 0; i < placements->count; i++) {
        widen(&model, placements->all[i].cell->label, MODEL_WIDTH);
        widen(&node, placements->all[i].node, NODE_WIDTH);
        widen(&mask, placements->all[i].mask, MASK_WIDTH);
    }
    (void)fprintf(stream, "%-*s  %-*s  rank  thread  %-*s  core\n", model, "model", node, "node",
                  mask, "mask");
    for (size_t i = 0; i < placements->count; i++) {
        const struct worker_place *worker = &placements->all[i];
        char core[16] = "-";
        if (worker->processor >= 0)
            (void)snprintf(core, sizeof core, "%d", worker->processor);
        print_column(stream, worker->cell->label, model);
        print_column(stream, *worker->node ? worker->node : "-", node);
        (void)fprintf(stream, "%4u  %6u  ", worker->rank, worker->thread);
        print_column(stream, *worker->mask ? worker->mask : "-", mask);
        (void)fprintf(stream, "%4s%s%s\n", core, worker->cell->oversubscribed ? "*" : "",
                      worker->shares ? "!" : "");
    }
    print_legend(stream, placements);
}

static json_t *worker_json(const struct worker_place *worker)
{
    const struct cell *cell = worker->cell;
    return json_pack("{s:s, s:s, s:i, s:i, s:i, s:b, s:s, s:i, s:i, s:s, s:o, s:b}", "model",
                     cell->model, "label", cell->label, "workers", (int)cell->workers, "ranks",
                     (int)cell->ranks, "threads", (int)cell->threads, "oversubscribed",
                     (int)cell->oversubscribed, "node", worker->node, "rank", (int)worker->rank,
                     "thread", (int)worker->thread, "processors", worker->mask, "processor",
                     worker->processor >= 0 ? json_integer(worker->processor) : json_null(),
                     "shares_core", (int)worker->shares);
}

json_t *worker_placement_json(const struct worker_placement *placements)
{
    json_t *array = json_array();
    for (size_t i = 0; i < placements->count; i++)
        (void)json_array_append_new(array, worker_json(&placements->all[i]));
    return array;
}
