#include "node_sums.h"

#include "memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ON_ONE_NODE_MAX = 1024, /* workers that are told of one by one */
    ON_NODES_MAX = 256,
    PROCESSORS_MAX = 1 << 14 /* none is on one beyond */
};

/* What is added up; what is not known of all is null. */
static const char *const summed[] = {
    "busy_s", "cpu_s", "voluntary_switches", "involuntary_switches", "minor_faults", "major_faults",
};

/* Of what the largest is kept, and under which key. */
static const struct {
    const char *of, *key;
} largest[] = {{"busy_s", "busy_max_s"},
               {"first_s", "first_s"},
               {"last_s", "last_s"},
               {"peak_memory_bytes", "peak_memory_bytes"}};

struct node_sum {
    json_t *object;
    json_int_t workers, ranks, idle;
    unsigned char processors[PROCESSORS_MAX / 8]; /* a bit for each that a worker was last on */
};

struct node_table {
    size_t count;
    struct node_sum **nodes;
    json_t *places; /* among these, by their names */
};

/* ---- the nodes ---- */

static struct node_sum *new_node(struct node_table *table, const char *name)
{
    struct node_sum *node = memory_new(1, sizeof *node);
    node->object = json_pack("{s:s}", "node", name);
    (void)json_object_set_new(table->places, name, json_integer((json_int_t)table->count));
    table->nodes = memory_grow(table->nodes, table->count, sizeof(struct node_sum *));
    return table->nodes[table->count++] = node;
}

static struct node_sum *node_of(struct node_table *table, const json_t *worker)
{
    const char *told = json_string_value(json_object_get(worker, "node"));
    const char *name = told ? told : "";
    const json_t *place = json_object_get(table->places, name);
    const size_t at = place ? (size_t)json_integer_value(place) : table->count;
    return at < table->count ? table->nodes[at] : new_node(table, name);
}

/* ---- adding a worker ---- */

static bool is_idle(const json_t *worker)
{
    return json_integer_value(json_object_get(worker, "processor")) < 0;
}

/* Seconds are of whole nanoseconds, and so is their sum, without what adding them left behind. */
static json_t *sum_of(const json_t *one, const json_t *other)
{
    if (json_is_integer(one) && json_is_integer(other))
        return json_integer(json_integer_value(one) + json_integer_value(other));
    if (json_is_number(one) && json_is_number(other))
        return json_real(round(1e9 * (json_number_value(one) + json_number_value(other))) / 1e9);
    return json_null();
}

static void add(json_t *sums, const char *key, json_t *figure)
{
    const json_t *before = json_object_get(sums, key);
    if (before)
        (void)json_object_set_new(sums, key, sum_of(before, figure));
    else
        (void)json_object_set(sums, key, figure);
}

static void keep_larger(json_t *sums, const char *key, json_t *figure)
{
    const json_t *before = json_object_get(sums, key);
    if (!before || json_is_null(before) || json_number_value(figure) > json_number_value(before))
        (void)json_object_set(sums, key, figure);
}

/* One that was idle adds nothing to a counter. */
static void add_counters(json_t *sums, const json_t *worker)
{
    const bool idle = is_idle(worker);
    const char *name;
    json_t *counted;
    json_object_foreach(json_object_get(worker, "counters"), name, counted)
    {
        if (!idle || json_is_number(counted))
            add(sums, name, counted);
    }
}

static void note_processor(struct node_sum *node, const json_t *worker)
{
    const json_t *told = json_object_get(worker, "processor");
    const json_int_t processor = json_integer_value(told);
    if (json_is_integer(told) && processor >= 0 && processor < PROCESSORS_MAX)
        node->processors[processor / 8] |= (unsigned char)(1u << processor % 8);
}

static void add_worker(struct node_sum *node, const json_t *worker)
{
    json_t *counters = json_object_get(worker, "counters");
    node->workers++;
    node->ranks += json_integer_value(json_object_get(worker, "thread")) == 0;
    node->idle += is_idle(worker);
    for (size_t i = 0; i < sizeof summed / sizeof *summed; i++)
        if (json_object_get(worker, summed[i]))
            add(node->object, summed[i], json_object_get(worker, summed[i]));
    for (size_t i = 0; i < sizeof largest / sizeof *largest; i++)
        if (json_object_get(worker, largest[i].of))
            keep_larger(node->object, largest[i].key, json_object_get(worker, largest[i].of));
    if (!counters)
        return;
    if (!json_object_get(node->object, "counters"))
        (void)json_object_set_new(node->object, "counters", json_object());
    add_counters(json_object_get(node->object, "counters"), worker);
    note_processor(node, worker);
}

/* ---- what is told ---- */

static bool has_processor(const struct node_sum *node, unsigned processor)
{
    return processor < PROCESSORS_MAX && node->processors[processor / 8] & 1u << processor % 8;
}

/* "0-63,127". */
static json_t *processors_text(const struct node_sum *node)
{
    char *text;
    size_t length;
    FILE *stream = memory_open(&text, &length);
    const char *comma = "";
    for (unsigned first = 0, last; first < PROCESSORS_MAX; first = last + 1) {
        last = first;
        if (!has_processor(node, first))
            continue;
        while (has_processor(node, last + 1))
            last++;
        (void)fprintf(stream, last > first ? "%s%u-%u" : "%s%u", comma, first, last);
        comma = ",";
    }
    memory_close(stream, &text);
    json_t *told = json_string(text);
    free(text);
    return told;
}

/* `counters` is NULL where the launch did not count; what no worker has counted is null. */
static json_t *finish(struct node_sum *node, const json_t *counters)
{
    json_t *object = node->object, *sums = json_object_get(object, "counters"), *any;
    const char *name;
    (void)json_object_set_new(object, "workers", json_integer(node->workers));
    (void)json_object_set_new(object, "ranks", json_integer(node->ranks));
    if (!sums)
        return object;
    (void)json_object_set_new(object, "idle", json_integer(node->idle));
    (void)json_object_set_new(object, "processors", processors_text(node));
    json_object_foreach((json_t *)counters, name, any)
    {
        if (!json_object_get(sums, name))
            (void)json_object_set_new(sums, name, json_null());
    }
    return object;
}

/* Rows as columns; all rows have the keys of the first. */
static json_t *columns_of(const json_t *rows)
{
    json_t *columns = json_object(), *row, *first;
    const char *key;
    size_t i;
    json_object_foreach(json_array_get(rows, 0), key, first)
    {
        json_t *column = json_array();
        json_array_foreach(rows, i, row)
        {
            json_t *item = json_object_get(row, key);
            (void)json_array_append_new(column, item ? json_incref(item) : json_null());
        }
        (void)json_object_set(columns, key, column);
        if (json_is_object(first))
            (void)json_object_set_new(columns, key, columns_of(column));
        json_decref(column);
    }
    return columns;
}

json_t *node_sums(const json_t *workers)
{
    struct node_table table = {.places = json_object()};
    const json_t *counters = json_object_get(json_array_get(workers, 0), "counters");
    json_t *rows = json_array();
    for (size_t i = 0; i < json_array_size(workers); i++) {
        const json_t *worker = json_array_get(workers, i);
        add_worker(node_of(&table, worker), worker);
    }
    for (size_t i = 0; i < table.count; i++) {
        (void)json_array_append_new(rows, finish(table.nodes[i], counters));
        free(table.nodes[i]);
    }
    json_t *columns = columns_of(rows);
    json_decref(rows);
    free(table.nodes);
    json_decref(table.places);
    return columns;
}

bool node_sums_are_due(const json_t *workers)
{
    const size_t count = json_array_size(workers);
    const json_t *first = json_object_get(json_array_get(workers, 0), "node");
    const json_t *last = json_object_get(json_array_get(workers, count - 1), "node");
    return count > (json_equal(first, last) ? ON_ONE_NODE_MAX : ON_NODES_MAX);
}
