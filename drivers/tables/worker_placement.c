#include "worker_placement.h"

#include <string.h>

/* ---- reading ---- */

static const char *text_of(const json_t *worker, const char *key)
{
    const char *said = json_string_value(json_object_get(worker, key));
    return said ? said : "";
}

static json_int_t whole_of(const json_t *worker, const char *key)
{
    return json_integer_value(json_object_get(worker, key));
}

/* That it was last on, -1: it got no work. */
static json_int_t processor_of(const json_t *worker)
{
    return json_is_integer(json_object_get(worker, "processor")) ? whole_of(worker, "processor")
                                                                 : -1;
}

static bool on_one_core(const json_t *one, const json_t *other, const struct placement *placement)
{
    const json_int_t mine = processor_of(one), its = processor_of(other);
    return mine >= 0 && its >= 0 && placement_same_core(placement, (size_t)mine, (size_t)its) &&
           json_equal(json_object_get(one, "node"), json_object_get(other, "node"));
}

static bool shares_core(const json_t *workers, size_t index, const struct placement *placement)
{
    bool shares = false;
    for (size_t i = 0; i < json_array_size(workers) && !shares; i++)
        shares = i != index &&
                 on_one_core(json_array_get(workers, index), json_array_get(workers, i), placement);
    return shares;
}

size_t worker_placement_add(json_t *placements, const struct cell *cell, const json_t *workers,
                            const struct placement *placement)
{
    size_t sharing = 0;
    for (size_t i = 0; i < json_array_size(workers); i++) {
        const json_t *worker = json_array_get(workers, i);
        const json_int_t processor = processor_of(worker);
        /* Workers that are more than the cores have to. */
        const bool shares = !cell->oversubscribed && shares_core(workers, i, placement);
        (void)json_array_append_new(
            placements,
            json_pack("{s:s, s:s, s:i, s:i, s:i, s:b, s:s, s:I, s:I, s:s, s:o?, s:b}", "model",
                      cell->model, "label", cell->label, "workers", (int)cell->workers, "ranks",
                      (int)cell->ranks, "threads", (int)cell->threads, "oversubscribed",
                      (int)cell->oversubscribed, "node", text_of(worker, "node"), "rank",
                      whole_of(worker, "rank"), "thread", whole_of(worker, "thread"), "processors",
                      text_of(worker, "processors"), "processor",
                      processor >= 0 ? json_integer(processor) : NULL, "shares_core", (int)shares));
        sharing += shares;
    }
    return sharing;
}

/* ---- showing ---- */

enum { MODEL_WIDTH = 24, NODE_WIDTH = 16, MASK_WIDTH = 14 };

/* What is shown of a worker. */
struct shown {
    const char *model, *node, *mask;
    int rank, thread, oversubscribed, shares;
    const json_t *processor;
};

static struct shown shown_of(const json_t *placements, size_t index)
{
    struct shown shown = {.model = ""};
    (void)json_unpack(json_array_get(placements, index), "{s:s, s:b, s:s, s:i, s:i, s:s, s:o, s:b}",
                      "label", &shown.model, "oversubscribed", &shown.oversubscribed, "node",
                      &shown.node, "rank", &shown.rank, "thread", &shown.thread, "processors",
                      &shown.mask, "processor", &shown.processor, "shares_core", &shown.shares);
    return shown;
}

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
        (void)fprintf(stream, "%-*s  ", width, *text ? text : "-");
}

void worker_placement_print(FILE *stream, const json_t *placements)
{
    int model = (int)strlen("model"), node = (int)strlen("node"), mask = (int)strlen("mask");
    bool oversubscribed = false, sharing = false, idle = false;
    for (size_t i = 0; i < json_array_size(placements); i++) {
        const struct shown worker = shown_of(placements, i);
        widen(&model, worker.model, MODEL_WIDTH);
        widen(&node, worker.node, NODE_WIDTH);
        widen(&mask, worker.mask, MASK_WIDTH);
        oversubscribed |= worker.oversubscribed;
        sharing |= worker.shares;
        idle |= json_is_null(worker.processor);
    }
    (void)fprintf(stream, "%-*s  %-*s  rank  thread  %-*s  core\n", model, "model", node, "node",
                  mask, "mask");
    for (size_t i = 0; i < json_array_size(placements); i++) {
        const struct shown worker = shown_of(placements, i);
        char core[24] = "-";
        if (json_is_integer(worker.processor))
            (void)snprintf(core, sizeof core, "%" JSON_INTEGER_FORMAT,
                           json_integer_value(worker.processor));
        print_column(stream, worker.model, model);
        print_column(stream, worker.node, node);
        (void)fprintf(stream, "%4d  %6d  ", worker.rank, worker.thread);
        print_column(stream, worker.mask, mask);
        (void)fprintf(stream, "%4s%s%s\n", core, worker.oversubscribed ? "*" : "",
                      worker.shares ? "!" : "");
    }
    if (oversubscribed)
        (void)fputs("* more workers than cores.\n", stream);
    if (sharing)
        (void)fputs("! on one core with another worker, although there are enough cores.\n",
                    stream);
    if (idle)
        (void)fputs("- it got no work.\n", stream);
}
